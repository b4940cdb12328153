"""SARIF 2.1.0 (OASIS), one run: code scanning and its viewers read it.

The outcome ``error`` is no result there: the rule said nothing. It is a notification of
the run, which then did not end well. Where there is a server each rule has its page.
"""

import json
from typing import Any
from urllib.parse import quote

from app.printable import printable
from app.report import Policy, Report
from app.reporters.cases import file_name, first_line, one_line, undecided, why_undecided
from app.rules.finding import Finding, Outcome, Waived

SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
_KINDS: dict[Outcome, str] = {
    "pass": "pass", "fragile": "review", "fail": "fail", "inconclusive": "open",
    "not_applicable": "notApplicable",
}  # fmt: skip
Json = dict[str, Any]


def render_sarif(report: Report, permalink: str | None = None) -> str:
    """One run, with the log as its artifact."""
    rules = {found.rule: found for found in report.findings}
    places = {rule: place for place, rule in enumerate(rules)}
    results = [
        _result(report, found, places[found.rule], permalink)
        for found in report.findings
        if found.outcome in _KINDS
    ]
    described = [_rule(found, permalink) for found in rules.values()]
    run = {
        "tool": {"driver": _driver(described), "extensions": [
            {"name": one_line(pack.name), "version": one_line(pack.version)}
            for pack in report.packs
        ]},
        "invocations": [_invocation(report, places)],
        "artifacts": [_artifact(report)],
        "results": results,
        "columnKind": "unicodeCodePoints",
        "properties": {
            "verdict": report.verdict, "headline": one_line(report.headline), "log": report.id,
            "boot": report.capture.boot_index + 1, "boots": report.capture.boots,
            **({"url": permalink} if permalink else {}),
        },
    }  # fmt: skip
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=1) + "\n"


def _driver(rules: list[Json]) -> Json:
    from importlib.metadata import version

    return {"name": "Bootscope", "version": version("bootscope"), "rules": rules}


def _rule(found: Finding, permalink: str | None) -> Json:
    server = permalink.rpartition("/l/")[0] if permalink else ""
    page = {"helpUri": f"{server}{found.help}"} if server and found.help else {}
    return {
        "id": found.rule,
        "shortDescription": {"text": one_line(found.title)},
        "fullDescription": {"text": _text(found.why) or one_line(found.title)},
        "help": {"text": _text(found.fix) or one_line(found.title)},
        **page,
        "defaultConfiguration": {"level": found.severity},
        **({"deprecatedIds": [*found.former_ids]} if found.former_ids else {}),
        "properties": {
            "pack": one_line(found.pack), "version": found.rule_version, "status": found.status,
            "references": [one_line(reference) for reference in found.references],
        },
    }  # fmt: skip


def _text(text: str) -> str:
    """Text of a rule file: it keeps its lines."""
    return "\n".join(printable(line) for line in text.strip().split("\n"))


def _artifact_location(report: Report) -> Json:
    return {"uri": quote(file_name(report), safe=""), "index": 0}


def _artifact(report: Report) -> Json:
    capture = report.capture
    return {
        "location": _artifact_location(report), "roles": ["analysisTarget"],
        "length": capture.size_bytes, "hashes": {"sha-256": capture.sha256},
    }  # fmt: skip


def _invocation(report: Report, places: dict[str, int]) -> Json:
    notes = [
        {
            "level": "error", "message": {"text": one_line(found.message)},
            "associatedRule": {"id": found.rule, "index": places[found.rule]},
        }
        for found in report.findings
        if found.outcome == "error"
    ]  # fmt: skip
    if undecided(report, Policy()):
        notes.append({"level": "error", "message": {"text": why_undecided(report)}})
    return {
        "executionSuccessful": not notes,
        **({"toolExecutionNotifications": notes} if notes else {}),
    }


def _result(report: Report, found: Finding, place: int, permalink: str | None) -> Json:
    kind = _KINDS[found.outcome]
    # Only what fails has a level; what does not count is no more than a note.
    level = (found.severity if found.counts else "note") if kind == "fail" else "none"
    places: list[Json] = [
        {"region": {"startLine": one.line, "snippet": {"text": printable(one.text)}}}
        for one in found.evidence
    ] or [{"region": {"startLine": first_line(report, found)}}]
    return {
        "ruleId": found.rule, "ruleIndex": place, "kind": kind, "level": level,
        "message": {"text": one_line(found.message) or one_line(found.title)},
        "locations": [
            {"physicalLocation": {"artifactLocation": _artifact_location(report), **one}}
            for one in places
        ],
        "partialFingerprints": {"bootscopeSignature/v1": one_line(found.signature)},
        **({"hostedViewerUri": f"{permalink}#{found.rule}"} if permalink else {}),
        **({"suppressions": [_suppression(one) for one in found.waived]} if found.waived else {}),
        "properties": {
            "outcome": found.outcome, "counts": found.counts, "basis": found.basis,
            "levelSource": found.level_source, "gapUs": found.gap_us,
            "causedBy": found.caused_by, "underminedBy": found.undermined_by,
        },
    }  # fmt: skip


def _suppression(waived: Waived) -> Json:
    told = f"{one_line(waived.reason)} (until {waived.expires}, {one_line(waived.where)})"
    return {"kind": "external", "status": "accepted", "justification": told}
