"""A part of an answer's bytes (RFC 9110, section 14)."""

import re
from collections.abc import Mapping

from fastapi import Request
from fastapi.responses import Response
from starlette.exceptions import HTTPException

_ONE = re.compile(r"bytes=\s*([0-9]{0,18})-([0-9]{0,18})\s*", re.IGNORECASE)


def ranged(request: Request, data: bytes, headers: Mapping[str, str], media_type: str) -> Response:
    """``data``, or the one range of it that is asked for.

    ``headers`` have its strong ``ETag``. Several ranges, and what is no range, get all of
    it. Raises HTTPException (416) where there is nothing of the range.
    """
    said = dict(headers) | {"Accept-Ranges": "bytes"}
    asked = _asked(request, said["ETag"])
    if asked is None:
        if "gzip" in request.headers.get("accept-encoding", ""):
            # packed on its way: other bytes, of which no range could be asked for
            said["ETag"] = f"W/{said['ETag']}"
        return Response(data, media_type=media_type, headers=said)
    first, last = asked
    size = len(data)
    if not first:
        begin, end = max(0, size - int(last)), size
    else:
        begin, end = int(first), min(size, int(last) + 1) if last else size
    if begin >= end:
        raise HTTPException(
            416, f"The log has {size:,} bytes; that range has none of them.",
            headers={"Content-Range": f"bytes */{size}"},
        )  # fmt: skip
    said["Content-Range"] = f"bytes {begin}-{end - 1}/{size}"
    return Response(data[begin:end], 206, media_type=media_type, headers=said)


def _asked(request: Request, etag: str) -> tuple[str, str] | None:
    """The first and the last byte as they are sent, one of them maybe empty."""
    found = _ONE.fullmatch(request.headers.get("range", "").strip())
    if found is None or request.headers.get("if-range", etag).strip() != etag:
        return None
    first, last = found.groups()
    if not (first or last) or (first and last and int(last) < int(first)):
        return None
    return first, last
