"""The history of a label query: JSON, CSV and the page."""

import csv
import io
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import process_time

import pytest
from fastapi.testclient import TestClient
from jsonschema import validate
from sqlalchemy import delete, func, select, update

from app.main import create_app
from app.settings import Settings
from app.store.metadata import open_engine
from app.store.tables import DIGESTS, LOGS
from tests.conftest import SAMPLES

LUCK, FAILS, PASSES = "ff-device-protected", "ff-rootfs-protected", "k73-imalatesync-protected"
API = "/api/v1/history"
MAIN = {"label": "branch=main"}
UNDECIDED = b"[    0.000000] Booting Linux on physical CPU 0x0000000000 [0x410fd034]\n"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data=tmp_path / "data", samples="", listed=True)


@pytest.fixture
def client(settings: Settings) -> Iterator[TestClient]:
    with TestClient(create_app(settings)) as client:
        yield client


def post(client: TestClient, data: bytes, *labels: str, name: str = "log") -> str:
    answer = client.post("/api/v1/logs", content=data, params={"label": labels, "name": name})
    assert answer.status_code in (200, 201)
    return str(answer.json()["id"])


@pytest.fixture
def boots(client: TestClient) -> list[str]:
    """By luck, failing, failing otherwise, passing: oldest first."""
    names = [LUCK, FAILS, f"{FAILS}-noinitcalldebug", PASSES]
    return [
        post(client, (SAMPLES / f"{name}.log").read_bytes(), "branch=main", f"n={n}", name=name)
        for n, name in enumerate(names)
    ]


def test_each_boot_and_rule_as_the_logs_have_it(client: TestClient, boots: list[str]) -> None:
    got = client.get(API, params=MAIN).json()
    assert (got["schema"], got["labels"], got["next"]) == (
        "bootscope.history/1", ["branch=main"], None
    )  # fmt: skip
    assert [boot["id"] for boot in got["boots"]] == boots[::-1]
    assert [boot["verdict"] for boot in got["boots"]] == ["pass", "fail", "fail", "fragile"]
    newest = got["boots"][0]
    assert newest["url"] == f"http://testserver/l/{boots[3]}"
    assert newest["labels"] == ["branch=main", "n=3"]
    rules = {one["rule"]: one for one in got["rules"]}
    ffa001 = rules["FFA001"]
    assert ffa001["outcomes"] == ["pass", "fail", "fail", "fragile"]
    assert (ffa001["state"], ffa001["failed"]) == ("fixed", 2)
    assert ffa001["first_failing"] == ffa001["failing_since"] == boots[1]
    assert (ffa001["held_until"], ffa001["fixed_in"]) == (boots[0], boots[3])
    schema = client.get("/api/v1/openapi.json").json()
    validate(got, {"$ref": "#/components/schemas/History", **schema})


def test_durations_are_those_of_the_logs(client: TestClient, boots: list[str]) -> None:
    got = client.get(API, params=MAIN | {"initcall": "kvm_arm_init"}).json()["durations"]
    (trend,) = got["trends"]
    # k73 lines 658 and 668; no initcall_debug; rootfs 613 and 623; device 608 and 618.
    expected = [720801 - 564311, None, 1891921 - 1645616, 1690071 - 1453906]
    assert trend["took_us"] == expected
    assert (trend["low_us"], trend["median_us"], trend["high_us"]) == (156490, 236165, 246305)
    assert (got["known"], got["show"], trend["boots"]) == (3, None, 3)
    slowest = client.get(API, params=MAIN).json()["durations"]
    assert slowest["trends"][0]["initcall"] == "kvm_arm_init"


def test_the_order_that_turned(client: TestClient, boots: list[str]) -> None:
    order = client.get(API, params=MAIN).json()["order"]
    turned = {step["boot"]: [turn["rule"] for turn in step["turns"]] for step in order["steps"]}
    assert "FFA001" in turned[boots[1]]
    steps = {step["boot"]: step for step in order["steps"]}
    # The two builds differ in the level of ffa_init alone.
    assert (steps[boots[1]]["matched"], steps[boots[1]]["moved"]) == (375, 1)
    assert steps[boots[2]]["moved"] is None and steps[boots[3]]["moved"] is None


def test_csv_has_a_row_a_boot(client: TestClient, boots: list[str]) -> None:
    post(client, UNDECIDED, "branch=main", "x==cmd()", name="=cmd()")
    answer = client.get(API, params=MAIN, headers={"Accept": "text/csv"})
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.text == client.get(API, params=MAIN | {"format": "csv"}).text
    rows = [*csv.DictReader(io.StringIO(answer.text, newline=""))]
    assert [row["id"] for row in rows[1:]] == boots[::-1]
    assert rows[0]["name"] == "'=cmd()"
    assert [row["FFA001"] for row in rows[1:]] == ["pass", "fail", "fail", "fragile"]
    assert [row["kvm_arm_init us"] for row in rows[1:]] == ["156490", "", "246305", "236165"]
    assert [row["moved"] for row in rows[1:]] == ["", "", "1", ""]


def test_what_is_missing_is_made_from_the_reports(
    client: TestClient, settings: Settings, boots: list[str]
) -> None:
    before = client.get(API, params=MAIN).json()
    engine = open_engine(settings.database)
    count = select(func.count()).select_from(DIGESTS)
    with engine.begin() as connection:
        assert connection.scalar(count) == 4
        connection.execute(delete(DIGESTS).where(DIGESTS.c.log_id == boots[0]))
        connection.execute(update(DIGESTS).where(DIGESTS.c.log_id == boots[1]).values(format=0))
        stale = update(DIGESTS).where(DIGESTS.c.log_id == boots[2]).values(report_sha256="0" * 64)
        connection.execute(stale)
    assert client.get(API, params=MAIN).json() == before
    with engine.begin() as connection:
        assert connection.scalar(count.where(DIGESTS.c.format == 1)) == 4
        assert connection.scalar(count.where(DIGESTS.c.report_sha256 == "0" * 64)) == 0


def test_it_goes_with_its_log(client: TestClient, settings: Settings) -> None:
    answer = client.post("/api/v1/logs?label=branch=main", content=UNDECIDED).json()
    token = {"Authorization": f"Bearer {answer['deletion_token']}"}
    assert client.delete(f"/api/v1/logs/{answer['id']}", headers=token).status_code == 204
    with open_engine(settings.database).connect() as connection:
        assert connection.scalar(select(func.count()).select_from(DIGESTS)) == 0
    assert client.get(API, params=MAIN).json()["boots"] == []


def test_older_boots_are_asked_for_by_cursor(client: TestClient, boots: list[str]) -> None:
    first = client.get(API, params=MAIN | {"limit": 3}).json()
    assert [boot["id"] for boot in first["boots"]] == boots[:0:-1]
    rest = client.get(API, params=MAIN | {"limit": 3, "cursor": first["next"]}).json()
    assert [boot["id"] for boot in rest["boots"]] == boots[:1]
    assert rest["next"] is None
    page = client.get("/history", params=MAIN | {"limit": 2}).text
    assert "or longer: older boots are not shown" in page


def test_where_there_is_no_boot_nothing_is_green(client: TestClient) -> None:
    got = client.get(API, params={"label": "branch=none"}).json()
    assert (got["boots"], got["rules"], got["durations"]["known"]) == ([], [], 0)
    page = client.get("/history", params={"label": "branch=none"}).text
    assert "nothing is known of it" in page and "v-pass" not in page.partition("<main")[2]


def test_where_the_newest_boots_cannot_tell_nothing_is_green(client: TestClient) -> None:
    post(client, (SAMPLES / f"{PASSES}.log").read_bytes(), "branch=main")
    post(client, UNDECIDED, "branch=main")
    ffa001 = {one["rule"]: one for one in client.get(API, params=MAIN).json()["rules"]}["FFA001"]
    assert (ffa001["state"], ffa001["silent"]) == ("holds", 1)
    page = client.get("/history", params=MAIN).text
    rows = re.findall(r'<li class="rule-row">.*?</li>', page, re.DOTALL)
    (row,) = (row for row in rows if "/rules/FFA001" in row)
    assert "Cannot tell now" in row and "v-inconclusive" in row and "v-pass" not in row
    assert "The newest boot does not tell." in row


def test_refused_where_nothing_is_listed(tmp_path: Path) -> None:
    with TestClient(create_app(Settings(data=tmp_path, samples=""))) as client:
        for path in (API, "/history"):
            answer = client.get(path, params=MAIN)
            assert (answer.status_code, answer.json()["title"]) == (403, "Not listed here")
        assert "/history" not in client.get("/").text


@pytest.mark.parametrize(
    "asked",
    [{}, {"label": ""}, MAIN | {"limit": 0}, MAIN | {"limit": 201}, MAIN | {"show": "all"},
     MAIN | {"cursor": "x"}, {"label": "x"}, MAIN | {"initcall": ["a"] * 21}],
)  # fmt: skip
def test_what_cannot_be_asked(client: TestClient, asked: dict[str, object]) -> None:
    answer = client.get(API, params=asked)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"


def test_the_page_says_what_the_answer_has(client: TestClient, boots: list[str]) -> None:
    page = client.get("/history", params=MAIN | {"show": "changed"})
    assert page.status_code == 200
    assert "History of main" in page.text and "Initcalls that changed most" in page.text
    for identity in boots:
        assert f'href="/l/{identity}"' in page.text
    assert f'<a href="/compare/{boots[0]}/{boots[1]}">1 of 375 moved</a>' in page.text
    named = client.get("/history", params=MAIN | {"initcall": "nothing_like_it"}).text
    assert "None of these boots tells how long it took." in named


def test_the_form_offers_what_uploads_carry(client: TestClient) -> None:
    assert "No upload here carries one yet" in client.get("/history").text
    post(client, UNDECIDED, "branch=main", "machine=a", "commit=abc")
    post(client, UNDECIDED, "branch=next", "lab=<b>")
    page = client.get("/history", params={"label": ["branch=next", "commit=abc"]}).text
    assert '<option value="branch=main">main</option>' in page
    assert '<option value="branch=next" selected>next</option>' in page
    assert '<option value="lab=&lt;b&gt;">&lt;b&gt;</option>' in page
    assert '<option value="commit=abc"' not in page
    assert '<input name="label" value="commit=abc"' in page
    assert client.get("/history?label=&label=branch%3Dmain&label=&initcall=").status_code == 200


def test_two_hundred_boots_are_read_in_a_second(client: TestClient, settings: Settings) -> None:
    """Each of 1,500 initcalls. Processor time, and loose: docs/history.md has what it takes."""
    lines = [
        line
        for n in range(1500)
        for line in (
            f"[    {1 + n / 1000:.6f}] calling  f{n}+0x0/0x10 @ 1",
            f"[    {1 + n / 1000:.6f}] initcall f{n}+0x0/0x10 returned 0 after {n} usecs",
        )
    ]
    first = post(client, "\n".join(lines).encode(), "branch=main")
    client.get(API, params=MAIN)
    engine = open_engine(settings.database)
    with engine.begin() as connection:
        from app.store.tables import GRANTS, LABELS

        log = connection.execute(select(LOGS).where(LOGS.c.id == first)).one()._asdict()
        kept = connection.execute(select(DIGESTS)).one()._asdict()
        for n in range(199):
            key, at = f"{n:026d}", log["created_at"] + timedelta(seconds=n)
            connection.execute(LOGS.insert().values(log | {"id": key, "created_at": at}))
            connection.execute(DIGESTS.insert().values(kept | {"log_id": key}))
            grant = connection.execute(
                GRANTS.insert().values(log_id=key, created_at=datetime.now(UTC))
            ).inserted_primary_key
            assert grant is not None
            label = {"grant_id": grant[0], "key": "branch", "value": "main"}
            connection.execute(LABELS.insert().values(label))
    began = process_time()
    got = client.get(API, params=MAIN | {"limit": 200}).json()
    assert process_time() - began < 3
    assert (len(got["boots"]), got["order"]["compared"]) == (200, 199)
    assert got["durations"]["trends"][0]["boots"] == 200
