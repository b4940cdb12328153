"""The page to write a rule on, as it leaves the server: without JavaScript it is a form."""

import re
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.main import create_app
from app.rules.skeleton import KINDS, skeleton
from app.settings import Settings
from tests.conftest import SAMPLES

BROKEN = (SAMPLES / "ff-rootfs-protected.log").read_bytes()
TWO_BOOTS = BROKEN + (SAMPLES / "ff-device-protected.log").read_bytes()
PAGE = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
MINE = skeleton("MY007", "order").replace("misc_init", "kvm_arm_init")
MINE = MINE.replace("late_trace_init", "ffa_init")
ATTACK = "</textarea><script>alert(1)</script><img src=x onerror=alert(1)>"


def upload(client: TestClient, data: bytes = BROKEN, name: str = "my.log") -> str:
    identity: str = client.post(
        "/api/v1/logs", content=data, params={"name": name}
    ).json()["id"]  # fmt: skip
    return identity


def post(client: TestClient, rule: str, log: str = "", query: str = "") -> str:
    fields: dict[str, Any] = {"pack": (None, rule.replace("\n", "\r\n")), "log": (None, log)}
    answer = client.post(f"/rules/new{query}", files=fields, headers=PAGE)
    assert answer.status_code == 200, answer.text
    return answer.text


def text_of(page: str) -> str:
    """What the text area holds: a browser drops its first line break."""
    found = re.search(r"<textarea[^>]*>\n(.*?)</textarea>", page, re.DOTALL)
    assert found
    return found[1].replace("&#39;", "'").replace("&#34;", '"').replace("&gt;", ">")


@pytest.mark.parametrize("kind", KINDS)
def test_it_begins_with_what_rules_new_writes(client: TestClient, kind: str) -> None:
    page = client.get("/rules/new", params={"kind": kind}, headers=PAGE)
    assert page.status_code == 200
    assert text_of(page.text) == skeleton("MY001", kind)
    policy = page.headers["content-security-policy"]
    assert "script-src 'self'" in policy and "unsafe" not in policy
    assert "style=" not in page.text and not re.search(r"\son\w+=", page.text)
    assert client.head("/rules/new").status_code == 200


def test_what_there_is_not(client: TestClient) -> None:
    nothing = client.get("/rules/new?kind=vibes", headers=PAGE)
    assert (nothing.status_code, "There is no kind" in nothing.text) == (404, True)
    assert client.get(f"/rules/new?log={'a' * 26}", headers=PAGE).status_code == 404
    empty = client.post("/rules/new", files={"pack": (None, "")}, headers=PAGE)
    assert (empty.status_code, "No rule was sent." in empty.text) == (422, True)
    unknown = {"pack": (None, MINE), "log": (None, "a" * 26)}
    assert client.post("/rules/new", files=unknown, headers=PAGE).status_code == 404


def test_home_and_timeline_lead_there(client: TestClient) -> None:
    identity = upload(client, TWO_BOOTS)
    assert 'href="/rules/new"' in client.get("/", headers=PAGE).text
    page = client.get(f"/l/{identity}?boot=2", headers=PAGE).text
    assert f'href="/rules/new?log={identity}&amp;boot=2"' in page
    editor = client.get(f"/rules/new?log={identity}&boot=2", headers=PAGE).text
    assert "my.log, boot 2</option>" in editor
    assert f'href="/l/{identity}?boot=2"' in editor


def test_problems_with_their_places(client: TestClient) -> None:
    page = post(client, MINE.replace("then:", "than:"))
    assert "2 problems: not tried" in page
    assert 'data-line="24" data-column="3">24:3</a>' in page
    assert "did you mean &#39;then&#39;?" in page
    assert text_of(page) == MINE.replace("then:", "than:"), "as it was written"


def test_tried_on_a_log_and_on_its_examples(client: TestClient) -> None:
    identity = upload(client)
    page = post(client, MINE, identity)
    assert "What it says of my.log" in page
    assert "ffa_init() came 313 ms before the end of kvm_arm_init()" in page
    for line in (601, 623):
        assert f'<a class="ln" href="/l/{identity}#L{line}">L{line}</a>' in page
    assert "1 of 2 examples are as expected" in page
    assert "expected pass, got fragile" in page
    assert "While its status is draft, it counts in no verdict" in page
    assert '<span class="file">MY007.yaml</span>' in page
    assert f'value="{identity}" selected' in page


def test_on_its_examples_only(client: TestClient) -> None:
    page = post(client, skeleton("MY001", "returns").partition("examples:")[0])
    assert "Tried on its examples" in page and "It has no examples" in page
    page = post(client, skeleton("MY001", "returns"))
    assert "2 of 2 examples are as expected" in page


def test_the_boot_at_hand_is_the_one_that_is_asked(client: TestClient) -> None:
    identity = upload(client, TWO_BOOTS)
    page = post(client, MINE, identity, f"?log={identity}&boot=2")
    assert "Boot 2 of 2" in page and f'href="/l/{identity}?boot=2#L' in page
    assert "313 ms before" not in page
    other = upload(client)
    page = post(client, MINE, other, f"?log={identity}&boot=2")
    assert "313 ms before" in page and "Boot 2" not in page


def test_what_is_hostile_is_text(client: TestClient) -> None:
    identity = upload(client, name="<b>name.log")
    hostile = (
        MINE.replace("Mine comes after yours", ATTACK[:90])
        .replace("What goes wrong", f"{ATTACK} \u202e")
        .replace("A way out.", f"{ATTACK}{{{{7*7}}}}")
        .replace("file.c, function()", ATTACK.replace('"', ""))
        .replace("as it should be", ATTACK)
        .replace('fail: "{then}', f'fail: "{ATTACK} \\u202e {{then}}')
    )
    for rule in (hostile, hostile.replace("then:", f"'{ATTACK}':"), ATTACK):
        page = post(client, rule, identity)
        assert "<script>alert" not in page and "<img" not in page and "<b>name" not in page
        assert page.count("</textarea>") == 1 and "49" not in page.partition("Ways out")[2][:400]
    told = post(client, hostile, identity)
    answer = told.partition('id="answer"')[2]
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in answer and "\u202e" not in answer
    assert "<p>" in answer and "\\x202e" in answer


def test_limits_are_pages_too(tmp_path: Path) -> None:
    client = TestClient(create_app(Settings(data=tmp_path, samples="", max_pack_bytes=1_000)))
    large = client.post("/rules/new", files={"pack": (None, MINE)}, headers=PAGE)
    assert (large.status_code, "more than 1,000 bytes" in large.text) == (413, True)


def test_samples_are_offered(tmp_path: Path) -> None:
    samples = tmp_path / "samples"
    samples.mkdir()
    for kind in (".log", ".meta.yaml"):
        name = f"ff-device-protected{kind}"
        (samples / name).write_bytes((SAMPLES / name).read_bytes())
    client = TestClient(create_app(Settings(data=tmp_path / "data", samples=str(samples))))
    page = client.get("/rules/new", headers=PAGE).text
    (identity,) = re.findall(r'<option value="(\w{26})">ff-device-protected \(sample\)', page)
    assert "What it says of ff-device-protected" in post(client, MINE, identity)
