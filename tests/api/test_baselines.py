"""Uploads and reports against a baseline: what is new, and a gate on that alone."""

import io
import json
import os
import socket
import subprocess
import sys
import tarfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from fastapi.testclient import TestClient
from jsonschema import validate
from sqlalchemy import update

from app.baselines import parse_spec
from app.errors import BadBaseline, BadLabel
from app.kept import kept_of
from app.main import create_app
from app.settings import Settings
from app.store.metadata import open_engine
from app.store.tables import LOGS
from parsers.record import replace
from tests.conftest import ROOT, SAMPLES

API = "/api/v1/logs"
LUCK, FAILS, PASSES = "ff-device-protected", "ff-rootfs-protected", "k73-imalatesync-protected"
UNDECIDED = b"[    0.000000] Booting Linux on physical CPU 0x0000000000 [0x410fd034]\n"


def sample(name: str, more: str = "") -> bytes:
    """A sample log; ``more`` makes it another log with the same boot."""
    extra = f"[   99.000000] {more}\n" if more else ""
    return (SAMPLES / f"{name}.log").read_bytes() + extra.encode()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data=tmp_path / "data", samples="", listed=True)


@pytest.fixture
def client(settings: Settings) -> Iterator[TestClient]:
    with TestClient(create_app(settings)) as client:
        yield client


def post(client: TestClient, data: bytes, *labels: str, **asked: object) -> dict[str, Any]:
    answer = client.post(API, content=data, params={"label": labels, **asked})
    assert answer.status_code in (200, 201), answer.text
    got: dict[str, Any] = answer.json()
    return got


def rules(found: list[dict[str, Any]]) -> list[str]:
    return sorted(one["rule"] for one in found if one["counts"])


def test_what_is_new_closes_the_gate(client: TestClient) -> None:
    good = post(client, sample(PASSES), name="good.log")
    assert (good["verdict"], good["baseline"]) == ("pass", None)
    got = post(client, sample(FAILS), baseline=good["id"])
    said = got["baseline"]
    assert (got["verdict"], got["exit_code"], said["found"], said["note"]) == ("fail", 1, True, "")
    assert "FFA001" in rules(said["new"]) and said["known"] == []
    ffa001 = next(one for one in said["new"] if one["rule"] == "FFA001")
    assert ffa001["signature"] == "FFA001:fail:kvm_arm_init:ffa.up"
    assert (said["id"], said["name"], said["verdict"]) == (good["id"], "good.log", "pass")
    assert said["url"] == f"http://testserver/l/{good['id']}"
    assert said["compare_url"] == f"http://testserver/compare/{good['id']}/{got['id']}"
    schema = client.get("/api/v1/openapi.json").json()
    validate(got, {"$ref": "#/components/schemas/Uploaded", **schema})


def test_what_is_known_does_not(client: TestClient) -> None:
    before = post(client, sample(FAILS))
    assert before["exit_code"] == 1
    got = post(client, sample(FAILS, "the same again"), baseline=before["id"])
    said = got["baseline"]
    assert (got["verdict"], got["exit_code"]) == ("fail", 0)
    assert "FFA001" in rules(said["known"])
    assert (said["new"], said["fixed"], said["moved"], said["moves"]) == ([], [], [], 0)


def test_what_is_fixed_and_what_moved(client: TestClient) -> None:
    before = post(client, sample(FAILS))
    got = post(client, sample(LUCK), baseline=before["id"])
    said = got["baseline"]
    assert "FFA003" in rules(said["fixed"])
    # FFA001 fails there and holds by luck here: another signature, and nothing that gates.
    assert "FFA001" in rules(said["new"]) and got["exit_code"] == 0
    (moved,) = said["moved"]
    assert (moved["function"], said["moves"]) == ("ffa_init", 1)
    assert moved["passed"] > 0 and "kvm_arm_init" in moved["across"]


def test_latest_is_the_last_that_passes_on_the_same_machine(client: TestClient) -> None:
    here = ("branch=main", "machine=a", "config=small")
    first = post(client, sample(PASSES, "first"), *here)
    second = post(client, sample(PASSES, "second"), *here, "commit=2")
    post(client, sample(PASSES, "other machine"), "branch=main", "machine=b", "config=small")
    post(client, sample(PASSES, "other config"), "branch=main", "machine=a")
    post(client, sample(LUCK), *here)  # fragile is no pass
    got = post(client, sample(FAILS), *here, baseline="latest:branch=main")
    assert got["baseline"]["id"] == second["id"]
    assert sorted(got["baseline"]["labels"]) == sorted(here)
    # Kept before this one: never itself, and nothing that came later.
    again = post(client, sample(PASSES, "second"), *here, baseline="latest:branch=main")
    assert again["baseline"]["id"] == first["id"]
    asked = {"baseline": "latest:branch=main,machine=b"}
    assert post(client, sample(FAILS), *here, **asked)["baseline"]["labels"] == [
        "branch=main", "config=small", "machine=b"
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        ("latest:branch=none", "No earlier boot with branch=none passes."),
        ("a" * 26, "There is no such log here (any more)."),
        ("itself", "A log is no baseline of itself."),
    ],
)
def test_without_a_baseline_the_gate_is_as_without(
    client: TestClient, asked: str, why: str
) -> None:
    first = post(client, sample(FAILS), "branch=main")
    asked = first["id"] if asked == "itself" else asked
    got = post(client, sample(FAILS), "branch=main", baseline=asked)
    said = got["baseline"]
    assert (got["exit_code"], said["found"], said["id"], said["compare_url"]) == (
        1, False, None, None
    )  # fmt: skip
    assert said["note"] == f"{why} So every finding counts as new."


def test_what_cannot_tell_stays_so(client: TestClient) -> None:
    for before in (sample(PASSES), sample(FAILS)):
        baseline = post(client, before)["id"]
        assert post(client, UNDECIDED, baseline=baseline)["exit_code"] == 5
    got = post(
        client, sample(f"{FAILS}-noinitcalldebug"), baseline=post(client, sample(PASSES))["id"]
    )
    assert "INIT001" in rules(got["baseline"]["undecided"])
    # A baseline that cannot tell knows nothing.
    assert post(client, sample(FAILS), baseline=post(client, UNDECIDED)["id"])["exit_code"] == 1


def test_another_boot_that_fails_is_not_hidden(client: TestClient) -> None:
    baseline = post(client, sample(FAILS))["id"]
    two = sample(FAILS) + sample(f"{FAILS}-noinitcalldebug")
    got = post(client, two, baseline=baseline)
    assert got["exit_code"] == 1
    assert got["baseline"]["note"].startswith("Another boot of this capture gates, too")


def test_a_baseline_is_judged_by_todays_rules(client: TestClient) -> None:
    before = post(client, sample(FAILS))["id"]
    service = client.app.state.service  # type: ignore[attr-defined]
    old = replace(service.report(before), packs=(), findings=(), verdict="pass")
    kept = kept_of(old)
    service._put(kept)
    service._replace_report(service.row(before), old, kept.sha256)
    got = post(client, sample(FAILS, "again"), "branch=main", baseline=before)
    assert got["exit_code"] == 0 and "FFA001" in rules(got["baseline"]["known"])
    assert service.row(before).verdict == "fail"


def test_latest_passes_over_what_passes_no_more(client: TestClient, settings: Settings) -> None:
    good = post(client, sample(PASSES), "branch=main")["id"]
    bad = post(client, sample(FAILS), "branch=main")["id"]
    service = client.app.state.service  # type: ignore[attr-defined]
    old = replace(service.report(bad), packs=(), findings=(), verdict="pass")
    kept = kept_of(old)
    service._put(kept)
    service._replace_report(service.row(bad), old, kept.sha256)
    got = post(client, sample(FAILS, "again"), "branch=main", baseline="latest:branch=main")
    assert (got["baseline"]["id"], got["exit_code"]) == (good, 1)
    with open_engine(settings.database).begin() as connection:
        connection.execute(update(LOGS).where(LOGS.c.id == good).values(verdict="fragile"))
    got = post(client, sample(FAILS, "more"), "branch=main", baseline="latest:branch=main")
    assert not got["baseline"]["found"]


OWN = """\
schema: 1
id: OWN001
name: ffa-seen
title: FF-A never comes up
status: stable
severity: error
tags: [own]
why: It must not.
fix: Leave it out.
references: [https://example.org/]
check:
  kind: absent
  what: {marker: ffa.up}
examples: []
"""


def test_rules_of_ones_own_judge_the_baseline_too(client: TestClient) -> None:
    before = post(client, sample(FAILS))["id"]

    def send(baseline: str) -> dict[str, Any]:
        files = [("log", ("x.log", sample(FAILS, "own"))), ("pack", ("own.yaml", OWN))]
        answer = client.post(API, files=files, params={"baseline": baseline})
        assert answer.status_code in (200, 201), answer.text
        got: dict[str, Any] = answer.json()
        return got

    got = send(before)
    assert "OWN001" in rules(got["baseline"]["known"]) and got["exit_code"] == 0
    assert send("b" * 26)["exit_code"] == 1


def test_logs_of_one_archive_are_no_baseline_of_each_other(client: TestClient) -> None:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as tar:
        for name in (PASSES, FAILS):
            info = tarfile.TarInfo(f"{name}.log")
            data = sample(name)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    asked = {"baseline": "latest:branch=main"}
    got = post(client, packed.getvalue(), "branch=main", **asked)
    assert [log["baseline"]["found"] for log in got["logs"]] == [False, False]
    assert got["exit_code"] == 1
    known = post(client, sample(FAILS, "known"))["id"]
    got = post(client, packed.getvalue(), baseline=known)
    assert [log["exit_code"] for log in got["logs"]] == [0, 0]
    assert (got["exit_code"], got["verdict"]) == (0, "fail")


def test_a_report_against_a_baseline(client: TestClient) -> None:
    good = post(client, sample(PASSES), "branch=main", "machine=a")["id"]
    post(client, sample(PASSES, "b"), "branch=main", "machine=b")
    bad = post(client, sample(FAILS), "branch=main", "machine=a")["id"]
    asked = {"baseline": "latest:label=branch=main"}
    plain = client.get(f"{API}/{bad}").json()
    answer = client.get(f"{API}/{bad}", params=asked)
    got = answer.json()
    assert (got.pop("exit_code"), got["baseline"]["id"]) == (1, good)
    assert got.pop("baseline")["compare_url"].endswith(f"/compare/{good}/{bad}")
    assert got == plain
    assert answer.headers["cache-control"] == "no-cache"
    text = client.get(f"{API}/{bad}", params=asked | {"format": "text"}).text
    assert text.splitlines()[-1].startswith(f"Since http://testserver/l/{good}: new FFA001")
    refused = client.get(f"{API}/{bad}", params=asked | {"format": "csv"})
    assert (refused.status_code, refused.json()["title"]) == (422, "Unusable baseline")
    # The same bytes on two machines: neither is known to be this boot's.
    post(client, sample(FAILS), "branch=main", "machine=b")
    labels = client.get(f"{API}/{bad}", params=asked).json()["baseline"]["labels"]
    assert labels == ["branch=main"]


def test_in_words_at_an_upload(client: TestClient) -> None:
    before = post(client, sample(FAILS))["id"]
    asked = {"format": "text", "baseline": before}
    answer = client.post(API, content=sample(FAILS, "x"), params=asked)
    assert "known FFA001" in answer.text.splitlines()[-1]
    asked["baseline"] = "latest:branch=none"
    answer = client.post(API, content=sample(FAILS, "x"), params=asked)
    assert "No earlier boot with branch=none passes." in answer.text.splitlines()[-1]


def test_labels_find_nothing_where_nothing_is_listed(tmp_path: Path) -> None:
    with TestClient(create_app(Settings(data=tmp_path, samples=""))) as client:
        before = post(client, sample(PASSES), "branch=main")["id"]
        asked = {"baseline": "latest:branch=main"}
        refused = client.post(API, content=sample(FAILS), params=asked)
        assert (refused.status_code, refused.json()["title"]) == (403, "Not listed here")
        assert before not in refused.text
        bad = post(client, sample(FAILS), baseline=before)
        assert bad["created"] and bad["baseline"]["found"]
        assert client.get(f"{API}/{bad['id']}", params=asked).status_code == 403


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("latest:branch=main", ["branch=main"]),
        ("latest:label=branch=main", ["branch=main"]),
        ("latest:machine=m,branch=b", ["branch=b", "machine=m"]),
        ("latest:label=branch=b,label=machine=m", ["branch=b", "machine=m"]),
        ("latest:config=a,b,branch=c", ["branch=c", "config=a,b"]),
        ("latest:label=x", ["label=x"]),
        (" latest:branch=main ", ["branch=main"]),
    ],
)
def test_how_latest_is_written(text: str, labels: list[str]) -> None:
    spec = parse_spec(text)
    assert (spec.id, [str(label) for label in spec.labels]) == (None, labels)


@pytest.mark.parametrize(
    "text", ["", "latest", "latest:", "latest:,", "A" * 26, "a" * 25, "../x", "newest:branch=main"]
)
def test_what_names_no_baseline(client: TestClient, text: str) -> None:
    with pytest.raises((BadBaseline, BadLabel)):
        parse_spec(text)
    answer = client.post(API, content=UNDECIDED, params={"baseline": text})
    assert answer.status_code == 422
    assert client.get(API).json()["logs"] == []


def test_a_real_server(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    environment = os.environ | {
        "BOOTSCOPE_PORT": str(port), "BOOTSCOPE_DATA": str(tmp_path), "BOOTSCOPE_SAMPLES": "",
        "BOOTSCOPE_LISTED": "1",
    }  # fmt: skip
    command = [sys.executable, "-m", "app.cli", "serve"]
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
    url = f"http://127.0.0.1:{port}"
    try:
        for _ in range(300):
            try:
                urlopen(f"{url}/healthz", timeout=1).close()
                break
            except (URLError, OSError):
                time.sleep(0.1)

        def curl(name: str, query: str) -> dict[str, Any]:
            log = SAMPLES / f"{name}.log"
            sent = ["curl", "-sS", "--data-binary", f"@{log}", f"{url}{API}?{query}"]
            got: dict[str, Any] = json.loads(subprocess.check_output(sent, timeout=60))
            return got

        labels = "label=branch=main&label=machine=qemu"
        good = curl(PASSES, labels)
        bad = curl(FAILS, f"{labels}&baseline=latest:branch=main")
        assert (bad["exit_code"], bad["baseline"]["url"]) == (1, f"{url}/l/{good['id']}")
        known = curl(f"{FAILS}-tpm", f"{labels}&baseline={bad['id']}")
        assert "FFA001" in rules(known["baseline"]["known"])
        asked = f"{url}/api/v1/history?label=branch=main"
        with urlopen(asked, timeout=30) as answer:
            assert len(json.load(answer)["boots"]) == 3
    finally:
        process.terminate()
        process.wait(15)


def test_where_reading_needs_a_token_so_does_a_baseline(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path, samples="", listed=True, access="all")
    with TestClient(create_app(settings)) as client:
        tokens = client.app.state.service.tokens  # type: ignore[attr-defined]
        sends = {"Authorization": f"Bearer {tokens.create('a', ['upload'])}"}
        both = {"Authorization": f"Bearer {tokens.create('b', ['upload', 'read'])}"}
        before = client.post(API, content=sample(FAILS), headers=sends).json()["id"]
        asked = {"baseline": before}
        refused = client.post(API, content=sample(PASSES), params=asked, headers=sends)
        assert (refused.status_code, "FFA001" in refused.text) == (403, False)
        answer = client.post(API, content=sample(PASSES), params=asked, headers=both)
        assert answer.status_code == 201 and answer.json()["baseline"]["found"]
