"""Annotations of GitHub and GitLab.

Neither publishes a checker. GitHub's commands are read back by what its runner does
(actions/runner, ActionCommand.cs): the rules are written down here. GitLab's entries are
held against the table of its documentation, as a schema.
"""

import json
import re
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from app.report import Policy, Report
from app.reporters import REPORTERS
from app.reporters.cases import NO_INITCALL
from app.reporters.github import render_github
from app.reporters.gitlab import render_gitlab
from parsers.record import replace
from tests.ci_reports import HOSTILE, LINK, SAMPLE_NAMES, empty, hostile, sample, turned, waived

_CODES = (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%"))
_QUALITY = Draft202012Validator(
    {
        "type": "array",
        "items": {
            "type": "object",
            "additionalProperties": False,
            "required": ["description", "check_name", "fingerprint", "severity", "location"],
            "properties": {
                "description": {"type": "string", "minLength": 1},
                "check_name": {"type": "string", "minLength": 1},
                "fingerprint": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
                "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
                "location": {
                    "type": "object",
                    "required": ["path", "lines"],
                    "properties": {
                        "path": {"type": "string", "pattern": "^[^/]+$"},
                        "lines": {
                            "type": "object",
                            "required": ["begin"],
                            "properties": {"begin": {"type": "integer", "minimum": 1}},
                        },
                    },
                },
            },
        },
    }
)


def decoded(text: str, codes: tuple[tuple[str, str], ...] = _CODES) -> str:
    for code, char in codes:
        text = text.replace(code, char)
    return text


def commands(text: str) -> list[tuple[str, dict[str, str], str]]:
    """(command, properties, message) of each line; a line that is none is an error."""
    found = []
    for line in re.split(r"\r\n|\r|\n", text.removesuffix("\n")):
        assert line.startswith("::"), line
        head, _, data = line[2:].partition("::")
        name, _, given = head.partition(" ")
        pairs = [part.partition("=") for part in given.split(",")]
        properties = {key: decoded(value) for key, _, value in pairs}
        found.append((name, properties, decoded(data, (*_CODES[:2], _CODES[4]))))
    return found


def levels(report: Report, policy: Policy | None = None) -> dict[str, str]:
    read = commands(render_github(report, LINK, policy))
    return {properties["title"].partition(":")[0]: name for name, properties, _ in read}


@pytest.mark.parametrize("name", SAMPLE_NAMES)
def test_github_every_line_of_every_sample_is_a_command(name: str) -> None:
    for command, properties, message in commands(render_github(sample(name))):
        assert command in ("error", "warning", "notice") and message
        assert set(properties) in ({"title"}, {"file", "line", "title"})
        assert int(properties.get("line", "1")) >= 1


def test_github_a_failed_rule_is_an_error_at_its_line() -> None:
    (first, *_, last) = commands(render_github(sample("ff-rootfs-protected"), LINK))
    assert first[:2] == (
        "error",
        {
            "file": "ff-rootfs-protected.log", "line": "602",
            "title": "FFA001: FF-A comes up after pKVM traps SMCs",
        },
    )  # fmt: skip
    told = first[2].split("\n")
    assert told[0].startswith("fail: FF-A came up 306 ms before pKVM traps SMCs.")
    assert "L602: [    1.585658] ARM FF-A: Driver version 1.1" in told
    assert told[-1] == f"{LINK}#FFA001"
    said = f"FF-A came up 306 ms before pKVM traps SMCs\n{LINK}"
    assert last == ("notice", {"title": "boot order: fail"}, said)


def test_github_an_error_is_what_closes_the_gate() -> None:
    report = waived(sample("ff-rootfs-protected"), "FFA003")
    got = levels(report)
    assert (got["FFA001"], got["FFA003"], got["FFA002"]) == ("error", "notice", "notice")
    assert levels(sample("ff-device-protected"))["FFA001"] == "warning"
    gated = levels(sample("ff-device-protected"), Policy(fail_on_fragile=True))
    assert gated["FFA001"] == "error"
    report = sample("deb73-ffa-module-protected")
    assert (levels(report)["TPM002"], levels(report)["LOG001"]) == ("warning", "notice")
    assert levels(report, Policy(fail_on="warning"))["TPM002"] == "error"
    assert levels(turned(report, "FFA007", "error"))["FFA007"] == "error"


def test_github_where_nothing_was_decided_the_last_command_is_an_error() -> None:
    name, _, message = commands(render_github(empty()))[-1]
    assert name == "error" and message.endswith(NO_INITCALL)


def test_github_hostile_text_is_no_command() -> None:
    text = render_github(hostile(), LINK)
    read = commands(text)
    assert {name for name, _, _ in read} == {"error", "warning", "notice"}
    shown = [found for found in hostile().findings if found.outcome != "pass"]
    assert len(read) == len(shown) + 1
    for _, properties, message in read[:-1]:
        assert set(properties) == {"file", "line", "title"}
        assert "%0A%3A%25" in properties["title"] and "%0A%3A%25" in message
        assert all(line.isprintable() for line in message.split("\n"))


@pytest.mark.parametrize("name", [HOSTILE, "::error::x", "##[group]x", "a\n::error::x"])
def test_github_a_heading_is_no_command(name: str) -> None:
    for said in (REPORTERS["github"].heading(name), REPORTERS["github"].said(name)):
        assert said.startswith("bootscope: ") and "##[" not in said and said.isprintable()


def entries(report: Report, link: str | None = None) -> dict[str, dict[str, Any]]:
    found = json.loads(render_gitlab(report, link))
    assert [error.message for error in _QUALITY.iter_errors(found)] == []
    prints = [entry["fingerprint"] for entry in found]
    assert len({*prints}) == len(prints)
    return {entry["check_name"]: entry for entry in found}


@pytest.mark.parametrize("name", SAMPLE_NAMES)
def test_gitlab_every_sample_is_valid(name: str) -> None:
    report = sample(name)
    holds = ("pass", "not_applicable")
    assert [*entries(report)] == [f.rule for f in report.findings if f.outcome not in holds]


def test_gitlab_severities_and_places() -> None:
    found = entries(waived(sample("ff-rootfs-protected"), "FFA003"), LINK)
    assert found["FFA001"]["severity"] == "critical"
    where = {"path": "ff-rootfs-protected.log", "lines": {"begin": 602}}
    assert found["FFA001"]["location"] == where
    assert found["FFA001"]["description"].endswith(f" {LINK}#FFA001")
    assert found["FFA003"]["severity"] == found["FFA002"]["severity"] == "info"
    assert "(waived until 2030-01-02)" in found["FFA003"]["description"]
    assert "(preview rule, does not count)" in found["FFA002"]["description"]
    found = entries(turned(sample("deb73-ffa-module-protected"), "FFA007", "error"))
    got = [found[rule]["severity"] for rule in ("TPM002", "LOG001", "FFA007")]
    assert got == ["major", "minor", "blocker"]
    assert entries(sample("ff-device-protected"))["FFA001"]["severity"] == "minor"
    assert entries(empty())["bootscope"]["severity"] == "blocker"


def test_gitlab_a_fingerprint_outlives_the_boot_and_is_unique() -> None:
    report = sample("ff-rootfs-protected")
    first, *rest = report.findings
    later = replace(first, message="at another time", evidence=(), gap_us=-1)
    again = replace(report, findings=(later, *rest, later))
    prints = [e["fingerprint"] for e in json.loads(render_gitlab(again))]
    assert prints[0] == entries(report)["FFA001"]["fingerprint"]
    assert len({*prints}) == len(prints)


def test_gitlab_hostile_text_is_text() -> None:
    text = render_gitlab(hostile(), LINK)
    assert all(char == "\n" or (char.isascii() and char.isprintable()) for char in text)
    for entry in entries(hostile()).values():
        assert entry["description"].isprintable() and entry["location"]["path"].isprintable()
