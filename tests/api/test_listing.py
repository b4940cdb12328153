"""The list of logs and its badges."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import update

from app.labels import parse_labels, title_of
from app.main import create_app
from app.settings import Settings
from app.store.listing import Place
from app.store.metadata import open_engine
from app.store.tables import GRANTS, LOGS
from app.web.listed import cursor_of
from tests.conftest import SAMPLES

FAILS = (SAMPLES / "ff-rootfs-protected.log").read_bytes()
PASSES = (SAMPLES / "k73-imalatesync-protected.log").read_bytes()
UNDECIDED = b"[    0.000000] Booting Linux on physical CPU 0x0000000000 [0x410fd034]\n"
API, BADGE = "/api/v1/logs", "/api/v1/badge.svg"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data=tmp_path / "data", samples="", listed=True)


@pytest.fixture
def client(settings: Settings) -> Iterator[TestClient]:
    with TestClient(create_app(settings), raise_server_exceptions=False) as client:
        yield client


def post(client: TestClient, data: bytes, *labels: str, name: str = "log") -> dict[str, object]:
    answer = client.post(API, content=data, params={"label": labels, "name": name})
    assert answer.status_code in (200, 201)
    got: dict[str, object] = answer.json()
    return got


def listed(client: TestClient, **asked: object) -> list[str]:
    answer = client.get(API, params=asked)
    assert answer.status_code == 200, answer.text
    return [log["name"] for log in answer.json()["logs"]]


def boots(count: int, first: int = 0) -> Iterator[tuple[str, bytes]]:
    for n in range(first, first + count):
        yield f"n{n}", UNDECIDED + b"[    0.000001] boot %d\n" % n


def test_a_list_tells_each_log_and_is_newest_first(client: TestClient) -> None:
    first = post(client, FAILS, "machine=rk3588", "branch=main", name="a.log")
    post(client, PASSES, name="b.log")
    got = client.get(API).json()
    assert (got["schema"], got["next"]) == ("bootscope.logs/1", None)
    newer, older = got["logs"]
    created = datetime.fromisoformat(older.pop("created_at"))
    assert timedelta(0) < datetime.now(UTC) - created < timedelta(minutes=1)
    assert older == {
        "id": first["id"],
        "url": f"http://testserver/l/{first['id']}",
        "name": "a.log",
        "verdict": "fail",
        "headline": "FF-A came up 306 ms before pKVM traps SMCs",
        "kernel": "6.12.117-ffalab",
        "labels": ["branch=main", "machine=rk3588"],
    }
    assert (newer["name"], newer["labels"]) == ("b.log", [])


def test_without_the_setting_nothing_is_listed(tmp_path: Path) -> None:
    with TestClient(create_app(Settings(data=tmp_path, samples=""))) as client:
        post(client, FAILS, "branch=main")
        for path in (API, f"{BADGE}?label=branch=main"):
            answer = client.get(path)
            assert (answer.status_code, answer.json()["title"]) == (403, "Not listed here")
            assert "BOOTSCOPE_LISTED=1" in answer.json()["hint"]
            assert "ff-rootfs" not in answer.text


@pytest.mark.parametrize("access", ["open", "upload", "all"])
def test_a_token_that_may_read_lists_everywhere(tmp_path: Path, access: str) -> None:
    app = create_app(Settings(data=tmp_path, samples="", access=access))
    make = app.state.service.tokens.create
    sends, reads = (
        {"Authorization": f"Bearer {make(scope, [scope])}"} for scope in ("upload", "read")
    )
    with TestClient(app) as client:
        sent = client.post(API, content=FAILS, params={"label": "branch=main"}, headers=sends)
        assert sent.status_code == 201
        for path in (API, f"{BADGE}?label=branch=main"):
            assert client.get(path, headers=reads).status_code == 200
            assert client.get(path, headers=sends).status_code == 403
            assert client.get(path).status_code == (401 if access == "all" else 403)


def test_labels_are_asked_of_one_upload(client: TestClient) -> None:
    post(client, FAILS, "branch=main", "machine=a", name="x")
    post(client, FAILS, "branch=next", "machine=b")
    post(client, PASSES, "branch=next", "machine=a", name="y")
    assert listed(client, label="branch=main") == ["x"]
    assert listed(client, label="branch=next") == ["y", "x"]
    assert listed(client, label=["branch=next", "machine=a"]) == ["y"]
    assert listed(client, label=["branch=main", "machine=b"]) == []
    assert listed(client, label="branch=mai") == []
    assert listed(client, label="branch=main%") == []


def test_an_upload_whose_time_is_over_counts_no_more(
    client: TestClient, settings: Settings
) -> None:
    post(client, FAILS, "branch=main", name="x")
    post(client, FAILS, "branch=next")
    past = datetime.now(UTC) - timedelta(seconds=1)
    with open_engine(settings.database).begin() as connection:
        connection.execute(update(GRANTS).where(GRANTS.c.id == 1).values(expires_at=past))
    assert listed(client, label="branch=main") == []
    (log,) = client.get(API).json()["logs"]
    assert log["labels"] == ["branch=next"]
    with open_engine(settings.database).begin() as connection:
        connection.execute(update(GRANTS).values(expires_at=past))
    assert listed(client) == []


def test_filters_by_verdict_and_time(client: TestClient, settings: Settings) -> None:
    for day, (data, name) in enumerate([(FAILS, "f"), (PASSES, "p"), (UNDECIDED, "u")], 1):
        identity = post(client, data, name=name)["id"]
        kept = datetime(2026, 11, day, 12, tzinfo=UTC)
        with open_engine(settings.database).begin() as connection:
            connection.execute(update(LOGS).where(LOGS.c.id == identity).values(created_at=kept))
    verdicts = {log["name"]: log["verdict"] for log in client.get(API).json()["logs"]}
    assert list(verdicts) == ["u", "p", "f"] and verdicts["f"] == "fail"
    assert listed(client, verdict="fail") == ["f"]
    assert listed(client, verdict=["fail", verdicts["u"]]) == ["u", "f"]
    assert listed(client, after="2026-11-02T12:00:00Z") == ["u"]
    assert listed(client, after="2026-11-02T12:00:00+01:00") == ["u", "p"]
    assert listed(client, after="2026-11-02") == ["u", "p"]
    assert listed(client, before="2026-11-02T12:00:00") == ["f"]
    assert listed(client, before="2026-11-03", after="2026-11-02") == ["p"]


def test_pages_hold_every_log_once_whatever_comes_in_between(
    client: TestClient, settings: Settings
) -> None:
    for name, data in boots(7):
        post(client, data, name=name)
    same = datetime(2026, 11, 1, tzinfo=UTC)  # a bulk load: the id decides among equals
    with open_engine(settings.database).begin() as connection:
        connection.execute(update(LOGS).where(LOGS.c.name.in_(["n1", "n2", "n3"])).values(
            created_at=same
        ))  # fmt: skip
    seen: list[str] = []
    cursor, between = None, boots(4, 7)
    while True:
        asked = {"limit": 2} | ({"cursor": cursor} if cursor else {})
        page = client.get(API, params=asked).json()
        assert len(page["logs"]) <= 2
        seen += [log["name"] for log in page["logs"]]
        cursor = page["next"]
        if cursor is None:
            break
        name, data = next(between)
        post(client, data, name=name)
    assert seen[:4] == ["n6", "n5", "n4", "n0"]
    assert sorted(seen[4:]) == ["n1", "n2", "n3"]
    assert listed(client, limit=200)[:3] == ["n9", "n8", "n7"]


def test_the_last_page_is_known_to_be_the_last(client: TestClient) -> None:
    for name, data in boots(4):
        post(client, data, name=name)
    page = client.get(API, params={"limit": 4}).json()
    assert (len(page["logs"]), page["next"]) == (4, None)


@pytest.mark.parametrize(
    "cursor",
    ["x", "====", "ü", "!", "a" * 50, "%00", cursor_of(Place(datetime(2026, 1, 1), "a")),
     cursor_of(Place(datetime(2026, 1, 1, tzinfo=UTC), "a")) + "=", ""],
)  # fmt: skip
def test_a_bad_cursor_is_told(client: TestClient, cursor: str) -> None:
    answer = client.get(API, params={"cursor": cursor})
    assert (answer.status_code, answer.json()["title"]) == (422, "Unusable cursor")
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    "asked",
    [
        {"limit": 0},
        {"limit": 201},
        {"verdict": "green"},
        {"after": "yesterday"},
        {"before": "0.5"},
        {"before": "1764000000"},
        {"after": "0001-01-01T00:00:00+14:00"},
        {"after": ""},
        {"label": "x"},
    ],
)
def test_what_cannot_be_asked(client: TestClient, asked: dict[str, object]) -> None:
    assert client.get(API, params=asked).status_code == 422


def badge(client: TestClient, *labels: str) -> tuple[str, str]:
    answer = client.get(BADGE, params={"label": labels})
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/svg+xml")
    svg = ElementTree.fromstring(answer.text)
    fills = [rect.get("fill") for rect in svg.iter("{http://www.w3.org/2000/svg}rect")]
    return svg.get("aria-label") or "", fills[1] or ""


def test_a_badge_is_of_the_newest_log(client: TestClient) -> None:
    asked = ("branch=main", "machine=rk3588")
    grey, red, green = "#57606a", "#b42318", "#1a7f37"
    assert badge(client, *asked) == ("main on rk3588: unknown", grey)
    post(client, PASSES, "branch=main", "machine=other")
    assert badge(client, *asked) == ("main on rk3588: unknown", grey)
    post(client, PASSES, *asked)
    assert badge(client, *asked) == ("main on rk3588: pass", green)
    post(client, FAILS, *asked, "commit=abc")
    assert badge(client, *asked) == ("main on rk3588: fail", red)
    post(client, UNDECIDED, *asked)
    word, colour = badge(client, *asked)
    assert word.startswith("main on rk3588: ") and not word.endswith("pass")
    assert colour == grey


def test_a_badge_can_be_shown_elsewhere_and_asked_for_again(client: TestClient) -> None:
    post(client, FAILS, "branch=main")
    first = client.get(BADGE, params={"label": "branch=main"})
    assert first.headers["cross-origin-resource-policy"] == "cross-origin"
    assert first.headers["cache-control"] == "no-cache"
    again = {"If-None-Match": first.headers["etag"]}
    asked = {"label": "branch=main"}
    assert client.get(BADGE, params=asked, headers=again).status_code == 304
    post(client, PASSES, "branch=main")
    assert client.get(BADGE, params=asked, headers=again).status_code == 200


def test_a_badge_needs_a_label_and_draws_any(client: TestClient) -> None:
    assert client.get(BADGE).status_code == 422
    label, _ = badge(client, 'branch=<script>alert("x")</script>&')
    assert label == '<script>alert("x")</script>&: unknown'


@pytest.mark.parametrize(
    ("labels", "title"),
    [
        (["machine=m", "branch=b"], "b on m"), (["branch=b"], "b"), (["machine=m"], "m"),
        (["commit=1", "machine=m"], "m, commit=1"), (["x=1", "a=2"], "a=2, x=1"),
        (["branch=" + "b" * 200], "b" * 59 + "…"),
    ],
)  # fmt: skip
def test_what_a_badge_says_of_its_labels(labels: list[str], title: str) -> None:
    assert title_of(parse_labels(labels)) == title
