"""/api/v1/logs as a list, and a badge for its newest log."""

import base64
import binascii
import hashlib
from datetime import UTC, datetime
from typing import Any, Literal

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from app.api.answers import JSON
from app.api.logs import PICTURE
from app.errors import BadCursor, BadLabel, NotListed
from app.labels import Label, parse_labels
from app.report import Verdict
from app.reporters.badge import UNKNOWN, draw, said
from app.service import Service
from app.store.listing import Listed, LogQuery, Place
from app.web.problems import RESPONSES
from app.web.uploads import LABEL, InService, View, permalink, service_of

router = APIRouter(prefix="/api/v1", tags=["logs"])
MAX_PAGE = 200
_MAX_SHOWN = 60
"""Characters of a badge's left half."""
_EXAMPLE: dict[str, Any] = {
    "schema": "bootscope.logs/1",
    "logs": [
        {
            "id": "vtgtdhzdkhj2ywhcrkkmgv7hly",
            "url": "http://127.0.0.1:8000/l/vtgtdhzdkhj2ywhcrkkmgv7hly",
            "name": "dmesg.txt",
            "verdict": "fail",
            "headline": "FF-A came up 306 ms before pKVM traps SMCs",
            "created_at": "2026-11-25T10:12:14.123456Z",
            "kernel": "6.12.117-ffalab",
            "labels": ["branch=main", "machine=rk3588"],
        }
    ],
    "next": "MjAyNi0xMS0yNVQxMDoxMjoxNC4xMjM0NTYrMDA6MDB8dnRndGRoemRraGoyeXdoY3Jra21ndjdobHk",
}


class ListedLog(BaseModel):
    """One log: what was said of it last, and the labels of the uploads that hold it."""

    id: str
    url: str
    name: str
    verdict: Verdict
    headline: str
    created_at: datetime
    kernel: str | None
    labels: list[str]


class LogList(BaseModel):
    """A page of logs, newest first. ``next`` asks for the page after it; null at the end."""

    model_config = ConfigDict(json_schema_extra={"example": _EXAMPLE})

    schema_: Literal["bootscope.logs/1"] = Field("bootscope.logs/1", serialization_alias="schema")
    logs: list[ListedLog]
    next: str | None


def may_list(request: Request) -> None:
    """Raises NotListed where this server lists no logs."""
    if not service_of(request).settings.listed:
        raise NotListed(
            "This server lists no logs: whoever has the link of a log may read it.",
            hint="Whoever runs it can set BOOTSCOPE_LISTED=1.",
        )


LABELS = Query(
    [], alias=LABEL, description="key=value; several must all be of one upload",
    examples=[["branch=main", "machine=rk3588"]],
)  # fmt: skip
VERDICTS = Query([], alias="verdict", description="One of several, where it comes several times")
AFTER = Query(None, description="Kept after this instant; UTC, unless it says its zone")
BEFORE = Query(None, description="Kept before this instant")
LIMIT = Query(50, ge=1, le=MAX_PAGE, description="Logs on a page")
CURSOR = Query(None, max_length=200, description="The ``next`` of the page before")


@router.get(
    "/logs",
    response_model=LogList,
    responses={
        200: {"description": "Schema bootscope.logs/1"},
        **{status: RESPONSES[status] for status in (403, 422)},
    },
    dependencies=[Depends(may_list)],
    summary="The logs, newest first",
)
def list_logs(
    request: Request,
    service: InService,
    label: list[str] = LABELS,
    verdict: list[Verdict] = VERDICTS,
    after: datetime | None = AFTER,
    before: datetime | None = BEFORE,
    limit: int = LIMIT,
    cursor: str | None = CURSOR,
) -> Response:
    """Those that some upload still holds, by labels, verdict and time. What is uploaded
    between two pages moves nothing from one to the other.

    Served where the server's setting BOOTSCOPE_LISTED is on: the link of a log is what lets
    read it.
    """
    query = LogQuery(
        labels=parse_labels(label),
        verdicts=tuple(verdict),
        after=_instant(after),
        before=_instant(before),
        since=read_cursor(cursor) if cursor is not None else None,
        limit=limit + 1,
    )
    found = service.list_logs(query)
    more = found[limit - 1].place if len(found) > limit else None
    answer = LogList(
        logs=[_told(request, service, log) for log in found[:limit]],
        next=cursor_of(more) if more is not None else None,
    )
    body = answer.model_dump_json(by_alias=True, indent=1) + "\n"
    return Response(body, media_type=JSON, headers={"Cache-Control": "no-cache"})


@router.get(
    "/badge.svg",
    response_class=Response,
    responses={
        200: {"content": {"image/svg+xml": {}}},
        304: {"description": "Not changed"},
        **{status: RESPONSES[status] for status in (403, 422)},
    },
    dependencies=[Depends(may_list)],
    summary="The verdict on the newest log with these labels, as a badge",
)
def badge(request: Request, service: InService, label: list[str] = LABELS) -> Response:
    """ "main on rk3588: pass". Where no log has the labels it says "unknown", in grey."""
    labels = parse_labels(label)
    if not labels:
        raise BadLabel("A badge needs a label.", hint="Add ?label=branch=main to the address.")
    newest = service.list_logs(LogQuery(labels=labels, limit=1))
    word, colour = said(service.brief(newest[0].id)) if newest else UNKNOWN
    svg = draw(title_of(labels), word, colour)
    etag = f'"{hashlib.sha256(svg.encode()).hexdigest()[:32]}"'
    headers = {**PICTURE, "Cache-Control": "no-cache", "ETag": etag}
    if etag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(svg, media_type="image/svg+xml", headers=headers)


def title_of(labels: tuple[Label, ...]) -> str:
    """What a badge says of its labels: branch on machine, then the others as they are."""
    told = {label.key: label.value for label in labels}
    first = " on ".join(told.pop(key) for key in ("branch", "machine") if key in told)
    rest = [f"{key}={value}" for key, value in told.items()]
    whole = ", ".join(filter(None, (first, *rest)))
    return whole if len(whole) <= _MAX_SHOWN else whole[: _MAX_SHOWN - 1] + "…"


def cursor_of(place: Place) -> str:
    """A place as one word, which says nothing to who gets it."""
    text = f"{place.created_at.isoformat()}|{place.id}"
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def read_cursor(cursor: str) -> Place:
    """The place that ``cursor_of`` made a word of. Raises BadCursor."""
    try:
        packed = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        text = base64.b64decode(packed, altchars=b"-_", validate=True).decode("ascii")
        instant, _, log_id = text.partition("|")
        place = Place(datetime.fromisoformat(instant), log_id)
    except (ValueError, binascii.Error) as error:
        raise _bad_cursor() from error
    if place.created_at.tzinfo is None or cursor_of(place) != cursor:
        raise _bad_cursor()
    return place


def _bad_cursor() -> BadCursor:
    return BadCursor(
        "That cursor is none that a list has given.",
        hint="Send the 'next' of the page before as it is, or leave it out to begin anew.",
    )


def _instant(given: datetime | None) -> datetime | None:
    if given is None:
        return None
    try:
        return given.astimezone(UTC) if given.tzinfo is not None else given.replace(tzinfo=UTC)
    except OverflowError:  # of the years 1 and 9999
        return given.replace(tzinfo=UTC)


def _told(request: Request, service: Service, log: Listed) -> ListedLog:
    return ListedLog(
        id=log.id,
        url=permalink(request, service, log.id, View()),
        name=log.name,
        verdict=log.verdict,
        headline=log.headline,
        created_at=log.created_at,
        kernel=log.kernel,
        labels=[str(label) for label in log.labels],
    )
