"""The store: what is kept, for how long, and what survives."""

import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text, update

import app.kept
import app.service
from app.digests import sha256_hex
from app.errors import NotFound, SettingsError
from app.report import Report
from app.service import Captured, Service, open_service
from app.settings import Settings, load_settings
from app.store.blobs import ObjectBlobs, blob_key, open_blobs
from app.store.metadata import SqlMetadata, open_engine
from app.store.migrate import migrate
from app.store.tables import GRANTS
from app.timeline.packed import timeline_bytes
from parsers.record import replace
from tests.conftest import SAMPLES

DATA = (SAMPLES / "ff-rootfs-protected.log").read_bytes()
OTHER = (SAMPLES / "ff-device-protected.log").read_bytes()


@pytest.fixture
def service(tmp_path: Path) -> Service:
    return open_service(Settings(data=tmp_path / "data", samples=""))


def files(service: Service) -> set[str]:
    folder = service.settings.data / "blobs"
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_a_log_is_there_after_a_restart(service: Service) -> None:
    done = service.submit(Captured(DATA, "a.log"))
    again = open_service(service.settings)
    assert again.raw(done.report.id) == DATA
    assert again.report(done.report.id) == done.report
    assert again.lines(done.report.id)[601] == "[    1.585658] ARM FF-A: Driver version 1.1"


def test_blobs_are_packed_and_named_by_content(service: Service) -> None:
    report = service.submit(Captured(DATA)).report
    kept = files(service)
    assert blob_key("logs", report.capture.sha256) in kept
    assert len(kept) == 2
    packed = service.settings.data / "blobs" / blob_key("logs", report.capture.sha256)
    assert packed.stat().st_size < len(DATA) / 3


def test_of_a_large_report_what_its_page_needs_is_kept_beside_it(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    small = service.submit(Captured(OTHER))
    assert service.brief(small.report.id) == small.report
    monkeypatch.setattr(app.kept, "MANY", 100)
    done = service.submit(Captured(DATA))
    assert len(files(service)) == 6
    brief, report = service.brief(done.report.id), service.report(done.report.id)
    assert len(brief.initcalls) < 20 < len(report.initcalls)
    assert [found.message for found in brief.findings] == [f.message for f in report.findings]
    for shown, found in zip(brief.findings, report.findings, strict=True):
        for less, whole in zip(shown.subjects, found.subjects, strict=True):
            assert (less.initcall is None) == (whole.initcall is None)
            if less.initcall is not None and whole.initcall is not None:
                function = report.initcalls[whole.initcall].function
                assert brief.initcalls[less.initcall].function == function
    assert service.timeline(done.report.id) == timeline_bytes(report)
    assert service.timeline(done.report.id, boot=0) == timeline_bytes(report)
    assert done.deletion_token
    for kind in ("briefs", "timelines"):
        for path in (service.settings.data / "blobs" / kind).rglob("*.zst"):
            path.unlink()
    assert service.brief(done.report.id) == brief  # made anew, and kept
    assert len(files(service)) == 6
    service.delete(done.report.id, done.deletion_token)
    assert len(files(service)) == 2


def test_deleting_leaves_nothing_behind_and_harms_nobody_else(service: Service) -> None:
    done = service.submit(Captured(DATA))
    other = service.submit(Captured(OTHER))
    assert done.deletion_token
    service.delete(done.report.id, done.deletion_token)
    assert len(files(service)) == 2
    assert service.raw(other.report.id) == OTHER
    with pytest.raises(NotFound, match="no log at this address"):
        service.raw(done.report.id)


def test_a_blob_that_two_logs_share_outlives_one_of_them(service: Service) -> None:
    symbols = (SAMPLES / "ff-rootfs-protected.System.map.xz").read_bytes()
    alone = service.submit(Captured(DATA))
    both = service.submit(Captured(DATA, symbols=symbols))
    assert alone.deletion_token
    service.delete(alone.report.id, alone.deletion_token)
    assert service.raw(both.report.id) == DATA
    assert service.judge_again(both.report.id).coverage.symbols


def test_eight_uploads_at_once_make_one_row(service: Service) -> None:
    done: list[app.service.Submission] = []
    threads = [
        threading.Thread(target=lambda: done.append(service.submit(Captured(DATA))))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({submission.report.id for submission in done}) == 1
    assert sorted(submission.created for submission in done) == [False] * 7 + [True]
    for submission in done:
        assert submission.deletion_token
        service.delete(submission.report.id, submission.deletion_token)
    assert files(service) == set()


def test_an_upload_ends_with_its_time(tmp_path: Path) -> None:
    service = open_service(Settings(data=tmp_path / "data", samples="", keep_days=3))
    done = service.submit(Captured(DATA))
    assert done.expires_at is not None
    assert timedelta(days=2) < done.expires_at - datetime.now(UTC) <= timedelta(days=3)
    past = datetime.now(UTC) - timedelta(seconds=1)
    engine = open_engine(service.settings.database)
    with engine.begin() as connection:
        connection.execute(update(GRANTS).values(expires_at=past))
    with pytest.raises(NotFound):
        service.report(done.report.id)
    service.sweep()
    assert files(service) == set()


def test_a_report_that_is_lost_is_made_again(service: Service) -> None:
    done = service.submit(Captured(DATA))
    for path in (service.settings.data / "blobs" / "reports").rglob("*.zst"):
        path.unlink()
    assert service.report_json(done.report.id).decode() == done.report.to_json()
    for path in (service.settings.data / "blobs" / "reports").rglob("*.zst"):
        path.unlink()
    assert service.report(done.report.id) == done.report
    assert service.submit(Captured(DATA)).report == done.report


def test_bytes_that_are_lost_are_said_to_be(service: Service) -> None:
    done = service.submit(Captured(DATA))
    for path in (service.settings.data / "blobs" / "logs").rglob("*.zst"):
        path.unlink()
    with pytest.raises(NotFound, match="lost from the store"):
        service.raw(done.report.id)


def test_a_crash_between_blob_and_row_leaves_nothing_in_sight(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(*_: object) -> bool:
        raise RuntimeError

    with monkeypatch.context() as patch:
        patch.setattr(SqlMetadata, "add", crash)
        with pytest.raises(RuntimeError):
            service.submit(Captured(DATA))
    identity = app.service.log_id(sha256_hex(DATA))
    with pytest.raises(NotFound):
        service.report(identity)
    assert service.submit(Captured(DATA)).created


def test_rules_of_another_day_are_told_and_asked_again(
    service: Service, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def judge_then(*given: Any, **how: Any) -> Report:
        report = judge_now(*given, **how)
        return replace(report, packs=(replace(report.packs[0], version="0.0.1"),), headline="Old")

    judge_now = Service._judge
    monkeypatch.setattr(app.kept, "MANY", 100)
    for ask_again in ("submit", "judge_again"):
        with monkeypatch.context() as patch:
            patch.setattr(Service, "_judge", judge_then)
            done = service.submit(Captured(DATA))
        old = files(service)
        assert not service.judged_today(done.report)
        if ask_again == "submit":
            report = service.submit(Captured(DATA)).report
        else:
            report = service.judge_again(done.report.id)
        assert service.judged_today(report)
        assert service.report(report.id) == report
        assert service.row(report.id).headline == report.headline != "Old"
        now = files(service)
        assert len(now) == len(old) == 4  # the log, its report, and what is made of that
        assert len(now & old) == 1
        service = open_service(Settings(data=tmp_path / "other", samples=""))


def test_samples_are_loaded_once(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path / "data", samples=str(SAMPLES))
    service = open_service(settings)
    count = len(list(SAMPLES.glob("*.log")))
    samples = service.samples()
    assert len(samples) == count
    assert samples[0].name == "ff-rootfs-protected"
    assert samples[0].verdict == "fail"
    assert service.sample_sentence(samples[0].id) == samples[0].words.sentence
    assert service.sample_sentence("nope") is None
    assert service.load_samples() == count
    assert len(open_service(settings).samples()) == count


def test_samples_are_shown_in_todays_words(tmp_path: Path) -> None:
    """Those of an older store, and those whose words were changed, keep their place and log."""
    settings = Settings(data=tmp_path / "data", samples=str(SAMPLES))
    before = open_service(settings).samples()
    with open_engine(settings.database).begin() as connection:
        connection.execute(text("update samples set title = '', topic = '', sentence = 'Old.'"))
    assert open_service(settings).samples() == before


def test_migrations_run_forward_and_are_repeatable(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'x.db'}")
    migrate(engine)
    migrate(engine)
    with engine.connect() as connection:
        assert connection.scalar(text("select version_num from alembic_version")) == "0006"
        assert connection.scalar(text("pragma journal_mode")) == "wal"
        assert connection.scalar(text("pragma synchronous")) == 2


def test_the_tables_are_what_the_migrations_make(tmp_path: Path) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    from app.store.tables import METADATA

    engine = open_engine(f"sqlite:///{tmp_path / 'x.db'}")
    migrate(engine)
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), METADATA) == []


@pytest.mark.parametrize("url", ["nonsense", "oracle9://x", "mysql+nothing://x"])
def test_a_bad_database_url_is_named(url: str) -> None:
    with pytest.raises(SettingsError, match="BOOTSCOPE_DATABASE_URL"):
        open_engine(url)


def test_a_bad_blobs_url_is_named() -> None:
    with pytest.raises(SettingsError, match="BOOTSCOPE_BLOBS_URL"):
        open_blobs("carrier-pigeon://x")


def test_blobs_in_memory_take_the_same_path() -> None:
    blobs = open_blobs("memory:///")
    assert isinstance(blobs, ObjectBlobs)
    blobs.put("a/b/c", b"x")
    blobs.put("a/b/c", b"x")
    assert blobs.get("a/b/c") == b"x"
    blobs.delete("a/b/c")
    assert blobs.get("a/b/c") is None


def test_a_blob_that_a_power_cut_emptied_is_written_again(service: Service) -> None:
    done = service.submit(Captured(DATA))
    path = service.settings.data / "blobs" / blob_key("logs", done.report.capture.sha256)
    for broken in (b"", path.read_bytes()[:100], b"rubbish"):
        path.write_bytes(broken)
        service.submit(Captured(DATA))
        assert service.raw(done.report.id) == DATA


def test_a_data_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(SettingsError, match="Set BOOTSCOPE_DATA"):
        open_service(Settings(data=tmp_path / "file" / "data", samples=""))


def test_settings_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOOTSCOPE_DATABASE_URL", "postgresql+psycopg://x")
    monkeypatch.setenv("BOOTSCOPE_BLOBS_URL", "s3://bucket")
    settings = load_settings()
    assert (settings.database, settings.blobs) == ("postgresql+psycopg://x", "s3://bucket")
    monkeypatch.setenv("BOOTSCOPE_PORT", "99999")
    with pytest.raises(SettingsError, match="BOOTSCOPE_PORT"):
        load_settings()
