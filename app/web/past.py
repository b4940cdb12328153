"""The history that a request asks for, the same for the API and the page."""

from typing import Annotated, NamedTuple

from fastapi import Depends, Query, Request

from app.history import Boot, History, Show, Wanted, history_of
from app.labels import Label, parse_labels
from app.service import Service
from app.store.listing import Listed, LogQuery
from app.web.listed import cursor_of, read_cursor
from app.web.uploads import LABEL, View, permalink

MAX_BOOTS = 200
MAX_ASKED = 20
_LABELS = Query(
    [], alias=LABEL, description="key=value; several must all be of one upload",
    examples=[["branch=main", "machine=rk3588"]],
)  # fmt: skip
_INITCALLS = Query(
    [], alias="initcall", max_length=MAX_ASKED,
    description="Durations of this one, a function or as the answer names it; may come several"
    " times",
    examples=[["ffa_init"]],
)  # fmt: skip
_SHOW = Query(
    "slowest", description="Durations of which initcalls, where none is named: the slowest, or"
    " those whose newest boots are farthest from what they took before",
)  # fmt: skip
_LIMIT = Query(100, ge=1, le=MAX_BOOTS, description="Boots, from the newest")
_CURSOR = Query(None, max_length=200, description="The ``next`` of the answer before: older boots")


class Asked(NamedTuple):
    """A label query, and what is asked of its boots."""

    labels: tuple[Label, ...]
    wanted: Wanted
    limit: int
    cursor: str | None


def asked_of(
    label: list[str] = _LABELS,
    initcall: list[str] = _INITCALLS,
    show: Show = _SHOW,
    limit: int = _LIMIT,
    cursor: str | None = _CURSOR,
) -> Asked:
    """What the address asks; a field that a form sends empty asks nothing. Raises BadLabel."""
    named = tuple(dict.fromkeys(name.strip() for name in initcall if name.strip()))
    labels = parse_labels(text for text in label if text)
    return Asked(labels, Wanted(named, show), limit, cursor)


InAsked = Annotated[Asked, Depends(asked_of)]


def read_history(request: Request, service: Service, asked: Asked) -> History:
    """The newest boots of the label query, or the older ones after a cursor."""
    since = read_cursor(asked.cursor) if asked.cursor is not None else None
    query = LogQuery(labels=asked.labels, since=since, limit=asked.limit + 1)
    found = service.list_logs(query)
    shown = found[: asked.limit]
    digests = service.past.digests([log.id for log in shown])
    boots = [(_boot(request, service, log), digests[log.id]) for log in shown if log.id in digests]
    older = cursor_of(shown[-1].place) if len(found) > asked.limit else None
    return history_of([str(label) for label in asked.labels], boots, asked.wanted, older)


def _boot(request: Request, service: Service, log: Listed) -> Boot:
    return Boot(
        id=log.id,
        url=permalink(request, service, log.id, View()),
        name=log.name,
        verdict=log.verdict,  # type: ignore[arg-type]  # what a report had is what the row has
        headline=log.headline,
        created_at=log.created_at.isoformat().replace("+00:00", "Z"),
        kernel=log.kernel,
        labels=tuple(str(label) for label in log.labels),
    )
