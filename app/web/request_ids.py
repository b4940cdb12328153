"""A name for each request, so that what a client saw can be found in the server's log."""

import re
from uuid import uuid4

from fastapi import Request
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEADER = "X-Request-Id"
_SANE = re.compile(r"[A-Za-z0-9_.:-]{1,64}")


class RequestIds:
    """Takes the client's ``X-Request-Id`` where it is sane, else makes one; answers with it."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        sent = Headers(scope=scope).get(HEADER, "")
        name = sent if _SANE.fullmatch(sent) else uuid4().hex
        scope.setdefault("state", {})["request_id"] = name

        async def with_name(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)[HEADER] = name
            await send(message)

        await self.app(scope, receive, with_name)


def request_id(request: Request) -> str:
    """The name of a request; a new one where the request was not given any."""
    state = request.scope.setdefault("state", {})
    name: str = state.setdefault("request_id", uuid4().hex)
    return name
