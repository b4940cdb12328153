"""Code Quality of GitLab: the JSON that ``artifacts:reports:codequality`` names."""

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

from app.digests import sha256_bytes
from app.report import Policy, Report
from app.reporters.cases import file_name, first_line, one_line, undecided, why_undecided
from app.rules.finding import Finding

_SHOWN = ("fail", "fragile", "error", "inconclusive")
_SEVERITIES = {"error": "critical", "warning": "major", "note": "minor"}


def render_gitlab(report: Report, permalink: str | None = None) -> str:
    """A list, an entry for each finding that does not hold; empty where all do."""
    return json.dumps([*_entries(report, permalink)], indent=1) + "\n"


def _entries(report: Report, permalink: str | None) -> Iterator[dict[str, Any]]:
    if undecided(report, Policy()):
        begin = max(report.capture.first_line, 1)
        why = why_undecided(report)
        yield _entry(report, "bootscope", "nothing_decided", why, "blocker", begin)
    seen: Counter[str] = Counter()
    for found in report.findings:
        if found.outcome not in _SHOWN:
            continue
        said = f"{found.rule} {found.outcome}: {one_line(found.message)}"
        if found.waived:
            said += f" (waived until {max(one.expires for one in found.waived)})"
        elif not found.counts:
            said += f" ({found.status} rule, does not count)"
        if permalink:
            said += f" {permalink}#{found.rule}"
        # The same rule may speak twice, and equal fingerprints are shown once.
        signature = f"{found.signature}\n{seen[found.signature]}"
        seen[found.signature] += 1
        line = first_line(report, found)
        yield _entry(report, found.rule, signature, said, _severity(found), line)


def _severity(found: Finding) -> str:
    if found.waived or not found.counts or found.outcome == "inconclusive":
        return "info"
    if found.outcome == "error":
        return "blocker"
    return "minor" if found.outcome == "fragile" else _SEVERITIES[found.severity]


def _entry(
    report: Report, check: str, signature: str, said: str, severity: str, line: int
) -> dict[str, Any]:
    """``signature`` makes the fingerprint, with the log's name: the same for every boot."""
    path = file_name(report)
    print_of = sha256_bytes(f"{path}\n{check}\n{signature}".encode("utf-8", "backslashreplace"))
    return {
        "description": said, "check_name": check, "fingerprint": print_of.hex(),
        "severity": severity, "location": {"path": path, "lines": {"begin": line}},
    }  # fmt: skip
