"""``bootscope tokens``: who may use a server whose settings ask for tokens."""

import argparse
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from app.store.tokens import Token, Tokens

_ABOUT = """\
Works on the store that BOOTSCOPE_DATA or BOOTSCOPE_DATABASE_URL names, whether a server
runs over it or not; what it changes holds from the next request on.
exit codes: 0 done; 2 usage, settings, or no such token
"""
_HOURS = {"h": 1, "d": 24, "w": 24 * 7}
_LONGEST_DAYS = 36_500


def add(parser: argparse.ArgumentParser) -> None:
    """Declare the command and its own."""
    parser.epilog = _ABOUT
    own = parser.add_subparsers(required=True, metavar="ACTION")
    create = own.add_parser("create", help="make a token; it is printed once, alone")
    create.add_argument("name", metavar="NAME", help="who is to hold it")
    create.add_argument(
        "--scope", default="upload", metavar="S,...",
        help="what it is for: upload, read, delete, admin (all of them); default: upload",
    )  # fmt: skip
    create.add_argument(
        "--expires", type=_expiry, metavar="90d|YYYY-MM-DD",
        help="after so many hours, days or weeks (12h, 90d, 8w), or with that day's end, UTC;"
        " default: never",
    )  # fmt: skip
    create.set_defaults(run=_create)
    listing = own.add_parser("list", help="every token that was made, never itself")
    listing.add_argument("--format", choices=("text", "json"), default="text")
    listing.set_defaults(run=_list)
    revoke = own.add_parser("revoke", help="take a token back, at once")
    revoke.add_argument("token", metavar="NAME|ID")
    revoke.set_defaults(run=_revoke)


def _tokens() -> "Tokens":
    from app.service import open_rows
    from app.settings import load_settings
    from app.store.tokens import Tokens

    return Tokens(open_rows(load_settings()))


def _create(arguments: argparse.Namespace) -> int:
    scopes = [scope for scope in map(str.strip, arguments.scope.split(",")) if scope]
    token = _tokens().create(arguments.name, scopes, arguments.expires)
    until = f"until {_shown(arguments.expires)}" if arguments.expires else "for ever"
    print(
        f"Token '{arguments.name}' for {', '.join(scopes)}, good {until}."
        " It is not shown again; keep it as a secret:",
        file=sys.stderr,
    )
    print(token)
    return 0


def _list(arguments: argparse.Namespace) -> int:
    tokens = _tokens().all()
    if arguments.format == "json":
        import json

        rows = [_row(token) for token in tokens]
        print(json.dumps({"schema": "bootscope.tokens/1", "tokens": rows}, indent=1))
        return 0
    head = ("id", "name", "scopes", "state", "expires", "last used")
    table = [head, *map(_cells, tokens)]
    widths = [max(len(row[place]) for row in table) for place in range(len(head))]
    for row in table if tokens else ():
        print("  ".join(map(str.ljust, row, widths)).rstrip())
    if not tokens:
        print("No token was made yet.", file=sys.stderr)
    return 0


def _revoke(arguments: argparse.Namespace) -> int:
    token = _tokens().revoke(arguments.token)
    print(f"Token '{token.name}' ({token.id}) is revoked.", file=sys.stderr)
    return 0


def _row(token: "Token") -> dict[str, object]:
    row: dict[str, object] = {"id": token.id, "name": token.name, "scopes": token.scopes}
    instants = ("created_at", "expires_at", "revoked_at", "last_used_at")
    values = [(name, getattr(token, name)) for name in instants]
    row |= {name: value.isoformat() if value else None for name, value in values}
    return row | {"state": token.state}


def _cells(token: "Token") -> tuple[str, ...]:
    expires = _shown(token.expires_at) if token.expires_at else "never"
    used = _shown(token.last_used_at) if token.last_used_at else "never"
    return str(token.id), token.name, ",".join(token.scopes), token.state, expires, used


def _shown(when: "datetime") -> str:
    return when.strftime("%Y-%m-%d %H:%M UTC")


def _expiry(text: str) -> "datetime":
    """When a token ends, as people write it. Raises ArgumentTypeError."""
    from datetime import UTC, date, datetime, timedelta

    now = datetime.now(UTC).replace(microsecond=0)
    number, unit = text[:-1], text[-1:].lower()
    try:
        if number.isascii() and number.isdecimal() and unit in _HOURS:
            hours = int(number[:9]) * _HOURS[unit]
            when = now + timedelta(hours=min(hours, 24 * _LONGEST_DAYS))
        else:
            last = date.fromisoformat(text)
            when = datetime(last.year, last.month, last.day, tzinfo=UTC) + timedelta(days=1)
    except (ValueError, OverflowError):
        raise argparse.ArgumentTypeError(
            f"'{text}' is no time; write 12h, 90d, 8w or a day as 2027-01-31"
        ) from None
    if when <= now:
        raise argparse.ArgumentTypeError(f"'{text}' is over already")
    return when
