"""Headers that every response carries."""

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send


def content_policy(script: str = "", style: str = "") -> str:
    """The Content-Security-Policy of a page: nothing but what this server sends as a file,
    and the one script and the one style in the page that have these hashes.
    """
    own_script, own_style = (f"'self' {one}".rstrip() for one in (script, style))
    return (
        f"default-src 'none'; script-src {own_script}; style-src {own_style};"
        " img-src 'self' data: blob:; connect-src 'self'; font-src 'self'; base-uri 'none';"
        " form-action 'self'; frame-ancestors 'none'"
    )


_HEADERS = {
    "Content-Security-Policy": content_policy(),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def secure(headers: MutableHeaders) -> None:
    """Add them to a response's."""
    for name, value in _HEADERS.items():
        headers.setdefault(name, value)


class SecureHeaders:
    """Adds the headers; one that a response has already set is left alone."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                secure(MutableHeaders(scope=message))
            await send(message)

        await self.app(scope, receive, with_headers)
