"""Bodies of uploads: capped while they arrive, not after."""

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from parsers import InputTooLarge

_FORM_FILES = 3
_FORM_OVERHEAD = 2**20


class BodyLimit:
    """Refuses a request whose body is over a cap, as soon as that is known.

    A form may hold a log, its symbols and its trace, each of ``max_bytes``; any other
    body is one log. Raises InputTooLarge into the application.
    """

    def __init__(self, app: ASGIApp, max_bytes: int) -> None:
        self.app = app
        self.max_bytes = max_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, counting."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        declared = headers.get("content-length", "0")
        form = headers.get("content-type", "").startswith("multipart/form-data")
        cap = _FORM_FILES * self.max_bytes + _FORM_OVERHEAD if form else self.max_bytes
        size = 0

        async def counted() -> Message:
            nonlocal size
            if declared.isdecimal() and int(declared) > cap:
                raise _too_large(int(declared), cap)
            message = await receive()
            size += len(message.get("body", b""))
            if size > cap:
                raise _too_large(size, cap)
            return message

        await self.app(scope, counted, send)


def _too_large(size: int, cap: int) -> InputTooLarge:
    return InputTooLarge(
        f"The upload has {size:,} bytes or more; the cap is {cap:,}.",
        hint="Send the part from 'Booting Linux' to user space, or pack it with gzip.",
    )
