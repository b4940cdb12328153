"""What holds for every request: its name, its errors, HEAD; and whether the server is well."""

import logging
import re
import socket
import threading
import time

import pytest
from fastapi.testclient import TestClient

from app.api import health
from app.errors import StoreDown
from app.settings import Settings
from app.store.blobs import open_blobs
from app.store.metadata import open_engine
from tests.conftest import SAMPLES

LOG = (SAMPLES / "ff-rootfs-protected.log").read_bytes()
MADE = re.compile(r"[0-9a-f]{32}")


@pytest.mark.parametrize("name", ["abc", "a" * 64, "Root=1-67891233:ab.cd_ef"[5:], "0"])
def test_a_sane_name_is_taken(client: TestClient, name: str) -> None:
    for path, status in (("/livez", 200), ("/api/v1/logs/nope", 404), ("/nope", 404)):
        answer = client.get(path, headers={"X-Request-Id": name})
        assert (answer.status_code, answer.headers["x-request-id"]) == (status, name)
        if status == 404:
            assert answer.json()["request_id"] == name


@pytest.mark.parametrize("name", ["", "a b", "a" * 65, "<script>", "a\tb", 'x"y', "é"])
def test_any_other_is_made(client: TestClient, name: str) -> None:
    answers = [
        client.get("/nope", headers={b"X-Request-Id": name.encode("latin-1")}) for _ in range(2)
    ]
    names = {answer.headers["x-request-id"] for answer in answers}
    assert len(names) == 2 and all(map(MADE.fullmatch, names))
    assert answers[0].json()["request_id"] == answers[0].headers["x-request-id"]


def test_a_fault_of_ours_is_found_by_its_name(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def crash(*_: object, **__: object) -> None:
        raise RuntimeError("hunter2")

    monkeypatch.setattr("app.service.analyse", crash)
    sent = {"X-Request-Id": "mine-1"}
    with caplog.at_level(logging.ERROR, "bootscope"):
        answer = client.post("/api/v1/logs", content=LOG, headers=sent)
        page = client.post("/upload", files={"log": LOG}, headers={"Accept": "text/html", **sent})
    assert answer.headers["content-type"] == "application/problem+json"
    for shown in (answer, page):
        assert (shown.status_code, shown.headers["x-request-id"]) == (500, "mine-1")
        assert shown.headers["x-content-type-options"] == "nosniff"
        assert "default-src 'none'" in shown.headers["content-security-policy"]
        assert "mine-1" in shown.text and "hunter2" not in shown.text
    assert [record.getMessage() for record in caplog.records] == [
        "Request mine-1 failed: POST '/api/v1/logs'", "Request mine-1 failed: POST '/upload'",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("method", "path", "status", "more"),
    [
        ("GET", "/nope", 404, {}),
        ("GET", "/api/v2/logs", 404, {}),
        ("GET", "/static/x/nope.js", 404, {}),
        ("GET", "/api/v1/logs/%00", 404, {}),
        ("GET", "/api/v1/logs/..%2f..%2fetc", 404, {}),
        ("PATCH", "/api/v1/logs", 405, {}),
        ("TRACE", "/", 405, {}),
        ("BREW", "/api/v1/badge.svg", 405, {}),
        ("POST", "/api/v1/logs", 422, {}),
        ("POST", "/api/v1/logs", 413, {"content": b"[    0.000000] x\n" * 30_000}),
        ("POST", "/api/v1/logs", 415, {"content": b"<!DOCTYPE html><p>"}),
        ("POST", "/api/v1/logs", 400, {"content": b"x", "headers": {
            "Content-Type": "multipart/form-data"}}),
        ("GET", "/api/v1/badge.svg", 403, {}),
    ],
)  # fmt: skip
def test_every_error_is_a_problem(
    client: TestClient, method: str, path: str, status: int, more: dict[str, object]
) -> None:
    answer = client.request(method, path, **more)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["status"] == status
    assert problem["type"].startswith("about:blank") and problem["title"] and problem["detail"]
    assert problem["request_id"] == answer.headers["x-request-id"]
    if status == 405:
        assert answer.headers["allow"]


@pytest.mark.parametrize(
    ("method", "path", "allow"),
    [
        ("PUT", "/api/v1/logs", "GET, HEAD, POST"), ("PUT", "/api/v1/logs/x", "DELETE, GET, HEAD"),
        ("OPTIONS", "/api/v1/rules/lint", "POST"), ("POST", "/livez", "GET, HEAD"),
        ("POST", "/api/v1/rules/FFA001", "GET, HEAD"), ("DELETE", "/", "GET, HEAD"),
    ],
)  # fmt: skip
def test_what_an_address_takes(client: TestClient, method: str, path: str, allow: str) -> None:
    answer = client.request(method, path)
    assert (answer.status_code, answer.headers["allow"]) == (405, allow)


def test_head_is_get_without_a_body(client: TestClient) -> None:
    identity = client.post("/api/v1/logs", content=LOG).json()["id"]
    for path in (
        f"/api/v1/logs/{identity}", f"/api/v1/logs/{identity}/raw", "/healthz", f"/l/{identity}",
        "/api/v1/rules", "/nope",
    ):  # fmt: skip
        sent = {"Accept-Encoding": "identity"}
        whole, head = client.get(path, headers=sent), client.head(path, headers=sent)
        assert (head.status_code, head.content) == (whole.status_code, b"")
        same = ("content-length", "content-type", "etag", "cache-control")
        if path != "/nope":  # a problem has the request's name in it
            assert [head.headers.get(name) for name in same] == [
                whole.headers.get(name) for name in same
            ]
    ranged = client.head(f"/api/v1/logs/{identity}/raw", headers={"Range": "bytes=0-9"})
    assert (ranged.status_code, ranged.headers["content-length"]) == (206, "10")


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_health_tells_that_blobs_are_gone(
    client: TestClient, settings: Settings, path: str
) -> None:
    assert (client.get(path).status_code, client.get(path).json()) == (200, {"status": "ok"})
    (settings.data / "blobs").rename(settings.data / "elsewhere")
    answer = client.get(path)
    assert (answer.status_code, answer.json()["title"]) == (503, "Not ready")
    assert "blobs" in answer.json()["detail"]
    (settings.data / "elsewhere").rename(settings.data / "blobs")
    assert client.get(path).status_code == 200


def test_health_tells_that_the_database_is_gone(
    client: TestClient, settings: Settings, database: str
) -> None:
    if database == "sqlite":
        (settings.data / "bootscope.db").rename(settings.data / "other.db")
    else:
        with socket.create_server(("127.0.0.1", 0)) as probe:
            port = probe.getsockname()[1]  # nobody listens there any more
        service = client.app.state.service  # type: ignore[attr-defined]
        service._metadata._engine = open_engine(f"postgresql+psycopg://127.0.0.1:{port}/x")
    answer = client.get("/readyz")
    assert (answer.status_code, "database" in answer.json()["detail"]) == (503, True)
    assert client.get("/livez").json() == {"status": "ok"}


def test_a_database_that_cannot_be_read(
    client: TestClient, settings: Settings, database: str
) -> None:
    if database != "sqlite":
        return  # it has a file of its own, and nothing else has
    for path in settings.data.glob("bootscope.db*"):
        path.unlink()
    (settings.data / "bootscope.db").write_bytes(b"no database" * 1000)
    assert client.get("/readyz").status_code in (200, 503)
    app = client.app
    app.state.service._metadata._engine.dispose()  # type: ignore[attr-defined]
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["detail"]) == (503, "The database does not answer.")


def test_a_store_that_hangs_is_given_up(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "SECONDS", 0.1)
    freed = threading.Event()
    monkeypatch.setattr("app.store.metadata.SqlMetadata.check", lambda _: freed.wait(60))
    began = time.monotonic()
    answer = client.get("/readyz")
    took_s = time.monotonic() - began
    freed.set()
    assert (answer.status_code, took_s < 50) == (503, True)


def test_blobs_elsewhere_are_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    open_blobs("memory:///").check()
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]  # nobody listens there any more
    for name, value in (
        ("ENDPOINT", f"http://127.0.0.1:{port}"), ("ALLOW_HTTP", "true"), ("REGION", "nowhere"),
        ("ACCESS_KEY_ID", "x"), ("SECRET_ACCESS_KEY", "x"),
    ):  # fmt: skip
        monkeypatch.setenv(f"AWS_{name}", value)
    with pytest.raises(StoreDown, match="does not answer"):
        open_blobs("s3://bucket").check()
