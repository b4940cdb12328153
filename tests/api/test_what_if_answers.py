"""What-ifs over HTTP: JSON, text, Markdown, and the page."""

import pytest
from fastapi.testclient import TestClient

from app.analysis import analyse
from app.predictions.output import TABLE, WHAT_IF
from app.predictions.run import predict_log, table_of
from app.whatif import parse_changes
from tests.conftest import SAMPLES

LOG = (SAMPLES / "ff-rootfs-protected.log").read_bytes()
CHANGES = ["level:ffa_init=6", "defer:ffa_init=finalize_pkvm"]


@pytest.fixture
def identity(client: TestClient) -> str:
    answer = client.post("/api/v1/logs", content=LOG, params={"name": "boot.log"})
    return str(answer.json()["id"])


def test_the_answer_is_that_of_the_command_line(client: TestClient, identity: str) -> None:
    done = analyse(LOG, name="boot.log")
    found = predict_log(done, parse_changes(CHANGES))
    for output in ("json", "text", "markdown"):
        got = client.post(
            f"/api/v1/logs/{identity}/what-if", json={"changes": CHANGES},
            params={"format": output},
        )  # fmt: skip
        assert got.status_code == 200
        assert got.text == WHAT_IF[output](found)
    body = client.post(f"/api/v1/logs/{identity}/what-if", json={"changes": CHANGES}).json()
    assert body["schema"] == "bootscope.whatif/1"
    assert {"measured", "predicted", "assumptions", "unpredictable"} <= set(body)
    assert body["measured"]["schema"] == body["predicted"]["schema"] == "bootscope.report/1"


def test_the_table_in_every_form(client: TestClient, identity: str) -> None:
    table = table_of(analyse(LOG, name="boot.log"))
    for output in ("json", "text", "markdown"):
        got = client.get(f"/api/v1/logs/{identity}/what-if/table", params={"format": output})
        assert got.text == TABLE[output](table)
    lines = TABLE["text"](table).splitlines()
    assert max(map(len, lines)) <= 72
    assert "FFA001       +   F   g   +   +   +   +   +   +   +   F" in lines
    got = client.get(f"/api/v1/logs/{identity}/what-if/table", params={"pack": "boot-hygiene"})
    assert got.status_code == 422
    assert got.headers["content-type"] == "application/problem+json"


def test_cures(client: TestClient, identity: str) -> None:
    got = client.get(f"/api/v1/logs/{identity}/what-if/cures").json()
    assert {"after:ffa_init=finalize_pkvm"} in [{*one["changes"]} for one in got]
    text = client.get(f"/api/v1/logs/{identity}/what-if/cures", params={"format": "text"}).text
    assert "--change defer:ffa_init=pkvm.finalised --change ima:7s" in text
    assert "| `ima:7s`" not in client.get(
        f"/api/v1/logs/{identity}/what-if/cures", params={"format": "markdown"}
    ).text  # fmt: skip


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        ({"changes": ["level:nobody=6"]}, "There is no initcall nobody"),
        ({"changes": ["up:ffa_init"]}, "is no change"),
        ({"changes": []}, "at least 1"),
        ({"changes": ["drop:a"] * 13}, "at most 12"),
        ({"changes": ["drop:" + "a" * 400]}, "300 characters"),
        ({"changes": ["drop:ffa_init"], "more": 1}, "Extra inputs"),
    ],
)
def test_what_cannot_be_predicted_is_a_problem(
    client: TestClient, identity: str, body: object, detail: str
) -> None:
    got = client.post(f"/api/v1/logs/{identity}/what-if", json=body)
    assert got.status_code == 422
    assert got.headers["content-type"] == "application/problem+json"
    assert detail in got.json()["detail"]


def test_a_log_that_is_not_there(client: TestClient) -> None:
    for path in ("/api/v1/logs/nothing/what-if/table", "/l/nothing/what-if"):
        assert client.get(path).status_code == 404


def test_the_form_becomes_an_address_to_keep(client: TestClient, identity: str) -> None:
    page = f"/l/{identity}/what-if"
    for fields, change in (
        ({"kind": "defer", "function": " ffa_init ", "to": "finalize_pkvm"},
         "defer%3Affa_init%3Dfinalize_pkvm"),
        ({"kind": "module", "function": "ffa_init", "to": "ignored"}, "module%3Affa_init"),
        ({"kind": "ima"}, "ima%3A7s"),
    ):  # fmt: skip
        got = client.get(
            page, params={"change": "level:ffa_init=6", **fields}, follow_redirects=False
        )
        assert got.status_code == 303
        assert got.headers["location"] == f"{page}?change=level%3Affa_init%3D6&change={change}"
    assert client.get(page, params={"kind": "other", "function": "x"}).status_code == 200


def test_the_page_says_what_is_predicted(client: TestClient, identity: str) -> None:
    page = client.get(f"/l/{identity}/what-if", params={"change": CHANGES, "cure": "1"})
    assert page.status_code == 200
    for words in (
        "Predicted, not measured", "PREDICTED</text>", 'id="hatch"', "It moves", "Assumed",
        "Not predictable", "The designs of FF-A", "cure every rule of order",
    ):  # fmt: skip
        assert words in page.text
    assert "style=" not in page.text


def test_the_page_without_a_change_and_with_a_wrong_one(client: TestClient, identity: str) -> None:
    plain = client.get(f"/l/{identity}/what-if").text
    assert "Choose a change" in plain
    assert 'class="two-boots"' not in plain
    wrong = client.get(f"/l/{identity}/what-if", params={"change": "level:<b>=6"})
    assert wrong.status_code == 422
    assert "&lt;b&gt;" in wrong.text
    assert "level:<b>" not in wrong.text


def test_names_of_a_hostile_log_stay_text(client: TestClient) -> None:
    name = "x&quot;><script>alert(1)</script>"
    log = (
        "[    0.000000] Linux version 6.12.0 (x)\n"
        f"[    0.100000] calling  {name}+0x0/0x10 @ 1\n"
        f"[    0.200000] initcall {name}+0x0/0x10 returned 0 after 9 usecs\n"
        "[    0.300000] calling  clk_disable_unused+0x0/0x10 @ 1\n"
        "[    0.400000] initcall clk_disable_unused+0x0/0x10 returned 0 after 9 usecs\n"
        "[    0.500000] Run /init as init process\n"
    )
    identity = client.post("/api/v1/logs", content=log.encode()).json()["id"]
    page = client.get(
        f"/l/{identity}/what-if", params={"change": "level:clk_disable_unused=6"}
    ).text
    assert "<script>alert" not in page


def test_the_timeline_leads_there(client: TestClient, identity: str) -> None:
    assert f'href="/l/{identity}/what-if"' in client.get(f"/l/{identity}").text
