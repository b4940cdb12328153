"""What a gate says of all boots of a capture, of which a report shows one."""

from collections.abc import Iterable

from app.report import (
    BootSummary,
    Concern,
    Gated,
    Policy,
    Report,
    exit_code,
    gates,
    is_decided,
    worst_code,
)
from app.rules.finding import Severity

_STRICTEST = Policy("note", True, True)
_FAILED: dict[Severity, Concern] = {"error": "fail", "warning": "warning", "note": "note"}
_BY_SEVERITY: tuple[Severity, ...] = ("error", "warning", "note")


def concerns_of(report: Gated) -> tuple[Concern, ...]:
    """What some gate closes for, sorted."""
    found: set[Concern] = set()
    for one in report.findings:
        if not gates(one, _STRICTEST):
            continue
        if one.outcome == "fail":
            found.add(_FAILED[one.severity])
        elif one.outcome in ("error", "fragile", "inconclusive"):
            found.add(one.outcome)
    if not is_decided(report):
        found.add("undecided")
    return tuple(sorted(found))


def code_of(concerns: Iterable[Concern], policy: Policy) -> int:
    """The exit code of a report with these concerns."""
    failing = _BY_SEVERITY[: _BY_SEVERITY.index(policy.fail_on) + 1]
    closing: set[Concern] = {"error", *(_FAILED[severity] for severity in failing)}
    if policy.fail_on_fragile:
        closing.add("fragile")
    if policy.require_evidence:
        closing.add("inconclusive")
    found = {*concerns}
    if found & closing:
        return 1
    return 5 if "undecided" in found else 0


def code_of_all(report: Report, policy: Policy) -> int:
    """The worst exit code of all boots of the capture, so that none hides another."""
    shown = report.capture.boot_index
    others = [code_of(boot.concerns, policy) for boot in report.boots if boot.index != shown]
    return worst_code([exit_code(report, policy), *others])


def summary_of(report: Report) -> BootSummary:
    """The boot that a report shows, in a line."""
    return BootSummary(
        index=report.capture.boot_index,
        first_line=report.capture.first_line,
        last_line=report.capture.last_line,
        release=report.kernel.release,
        verdict=report.verdict,
        headline=report.headline,
        concerns=concerns_of(report),
    )
