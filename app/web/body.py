"""Bodies of uploads: capped while they arrive, not after."""

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from parsers import InputTooLarge


class BodyLimit:
    """Refuses a request whose body is over ``max_bytes``, as soon as that is known.

    Raises InputTooLarge into the application where the length was not declared.
    """

    def __init__(self, app: ASGIApp, max_bytes: int) -> None:
        self.app = app
        self.max_bytes = max_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, counting."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        declared = Headers(scope=scope).get("content-length", "0")
        size = 0

        async def counted() -> Message:
            nonlocal size
            if declared.isdecimal() and int(declared) > self.max_bytes:
                raise self._too_large(int(declared))
            message = await receive()
            size += len(message.get("body", b""))
            if size > self.max_bytes:
                raise self._too_large(size)
            return message

        await self.app(scope, counted, send)

    def _too_large(self, size: int) -> InputTooLarge:
        return InputTooLarge(
            f"The upload has {size:,} bytes or more; the cap is {self.max_bytes:,}.",
            hint="Send the part from 'Booting Linux' to user space, or pack it with gzip.",
        )
