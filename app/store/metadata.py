"""Rows: which logs there are, who may delete them, until when they stay."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple, Protocol

from sqlalchemy import (
    Engine,
    Table,
    create_engine,
    delete,
    event,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError

from app.errors import SettingsError, StoreDown
from app.labels import Label
from app.store.digests import get_digests, put_digest
from app.store.listing import Listed, LogQuery, alive, labels_in_use, labels_of, list_logs
from app.store.tables import GRANTS, LABELS, LOGS, SAMPLES

_ASK = "Whoever runs the server has to look at BOOTSCOPE_DATA or BOOTSCOPE_DATABASE_URL."


class LogRow(NamedTuple):
    """One log and what was said of it last. ``kernel`` is the release that it names."""

    id: str
    log_sha256: str
    symbols_sha256: str | None
    trace_sha256: str | None
    report_sha256: str
    name: str
    size_bytes: int
    verdict: str
    headline: str
    created_at: datetime
    kernel: str | None = None

    @property
    def inputs(self) -> tuple[str, ...]:
        """Hashes of what was uploaded: the log, and the companions that it has."""
        return tuple(filter(None, (self.log_sha256, self.symbols_sha256, self.trace_sha256)))


class SampleWords(NamedTuple):
    """What is said of a sample: its title, what it shows, what it belongs to, its place."""

    title: str
    sentence: str
    topic: str
    position: int


class SampleRow(NamedTuple):
    """A sample, in words, with the verdict on it."""

    id: str
    name: str
    words: SampleWords
    verdict: str
    headline: str


class Grant(NamedTuple):
    """One upload's hold on a log. Without a token nobody can take it back."""

    token_sha256: str | None
    expires_at: datetime | None
    labels: tuple[Label, ...] = ()


class Metadata(Protocol):
    """What the application asks of the rows."""

    def add(self, row: LogRow, grant: Grant) -> bool:
        """Keep a log, or only one more grant on it; whether the log is new."""

    def get(self, log_id: str) -> LogRow | None:
        """A log that some grant still holds."""

    def replace_report(self, log_id: str, report_sha256: str, verdict: str, headline: str) -> None:
        """Keep a new judgement of a log."""

    def revoke(self, log_id: str, token_sha256: str) -> bool:
        """Take a grant back; whether there was one."""

    def revoke_all(self, log_id: str) -> None:
        """Take every grant on a log back."""

    def sweep(self) -> list[LogRow]:
        """Delete the logs that no grant holds any more, and say which."""

    def blobs_in_use(self, row: LogRow) -> set[str]:
        """Those of the row's hashes that another log needs too."""

    def set_sample(self, name: str, log_id: str, words: SampleWords) -> None:
        """Show a log as a sample."""

    def samples(self) -> list[SampleRow]:
        """The samples in their order."""

    def list_logs(self, query: LogQuery) -> list[Listed]:
        """The newest logs that ``query`` asks for."""

    def labels_of(self, log_id: str) -> list[Label]:
        """The labels of all uploads that hold a log."""

    def labels_in_use(self, limit: int, without: Sequence[str]) -> list[Label]:
        """The labels that were sent last, but for those of the keys ``without``."""

    def digests(self, ids: Sequence[str], made_as: int) -> dict[str, bytes]:
        """What is kept of the reports of these logs for the history, by log."""

    def put_digest(self, row: LogRow, made_as: int, data: bytes) -> None:
        """Keep that of one report."""

    def check(self) -> None:
        """Raises StoreDown where the rows cannot be read."""


def open_engine(url: str) -> Engine:
    """An engine for ``url``; on SQLite with WAL, full flushes and foreign keys."""
    try:
        engine = create_engine(url, pool_pre_ping=True)
    except (ArgumentError, NoSuchModuleError, ModuleNotFoundError) as error:
        raise SettingsError(f"BOOTSCOPE_DATABASE_URL cannot be used: {error}.") from error
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _configure_sqlite)
    return engine


def _configure_sqlite(connection: object, _: object) -> None:
    cursor = connection.cursor()  # type: ignore[attr-defined]
    for pragma in (
        "busy_timeout=10000", "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"
    ):  # fmt: skip
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


class SqlMetadata:
    """Rows in any database that SQLAlchemy speaks to."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(self, row: LogRow, grant: Grant) -> bool:
        """Log and grant, or the grant alone, in one transaction; a race ends in one log."""
        log = self._insert(LOGS).values(**row._asdict()).on_conflict_do_nothing()
        with self._engine.begin() as connection:
            created = connection.execute(log.returning(LOGS.c.id)).first() is not None
            held = connection.execute(
                insert(GRANTS).values(
                    log_id=row.id,
                    token_sha256=grant.token_sha256,
                    expires_at=grant.expires_at,
                    created_at=_now(),
                )
            ).inserted_primary_key
            if grant.labels and held is not None:
                rows = [{"grant_id": held.id, **label._asdict()} for label in grant.labels]
                connection.execute(insert(LABELS), rows)
        return created

    def _insert(self, table: Table) -> "postgresql.Insert | sqlite.Insert":
        """An insert that can say what to do where the row is there already."""
        if self._engine.dialect.name == "postgresql":
            return postgresql.insert(table)
        return sqlite.insert(table)

    def get(self, log_id: str) -> LogRow | None:
        """A log with a live grant."""
        if not log_id.isalnum():
            return None  # PostgreSQL cannot even be asked for some
        held = select(GRANTS.c.id).where(GRANTS.c.log_id == LOGS.c.id, alive()).exists()
        with self._engine.connect() as connection:
            found = connection.execute(select(LOGS).where(LOGS.c.id == log_id, held)).first()
        return LogRow(*found) if found is not None else None

    def replace_report(self, log_id: str, report_sha256: str, verdict: str, headline: str) -> None:
        """Keep a new judgement."""
        values = {"report_sha256": report_sha256, "verdict": verdict, "headline": headline}
        with self._engine.begin() as connection:
            connection.execute(update(LOGS).where(LOGS.c.id == log_id).values(values))

    def revoke(self, log_id: str, token_sha256: str) -> bool:
        """Take one grant back."""
        mine = (GRANTS.c.log_id == log_id) & (GRANTS.c.token_sha256 == token_sha256)
        with self._engine.begin() as connection:
            return connection.execute(delete(GRANTS).where(mine)).rowcount > 0

    def revoke_all(self, log_id: str) -> None:
        """Take all grants back."""
        with self._engine.begin() as connection:
            connection.execute(delete(GRANTS).where(GRANTS.c.log_id == log_id))

    def sweep(self) -> list[LogRow]:
        """Drop dead grants, then logs without any."""
        with self._engine.begin() as connection:
            connection.execute(delete(GRANTS).where(~alive()))
            held = select(GRANTS.c.id).where(GRANTS.c.log_id == LOGS.c.id).exists()
            gone = [LogRow(*row) for row in connection.execute(select(LOGS).where(~held))]
            if gone:
                connection.execute(delete(LOGS).where(LOGS.c.id.in_([row.id for row in gone])))
        return gone

    def blobs_in_use(self, row: LogRow) -> set[str]:
        """Hashes of ``row`` that rows still there refer to."""
        used = set()
        with self._engine.connect() as connection:
            for sha256 in (*row.inputs, row.report_sha256):
                where = or_(
                    LOGS.c.log_sha256 == sha256,
                    LOGS.c.symbols_sha256 == sha256,
                    LOGS.c.trace_sha256 == sha256,
                    LOGS.c.report_sha256 == sha256,
                )
                if connection.scalar(select(func.count()).select_from(LOGS).where(where)):
                    used.add(sha256)
        return used

    def set_sample(self, name: str, log_id: str, words: SampleWords) -> None:
        """Insert or replace by name."""
        shown = {"log_id": log_id, **words._asdict()}
        sample = self._insert(SAMPLES).values(name=name, **shown)
        with self._engine.begin() as connection:
            connection.execute(sample.on_conflict_do_update(index_elements=["name"], set_=shown))

    def samples(self) -> list[SampleRow]:
        """In the order they were given."""
        words = [SAMPLES.c[name] for name in SampleWords._fields]
        wanted = (LOGS.c.id, SAMPLES.c.name, LOGS.c.verdict, LOGS.c.headline, *words)
        query = select(*wanted).join(SAMPLES, SAMPLES.c.log_id == LOGS.c.id)
        with self._engine.connect() as connection:
            rows = connection.execute(query.order_by(SAMPLES.c.position, SAMPLES.c.name))
            return [
                SampleRow(log_id, name, SampleWords(*rest), verdict, headline)
                for log_id, name, verdict, headline, *rest in rows
            ]

    def list_logs(self, query: LogQuery) -> list[Listed]:
        """A page of the list."""
        with self._engine.connect() as connection:
            return list_logs(connection, query)

    def labels_of(self, log_id: str) -> list[Label]:
        """Sorted."""
        with self._engine.connect() as connection:
            return labels_of(connection, [log_id])[log_id]

    def labels_in_use(self, limit: int, without: Sequence[str]) -> list[Label]:
        """Of uploads that still hold a log."""
        with self._engine.connect() as connection:
            return labels_in_use(connection, limit, without)

    def digests(self, ids: Sequence[str], made_as: int) -> dict[str, bytes]:
        """Those that are of today's report and format."""
        with self._engine.connect() as connection:
            return get_digests(connection, ids, made_as)

    def put_digest(self, row: LogRow, made_as: int, data: bytes) -> None:
        """Keep that of the row's report."""
        put_digest(self._engine, row.id, row.report_sha256, made_as, data)

    def check(self) -> None:
        """Read a row; of SQLite see that its file is there, too, for an open one outlives it."""
        file = self._engine.url.database if self._engine.dialect.name == "sqlite" else None
        try:
            if file and not Path(file).is_file():
                raise StoreDown("The database's file is gone.", hint=_ASK)
            with self._engine.connect() as connection:
                connection.execute(select(LOGS.c.id).limit(1))
        except SQLAlchemyError as error:
            raise StoreDown("The database does not answer.", hint=_ASK) from error


def _now() -> datetime:
    return datetime.now(UTC)
