"""KCIDB: valid by the schema in KernelCI's own package, and never greener than its evidence."""

import json
from typing import Any

import pytest
from kcidb_io import schema

from app.errors import NoSubmitter
from app.report import Policy, Report
from app.reporters.kcidb import render_kcidb
from app.reporters.submitter import Submitter
from app.rules.finding import Outcome
from parsers.record import replace
from tests.ci_reports import LINK, SAMPLE_NAMES, empty, hostile, sample, turned, waived

LAB = Submitter("lab_7", "maestro:6741")
_RANK = ("FAIL", "ERROR", "MISS", "PASS", "DONE", "SKIP")
Tests = dict[str, dict[str, Any]]


def objects(
    report: Report, policy: Policy | None = None, link: str | None = LINK, by: Submitter = LAB
) -> Tests:
    """The test objects by rule, of an output that KernelCI would take."""
    made = json.loads(render_kcidb(report, link, policy, by))
    schema.V5_0.validate(made)
    schema.LATEST.validate(made)
    schema.LATEST.validate(schema.LATEST.upgrade(made))
    ids = [test["id"] for test in made["tests"]]
    assert len({*ids}) == len(ids)
    assert all(test["id"].startswith(f"{by.origin}:") for test in made["tests"])
    _no_nulls(made)
    return {test["path"].rpartition(".")[2]: test for test in made["tests"]}


def _no_nulls(value: object) -> None:
    assert value is not None
    if isinstance(value, dict):
        for one in value.values():
            _no_nulls(one)
    if isinstance(value, list):
        for one in value:
            _no_nulls(one)


def statuses(report: Report, policy: Policy | None = None) -> dict[str, str]:
    return {rule: test["status"] for rule, test in objects(report, policy).items()}


@pytest.mark.parametrize("name", SAMPLE_NAMES)
def test_every_sample_is_valid_and_has_a_test_a_rule(name: str) -> None:
    report = sample(name)
    assert [*objects(report)] == ["bootscope", *(found.rule for found in report.findings)]


@pytest.mark.parametrize("name", SAMPLE_NAMES)
def test_a_pass_is_what_the_rule_showed_and_nothing_else(name: str) -> None:
    report = sample(name)
    said = statuses(report)
    passed = {rule for rule, status in said.items() if status == "PASS"} - {"bootscope"}
    shown = {f.rule for f in report.findings if f.outcome == "pass"}
    assert passed <= shown
    assert said["bootscope"] != "PASS" or report.verdict == "pass"


def test_what_the_log_proves_is_there() -> None:
    report = sample("ff-rootfs-protected")
    found = objects(report)["FFA001"]
    assert found["path"] == "bootscope.ffa-pkvm.FFA001"
    assert (found["origin"], found["build_id"]) == ("lab_7", "maestro:6741")
    assert "L602: [    1.585658] ARM FF-A: Driver version 1.1\n" in found["log_excerpt"]
    assert found["comment"].startswith("FF-A comes up after pKVM traps SMCs: FF-A came up 306 ms")
    assert found["log_url"] == f"http://127.0.0.1:8000/api/v1/logs/{report.id}/lines"
    assert found["misc"]["bootscope"]["signature"] == "FFA001:fail:kvm_arm_init:ffa.up"
    assert found["misc"]["bootscope"]["url"] == f"{LINK}#FFA001"
    assert found["environment"]["misc"]["kernel"] == "6.12.117-ffalab"


@pytest.mark.parametrize(
    ("outcome", "policy", "status"),
    [
        ("pass", Policy(), "PASS"),
        ("fail", Policy(), "FAIL"),
        ("fragile", Policy(), "DONE"),
        ("fragile", Policy(fail_on_fragile=True), "FAIL"),
        ("inconclusive", Policy(), "MISS"),
        ("inconclusive", Policy(require_evidence=True), "MISS"),
        ("not_applicable", Policy(), "SKIP"),
        ("error", Policy(), "ERROR"),
    ],
)
def test_status_by_outcome(outcome: Outcome, policy: Policy, status: str) -> None:
    clean = sample("k73-imalatesync-protected")
    rule = next(f.rule for f in clean.findings if f.outcome == "pass" and not f.undermined_by)
    assert statuses(clean)[rule] == "PASS"
    assert statuses(turned(clean, rule, outcome), policy)[rule] == status


@pytest.mark.parametrize(
    ("severity", "fail_on", "status"),
    [("warning", "error", "FAIL"), ("note", "error", "DONE"), ("note", "note", "FAIL")],
)
def test_a_failure_that_the_verdict_minds_fails(severity: Any, fail_on: Any, status: str) -> None:
    report = sample("ff-rootfs-protected")
    found = [
        replace(f, severity=severity) if f.rule == "FFA001" else f for f in report.findings
    ]  # fmt: skip
    said = statuses(replace(report, findings=tuple(found)), Policy(fail_on))
    assert said["FFA001"] == status


@pytest.mark.parametrize("outcome", ["pass", "fail", "fragile", "inconclusive", "error"])
def test_what_is_waived_or_only_tried_neither_fails_nor_passes(outcome: Outcome) -> None:
    report = turned(sample("ff-rootfs-protected"), "FFA001", outcome)
    drafts = tuple(replace(f, counts=False, status="draft") for f in report.findings)
    for one in (waived(report, "FFA001"), replace(report, findings=drafts)):
        assert statuses(one)["FFA001"] in ("DONE", "SKIP")
    assert "2030-01-02: known" in objects(waived(report, "FFA001"))["FFA001"]["misc"][
        "bootscope"]["waived"][0]  # fmt: skip


def test_a_pass_that_another_failure_undoes_is_none() -> None:
    report = sample("k73-imalatesync-protected")
    found = tuple(replace(f, undermined_by="FFA001") for f in report.findings)
    assert "PASS" not in [*statuses(replace(report, findings=found)).values()][1:]


def test_all_together_is_the_verdict() -> None:
    assert statuses(sample("k73-imalatesync-protected"))["bootscope"] == "PASS"
    assert statuses(sample("ff-rootfs-protected"))["bootscope"] == "FAIL"
    lucky = sample("ff-device-protected")
    assert lucky.verdict == "fragile"
    assert statuses(lucky)["bootscope"] == "DONE"
    assert statuses(lucky, Policy(fail_on_fragile=True))["bootscope"] == "FAIL"


def test_a_log_that_proves_nothing_is_missed() -> None:
    said = objects(empty())
    assert said["bootscope"]["status"] == "MISS"
    assert "proves no order" in said["bootscope"]["comment"]
    assert min((t["status"] for t in said.values()), key=_RANK.index) == "MISS"


def test_the_same_judgement_has_the_same_ids_and_another_has_others() -> None:
    def ids(report: Report, *more: Any) -> set[str]:
        return {test["id"] for test in objects(report, *more).values()}

    report = sample("ff-device-protected")
    same = ids(report)
    assert same == ids(report, Policy(), None)
    for other in (
        ids(report, Policy(fail_on_fragile=True)),
        ids(report, None, LINK, Submitter("lab_7", "maestro:6742")),
        ids(turned(report, "FFA001", "fail")),
        ids(sample("ff-rootfs-protected")),
    ):
        assert not same & other


def test_nothing_hostile_leaves_its_string() -> None:
    said = objects(hostile())
    assert all("\x00" not in json.dumps(test) for test in said.values())
    assert all(
        "\n" not in test["comment"] and "\x1b" not in test["comment"] for test in said.values()
    )
    for test in said.values():
        for line in test.get("log_excerpt", "").split("\n"):
            assert line.isprintable()


def test_an_excerpt_has_an_end() -> None:
    report = sample("ff-rootfs-protected")
    first = report.findings[0]
    long = replace(first.evidence[0], text="x" * 100_000)
    found = replace(first, evidence=(long,))
    said = objects(replace(report, findings=(found,)))
    assert len(said[first.rule]["log_excerpt"]) == 16384


def test_a_rule_that_speaks_twice_has_two_tests() -> None:
    report = sample("ff-rootfs-protected")
    twice = replace(report, findings=(report.findings[0], report.findings[0]))
    made = json.loads(render_kcidb(twice, LINK, None, LAB))
    assert len({test["id"] for test in made["tests"]}) == 3


@pytest.mark.parametrize(
    "by",
    [
        None, Submitter(), Submitter("lab"), Submitter("lab", "6741"), Submitter("Lab", "m:1"),
        Submitter("", "m:1"), Submitter("lab", "m:"), Submitter("lab\n", "m:1"),
        Submitter("lab", "m:1\x00"), Submitter("lab", f"m:{'1' * 200}"),
    ],
)  # fmt: skip
def test_who_submits_for_which_build_must_be_known(by: Submitter | None) -> None:
    with pytest.raises(NoSubmitter):
        render_kcidb(sample("ff-rootfs-protected"), None, None, by)
