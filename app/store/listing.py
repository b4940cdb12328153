"""Logs in a list: newest first, by labels, verdict and time, a page at a time."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, Select, func, or_, select

from app.labels import Label
from app.store.tables import GRANTS, LABELS, LOGS


class Place(NamedTuple):
    """Where a page of the list ended: what the next begins after."""

    created_at: datetime
    id: str


class Listed(NamedTuple):
    """One log of the list; ``labels`` are those of all the uploads that hold it."""

    id: str
    name: str
    verdict: str
    headline: str
    created_at: datetime
    kernel: str | None
    labels: tuple[Label, ...] = ()

    @property
    def place(self) -> Place:
        """Its place in the list."""
        return Place(self.created_at, self.id)


class LogQuery(NamedTuple):
    """What is asked for.

    One upload must have all ``labels``; ``verdicts`` are alternatives, none means any.
    ``after`` and ``before`` are instants, neither of them in the list; ``limit`` is the
    number of logs.
    """

    labels: tuple[Label, ...] = ()
    verdicts: tuple[str, ...] = ()
    after: datetime | None = None
    before: datetime | None = None
    since: Place | None = None
    limit: int = 50


def alive() -> ColumnElement[bool]:
    """Of grants: whether their time is not over."""
    return or_(GRANTS.c.expires_at.is_(None), GRANTS.c.expires_at > datetime.now(UTC))


def list_logs(connection: Connection, query: LogQuery) -> list[Listed]:
    """The newest logs that ``query`` asks for, and that some upload still holds."""
    columns = [LOGS.c[name] for name in Listed._fields if name != "labels"]
    asked = select(*columns).where(*_conditions(query))
    newest = asked.order_by(LOGS.c.created_at.desc(), LOGS.c.id.desc()).limit(query.limit)
    found = [Listed(*row) for row in connection.execute(newest)]
    labels = labels_of(connection, [log.id for log in found])
    return [
        log._replace(created_at=_in_utc(log.created_at), labels=tuple(labels[log.id]))
        for log in found
    ]


def _conditions(query: LogQuery) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [_held(query.labels).exists()]
    if query.verdicts:
        conditions.append(LOGS.c.verdict.in_(query.verdicts))
    if query.after is not None:
        conditions.append(LOGS.c.created_at > query.after)
    if query.before is not None:
        conditions.append(LOGS.c.created_at < query.before)
    if query.since is not None:
        at, log_id = query.since
        conditions.append(LOGS.c.created_at <= at)
        conditions.append(or_(LOGS.c.created_at < at, LOGS.c.id < log_id))
    return conditions


def _held(labels: Sequence[Label]) -> Select[tuple[int]]:
    """The uploads of a log that hold it and have all of the labels."""
    held = select(GRANTS.c.id).where(GRANTS.c.log_id == LOGS.c.id, alive())
    for label in labels:
        of_grant = select(LABELS.c.grant_id).where(
            LABELS.c.grant_id == GRANTS.c.id,
            LABELS.c.key == label.key,
            LABELS.c.value == label.value,
        )
        held = held.where(of_grant.exists())
    return held


def labels_of(connection: Connection, ids: Sequence[str]) -> dict[str, list[Label]]:
    """The labels of the uploads that hold these logs, by log."""
    found: dict[str, list[Label]] = defaultdict(list)
    asked = (
        select(GRANTS.c.log_id, LABELS.c.key, LABELS.c.value)
        .join(LABELS, LABELS.c.grant_id == GRANTS.c.id)
        .where(GRANTS.c.log_id.in_(ids), alive())
        .distinct()
        .order_by(LABELS.c.key, LABELS.c.value)
    )
    for log_id, key, value in connection.execute(asked):
        found[log_id].append(Label(key, value))
    return found


def _in_utc(instant: datetime) -> datetime:
    """SQLite keeps no zone; what is kept is UTC."""
    return instant if instant.tzinfo is not None else instant.replace(tzinfo=UTC)


def labels_in_use(connection: Connection, limit: int, without: Sequence[str]) -> list[Label]:
    """The labels of uploads that still hold a log, the ``limit`` that were sent last.

    Those of the keys ``without`` are left out.
    """
    newest = func.max(GRANTS.c.created_at)
    asked = (
        select(LABELS.c.key, LABELS.c.value)
        .join(GRANTS, GRANTS.c.id == LABELS.c.grant_id)
        .where(alive(), LABELS.c.key.not_in(without))
        .group_by(LABELS.c.key, LABELS.c.value)
        .order_by(newest.desc(), LABELS.c.key, LABELS.c.value)
        .limit(limit)
    )
    return sorted(Label(key, value) for key, value in connection.execute(asked))
