"""Access tokens: whose they are, what for, until when. A token itself is kept nowhere."""

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, Engine, Row, and_, insert, or_, select, update

from app.errors import TokenError
from app.printable import printable
from app.store.tables import TOKENS

SCOPES = ("upload", "read", "delete", "admin")
"""What a token may be for; ``admin`` includes the others, none of those includes another."""
PREFIX = "bsc_"
"""What every token begins with, so that people and scanners of leaks know it by sight."""
MAX_NAME = 100
_BYTES = 32
_LONGEST = 100
_USED_EVERY = timedelta(minutes=1)
"""How exact ``last_used_at`` is: a row is not written for every request."""


class Token(NamedTuple):
    """What is known of a token. Instants are in UTC; None where there is none."""

    id: int
    name: str
    scopes: tuple[str, ...]
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    last_used_at: datetime | None

    @property
    def state(self) -> str:
        """``live``, ``expired`` or ``revoked``."""
        if self.revoked_at is not None:
            return "revoked"
        expired = self.expires_at is not None and self.expires_at <= datetime.now(UTC)
        return "expired" if expired else "live"

    def may(self, scope: str) -> bool:
        """Whether it is live and for ``scope``."""
        return self.state == "live" and (scope in self.scopes or "admin" in self.scopes)


class Tokens:
    """The tokens of one store."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def create(self, name: str, scopes: Sequence[str], expires_at: datetime | None = None) -> str:
        """A new token, which is told here and never again. Raises TokenError."""
        _check(name, scopes)
        token = PREFIX + secrets.token_urlsafe(_BYTES)
        values = {
            "name": name,
            "token_sha256": _sha256(token),
            "scopes": ",".join(scope for scope in SCOPES if scope in scopes),
            "created_at": datetime.now(UTC),
            "expires_at": expires_at,
        }
        with self._engine.begin() as connection:
            taken = select(TOKENS.c.id).where(TOKENS.c.name == name, _live())
            if connection.execute(taken).first() is not None:
                raise TokenError(
                    f"There is a live token '{name}' already.",
                    hint="Give another name, or revoke that one first.",
                )
            connection.execute(insert(TOKENS).values(values))
        return token

    def find(self, token: str) -> Token | None:
        """Whose ``token`` is, live or not; None where it is none of ours."""
        if not token.startswith(PREFIX) or len(token) > _LONGEST or not token.isascii():
            return None
        sha256 = _sha256(token)
        with self._engine.connect() as connection:
            row = connection.execute(select(TOKENS).where(TOKENS.c.token_sha256 == sha256)).first()
        # Found by its hash, so that no comparison's time tells anything of a token.
        if row is None or not hmac.compare_digest(row.token_sha256, sha256):
            return None
        return _token(row)

    def used(self, token: Token) -> None:
        """Note that a token was used; to the minute."""
        now = datetime.now(UTC)
        if token.last_used_at is not None and now - token.last_used_at < _USED_EVERY:
            return
        with self._engine.begin() as connection:
            mine = update(TOKENS).where(TOKENS.c.id == token.id)
            connection.execute(mine.values(last_used_at=now))

    def all(self) -> list[Token]:
        """All that were ever made, in that order."""
        with self._engine.connect() as connection:
            return [_token(row) for row in connection.execute(select(TOKENS).order_by(TOKENS.c.id))]

    def any_live(self) -> bool:
        """Whether somebody holds one that is good."""
        with self._engine.connect() as connection:
            return connection.execute(select(TOKENS.c.id).where(_live())).first() is not None

    def revoke(self, named: str) -> Token:
        """Take back the live token of that name or id. Raises TokenError where there is none."""
        mine = TOKENS.c.name == named
        if named.isascii() and named.isdecimal() and len(named) < 10:
            mine = TOKENS.c.id == int(named)
        with self._engine.begin() as connection:
            row = connection.execute(select(TOKENS).where(mine, _live())).first()
            if row is None:
                raise TokenError(
                    f"There is no live token '{printable(named)}'.",
                    hint="'bootscope tokens list' has all.",
                )
            now = datetime.now(UTC)
            connection.execute(update(TOKENS).where(TOKENS.c.id == row.id).values(revoked_at=now))
        return _token(row)._replace(revoked_at=now)


def _check(name: str, scopes: Sequence[str]) -> None:
    if not 0 < len(name) <= MAX_NAME or printable(name) != name or name.strip() != name:
        raise TokenError(
            "That is no name for a token.", hint=f"Write 1 to {MAX_NAME} printable characters."
        )
    if name.isdecimal():
        raise TokenError(
            "A number is no name for a token: it would be taken for an id.",
            hint="Name it after who is to hold it.",
        )
    odd = [scope for scope in scopes if scope not in SCOPES]
    if odd or not scopes:
        what = f"There is no scope '{printable(odd[0])}'." if odd else "No scope was given."
        raise TokenError(what, hint=f"There are {', '.join(SCOPES)}.")


def _live() -> ColumnElement[bool]:
    unexpired = or_(TOKENS.c.expires_at.is_(None), TOKENS.c.expires_at > datetime.now(UTC))
    return and_(TOKENS.c.revoked_at.is_(None), unexpired)


def _token(row: Row[tuple[object, ...]]) -> Token:
    return Token(
        row.id, row.name, tuple(row.scopes.split(",")), _instant(row.created_at),
        *(
            _instant(one) if one is not None else None
            for one in (row.expires_at, row.revoked_at, row.last_used_at)
        ),
    )  # fmt: skip


def _instant(value: datetime) -> datetime:
    """SQLite gives instants back without their zone."""
    return value if value.tzinfo is not None else value.replace(tzinfo=UTC)


def _sha256(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
