"""The outputs of a report by ``?format=`` and by ``Accept``."""

import csv
import io
import zipfile

import pytest
from fastapi.testclient import TestClient

from app.reporters import REPORTERS
from app.web.accept import preferred
from tests.conftest import ROOT, SAMPLES
from tests.trace_events import check_trace

LOGS = "/api/v1/logs"
BROKEN = SAMPLES / "ff-rootfs-protected.log"


@pytest.fixture
def identity(client: TestClient) -> str:
    return client.post(LOGS, content=BROKEN.read_bytes()).json()["id"]


@pytest.mark.parametrize(
    ("name", "media_type", "begins"),
    [
        ("text", "text/plain; charset=utf-8", "FAIL: FF-A came up"),
        ("json", "application/json", '{"schema":"bootscope.report/1"'),
        ("mail", "text/plain; charset=utf-8", "FAIL: FF-A came up"),
        ("markdown", "text/markdown; charset=utf-8", "**Fails**: FF-A came up"),
        ("csv", "text/csv; charset=utf-8; header=present", "index,function,module"),
        ("chrome-trace", "application/json", '{"displayTimeUnit":"ms"'),
        ("junit", "application/xml", '<?xml version="1.0" encoding="UTF-8"?>\n<testsuites '),
        ("sarif", "application/sarif+json", '{\n "$schema": '),
        ("ktap", "text/plain; charset=utf-8", "KTAP version 1\n"),
        ("github", "text/plain; charset=utf-8", "::error file="),
        ("gitlab", "application/json", "[\n {"),
        ("kcidb", "application/json", '{\n "version": {\n  "major": 5'),
        ("badge", "image/svg+xml", "<svg "),
        ("prometheus", "text/plain; version=0.0.4; charset=utf-8", "# HELP bootscope_"),
    ],
)
def test_each_output_has_its_media_type(
    client: TestClient, identity: str, name: str, media_type: str, begins: str
) -> None:
    wanted = {"format": name, "kcidb_build_id": "lab:b1"}
    answer = client.get(f"{LOGS}/{identity}", params=wanted)
    assert (answer.status_code, answer.headers["content-type"]) == (200, media_type)
    assert answer.text.startswith(begins)
    usual = client.get(f"{LOGS}/{identity}").headers["etag"]
    assert (answer.headers["etag"] == usual) == (name == "json")
    kept = {"If-None-Match": answer.headers["etag"]}
    assert client.get(f"{LOGS}/{identity}", params=wanted, headers=kept).status_code == 304


def test_files_to_save_have_names(client: TestClient, identity: str) -> None:
    trace = client.get(f"{LOGS}/{identity}", params={"format": "chrome-trace"})
    check_trace(trace.text)
    disposition = f'attachment; filename="bootscope-{identity[:8]}.trace.json"'
    assert trace.headers["content-disposition"] == disposition
    table = client.get(f"{LOGS}/{identity}", params={"format": "csv", "boot": 1})
    disposition = f'attachment; filename="bootscope-{identity[:8]}-boot1.csv"'
    assert table.headers["content-disposition"] == disposition
    assert len([*csv.reader(io.StringIO(table.text))]) == 1 + 375
    text = client.get(f"{LOGS}/{identity}", params={"format": "markdown"})
    assert "content-disposition" not in text.headers


@pytest.mark.parametrize(
    ("name", "file"),
    [("junit", "junit.xml"), ("sarif", "sarif"), ("gitlab", "codequality.json")],
)
def test_files_for_a_ci_have_names(client: TestClient, identity: str, name: str, file: str) -> None:
    answer = client.get(f"{LOGS}/{identity}", params={"format": name})
    disposition = f'attachment; filename="bootscope-{identity[:8]}.{file}"'
    assert answer.headers["content-disposition"] == disposition
    assert f"/l/{identity}" in answer.text


def test_kcidb_says_who_submits_it(client: TestClient, identity: str) -> None:
    asked = {"format": "kcidb", "kcidb_origin": "lab7", "kcidb_build_id": "maestro:b1"}
    answer = client.get(f"{LOGS}/{identity}", params=asked)
    test = answer.json()["tests"][1]
    assert (test["origin"], test["build_id"]) == ("lab7", "maestro:b1")
    assert test["log_url"] == f"http://testserver{LOGS}/{identity}/lines"
    lines = client.get(f"{LOGS}/{identity}/lines").text.split("\n")
    assert lines[601] == "[    1.585658] ARM FF-A: Driver version 1.1"
    other = client.get(f"{LOGS}/{identity}", params=asked | {"kcidb_build_id": "maestro:b2"})
    assert other.headers["etag"] != answer.headers["etag"]


@pytest.mark.parametrize("asked", [{}, {"kcidb_build_id": "b1"}, {"kcidb_origin": "Lab 7"}])
def test_kcidb_needs_a_build(client: TestClient, identity: str, asked: dict[str, str]) -> None:
    answer = client.get(f"{LOGS}/{identity}", params={"format": "kcidb", **asked})
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert "kcidb_build_id" in answer.text or "kcidb_origin" in answer.text


def test_a_badge_may_be_shown_elsewhere_and_runs_nothing(client: TestClient, identity: str) -> None:
    answer = client.get(f"{LOGS}/{identity}", params={"format": "badge"})
    assert answer.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
    assert "boot order: fail" in answer.text


@pytest.mark.parametrize("name", ["junit", "sarif", "ktap", "kcidb", "badge", "prometheus"])
def test_an_upload_does_not_answer_with_one_file(client: TestClient, name: str) -> None:
    answer = client.post(LOGS, content=BROKEN.read_bytes(), params={"format": name})
    assert answer.status_code == 422


@pytest.mark.parametrize(
    ("accept", "begins"),
    [
        ("text/markdown", "**Fails**"),
        ("text/csv", "index,"),
        ("application/sarif+json", '{\n "$schema"'),
        ("image/avif,image/webp,image/svg+xml,application/xml;q=0.9,*/*;q=0.8", '{"schema"'),
        ("text/plain", "FAIL"),
        ("application/json", "{"),
        ("text/html,application/xhtml+xml;q=0.9,*/*;q=0.8", "{"),
        ("application/json;q=0.5, text/plain", "FAIL"),
        ("text/plain, application/json", "{"),
    ],
)
def test_accept_chooses(client: TestClient, identity: str, accept: str, begins: str) -> None:
    answer = client.get(f"{LOGS}/{identity}", headers={"Accept": accept})
    assert answer.text.startswith(begins)


@pytest.mark.parametrize(
    ("accept", "best"),
    [
        ("", "a/x"), ("*/*", "a/x"), ("b/y", "b/y"), ("b/*", "b/y"), ("c/z", "a/x"),
        ("a/x;q=0.1, b/y;q=0.2", "b/y"), ("a/x;q=0, b/y;q=0.2", "b/y"), ("b/y;q=x", "a/x"),
        ("b/y;level=1;q=0.5, a/x;q=0.4", "b/y"), ("*/*, a/x;q=0.1", "b/y"), (";;,,=", "a/x"),
        ("b/y;q=9", "b/y"), ("B/Y", "b/y"),
    ],
)  # fmt: skip
def test_what_is_preferred(accept: str, best: str) -> None:
    assert preferred(accept, ["a/x", "b/y"]) == best


def test_an_unknown_output_is_refused_and_the_known_ones_are_named(
    client: TestClient, identity: str
) -> None:
    answer = client.get(f"{LOGS}/{identity}", params={"format": "pdf"})
    assert answer.status_code == 422
    assert "chrome-trace" in answer.text


@pytest.mark.parametrize(
    ("name", "begins"), [("mail", "FAIL: "), ("markdown", "**Fails**: "), ("github", "::error ")]
)
def test_an_upload_answers_in_it(client: TestClient, name: str, begins: str) -> None:
    answer = client.post(LOGS, content=BROKEN.read_bytes(), params={"format": name})
    assert answer.text.startswith(begins)
    assert "http://testserver/l/" in answer.text


def test_an_upload_does_not_answer_with_a_file(client: TestClient) -> None:
    answer = client.post(LOGS, content=BROKEN.read_bytes(), params={"format": "csv"})
    assert answer.status_code == 422
    answer = client.post(LOGS, content=BROKEN.read_bytes(), headers={"Accept": "text/csv"})
    assert answer.json()["verdict"] == "fail"


def test_an_archive_in_markdown_keeps_hostile_names_inert(client: TestClient) -> None:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("<img src=x>@all.log", BROKEN.read_bytes())
        archive.writestr("[x](y).log", "\n".join(["nothing to read here"] * 30))
        archive.writestr("b.log", (SAMPLES / "k73-upstream-protected.log").read_bytes())
    answer = client.post(LOGS, content=data.getvalue(), params={"format": "markdown"})
    assert answer.headers["content-type"] == "text/markdown; charset=utf-8"
    assert "## `<img` `src=x>@all.log`\n**Fails**" in answer.text
    assert "## `[x](y).log`" in answer.text


def test_every_output_is_documented() -> None:
    text = (ROOT / "docs" / "outputs.md").read_text("utf-8")
    for name in (*REPORTERS, "html"):
        assert f"| `{name}` |" in text
