"""KTAP: against its written grammar, and read by tap.py as the TAP that it is, too.

The kernel's own parser (tools/testing/kunit) is no package; the grammar of ktap.rst
(Linux 6.12) is written down here.
"""

import re

import pytest
from tap.parser import Parser

from app.report import Policy, Report
from app.reporters.ktap import render_ktap
from tests.ci_reports import LINK, SAMPLE_NAMES, empty, hostile, sample, turned, waived

_RESULT = re.compile(r"(ok|not ok) (\d+) ([^#]+?)(?: # (SKIP|TODO|XFAIL|TIMEOUT|ERROR)( [^#]*)?)?")


def results(report: Report, policy: Policy | None = None) -> dict[str, tuple[str, str, str]]:
    """(ok or not, directive, reason) by rule; all that the grammar asks for is checked."""
    lines = render_ktap(report, LINK, policy).removesuffix("\n").split("\n")
    assert lines[0] == "KTAP version 1"
    plan = re.fullmatch(r"1\.\.(\d+)", lines[1])
    assert plan
    found: dict[str, tuple[str, str, str]] = {}
    for line in lines[2:]:
        if line.startswith("# "):
            assert not line.startswith("# Subtest")
            continue
        match = _RESULT.fullmatch(line)
        assert match, line
        assert int(match[2]) == len(found) + 1
        found[match[3].split(" ")[0]] = (match[1], match[4] or "", (match[5] or "").strip())
    assert len(found) == int(plan[1])
    _as_tap("\n".join(lines[1:]), found)
    return found


def _as_tap(text: str, found: dict[str, tuple[str, str, str]]) -> None:
    """What a parser of TAP makes of it: the same."""
    read = [*Parser().parse_text(text)]
    assert {line.category for line in read} <= {"plan", "test", "diagnostic"}
    tests = [line for line in read if line.category == "test"]
    assert [(test.ok, test.skip) for test in tests] == [
        (how == "ok", directive == "SKIP") for how, directive, _ in found.values()
    ]


@pytest.mark.parametrize("name", SAMPLE_NAMES)
def test_every_sample_is_valid_and_has_a_test_a_rule(name: str) -> None:
    report = sample(name)
    assert [*results(report)] == [found.rule for found in report.findings]


def test_lines_of_the_log_stand_before_the_result() -> None:
    lines = render_ktap(sample("ff-rootfs-protected"), LINK).split("\n")
    place = lines.index("not ok 1 FFA001 FF-A comes up after pKVM traps SMCs")
    assert lines[place - 2] == "# L602: [    1.585658] ARM FF-A: Driver version 1.1"
    assert f"# url: {LINK}" in lines[:place]
    assert "ok 3 FFA007 The FF-A bus is there before FF-A and OP-TEE start" in lines


def test_outcomes() -> None:
    found = results(waived(sample("ff-rootfs-protected"), "FFA003"))
    assert found["FFA001"][:2] == ("not ok", "") and found["FFA007"][:2] == ("ok", "")
    assert found["FFA003"][:2] == found["FFA002"][:2] == found["FFA004"][:2] == ("ok", "SKIP")
    assert found["FFA003"][2].startswith("fail, waived until 2030-01-02: known since May.")
    crashed = results(turned(sample("ff-rootfs-protected"), "FFA007", "error"))
    assert crashed["FFA007"] == ("not ok", "ERROR", "")


def test_a_gate_decides_on_fragile_and_inconclusive() -> None:
    report = sample("ff-device-protected")
    assert results(report)["FFA001"][:2] == ("ok", "")
    assert results(report, Policy(fail_on_fragile=True))["FFA001"][0] == "not ok"
    report = sample("ff-rootfs-protected-noinitcalldebug")
    assert results(report)["INIT001"][:2] == ("ok", "SKIP")
    assert results(report, Policy(require_evidence=True))["INIT001"][:2] == ("not ok", "")


def test_where_nothing_was_decided_a_test_says_so() -> None:
    assert results(empty())["something"][0] == "not ok"


def test_hostile_text_forges_nothing() -> None:
    report = hostile()
    assert [*results(report)] == [found.rule for found in report.findings]
    text = render_ktap(report, LINK)
    assert all(char == "\n" or char.isprintable() for char in text)
