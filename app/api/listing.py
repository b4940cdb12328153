"""/api/v1/logs as a list, and a badge for its newest log."""

from datetime import UTC, datetime
from typing import Any, Literal

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from app.api.answers import JSON
from app.api.logs import PICTURE
from app.digests import sha256_hex
from app.errors import BadInstant, BadLabel
from app.labels import parse_labels, title_of
from app.report import Verdict
from app.reporters.badge import UNKNOWN, draw, said
from app.service import Service
from app.store.listing import Listed, LogQuery
from app.web.fresh import not_changed
from app.web.listed import cursor_of, may_list, read_cursor
from app.web.problems import RESPONSES
from app.web.uploads import LABEL, InService, View, permalink

router = APIRouter(prefix="/api/v1", tags=["logs"])
MAX_PAGE = 200
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


LABELS = Query(
    [], alias=LABEL, description="key=value; several must all be of one upload",
    examples=[["branch=main", "machine=rk3588"]],
)  # fmt: skip
VERDICTS = Query([], alias="verdict", description="One of several, where it comes several times")
_INSTANT: dict[str, Any] = {"format": "date-time"}
AFTER = Query(
    None, max_length=40, description="Kept after this instant; UTC, unless it says its zone",
    json_schema_extra=_INSTANT,
)  # fmt: skip
BEFORE = Query(
    None, max_length=40, description="Kept before this instant", json_schema_extra=_INSTANT
)
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
    after: str | None = AFTER,
    before: str | None = BEFORE,
    limit: int = LIMIT,
    cursor: str | None = CURSOR,
) -> Response:
    """Those that some upload still holds, by labels, verdict and time. What is uploaded
    between two pages moves nothing from one to the other.

    Served where the server's setting BOOTSCOPE_LISTED is on, and to who shows a token that may
    read: else the link of a log is what lets read it.
    """
    query = LogQuery(
        labels=parse_labels(label),
        verdicts=tuple(verdict),
        after=_instant(after) if after is not None else None,
        before=_instant(before) if before is not None else None,
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
    etag = f'W/"{sha256_hex(svg.encode())[:32]}"'
    headers = {**PICTURE, "Cache-Control": "no-cache", "ETag": etag}
    if known := not_changed(request, headers):
        return known
    return Response(svg, media_type="image/svg+xml", headers=headers)


def _instant(text: str) -> datetime:
    """Raises BadInstant."""
    try:
        found = datetime.fromisoformat(text)
        return found.astimezone(UTC) if found.tzinfo is not None else found.replace(tzinfo=UTC)
    except (ValueError, OverflowError) as error:
        raise BadInstant(
            f"{text!a} is no instant.", hint="Write it as 2026-11-25T10:00:00Z."
        ) from error


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
