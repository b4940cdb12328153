"""Parts of what a log has: ranges of its bytes, some of its lines, some of its findings."""

import gzip
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from app.main import create_app
from app.settings import Settings
from tests.conftest import SAMPLES

LOG = (SAMPLES / "ff-rootfs-protected.log").read_bytes()
SIZE = len(LOG)


@pytest.fixture(autouse=True)
def database() -> None:
    """Once, not on each of the databases: nothing here is about what rows are kept in."""


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    settings = Settings(data=tmp_path_factory.mktemp("data"), samples="")
    with TestClient(create_app(settings), raise_server_exceptions=False) as client:
        yield client


@pytest.fixture(scope="module")
def address(client: TestClient) -> str:
    return f"/api/v1/logs/{client.post('/api/v1/logs', content=LOG).json()['id']}"


PLAIN = {"Accept-Encoding": "identity"}


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [
        ("bytes=0-0", 0, 0), ("bytes=0-4095", 0, 4095), ("bytes=100-", 100, SIZE - 1),
        ("bytes=-10", SIZE - 10, SIZE - 1), (f"bytes=-{SIZE * 2}", 0, SIZE - 1),
        (f"bytes={SIZE - 1}-{SIZE * 2}", SIZE - 1, SIZE - 1), ("Bytes= 5-6 ", 5, 6),
    ],
)  # fmt: skip
@pytest.mark.parametrize("encoding", ["identity", "gzip"])
def test_one_range(
    client: TestClient, address: str, asked: str, first: int, last: int, encoding: str
) -> None:
    headers = {"Range": asked, "Accept-Encoding": encoding}
    answer = client.get(f"{address}/raw", headers=headers)
    assert answer.status_code == 206
    assert answer.content == LOG[first : last + 1]
    assert answer.headers["content-range"] == f"bytes {first}-{last}/{SIZE}"
    assert "content-encoding" not in answer.headers
    assert answer.headers["content-security-policy"].startswith("sandbox")


@pytest.mark.parametrize("asked", [f"bytes={SIZE}-", f"bytes={SIZE}-{SIZE + 5}", "bytes=-0"])
def test_a_range_of_nothing(client: TestClient, address: str, asked: str) -> None:
    answer = client.get(f"{address}/raw", headers={"Range": asked})
    assert answer.status_code == 416
    assert answer.headers["content-range"] == f"bytes */{SIZE}"
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    "asked",
    ["bytes=0-1,5-6", "lines=1-2", "bytes=5-1", "bytes=-", "bytes", "bytes=a-b", "bytes=1-2-3",
     f"bytes={'9' * 5000}-", "bytes=\u0661-\u0662"],
)  # fmt: skip
def test_what_is_not_one_range_gets_all(client: TestClient, address: str, asked: str) -> None:
    answer = client.get(f"{address}/raw", headers={"Range": asked.encode()} | PLAIN)
    assert (answer.status_code, answer.content) == (200, LOG)
    assert answer.headers["accept-ranges"] == "bytes"


def test_a_range_of_what_is_still_the_same(client: TestClient, address: str) -> None:
    etag = client.get(f"{address}/raw", headers=PLAIN).headers["etag"]
    assert etag.startswith('"')
    for condition, status in (
        (etag, 206), ('"other"', 200), (f"W/{etag}", 200), ("Tue, 24 Nov 2026 08:00:00 GMT", 200),
    ):  # fmt: skip
        asked = {"Range": "bytes=0-9", "If-Range": condition} | PLAIN
        assert client.get(f"{address}/raw", headers=asked).status_code == status


def test_what_came_packed_is_not_continued_as_plain(client: TestClient, address: str) -> None:
    """The bytes of a packed answer are not those that a range is of."""
    packed = client.get(f"{address}/raw", headers={"Accept-Encoding": "gzip"})
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.content == LOG
    etag = packed.headers["etag"]
    assert etag.startswith("W/")
    rest = {"Range": "bytes=10-", "If-Range": etag, "Accept-Encoding": "gzip"}
    assert client.get(f"{address}/raw", headers=rest).status_code == 200


def test_a_packed_log_has_ranges_too(client: TestClient) -> None:
    data = gzip.compress(LOG, mtime=0)
    identity = client.post("/api/v1/logs", content=data).json()["id"]
    answer = client.get(f"/api/v1/logs/{identity}/raw", headers={"Range": "bytes=-7"})
    assert (answer.status_code, answer.content) == (206, data[-7:])
    assert answer.headers["content-disposition"].startswith("attachment")


@pytest.mark.parametrize(
    "path",
    ["", "?format=text", "?format=junit", "/raw", "/lines", "/lines?from=3&to=9", "/findings",
     "/findings?rule=FFA001", "/subjects.svg", "/subjects.png"],
)  # fmt: skip
def test_everything_of_a_log_has_a_tag(client: TestClient, address: str, path: str) -> None:
    answer = client.get(address + path)
    etag = answer.headers["etag"]
    bare = etag.removeprefix("W/")
    for told in (etag, bare, f"W/{bare}", f'"x", {etag}', f"W/{bare},", "*"):
        known = client.get(address + path, headers={"If-None-Match": told})
        assert (known.status_code, known.content) == (304, b"")
        assert known.headers["etag"].removeprefix("W/") == bare
    for told in ('"x"', f'"{bare[1:-2]}"', bare[1:-1], f'"{bare[1:-1]}-x"'):
        assert client.get(address + path, headers={"If-None-Match": told}).status_code == 200
    same = [client.get(f"{address}{other}").headers["etag"] for other in ("", "/lines", "/raw")]
    assert len(set(same)) == 3


def test_some_lines(client: TestClient, address: str) -> None:
    every = client.get(f"{address}/lines").text.split("\n")
    assert every[601] == "[    1.585658] ARM FF-A: Driver version 1.1"
    for first, last in ((602, 602), (1, 5), (600, len(every)), (600, len(every) + 9)):
        asked = {"from": first, "to": last}
        assert (
            client.get(f"{address}/lines", params=asked).text.split("\n")
            == (every[first - 1 : last])
        )
    assert client.get(f"{address}/lines?from=602").text.split("\n") == every[601:]
    assert client.get(f"{address}/lines?to=2").text.split("\n") == every[:2]


@pytest.mark.parametrize(
    ("query", "status"),
    [("from=0", 422), ("from=9&to=8", 422), ("from=x", 422), ("to=0", 422), ("from=999999", 404),
     (f"from={'9' * 50}", 422)],
)  # fmt: skip
def test_lines_that_there_are_not(
    client: TestClient, address: str, query: str, status: int
) -> None:
    answer = client.get(f"{address}/lines?{query}")
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"


def test_the_findings_are_those_of_the_report(client: TestClient, address: str) -> None:
    report, got = client.get(address).json(), client.get(f"{address}/findings").json()
    assert got["schema"] == "bootscope.findings/1"
    for name in ("id", "verdict", "headline", "packs", "findings"):
        assert got[name] == report[name]
    assert got["boot_index"] == report["capture"]["boot_index"]


def test_findings_are_filtered(client: TestClient, address: str) -> None:
    every = client.get(f"{address}/findings").json()["findings"]

    def rules(**asked: object) -> list[str]:
        got = client.get(f"{address}/findings", params=asked).json()
        assert got["verdict"] == "fail"
        return [found["rule"] for found in got["findings"]]

    assert "FFA001" in rules(outcome="fail")
    assert rules(outcome="fail") == [f["rule"] for f in every if f["outcome"] == "fail"]
    both = ["fail", "inconclusive"]
    assert rules(outcome=both) == [f["rule"] for f in every if f["outcome"] in both]
    assert rules(severity="note") == [f["rule"] for f in every if f["severity"] == "note"]
    assert rules(rule="FFA001") == ["FFA001"]
    assert rules(rule="FFA001", outcome="pass") == []
    assert {f["rule"] for f in every} > {"FFA001"}


def test_a_rule_that_did_not_judge_is_not_an_empty_list(client: TestClient, address: str) -> None:
    answer = client.get(f"{address}/findings", params={"rule": ["FFA001", "FFA01"]})
    assert answer.status_code == 404
    assert "'FFA01'" in answer.json()["detail"] and "FFA001" in answer.json()["hint"]
    assert client.get(f"{address}/findings?outcome=green").status_code == 422
    assert client.get("/api/v1/logs/nope/findings").status_code == 404


def test_findings_of_another_boot(client: TestClient, tmp_path: Path) -> None:
    both = LOG + (SAMPLES / "ff-rootfs-nvhe.log").read_bytes()
    identity = client.post("/api/v1/logs", content=both).json()["id"]
    address = f"/api/v1/logs/{identity}/findings"
    verdicts = [client.get(f"{address}?boot={n}").json()["verdict"] for n in (1, 2)]
    assert verdicts == ["fail", "pass"]
    assert client.get(f"{address}?boot=3").status_code == 404
