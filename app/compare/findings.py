"""Findings of two boots: new, fixed, known, by signature."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import zip_longest
from types import MappingProxyType
from typing import Literal, Protocol

from app.compare.result import FindingChange, FindingState, Said
from app.report import Report
from app.rules.finding import Finding, Outcome, Severity

_STATES: tuple[FindingState, ...] = (
    "new", "changed", "undecided", "known", "gone", "fixed", "decided"
)  # fmt: skip
_NO_NAMES: Mapping[str, str] = MappingProxyType({})
_SEVERITIES = ("error", "warning", "note")


class Judgement(Protocol):
    """What is compared of a finding, on a boot or on a build."""

    @property
    def rule(self) -> str: ...
    @property
    def pack(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def outcome(self) -> Outcome: ...
    @property
    def severity(self) -> Severity: ...
    @property
    def counts(self) -> bool: ...
    @property
    def waived(self) -> Sequence[object]: ...
    @property
    def undermined_by(self) -> str | None: ...
    @property
    def message(self) -> str: ...
    @property
    def signature(self) -> str: ...


def new_findings(baseline: Iterable[Report], after: Report) -> list[Finding]:
    """The findings of ``after`` whose signature no boot of the baseline has.

    One whose rule could not run (``error``) is never known. What of these closes a gate
    is for its policy to say.
    """
    known = {found.signature for report in baseline for found in report.findings}
    return [f for f in after.findings if f.signature not in known or f.outcome == "error"]


def finding_changes(
    before: Report, after: Report, baseline: Sequence[Report]
) -> list[FindingChange]:
    """Every rule that does not hold on one side at least, what matters most first."""
    names = {
        former: found.rule
        for found in (*before.findings, *after.findings)
        for former in found.former_ids
    }
    known = {found.signature for report in baseline for found in report.findings}
    return changes_of(before.findings, after.findings, known, names)


def changes_of(
    before: Sequence[Judgement],
    after: Sequence[Judgement],
    known: Collection[str] = (),
    names: Mapping[str, str] = _NO_NAMES,
) -> list[FindingChange]:
    """The same of findings on boots or on builds.

    ``known`` are more signatures that are no news; ``names`` are rules' by their former ids.
    """
    groups: defaultdict[tuple[str, str], tuple[list[Judgement], list[Judgement]]]
    groups = defaultdict(lambda: ([], []))
    for side, findings in enumerate((before, after)):
        for found in findings:
            groups[(found.pack, names.get(found.rule, found.rule))][side].append(found)
    changes = []
    for ones, others in groups.values():
        for one, other in _paired(ones, others):
            state = _state(one, other, known)
            if state is not None:
                changes.append(_change(one, other, state))
    return sorted(changes, key=_rank)


def _paired(
    ones: list[Judgement], others: list[Judgement]
) -> Iterator[tuple[Judgement | None, Judgement | None]]:
    """Alike by signature first, the rest in their order."""
    left = list(others)
    unmatched = []
    for one in ones:
        same = next((other for other in left if other.signature == one.signature), None)
        if same is None:
            unmatched.append(one)
        else:
            left.remove(same)
            yield one, same
    yield from zip_longest(unmatched, left)


def _state(
    one: Judgement | None, other: Judgement | None, known: Collection[str]
) -> FindingState | None:
    was, now = _how(one), _how(other)
    if now == "bad":
        same = one is not None and other is not None and one.signature == other.signature
        if same or (other is not None and other.signature in known):
            return "known"
        return "changed" if was == "bad" else "new"
    if was == "bad":
        states: dict[str, FindingState] = {"open": "undecided", "good": "fixed"}
        return states.get(now, "gone")
    if was == now or "open" not in (was, now):
        return None
    if now == "open":
        return "undecided"
    return "decided" if now == "good" else "gone"


def _how(found: Judgement | None) -> Literal["bad", "open", "good", "not asked"]:
    if found is None or found.outcome == "not_applicable":
        return "not asked"
    if found.waived:
        return "good"
    if found.outcome == "pass":
        return "open" if found.undermined_by else "good"
    return "open" if found.outcome == "inconclusive" else "bad"


def _change(one: Judgement | None, other: Judgement | None, state: FindingState) -> FindingChange:
    about = other or one
    if about is None:
        raise ValueError("a change of nothing")
    return FindingChange(
        rule=about.rule,
        pack=about.pack,
        title=about.title,
        state=state,
        before=_said(one),
        after=_said(other),
    )


def _said(found: Judgement | None) -> Said | None:
    if found is None:
        return None
    return Said(
        outcome=found.outcome,
        severity=found.severity,
        counts=found.counts,
        waived=bool(found.waived),
        undermined_by=found.undermined_by,
        message=found.message,
        signature=found.signature,
    )


def _rank(change: FindingChange) -> tuple[bool, int, int, str]:
    said = change.after or change.before
    counts = said is not None and said.counts
    severity = _SEVERITIES.index(said.severity) if said is not None else 0
    return not counts, _STATES.index(change.state), severity, change.rule
