"""What every request passes before the application sees it."""

from collections.abc import Callable

import anyio
from fastapi.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.settings import Settings, parts
from app.web.access import PROBES, Access, is_open, scope_needed
from app.web.limits import Limits, caller
from app.web.origins import check_host, check_origin
from parsers import BootscopeError

_DRAINED = 16 * 2**20
_DRAIN_S = 10


class Gate:
    """Refuses what is asked under a wrong name, by another site's page, without the token
    that it needs, or too often; ``refuse`` makes the answer. Others pass, with their token
    in ``request.state.holder`` (None without one) and what is left of their quota in headers.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        settings: Settings,
        access: Access,
        limits: Limits | None,
        refuse: Callable[[Request, Exception], Response],
    ) -> None:
        self.app = app
        self._access = access
        self._refuse = refuse
        self._hosts = parts(settings.allowed_hosts)
        self._own = settings.public_url
        self._limits = limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or refuse it."""
        if scope["type"] != "http" or scope["path"] in PROBES:
            await self.app(scope, receive, send)
            return
        request = Request(scope)
        request.state.holder = None
        told: dict[str, str] = {}
        try:
            check_host(request.headers, self._hosts)
            check_origin(request.method, request.headers, self._own)
            if self._is_asked_about(request):
                await run_in_threadpool(self._admit, request, told)
        except BootscopeError as error:
            await _drain(request.headers, receive)
            refusal = self._refuse(request, error)
            refusal.headers.update(told)
            await refusal(scope, receive, send)
            return
        await self.app(scope, self._counted(request, receive), _adding(told, send))

    def _is_asked_about(self, request: Request) -> bool:
        path = request.scope["path"]
        if is_open(path):
            return False
        needed = scope_needed(self._access.access, request.method, path)
        return self._limits is not None or needed is not None or request.method == "DELETE"

    def _admit(self, request: Request, told: dict[str, str]) -> None:
        """Let the request in, or raise; ``told`` gets the headers of its answer."""
        # not request.url's path, which begins in the Host header of whoever asks
        headers, method, path = request.headers, request.method, request.scope["path"]
        holder = self._access.holder(headers)
        request.state.holder = holder
        if self._limits is None:
            self._access.check(method, path, headers, holder)
            return
        who = _who(request)
        try:
            self._limits.take(who, "requests")
            self._access.check(method, path, headers, holder)
            size = headers.get("content-length", "0")
            if size.isdecimal() and int(size):
                self._limits.take(who, "content-bytes", int(size))
        finally:
            told.update(self._limits.headers(who))

    def _counted(self, request: Request, receive: Receive) -> Receive:
        """A body whose length was not said is counted as it comes."""
        limits = self._limits
        if limits is None or "transfer-encoding" not in request.headers:
            return receive

        async def counted() -> Message:
            message = await receive()
            if message.get("body"):
                size = len(message["body"])
                await run_in_threadpool(limits.take, _who(request), "content-bytes", size)
            return message

        return counted


def _who(request: Request) -> str:
    holder = request.state.holder
    live = holder is not None and holder.state == "live"
    return caller(holder.id if live else None, request.client.host if request.client else "")


def _adding(told: dict[str, str], send: Send) -> Send:
    async def adding(message: Message) -> None:
        if message["type"] == "http.response.start" and told:
            MutableHeaders(scope=message).update(told)
        await send(message)

    return adding


async def _drain(headers: Headers, receive: Receive) -> None:
    """Read what is already on its way, or the refusal would not be read while it is sent.

    Up to a size and a time; what is larger waits to be asked for it, as curl does.
    """
    if headers.get("expect", "").lower() == "100-continue":
        return
    size = 0
    with anyio.move_on_after(_DRAIN_S):
        while size < _DRAINED:
            message = await receive()
            size += len(message.get("body", b""))
            if not message.get("more_body", False):
                break
