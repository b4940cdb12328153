"""What a continuous integration is told of a finding: shared by the outputs made for one.

Everything here is text that ``printable`` has been through, on one line each.
"""

from collections.abc import Iterator
from typing import Literal

from app.phrases import basis_words
from app.printable import printable
from app.report import Policy, Report, exit_code, gates
from app.rules.finding import Finding
from parsers.named import NamedTuple

State = Literal["passed", "failed", "error", "skipped"]
UNDECIDED = "No rule could be decided on this log: it proves nothing."
NO_INITCALL = "No initcall was read from this log: it proves no order of them."


class Case(NamedTuple):
    """A rule as a test: how it went, and why if it did not simply pass."""

    state: State
    reason: str


def case_of(found: Finding, policy: Policy) -> Case:
    """A finding as a test: it fails where the rule failed or the policy gates on it.

    A note that failed passes, with its reason, as it does in the verdict. What does not
    count, is waived, or is worth nothing is skipped: it is neither held against the boot,
    nor does it speak for it.
    """
    said = one_line(found.message)
    if found.waived:
        until = "; ".join(f"{w.expires}: {one_line(w.reason)}" for w in found.waived)
        return Case("skipped", f"{found.outcome}, waived until {until}. {said}")
    if not found.counts:
        return Case("skipped", f"{found.status} rule, does not count: {found.outcome}. {said}")
    if found.outcome == "error":
        return Case("error", said)
    failed = found.outcome == "fail"
    if gates(found, policy) or (failed and found.severity != "note"):
        return Case("failed", said if failed else f"{found.outcome}: {said}")
    if failed:
        return Case("passed", f"a note: {said}")
    if found.undermined_by is not None:
        undone = f"{found.undermined_by} failed, so this is worth nothing"
        return Case("skipped", f"{found.outcome}, but {undone}. {said}")
    if found.outcome in ("inconclusive", "not_applicable"):
        return Case("skipped", f"{found.outcome.replace('_', ' ')}: {said}")
    return Case("passed", f"fragile: {said}" if found.outcome == "fragile" else "")


def undecided(report: Report, policy: Policy) -> bool:
    """Whether nothing was decided and no finding says so by closing the gate."""
    return exit_code(report, policy) == 5


def why_undecided(report: Report) -> str:
    """What is said where the exit code is 5."""
    return UNDECIDED if report.has_initcalls else NO_INITCALL


def one_line(text: str) -> str:
    """Text on one line, harmless."""
    return printable(" ".join(text.split("\n"))).strip()


def proof(found: Finding) -> Iterator[str]:
    """The basis, the lines of the log, and what would decide it."""
    basis = basis_words(found)
    if basis:
        yield f"basis: {one_line(basis)}"
    for evidence in found.evidence:
        yield f"L{evidence.line}: {one_line(evidence.text)}"
    if found.cure is not None:
        yield f"cure: {one_line(found.cure.capture)}"


def first_line(report: Report, found: Finding) -> int:
    """The line of the log that a finding is shown at: its first, else where the boot begins."""
    return found.evidence[0].line if found.evidence else max(report.capture.first_line, 1)


def file_name(report: Report) -> str:
    """The log's name as a file beside nothing else: no folder, no scheme, never empty."""
    name = one_line(report.capture.name).replace("\\", "/").rpartition("/")[2]
    return name if name.strip(". ") else "log"
