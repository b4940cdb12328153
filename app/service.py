"""Logs kept and judged: what API and pages ask for, over the store."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Lock

import yaml
from sqlalchemy import Engine

from app.analysis import analyse
from app.digests import log_id, sha256_hex
from app.errors import Forbidden, NotFound, SettingsError
from app.kept import DERIVED, Kept, derived_key, kept_of
from app.labels import Label
from app.past import Past
from app.report import PackVersion, Report
from app.rules.loader import DEFAULT_PACKS, load_shipped
from app.rules.model import Pack
from app.settings import Settings
from app.store.blobs import Blobs, blob_key, open_blobs
from app.store.listing import Listed, LogQuery
from app.store.metadata import (
    Grant,
    LogRow,
    Metadata,
    SampleRow,
    SampleWords,
    SqlMetadata,
    open_engine,
)
from app.store.migrate import migrate
from app.store.tokens import Tokens
from app.timeline.packed import timeline_bytes
from parsers import UnknownFraming, lines_read_as

MAX_NAME = 200


@dataclass(frozen=True, slots=True)
class Captured:
    """What was captured of a boot: its log, and what may come beside it."""

    log: bytes
    name: str = "log"
    symbols: bytes | None = None
    trace: bytes | None = None

    @property
    def id(self) -> str:
        """The id that this gets."""
        log, *companions = (
            sha256_hex(part) if part is not None else None
            for part in (self.log, self.symbols, self.trace)
        )
        return log_id(log or "", companions)


@dataclass(frozen=True, slots=True)
class Submission:
    """An upload's answer. ``deletion_token`` is shown once, here."""

    report: Report
    created: bool
    deletion_token: str | None
    expires_at: datetime | None
    labels: tuple[Label, ...] = ()


class Service:
    """Submits, shows, judges again and deletes logs.

    Raises InputError on unusable logs, NotFound for an unknown id. ``tokens`` are those
    that the operator gave out.
    """

    def __init__(
        self, settings: Settings, metadata: Metadata, blobs: Blobs, tokens: Tokens
    ) -> None:
        self.settings = settings
        self.tokens = tokens
        self.past = Past(metadata, self.report)
        self._metadata = metadata
        self._blobs = blobs
        self._writing = Lock()

    def submit(
        self,
        given: Captured,
        *,
        framing: str | None = None,
        guests: Sequence[Pack] = (),
        labels: tuple[Label, ...] = (),
        with_token: bool = True,
    ) -> Submission:
        """Keep a log and judge it. The same bytes give the same id, whoever sends them.

        ``framing`` overrides detection for this answer; kept is the log as detection
        reads it, unless that reads nothing. So do ``guests``, packs of whoever sends the
        log: what is kept, for all who have the same bytes, is judged by the shipped ones.
        """
        row = self._metadata.get(given.id)
        report = self._stored_report(row) if row is not None else None
        if row is None or report is None or not self.judged_today(report):
            report = self._first_judgement(given, framing)
        shown = report
        if guests or (framing is not None and framing != report.capture.framing):
            shown = self._judge(given, guests=guests, framing=framing)
        token = secrets.token_urlsafe(24) if with_token else None
        grant = Grant(
            sha256_hex(token.encode()) if token else None, self._expiry(with_token), labels
        )
        created = self._keep(report, given, grant)
        return Submission(shown, created, token, grant.expires_at, labels)

    def report(
        self, identity: str, boot: int | None = None, framing: str | None = None,
        guests: Sequence[Pack] = (),
    ) -> Report:  # fmt: skip
        """The report on a log as it was judged last, or on one boot of it (0-based).

        Kept is the report on the worst boot, read as detection has it; another view is
        judged when it is asked for, and so is what ``guests`` say besides.
        """
        row = self._row(identity)
        report = self._stored_report(row) or self.judge_again(identity)
        kept = report.capture
        if not guests and boot in (None, kept.boot_index) and framing in (None, kept.framing):
            return report
        return self._judge(self.inputs(row), boot=boot, framing=framing, guests=guests)

    def try_pack(
        self, identity: str, pack: Pack, boot: int | None = None, framing: str | None = None
    ) -> Report:
        """What ``pack`` alone says of the boot that ``report`` shows. Nothing is kept."""
        given = self.inputs(self._row(identity))
        report = self._judge(given, [pack], boot=boot or 0, framing=framing, alone=True)
        if boot is None and report.capture.boots > 1:
            shown = self.report(identity, None, framing).capture.boot_index
            report = self._judge(given, [pack], boot=shown, framing=framing, alone=True)
        return report

    def report_json(self, identity: str) -> bytes:
        """The report as it was kept, without reading it."""
        row = self._row(identity)
        data = self._blobs.get(blob_key("reports", row.report_sha256))
        return data if data is not None else self.judge_again(identity).to_json().encode()

    def brief(self, identity: str, boot: int | None = None, framing: str | None = None) -> Report:
        """The report for a page: of a large one only the initcalls that findings speak of."""
        data = self._beside("briefs", identity, boot, framing)
        return self.report(identity, boot, framing) if data is None else Report.from_json(data)

    def timeline(self, identity: str, boot: int | None = None, framing: str | None = None) -> bytes:
        """What the browser draws, packed with gzip."""
        data = self._beside("timelines", identity, boot, framing)
        return timeline_bytes(self.report(identity, boot, framing)) if data is None else data

    def _beside(
        self, kind: str, identity: str, boot: int | None, framing: str | None
    ) -> bytes | None:
        """What is kept beside a large report, made anew where it is not there.

        None for a view that is not kept, and for a report that is read fast enough.
        """
        if boot is not None or framing is not None:
            return None
        row = self._row(identity)
        key = derived_key(kind, row.report_sha256)
        data = self._blobs.get(key)
        report = self._stored_report(row) if data is None else None
        if report is None or key not in (kept := kept_of(report)).blobs:
            return data
        with self._writing:
            if self._metadata.get(identity) == row:
                self._put(kept)
        return kept.blobs[key]

    def row(self, identity: str) -> LogRow:
        """What is known of a log without reading its report."""
        return self._row(identity)

    def list_logs(self, query: LogQuery) -> list[Listed]:
        """The newest logs that ``query`` asks for."""
        return self._metadata.list_logs(query)

    def raw(self, identity: str) -> bytes:
        """The log, byte for byte as it was uploaded."""
        return self._bytes("logs", self._row(identity).log_sha256)

    def lines(self, identity: str, framing: str | None = None) -> tuple[str, ...]:
        """The log's lines as text: item n-1 is the line n that findings speak of."""
        read_as = framing or self.brief(identity).capture.framing
        return lines_read_as(self.raw(identity), read_as, max_bytes=self.settings.max_log_bytes)

    def judge_again(self, identity: str) -> Report:
        """Judge a log with today's rules, and keep that."""
        row = self._row(identity)
        report = self._judge(self.inputs(row))
        kept = kept_of(report)
        with self._writing:
            self._put(kept)
            self._replace_report(row, report, kept.sha256)
        return report

    def judged_today(self, report: Report) -> bool:
        """Whether the rules that judged are the ones in force."""
        headers = [load_shipped(name).header for name in DEFAULT_PACKS]
        return report.packs == tuple(PackVersion(name=h.pack, version=h.version) for h in headers)

    def delete(self, identity: str, token: str) -> None:
        """Take back the upload that ``token`` was given for.

        The log goes with its last upload. Raises NotFound and Forbidden.
        """
        row = self._row(identity)
        if not self._metadata.revoke(row.id, sha256_hex(token.encode())):
            raise no_such_grant()
        self.sweep()

    def delete_for_all(self, identity: str) -> None:
        """Take back every upload of a log, whoever sent it. Raises NotFound."""
        self._metadata.revoke_all(self._row(identity).id)
        self.sweep()

    def sweep(self) -> None:
        """Remove the logs that no upload holds any more, rows first."""
        with self._writing:
            for row in self._metadata.sweep():
                kept = self._metadata.blobs_in_use(row)
                for sha256 in row.inputs:
                    if sha256 not in kept:
                        self._blobs.delete(blob_key("logs", sha256))
                if row.report_sha256 not in kept:
                    self._delete_report(row.report_sha256)

    def check(self) -> None:
        """Ask both halves of the store whether they are there. Raises StoreDown."""
        self._metadata.check()
        self._blobs.check()

    def samples(self) -> list[SampleRow]:
        """The sample logs."""
        return self._metadata.samples()

    def sample_sentence(self, identity: str) -> str | None:
        """What a sample shows; None for any other log."""
        return next((s.words.sentence for s in self.samples() if s.id == identity), None)

    def load_samples(self) -> int:
        """Load the sample logs of the settings' folder; returns how many there are."""
        folder = Path(self.settings.samples)
        if not self.settings.samples or not folder.is_dir():
            return 0
        known = {sample.name: sample for sample in self.samples()}
        described = sorted(folder.glob("*.meta.yaml"))
        for place, meta in enumerate(described):
            about = yaml.safe_load(meta.read_text("utf-8"))
            name = meta.name.removesuffix(".meta.yaml")
            words = SampleWords(
                about.get("title", name), about["shows"], about.get("topic", "Real boots"),
                about.get("position", place),
            )  # fmt: skip
            if name not in known:
                data = (folder / f"{name}.log").read_bytes()
                done = self.submit(Captured(data, f"{name}.log"), with_token=False)
                self._metadata.set_sample(name, done.report.id, words)
            elif known[name].words != words:
                self._metadata.set_sample(name, known[name].id, words)
        return len(described)

    def _first_judgement(self, given: Captured, framing: str | None) -> Report:
        try:
            return self._judge(given)
        except UnknownFraming:
            if framing is None:
                raise
            return self._judge(given, framing=framing)

    def _judge(
        self,
        given: Captured,
        packs: Sequence[Pack] = (),
        *,
        guests: Sequence[Pack] = (),
        boot: int | None = None,
        framing: str | None = None,
        alone: bool = False,
    ) -> Report:
        return analyse(
            given.log,
            name=given.name[:MAX_NAME],
            symbols=given.symbols,
            trace=given.trace,
            packs=packs,
            guests=guests,
            boot=boot,
            framing=framing,
            alone=alone,
            max_bytes=self.settings.max_log_bytes,
        ).report

    def inputs(self, row: LogRow) -> Captured:
        """What was sent of a log."""
        beside = (row.symbols_sha256, row.trace_sha256)
        symbols, trace = (self._bytes("logs", one) if one else None for one in beside)
        return Captured(self._bytes("logs", row.log_sha256), row.name, symbols, trace)

    def _keep(self, report: Report, given: Captured, grant: Grant) -> bool:
        """Blobs first, row second: a crash in between leaves nothing half-made in sight."""
        capture, kept = report.capture, kept_of(report)
        with self._writing:
            for sha256, part in (
                (capture.sha256, given.log), (capture.symbols_sha256, given.symbols),
                (capture.trace_sha256, given.trace),
            ):  # fmt: skip
                if sha256 is not None and part is not None:
                    self._blobs.put(blob_key("logs", sha256), part)
            self._put(kept)
            row = LogRow(
                id=report.id,
                log_sha256=capture.sha256,
                symbols_sha256=capture.symbols_sha256,
                trace_sha256=capture.trace_sha256,
                report_sha256=kept.sha256,
                name=capture.name,
                size_bytes=capture.size_bytes,
                verdict=report.verdict,
                headline=report.headline,
                created_at=datetime.now(UTC),
                kernel=report.kernel.release,
            )
            created = self._metadata.add(row, grant)
            before = None if created else self._metadata.get(row.id)
            if before is not None and before.report_sha256 != kept.sha256:
                self._replace_report(before, report, kept.sha256)
        if created and grant.labels:
            self.past.keep(row, report)
        return created

    def _put(self, kept: Kept) -> None:
        for key, data in kept.blobs.items():
            self._blobs.put(key, data)

    def _replace_report(self, before: LogRow, report: Report, sha256: str) -> None:
        """Let the row have another report, which is kept already, and forget the one before."""
        self._metadata.replace_report(before.id, sha256, report.verdict, report.headline)
        if before.report_sha256 not in self._metadata.blobs_in_use(before):
            self._delete_report(before.report_sha256)

    def _delete_report(self, sha256: str) -> None:
        for key in (blob_key("reports", sha256), *(derived_key(kind, sha256) for kind in DERIVED)):
            self._blobs.delete(key)

    def _stored_report(self, row: LogRow) -> Report | None:
        data = self._blobs.get(blob_key("reports", row.report_sha256))
        return Report.from_json(data) if data is not None else None

    def _row(self, identity: str) -> LogRow:
        row = self._metadata.get(identity)
        if row is None:
            raise NotFound(
                "There is no log at this address.",
                hint="It was never here, was deleted, or its time was over. Upload it again:"
                " the same bytes get the same address.",
            )
        return row

    def _bytes(self, kind: str, sha256: str) -> bytes:
        data = self._blobs.get(blob_key(kind, sha256))
        if data is None:
            raise NotFound("The bytes of this log are lost from the store.")
        return data

    def _expiry(self, with_token: bool) -> datetime | None:
        if not self.settings.keep_days or not with_token:
            return None
        return datetime.now(UTC) + timedelta(days=self.settings.keep_days)


def open_rows(settings: Settings) -> Engine:
    """The database of ``settings``, migrated. Raises SettingsError."""
    try:
        if not settings.database_url:
            settings.data.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _unusable(error) from error
    engine = open_engine(settings.database)
    migrate(engine)
    return engine


def open_service(settings: Settings) -> Service:
    """Open the store of ``settings``, migrated, swept, and with the samples loaded."""
    try:
        if not settings.blobs_url:
            settings.data.mkdir(parents=True, exist_ok=True)
        blobs = open_blobs(settings.blobs)
    except OSError as error:
        raise _unusable(error) from error
    engine = open_rows(settings)
    service = Service(settings, SqlMetadata(engine), blobs, Tokens(engine))
    service.sweep()
    service.load_samples()
    return service


def no_such_grant() -> Forbidden:
    """The refusal of a deletion token that is none."""
    return Forbidden(
        "That is no deletion token of this log.",
        hint="Send the deletion_token that the upload's answer gave:"
        " 'Authorization: Bearer TOKEN'.",
    )


def _unusable(error: OSError) -> SettingsError:
    return SettingsError(
        f"The data folder cannot be used: {error}.", hint="Set BOOTSCOPE_DATA to another."
    )
