"""Whether an answer on a log is still what it was (RFC 9110, section 8.8.3)."""

import re
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

from fastapi import Request, Response

from app.digests import sha256_hex
from app.service import Service
from app.web.uploads import View, server

FOR_EVER = "private, max-age=31536000, immutable"
"""For what is named by its content: it never changes, though it may be deleted."""
_TAG = re.compile(r'"[^"]*"')
_ROOT = Path(__file__).parents[2]
_CODE = ("app/**/*.py", "app/**/*.yaml", "parsers/**/*.py")


def build_of_code() -> str:
    """A hash of what answers are made by: the code, and the rules in force."""
    found = sha256()
    for path in sorted(path for pattern in _CODE for path in _ROOT.glob(pattern)):
        found.update(path.read_bytes())
    return found.hexdigest()


def version_of(request: Request, service: Service, identity: str, view: View) -> str:
    """Changes with all that answers on a log are made of: 24 hex digits.

    That is its report, how it is looked at, this build (what is not kept is judged when it
    is asked for) and where links lead.
    """
    build: str = request.app.state.build
    made_of = (
        service.row(identity).report_sha256, build, server(request, service), view.query
    )  # fmt: skip
    return sha256_hex(repr(made_of).encode())[:24]


def freshness(request: Request, version: str, shown: str | None = "") -> dict[str, str]:
    """The headers of an answer in that version, of which ``shown`` was asked for.

    It is for ever at an address that names the version (``?v=``), else asked for again.
    The tag is a weak one: packed or not, it is the same answer.
    """
    named = request.query_params.get("v") == version
    etag = version + (f"-{sha256_hex(shown.encode())[:8]}" if shown else "")
    return {"ETag": f'W/"{etag}"', "Cache-Control": FOR_EVER if named else "no-cache"}


def not_changed(request: Request, headers: Mapping[str, str]) -> Response | None:
    """The answer to who has it already."""
    told = request.headers.get("if-none-match", "")
    known = told.strip() == "*" or headers["ETag"].removeprefix("W/") in _TAG.findall(told)
    return Response(status_code=304, headers=headers) if known else None
