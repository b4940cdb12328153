"""Who may do what: tokens as requests carry them, and what each request needs."""

import base64
import re
from binascii import Error as NotBase64

from starlette.datastructures import Headers

from app.errors import NotInScope, TokenNeeded
from app.store.tokens import PREFIX, Token, Tokens

REALM = 'realm="Bootscope"'
_SAFE = ("GET", "HEAD", "OPTIONS")
PROBES = ("/livez", "/healthz", "/readyz")
_KEEPS_NOTHING = ("/api/v1/rules/lint",)
"""Sent by POST, but as cheap as reading."""
_LOG = re.compile(r"/api/v1/logs/[^/]+")
_HELD = {
    "upload": "send logs", "read": "read here", "delete": "delete logs", "admin": "do that"
}  # fmt: skip


def is_open(path: str) -> bool:
    """Whether it is for everybody, always: what pages are drawn with, and probes of health."""
    return path.startswith("/static/") or path in PROBES


def scope_needed(access: str, method: str, path: str) -> str | None:
    """The scope that a request must show, by the setting ``access``; None: none.

    Whatever is not known to read needs ``upload``. Deleting a log shows its authority to
    the route itself, which takes the upload's deletion token, too.
    """
    if access == "open" or is_open(path):
        return None
    if method == "DELETE" and _LOG.fullmatch(path):
        return None
    if method in _SAFE or path in _KEEPS_NOTHING:
        return "read" if access == "all" else None
    return "delete" if method == "DELETE" else "upload"


def is_ambient(headers: Headers) -> bool:
    """Whether the browser itself adds the token, whoever made it ask."""
    return headers.get("authorization", "")[:6].lower() == "basic "


def token_of(headers: Headers) -> str:
    """The token of ``Authorization``: as Bearer, or as Basic's password; empty if there is none.

    Browsers ask for Basic's by themselves; where only a user's name was given, that is it.
    """
    scheme, _, given = headers.get("authorization", "").partition(" ")
    given = given.strip()
    if scheme.lower() == "bearer":
        return given
    if scheme.lower() != "basic":
        return ""
    try:
        user, _, password = base64.b64decode(given, validate=True).decode("ascii").partition(":")
    except (NotBase64, UnicodeDecodeError):
        return ""
    return password or user


class Access:
    """What requests may do, by the setting ``access`` and the tokens given out."""

    def __init__(self, access: str, tokens: Tokens) -> None:
        self.access = access
        self._tokens = tokens

    def holder(self, headers: Headers) -> Token | None:
        """The token that a request shows, live or not; that it was used is noted."""
        given = token_of(headers)
        found = self._tokens.find(given) if given.startswith(PREFIX) else None
        if found is not None and found.state == "live":
            self._tokens.used(found)
        return found

    def check(self, method: str, path: str, headers: Headers, holder: Token | None) -> None:
        """Raises TokenNeeded and NotInScope."""
        scope = scope_needed(self.access, method, path)
        if method == "DELETE" and self.access == "all" and "authorization" not in headers:
            scope = scope or "delete"
        if scope is not None:
            self.require(scope, path, headers, holder)

    def require(self, scope: str, path: str, headers: Headers, holder: Token | None) -> None:
        """Raises TokenNeeded and NotInScope where the request does not show ``scope``."""
        if holder is not None and holder.may(scope):
            return
        if holder is not None and holder.state == "live":
            raise NotInScope(
                f"The token '{holder.name}' may not {_HELD[scope]}.",
                hint=f"It needs the scope {scope}: 'bootscope tokens create NAME --scope {scope}'"
                " on the server makes one that has it.",
                challenge=f'Bearer {REALM}, error="insufficient_scope", scope="{scope}"',
            )
        raise self._refused(scope, path, headers, holder)

    def _refused(
        self, scope: str, path: str, headers: Headers, holder: Token | None
    ) -> TokenNeeded:
        make = f"'bootscope tokens create NAME --scope {scope}' on the server makes one."
        challenges = [f"Bearer {REALM}"]
        if holder is not None:
            message = f"The token '{holder.name}' is {_ended(holder)}."
            hint = f"Ask for a new one: {make}"
        elif "authorization" in headers:
            message = "That is no token of this server."
            hint = f"Send it whole, {PREFIX}...: 'Authorization: Bearer TOKEN'. {make}"
        else:
            message = f"One may {_HELD[scope]} only with a token."
            hint = (
                f"Send 'Authorization: Bearer TOKEN'; a browser that asks takes it as password."
                f" {make}"
            )
        if "authorization" in headers:
            challenges[0] += ', error="invalid_token"'
        if self.access == "all" or not path.startswith("/api/"):
            # What the browser then asks for goes with all it gets here, scripts included.
            challenges.append(f'Basic {REALM}, charset="UTF-8"')
        return TokenNeeded(message, hint=hint, challenges=challenges)


def _ended(token: Token) -> str:
    if token.revoked_at is not None:
        return f"revoked since {token.revoked_at:%Y-%m-%d}"
    return f"expired since {token.expires_at:%Y-%m-%d}"
