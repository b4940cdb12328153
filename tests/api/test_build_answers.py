"""A build judged over HTTP, by its symbols alone."""

import lzma

import jsonschema
from fastapi.testclient import TestClient

from app.build_check import check_build
from app.build_check.publish import json_schema
from app.build_check.render import render_json, render_text
from tests.conftest import SAMPLES

PACKED = (SAMPLES / "ff-device-protected.System.map.xz").read_bytes()
PLAIN = lzma.decompress(PACKED)
NAMED = {"name": "System.map"}
JUDGED = "\n".join(line for line in PLAIN.decode().splitlines() if "init" in line).encode()


def test_the_answer_is_that_of_the_command_line(client: TestClient) -> None:
    got = client.post("/api/v1/builds", content=PACKED, params=NAMED)
    assert (got.status_code, got.headers["content-type"]) == (200, "application/json")
    assert got.text == render_json(check_build(PACKED, name="System.map"))
    jsonschema.validate(got.json(), json_schema())
    assert got.json()["headline"] == "Only link order keeps kvm_arm_init() before ffa_init()"


def test_text_and_the_release(client: TestClient) -> None:
    old = check_build(JUDGED, name="System.map", kernel="6.1.0")
    for options in (
        {"params": {**NAMED, "kernel": "6.1.0", "format": "text"}},
        {"params": {**NAMED, "kernel": "6.1.0"}, "headers": {"Accept": "text/plain"}},
    ):
        got = client.post("/api/v1/builds", content=JUDGED, **options)
        assert got.text == render_text(old)
        assert "Does not apply to 6.1.0" in got.text


def test_what_is_no_table_is_refused_with_a_way_out(client: TestClient) -> None:
    log = (SAMPLES / "ff-device-protected.log").read_bytes()[:9_000]
    for content, status, words in (
        (log, 415, "not a table of symbols"),
        (b"", 422, "nothing in it"),
        (b"x" * 500_000, 413, "cap"),
    ):
        got = client.post("/api/v1/builds", content=content)
        assert got.status_code == status, got.text
        assert got.headers["content-type"] == "application/problem+json"
        assert words in got.json()["detail"]


def test_symbols_sent_as_a_log_are_shown_the_way(client: TestClient) -> None:
    got = client.post("/api/v1/logs", content=PACKED)
    assert got.status_code == 422
    assert "/api/v1/builds" in got.json()["hint"]
    page = client.post(
        "/upload", files={"log": ("System.map", PACKED)}, headers={"Accept": "text/html"}
    )
    assert page.status_code == 422 and "/api/v1/builds" in page.text


def test_nothing_is_kept(client: TestClient) -> None:
    before = client.get("/").text
    client.post("/api/v1/builds", content=PACKED)
    assert client.get("/").text == before
