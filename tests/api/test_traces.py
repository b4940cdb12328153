"""A trace of the same boot beside its log."""

from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from fastapi.testclient import TestClient
from sqlalchemy import text

import app.store.migrate
from app.digests import log_id
from app.report import Report
from app.service import Captured, Service, open_service
from app.settings import Settings
from app.store.metadata import Grant, SqlMetadata, open_engine
from app.store.migrate import migrate
from tests.conftest import SAMPLES

LOGS = "/api/v1/logs"
LOG = (SAMPLES / "deb612-arm64-trace.log").read_bytes()
TRACE = (SAMPLES / "trace" / "deb612-arm64-trace.trace.txt.xz").read_bytes()
SYMBOLS = (SAMPLES / "ff-rootfs-protected.System.map.xz").read_bytes()


def test_a_trace_is_judged_with_its_log(client: TestClient) -> None:
    files = {"log": ("dmesg.txt", LOG), "trace": ("trace.txt.xz", TRACE)}
    got = client.post(LOGS, files=files).json()
    report = Report.from_json(client.get(f"{LOGS}/{got['id']}").content)
    assert sum(call.level_source == "trace" for call in report.initcalls) == 1001
    assert report.capture.trace_sha256 is not None
    assert got["id"] == log_id(report.capture.sha256, [None, report.capture.trace_sha256])
    assert client.get(f"{LOGS}/{got['id']}/raw").content == LOG
    form = client.post("/upload", files=files, follow_redirects=False)
    assert form.headers["location"] == f"/l/{got['id']}"


def test_a_form_of_three_parts(client: TestClient) -> None:
    log = (SAMPLES / "ff-rootfs-protected.log").read_bytes()
    plain = b"swapper/0-1 [000] .....     0.100000: initcall_start: func=ffa_init+0x0/0x820\n"
    files = {"log": log, "symbols": SYMBOLS, "trace": plain}
    got = client.post(LOGS, files=files)
    assert got.status_code == 201, got.text
    capture = client.get(f"{LOGS}/{got.json()['id']}").json()["capture"]
    assert capture["symbols_sha256"] and capture["trace_sha256"]
    assert client.post(LOGS, files=files | {"other": b"x"}).status_code in (400, 422)
    as_text = client.post(LOGS, files={"log": log, "trace": (None, plain)})
    assert client.get(f"{LOGS}/{as_text.json()['id']}").json()["capture"]["trace_sha256"]


def test_what_is_no_trace_is_named(client: TestClient) -> None:
    answer = client.post(LOGS, files={"log": LOG, "trace": b"hello\n"})
    assert answer.status_code in (415, 422)
    assert "trace" in answer.json()["detail"]
    assert client.post(LOGS, files={"log": b"", "trace": TRACE}).status_code == 422
    assert client.post(LOGS, content=TRACE).status_code == 201, "a trace is a log of its own"


def test_the_same_bytes_in_two_places_get_two_ids() -> None:
    log, other = "ab" * 32, "cd" * 32
    ids = {
        log_id(log), log_id(log, [other]), log_id(log, [other, None]), log_id(log, [None, other]),
        log_id(log, [other, other]),
    }  # fmt: skip
    assert len(ids) == 4, "symbols alone are the same with and without a place for a trace"
    assert log_id(log) == log_id(log, [None, None]) == log_id(log, ())
    assert Captured(b"x", symbols=b"y").id != Captured(b"x", trace=b"y").id


@pytest.fixture
def service(tmp_path: Path) -> Service:
    return open_service(Settings(data=tmp_path / "data", samples=""))


def files(service: Service) -> int:
    return sum(path.is_file() for path in (service.settings.data / "blobs").rglob("*"))


def test_a_trace_is_kept_as_long_as_a_log_needs_it(service: Service) -> None:
    alone = service.submit(Captured(LOG))
    both = service.submit(Captured(LOG, trace=TRACE))
    as_log = service.submit(Captured(TRACE))
    assert len({alone.report.id, both.report.id, as_log.report.id}) == 3
    assert files(service) == 5
    assert both.deletion_token and alone.deletion_token and as_log.deletion_token
    service.delete(as_log.report.id, as_log.deletion_token)
    assert files(service) == 4, "the trace is still needed beside the log"
    again = service.judge_again(both.report.id)
    assert again == both.report
    assert service.report(both.report.id, 0) == both.report
    service.delete(both.report.id, both.deletion_token)
    assert files(service) == 2
    service.delete(alone.report.id, alone.deletion_token)
    assert files(service) == 0


def test_a_store_of_before_traces_is_brought_forward(service: Service, tmp_path: Path) -> None:
    """Its rows are those that a server of then wrote: the same columns, without one."""
    done = service.submit(Captured(LOG, "old.log"))
    old = open_engine(f"sqlite:///{tmp_path / 'old.db'}")
    config = Config()
    folder = Path(app.store.migrate.__file__).parent / "migrations"
    config.set_main_option("script_location", str(folder))
    with old.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
    later = ("trace_sha256", "kernel")
    with open_engine(service.settings.database).connect() as connection:
        row = connection.execute(text("select * from logs")).mappings().one()
        kept = {name: value for name, value in row.items() if name not in later}
    with old.begin() as connection:
        columns, values = ", ".join(kept), ", ".join(f":{name}" for name in kept)
        connection.execute(text(f"insert into logs ({columns}) values ({values})"), kept)
        connection.execute(
            text("insert into grants (log_id, token_sha256, created_at) values (:id, 't', :at)"),
            {"id": kept["id"], "at": kept["created_at"]},
        )
        connection.execute(
            text("insert into samples values ('s', :id, 'Shows.', 1)"), {"id": kept["id"]}
        )
    migrate(old)
    metadata = SqlMetadata(old)
    found = metadata.get(done.report.id)
    assert found is not None
    assert (found.name, found.trace_sha256, found.log_sha256) == (
        "old.log", None, done.report.capture.sha256,
    )  # fmt: skip
    assert [sample.name for sample in metadata.samples()] == ["s"]
    both = service.submit(Captured(LOG, trace=TRACE)).report
    new = found._replace(id=both.id, trace_sha256=both.capture.trace_sha256)
    assert metadata.add(new, Grant(None, None))
    kept_now = metadata.get(both.id)
    assert kept_now is not None
    # SQLite gives no zone back, whatever database the row came from.
    assert kept_now._replace(created_at=new.created_at) == new
    assert metadata.blobs_in_use(found) >= {found.log_sha256}
