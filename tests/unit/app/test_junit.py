"""JUnit XML: read back by junitparser, and held against what Jenkins' schema allows.

No package carries that schema (junit-10.xsd of the xUnit plugin); its elements and
attributes are written down here.
"""

from xml.etree import ElementTree as ET

import pytest
from junitparser import Error, Failure, JUnitXml, Skipped, TestCase

from app.report import Policy, Report
from app.reporters.cases import NO_INITCALL
from app.reporters.junit import render_junit
from parsers.record import replace
from tests.ci_reports import LINK, SAMPLE_NAMES, empty, hostile, sample, turned, waived

TestCase.__test__ = False
_COUNTS = {"name", "tests", "failures", "errors", "time"}
_ATTRIBUTES = {
    "testsuites": _COUNTS,
    "testsuite": _COUNTS | {
        "group", "skipped", "timestamp", "hostname", "id", "package", "file", "log", "url",
    },
    "properties": set(), "property": {"name", "value"},
    "testcase": {"name", "time", "classname", "group"},
    "skipped": {"message", "type"}, "error": {"message", "type"}, "failure": {"message", "type"},
    "system-out": set(),
}  # fmt: skip
_REQUIRED = {
    "testsuite": {"name", "tests", "failures", "errors"}, "property": {"name", "value"},
    "testcase": {"name"},
}  # fmt: skip
_CHILDREN = {
    "testsuites": {"testsuite"},
    "testsuite": {"properties", "testcase"},
    "properties": {"property"},
    "testcase": {"skipped", "error", "failure", "system-out"},
}


def check(text: str) -> None:
    """Against the schema, and the counts against what is there."""
    root = ET.fromstring(text)
    assert root.tag == "testsuites"
    for element in root.iter():
        assert set(element.attrib) <= _ATTRIBUTES[element.tag]
        assert set(element.attrib) >= _REQUIRED.get(element.tag, set())
        assert {child.tag for child in element} <= _CHILDREN.get(element.tag, set())
        if element.tag in ("testcase", "testsuite"):
            assert element.get("name")
    for counted, tag in (("tests", "testcase"), ("failures", "failure"), ("errors", "error")):
        for level in (root, root[0]):
            assert int(level.attrib[counted]) == len([*root.iter(tag)])
    assert int(root[0].attrib["skipped"]) == len([*root.iter("skipped")])


def cases(report: Report, policy: Policy | None = None) -> dict[str, TestCase]:
    text = render_junit(report, LINK, policy)
    check(text)
    (suite,) = JUnitXml.fromstring(text.encode())
    return {case.name.partition(":")[0]: case for case in suite}


@pytest.mark.parametrize("name", SAMPLE_NAMES)
def test_every_sample_is_valid_and_has_a_case_a_rule(name: str) -> None:
    report = sample(name)
    assert [*cases(report)] == [found.rule for found in report.findings]


def test_a_failed_rule_is_a_failure_with_its_lines() -> None:
    found = cases(sample("ff-rootfs-protected"))
    (failure,) = found["FFA001"].result
    assert isinstance(failure, Failure)
    assert failure.message.startswith("FF-A came up 306 ms before pKVM traps SMCs")
    assert "\nL602: [    1.585658] ARM FF-A: Driver version 1.1\n" in failure.text
    assert failure.text.endswith(f"\n{LINK}#FFA001")
    assert [rule for rule, case in found.items() if case.is_failure] == ["FFA001", "FFA003"]
    assert found["FFA007"].is_passed and found["FFA001"].classname == "bootscope.ffa-pkvm"


def test_what_does_not_count_is_skipped() -> None:
    found = cases(waived(sample("ff-rootfs-protected"), "FFA003"))
    said = {rule: found[rule].result[0].message for rule in ("FFA002", "FFA003", "FFA004")}
    assert all(isinstance(found[rule].result[0], Skipped) for rule in said)
    assert said["FFA002"].startswith("preview rule, does not count: fail. FF-A came up 582 ms")
    assert said["FFA003"].startswith("fail, waived until 2030-01-02: known since May. An FF-A")
    assert said["FFA004"].startswith("not applicable: ")
    undone = found["TPM002"].result[0].message
    assert undone.startswith("pass, but FFA001 failed, so this is worth nothing. ")


def test_fragile_passes_unless_it_gates() -> None:
    report = sample("ff-device-protected")
    case = cases(report)["FFA001"]
    assert case.is_passed and case.system_out.startswith("fragile: FF-A came up ")
    case = cases(report, Policy(fail_on_fragile=True))["FFA001"]
    assert isinstance(case.result[0], Failure)
    assert case.result[0].message.startswith("fragile: ")


def test_inconclusive_is_skipped_unless_it_gates() -> None:
    report = sample("ff-rootfs-protected-noinitcalldebug")
    assert cases(report)["INIT001"].is_skipped
    assert cases(report, Policy(require_evidence=True))["INIT001"].is_failure


def test_a_note_passes_unless_it_gates_and_a_warning_fails() -> None:
    report = sample("deb73-ffa-module-protected")
    found = cases(report)
    assert found["TPM002"].is_failure
    assert found["LOG001"].is_passed and found["LOG001"].system_out.startswith("a note: ")
    assert cases(report, Policy(fail_on="note"))["LOG001"].is_failure


def test_a_rule_that_crashed_is_an_error() -> None:
    case = cases(turned(sample("ff-rootfs-protected"), "FFA007", "error"))["FFA007"]
    assert isinstance(case.result[0], Error)


def test_where_nothing_was_decided_a_case_says_so() -> None:
    case = cases(empty())["something was decided"]
    assert isinstance(case.result[0], Error) and case.result[0].message == NO_INITCALL


def test_the_suite_says_what_boot_it_is_of() -> None:
    report = sample("ff-rootfs-protected")
    report = replace(report, capture=replace(report.capture, boots=3, boot_index=1))
    text = render_junit(report)
    check(text)
    (suite,) = JUnitXml.fromstring(text.encode())
    properties = {one.name: one.value for one in suite.properties()}
    assert properties["boot"] == "2 of 3" and properties["verdict"] == "fail"
    assert properties["kernel.release"] == "6.12.117-ffalab" and "url" not in properties


def test_hostile_text_is_text() -> None:
    text = render_junit(hostile(), LINK)
    check(text)
    assert "<script" not in text and "\x1b" not in text and "\x00" not in text
    assert all(char == "\n" or char.isprintable() for char in text)
    (suite,) = JUnitXml.fromstring(text.encode())
    assert "]]></failure><script>alert(1)</script>" in suite.name
    assert "\\x1b[31m" in suite.name and "\n" not in suite.name
