"""POST /api/v1/rules/... and /logs/{id}/judge: rules of strangers, looked over and tried."""

import json
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.main import create_app
from app.report import Report
from app.rules.kinds.order import OrderCheck
from app.rules.skeleton import skeleton
from app.settings import Settings
from tests.conftest import SAMPLES

BROKEN = (SAMPLES / "ff-rootfs-protected.log").read_bytes()
TWO_BOOTS = BROKEN + (SAMPLES / "ff-device-protected.log").read_bytes()
LINT, TEST, LOGS = "/api/v1/rules/lint", "/api/v1/rules/test", "/api/v1/logs"
GOOD = skeleton("MY001", "order")
MINE = (
    GOOD.replace("status: draft", "status: stable")
    .replace("severity: warning", "severity: error")
    .replace("misc_init", "kvm_arm_init")
    .replace("late_trace_init", "ffa_init")
)
"""FF-A after pKVM, in plain words: line 601 calls ffa_init(), 623 returns kvm_arm_init()."""
HEADER = "schema: 1\npack: ours\nversion: 1.2.3\ntitle: Ours\n"


def upload(client: TestClient, data: bytes = BROKEN) -> str:
    identity: str = client.post(LOGS, content=data, params={"name": "my.log"}).json()["id"]
    return identity


def files(*named: tuple[str, str]) -> list[tuple[str, tuple[str, bytes]]]:
    return [("pack", (name, text.encode())) for name, text in named]


def test_a_rule_that_is_right(client: TestClient) -> None:
    answer = client.post(LINT, content=GOOD)
    assert (answer.status_code, answer.json()) == (
        200,
        {
            "ok": True, "pack": {"name": "user", "version": "0.0.0"}, "waivers": 0, "problems": [],
            "rules": [
                {"id": "MY001", "name": "mine-before-yours", "title": "Mine comes after yours",
                 "severity": "warning", "status": "draft", "kind": "order", "examples": 2},
            ],
        },
    )  # fmt: skip


def test_every_problem_at_its_place(client: TestClient) -> None:
    answer = client.post(LINT, content=GOOD.replace("then:", "than:").replace("warning", "bad", 1))
    got = answer.json()
    assert (answer.status_code, got["ok"], got["rules"]) == (200, False, [])
    lines = GOOD.splitlines()
    for problem, (start, text) in zip(
        got["problems"],
        [
            ("severity:", "'severity': 'bad' is none of error, warning, note"),
            ("check:", "'check.then' is missing; write 'then: ...'"),
            ("  then:", "'check.than' is not a known key here; did you mean 'then'?"),
        ],
        strict=True,
    ):
        assert (problem["file"], problem["text"]) == ("rule.yaml", text)
        assert lines[problem["line"] - 1].startswith(start)
        assert problem["column"] == len(start) - len(start.lstrip()) + 1


def test_a_pack_of_several_files(client: TestClient) -> None:
    second = GOOD.replace("MY001", "MY002")
    sent = files(("pack.yaml", HEADER), ("a/MY001.yaml", GOOD), ("..\\MY002.yaml", second))
    got = client.post(LINT, files=sent).json()
    assert got["pack"] == {"name": "ours", "version": "1.2.3"}
    assert [rule["id"] for rule in got["rules"]] == ["MY001", "MY002"]
    twice = client.post(LINT, files=files(("a/MY001.yaml", GOOD), ("..\\b.yaml", GOOD))).json()
    assert [(one["file"], one["text"]) for one in twice["problems"]] == [
        ("b.yaml", "there is a rule MY001 already, in MY001.yaml")
    ]
    as_text = client.post(LINT, files={"pack": (None, GOOD.replace("\n", "\r\n"))}).json()
    assert [rule["id"] for rule in as_text["rules"]] == ["MY001"]


def test_waivers_are_looked_over_and_not_taken(client: TestClient) -> None:
    waivers = "schema: 1\nwaivers: [{rule: MY009, reason: r, expires: 2027-01-31}]\n"
    sent = files(("MY001.yaml", GOOD), ("waivers.yaml", waivers))
    got = client.post(LINT, files=sent).json()
    assert (got["waivers"], got["problems"][0]["text"]) == (
        1, "there is no rule MY009; did you mean 'MY001'?",
    )  # fmt: skip
    tried = client.post(TEST, files=sent)
    assert (tried.status_code, tried.json()["detail"]) == (
        422, "Waivers are not taken with rules that are sent.",
    )  # fmt: skip


def test_examples_are_run(client: TestClient) -> None:
    got = client.post(TEST, content=GOOD).json()
    assert got["ok"]
    assert [(one["name"], one["outcome"]) for one in got["examples"]] == [
        ("as it should be", "pass"), ("the fault", "fail"),
    ]  # fmt: skip
    wrong = GOOD.replace("expect: pass", "expect: fragile\n    evidence_lines: [1]")
    got = client.post(TEST, content=wrong).json()
    assert (got["ok"], [one["ok"] for one in got["examples"]]) == (False, [False, True])
    assert got["examples"][0]["problems"][1] == "expected evidence lines 1, got 3, 4"
    unreadable = GOOD.replace("    log: |\n      [ ", "    log: |\n      x\n  - name: y\n"
                              "    expect: fail\n    log: |\n      [ ", 1)  # fmt: skip
    first = client.post(TEST, content=unreadable).json()["examples"][0]
    assert (first["outcome"], first["evidence"]) == (None, [])
    assert first["problems"][0].startswith("its log cannot be read: ")


def test_a_rule_is_tried_on_a_log_and_nothing_is_kept(client: TestClient) -> None:
    identity = upload(client)
    before = client.get(f"{LOGS}/{identity}").content
    answer = client.post(f"{LOGS}/{identity}/judge", content=MINE)
    got = answer.json()
    assert (answer.status_code, got["verdict"], got["exit_code"]) == (200, "fail", 1)
    assert (got["id"], got["url"], got["boot"]) == (
        identity, f"http://testserver/l/{identity}", 1,
    )  # fmt: skip
    (found,) = got["findings"]
    assert (found["rule"], found["outcome"], found["pack"]) == ("MY001", "fail", "user")
    assert [evidence["line"] for evidence in found["evidence"]] == [601, 623]
    assert found["message"].startswith("ffa_init() came 313 ms before the end of kvm_arm_init()")
    assert [example["ok"] for example in got["examples"]] == [False, True]
    assert got["report"] is None
    assert client.get(f"{LOGS}/{identity}").content == before
    whole = client.post(f"{LOGS}/{identity}/judge?report=true", content=MINE).json()["report"]
    assert Report.from_json(json.dumps(whole)).counts.returned == 375
    text = client.post(f"{LOGS}/{identity}/judge", content=MINE, headers={"Accept": "text/plain"})
    assert text.text.startswith("FAIL: ffa_init() came 313 ms before the end of kvm_arm_init()\n")
    assert "judged with user 0.0.0\n" in text.text


def test_it_is_tried_on_the_boot_that_the_page_shows(client: TestClient) -> None:
    identity = upload(client, TWO_BOOTS)

    def tried(query: str) -> tuple[int, str]:
        got = client.post(f"{LOGS}/{identity}/judge{query}", content=MINE).json()
        return got["boot"], got["findings"][0]["outcome"]

    worse_later = (SAMPLES / "ff-device-protected.log").read_bytes() + BROKEN
    got = client.post(f"{LOGS}/{upload(client, worse_later)}/judge", content=MINE).json()
    assert (got["boot"], got["findings"][0]["outcome"]) == (2, "fail"), "the worst"
    assert tried("") == (1, "fail")
    assert tried("?boot=1") == (1, "fail")
    assert tried("?boot=2") == (2, "fragile")
    assert tried("?boot=2&framing=dmesg")[0] == 2
    assert client.post(f"{LOGS}/{identity}/judge?boot=3", content=MINE).status_code == 404


def test_one_rules_crash_is_its_own(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(*_: object) -> None:
        raise ZeroDivisionError

    identity = upload(client)
    monkeypatch.setattr(OrderCheck, "judge", crash)
    other = skeleton("MY002", "returns").replace("mine_*", "ffa_init")
    sent = files(("MY001.yaml", MINE), ("MY002.yaml", other))
    got = client.post(f"{LOGS}/{identity}/judge", files=sent).json()
    assert {one["rule"]: one["outcome"] for one in got["findings"]} == {
        "MY001": "error", "MY002": "pass",
    }  # fmt: skip


def test_rules_share_what_they_may_cost(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path, samples="", max_steps=4_000)
    client = TestClient(create_app(settings))
    identity = upload(client)

    def outcomes(count: int) -> list[str]:
        sent = files(*((f"{n}.yaml", MINE.replace("MY001", f"MY00{n}")) for n in range(count)))
        answer = client.post(f"{LOGS}/{identity}/judge", files=sent).json()
        return [one["outcome"] for one in answer["findings"]]

    assert outcomes(1) == ["fail"]
    assert outcomes(9) == ["error"] * 9, "each has a ninth, whatever the others do"


def test_an_upload_is_judged_by_ones_own_rules_too(client: TestClient) -> None:
    passing = (SAMPLES / "ff-device-protected.log").read_bytes()
    sent: dict[str, Any] = {"log": ("my.log", passing), "pack": ("MY001.yaml", MINE)}
    got = client.post(LOGS, files=sent).json()
    assert [pack["name"] for pack in got["packs"]] == ["ffa-pkvm", "boot-hygiene", "user"]
    (own,) = (found for found in got["findings"] if found["rule"] == "MY001")
    assert own["outcome"] == "fragile"
    assert "They are not kept" in got["note"]
    kept = client.get(f"{LOGS}/{got['id']}").json()
    assert [pack["name"] for pack in kept["packs"]] == ["ffa-pkvm", "boot-hygiene"]
    again = client.post(LOGS, content=passing).json()
    assert (again["id"], again["note"]) == (got["id"], "")
    assert "MY001" not in {found["rule"] for found in again["findings"]}
    text = client.post(LOGS, files=sent, params={"format": "text"}).text
    assert "user 0.0.0" in text and text.endswith("the link shows the rest.)\n")


@pytest.mark.parametrize(
    ("rules", "detail"),
    [
        (GOOD.replace("then:", "than:"), "MY001.yaml:21:1: 'check.then' is missing"),
        (GOOD.replace("MY001", "FFA001"), "There is a shipped rule FFA001."),
    ],
)
def test_an_upload_with_rules_that_are_not_right_keeps_nothing(
    client: TestClient, rules: str, detail: str
) -> None:
    sent: dict[str, Any] = {"log": ("my.log", BROKEN), "pack": ("MY001.yaml", rules)}
    answer = client.post(LOGS, files=sent)
    assert (answer.status_code, answer.json()["detail"][: len(detail)]) == (422, detail)
    assert client.post(LOGS, content=BROKEN).json()["created"] is True


SMALL = 50_000
LARGE = "more than 50,000 bytes"


@pytest.mark.parametrize(
    ("body", "status", "words"),
    [
        ({"content": b""}, 422, "No rule was sent."),
        ({"files": {"other": ("a", b"x")}}, 422, "No rule was sent."),
        ({"content": b"#" * (SMALL + 1)}, 413, LARGE),
        ({"content": b"#" * (SMALL * 4)}, 413, LARGE),
        ({"files": {"pack": (None, "#" * (SMALL + 1))}}, 413, LARGE),
        ({"files": [("pack", (f"{n}.yaml", b"#" * 20_000)) for n in range(3)]}, 413, LARGE),
        ({"files": [("pack", (f"{n}.yaml", b"x")) for n in range(51)]}, 422, "More than 50 rule"),
        (
            {"files": [("pack", (n and f"{n}", b"x")) for n in [None] * 30 + [*range(1, 31)]]},
            422,
            "More than 50 rule files were sent.",
        ),
        (
            {"content": b"x", "headers": {"content-type": "multipart/form-data"}},
            400,
            "Missing boundary in multipart.",
        ),
    ],
    ids=["empty", "no-part", "large", "larger", "text", "together", "many", "mixed", "no-form"],
)
def test_limits_are_named(tmp_path: Path, body: dict[str, Any], status: int, words: str) -> None:
    client = TestClient(create_app(Settings(data=tmp_path, samples="", max_pack_bytes=SMALL)))
    answer = client.post(LINT, **body)
    assert answer.headers["content-type"] == "application/problem+json"
    assert (answer.status_code, words in answer.json()["detail"]) == (status, True), answer.text


def test_a_faulty_rule_is_refused_with_all_its_problems(client: TestClient) -> None:
    identity = upload(client)
    for address in (TEST, f"{LOGS}/{identity}/judge"):
        answer = client.post(address, content=GOOD.replace("then:", "than:"))
        assert answer.status_code == 422
        assert answer.headers["content-type"] == "application/problem+json"
        assert [one["line"] for one in answer.json()["problems"]] == [21, 24]
    assert client.post(f"{LOGS}/{'a' * 26}/judge", content=GOOD).status_code == 404


@pytest.mark.parametrize(
    "hostile",
    [
        b"a: &a [*a, *a]",
        b"check: " + b"{a: " * 50_000,
        b"check: " + b"[" * 200_000,
        b"\xff\xfe\x00",
        b"!!python/object/apply:os.system [ls]",
        GOOD.replace("Mine comes", "t" * 200_000).encode(),
        (GOOD + "version: " + "1:" * 60_000 + "1").encode(),
    ],
    ids=["laughs", "deep", "deeper", "binary", "tag", "huge", "sixty"],
)
def test_what_is_made_to_hurt_is_a_problem_at_a_place(client: TestClient, hostile: bytes) -> None:
    got = client.post(LINT, content=hostile).json()
    assert not got["ok"]
    assert 1 <= len(got["problems"]) <= 20, "an alias is not followed"
    for one in got["problems"]:
        assert (one["line"] >= 1, one["column"] >= 1, len(one["text"]) <= 400) == (True,) * 3


def test_names_of_files_are_only_shown(client: TestClient) -> None:
    name = "../../etc/<script>alert(1)</script>\u202e" + "x" * 300 + ".yaml"
    got = client.post(LINT, files=files((name, "x"))).json()
    assert len(got["problems"][0]["file"]) == 80
    assert "\u202e" not in got["problems"][0]["file"]


def test_the_answer_is_text_or_json_as_asked(client: TestClient) -> None:
    address = f"{LOGS}/{upload(client)}/judge"
    assert client.post(f"{address}?format=csv", content=MINE).status_code == 422
    for accept, begins in (
        ("text/plain;q=0.5, application/json", "{"), ("text/*", "FAIL"), ("*/*", "{"),
        ("application/json;q=0.1, text/plain", "FAIL"),
    ):  # fmt: skip
        answer = client.post(address, content=MINE, headers={"Accept": accept})
        assert answer.text.startswith(begins), accept
