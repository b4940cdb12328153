"""/api/v1/logs: the contract."""

import gzip
import hashlib
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from app.digests import log_id
from app.report import Report
from tests.conftest import SAMPLES

BROKEN = SAMPLES / "ff-rootfs-protected.log"
SYMBOLS = SAMPLES / "ff-rootfs-protected.System.map.xz"
LOGS = "/api/v1/logs"


def upload(client: TestClient, path: Path = BROKEN, **kwargs: object):
    return client.post(LOGS, content=path.read_bytes(), **kwargs)


def test_one_post_answers_with_verdict_and_permalink(client: TestClient) -> None:
    answer = upload(client, params={"name": "dmesg.txt"})
    assert answer.status_code == 201
    got = answer.json()
    identity = log_id(hashlib.sha256(BROKEN.read_bytes()).hexdigest())
    assert got["id"] == identity
    assert got["url"] == f"http://testserver/l/{identity}"
    assert answer.headers["location"] == f"http://testserver{LOGS}/{identity}"
    assert (got["verdict"], got["exit_code"], got["created"]) == ("fail", 1, True)
    assert got["headline"] == "FF-A came up 306 ms before pKVM traps SMCs"
    first = got["findings"][0]
    assert (first["rule"], first["outcome"]) == ("FFA001", "fail")
    assert [evidence["line"] for evidence in first["evidence"]] == [602, 623]


def test_the_same_bytes_get_the_same_id(client: TestClient) -> None:
    first, second = upload(client), upload(client)
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json()["id"] == second.json()["id"]
    assert second.json()["created"] is False
    assert first.json()["deletion_token"] != second.json()["deletion_token"]


def test_the_report(client: TestClient) -> None:
    identity = upload(client, params={"name": "my.log"}).json()["id"]
    answer = client.get(f"{LOGS}/{identity}")
    report = Report.from_json(answer.content)
    assert (report.id, report.capture.name, report.counts.returned) == (identity, "my.log", 375)
    etag = answer.headers["etag"]
    again = client.get(f"{LOGS}/{identity}", headers={"If-None-Match": etag})
    assert (again.status_code, again.content) == (304, b"")
    assert "Accept" in answer.headers["vary"]


@pytest.mark.parametrize(
    "kwargs", [{"headers": {"Accept": "text/plain"}}, {"params": {"format": "text"}}]
)
def test_text_for_people(client: TestClient, kwargs: dict[str, dict[str, str]]) -> None:
    answer = upload(client, **kwargs)
    assert answer.headers["content-type"].startswith("text/plain")
    assert answer.text.startswith("FAIL: FF-A came up 306 ms before pKVM traps SMCs\n")
    link = answer.text.splitlines()[-1]
    identity = link.rpartition("/")[2]
    report = client.get(f"{LOGS}/{identity}", **kwargs)
    assert report.text == answer.text
    json = client.get(f"{LOGS}/{identity}", headers={"Accept": "text/plain, application/json"})
    assert json.headers["content-type"] == "application/json"


def test_the_raw_log_is_returned_byte_for_byte(client: TestClient) -> None:
    identity = upload(client).json()["id"]
    answer = client.get(f"{LOGS}/{identity}/raw")
    assert answer.content == BROKEN.read_bytes()
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.headers["content-security-policy"].startswith("sandbox")
    assert answer.headers["x-content-type-options"] == "nosniff"
    lines = client.get(f"{LOGS}/{identity}/lines").text.split("\n")
    assert lines[601] == "[    1.585658] ARM FF-A: Driver version 1.1"


@pytest.mark.parametrize("tail", [b"", b"\xff\xfe"])
def test_a_packed_log_is_a_file_to_save(client: TestClient, tail: bytes) -> None:
    data = gzip.compress(BROKEN.read_bytes(), mtime=0)
    answer = client.post(LOGS, content=data)
    raw = client.get(f"{LOGS}/{answer.json()['id']}/raw")
    assert raw.content == data
    assert raw.headers["content-disposition"].startswith("attachment")


def test_multipart_with_symbols(client: TestClient) -> None:
    files = {"log": BROKEN.open("rb"), "symbols": SYMBOLS.open("rb")}
    with files["log"], files["symbols"]:
        got = client.post(LOGS, files=files).json()
    report = Report.from_json(client.get(f"{LOGS}/{got['id']}").content)
    assert report.coverage.symbols
    assert report.capture.name == "ff-rootfs-protected.log"
    assert got["id"] != upload(client).json()["id"]
    (found,) = (finding for finding in report.findings if finding.rule == "FFA001")
    assert (found.basis, found.level_source) == ("level", "system_map")


def test_multipart_of_text(client: TestClient) -> None:
    answer = client.post(LOGS, data={"text": BROKEN.read_text()}, files={"log": ("", b"")})
    assert answer.json()["verdict"] == "fail"
    plain = client.post(LOGS, files={"log": (None, BROKEN.read_bytes())})
    assert plain.json()["verdict"] == "fail"


def test_deleting_needs_the_token_and_goes_with_the_last_upload(client: TestClient) -> None:
    first, second = upload(client).json(), upload(client).json()
    address = f"{LOGS}/{first['id']}"

    def delete(token: str | None) -> int:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return client.delete(address, headers=headers).status_code

    assert delete(None) == 403
    assert delete("wrong") == 403
    assert delete(first["deletion_token"]) == 204
    assert client.get(address).status_code == 200
    assert delete(first["deletion_token"]) == 403
    assert delete(second["deletion_token"]) == 204
    assert client.get(address).status_code == 404
    assert delete(second["deletion_token"]) == 404
    assert upload(client).status_code == 201


@pytest.mark.parametrize(
    ("data", "status", "title"),
    [
        (b"", 422, "Empty log"),
        (b"hello world\n", 422, "No kernel log found"),
        (bytes(range(256)) * 8, 415, "Not a text log"),
        (b"<!DOCTYPE html><p>", 415, "Not a text log"),
        (b"\x1f\x8b\x08\x00garbage", 415, "Not a text log"),
        (b"[    0.000000] x\n" * 30_000, 413, "Log too large"),
        (gzip.compress(bytes(9_000_000)), 413, "Log too large"),
    ],
)
def test_unusable_uploads(client: TestClient, data: bytes, status: int, title: str) -> None:
    answer = client.post(LOGS, content=data)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert (problem["status"], problem["title"]) == (status, title)
    assert problem["detail"] and problem["hint"]


def test_a_body_without_a_length_is_counted_while_it_arrives(client: TestClient) -> None:
    def endless():
        for _ in range(100):
            yield b"[    0.000000] x\n" * 1000

    assert client.post(LOGS, content=endless()).status_code == 413


def test_a_form_may_hold_log_and_symbols_and_no_more(client: TestClient) -> None:
    assert client.post(LOGS, files={"other": b"x"}).status_code == 422
    too_large = client.post(LOGS, files={"log": b"[    0.000000] x\n" * 30_000})
    assert too_large.status_code == 413
    assert client.post(LOGS, files={"log": bytes(3_000_000)}).status_code == 413


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", f"{LOGS}/nope", 404),
        ("GET", f"{LOGS}/nope/raw", 404),
        ("GET", f"{LOGS}/nope/lines", 404),
        ("DELETE", f"{LOGS}/nope", 404),
        ("PUT", LOGS, 405),
        ("GET", "/api/v1/nothing", 404),
        ("POST", f"{LOGS}?format=cake", 422),
    ],
)
def test_every_error_is_a_problem(client: TestClient, method: str, path: str, status: int) -> None:
    answer = client.request(method, path)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["status"] == status


def test_a_fault_of_ours_tells_an_id_and_nothing_else(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(*_: object, **__: object) -> None:
        raise RuntimeError("secret")

    monkeypatch.setattr("app.service.analyse", crash)
    answer = upload(client)
    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert len(answer.json()["request_id"]) == 32


def test_health(client: TestClient) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}


def test_the_openapi_document_is_the_committed_one(client: TestClient) -> None:
    """After a change that is meant: BOOTSCOPE_REWRITE_GOLDEN=1 make test, and read the diff."""
    import json
    import os

    path = Path(__file__).parents[2] / "docs" / "openapi.json"
    got = json.dumps(client.get("/api/v1/openapi.json").json(), indent=1) + "\n"
    if os.environ.get("BOOTSCOPE_REWRITE_GOLDEN"):
        path.write_text(got, "utf-8")
    assert got == path.read_text("utf-8")


def test_every_operation_has_an_example(client: TestClient) -> None:
    document = client.get("/api/v1/openapi.json").json()
    operations = [o for path in document["paths"].values() for o in path.values()]
    assert len(operations) == 25
    for operation in operations:
        assert operation["summary"] and operation["description"]
    for name in ("Uploaded", "LogList", "Findings", "Looked", "TriedExamples", "TriedOnLog"):
        assert "example" in document["components"]["schemas"][name]
