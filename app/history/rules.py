"""Each rule over time: first failing boot, since when it fails, whether it was fixed.

Lists of boots here are oldest first; results are newest first.
"""

from collections.abc import Sequence

from app.history.digest import Digest, Told
from app.history.result import Fault, RuleHistory, RuleState

_STATES: tuple[RuleState, ...] = (
    "fails", "fragile", "fixed", "undecided", "holds", "not_applicable"
)  # fmt: skip
_SEVERITIES = ("error", "warning", "note")


def rule_histories(ids: Sequence[str], digests: Sequence[Digest]) -> tuple[RuleHistory, ...]:
    """Every rule that judged one of the boots, what matters most first."""
    rows: dict[str, list[Told | None]] = {}
    for place, digest in enumerate(digests):
        for told in digest.findings:
            rows.setdefault(told.rule, [None] * len(ids))[place] = told
    found = [_history(ids, row) for row in rows.values()]
    found.sort(key=lambda one: (
        not one.counts, _STATES.index(one.state), _SEVERITIES.index(one.severity), one.rule
    ))  # fmt: skip
    return tuple(found)


def _history(ids: Sequence[str], row: Sequence[Told | None]) -> RuleHistory:
    about = next(told for told in reversed(row) if told is not None)
    decided = [
        (place, told) for place, told in enumerate(row)
        if told is not None and (told.failed or told.held)
    ]  # fmt: skip
    failing = [place for place, told in decided if told.failed]
    since = fixed_in = None
    for place, told in decided:
        if told.failed:
            since = place if since is None or fixed_in is not None else since
            fixed_in = None
        elif since is not None and fixed_in is None:
            fixed_in = place
    held = [place for place, told in decided if told.held and since is not None and place < since]
    return RuleHistory(
        rule=about.rule,
        title=about.title,
        severity=about.severity,
        counts=about.counts,
        state=_state(row, decided, bool(failing)),
        silent=len(row) - 1 - decided[-1][0] if decided else len(row),
        first_failing=ids[failing[0]] if failing else None,
        failing_since=ids[since] if since is not None else None,
        held_until=ids[held[-1]] if held else None,
        fixed_in=ids[fixed_in] if fixed_in is not None else None,
        failed=len(failing),
        faults=_faults(ids, row),
        outcomes=tuple(told.outcome if told is not None else None for told in reversed(row)),
    )


def _state(
    row: Sequence[Told | None], decided: Sequence[tuple[int, Told]], failed: bool
) -> RuleState:
    if not decided:
        asked = any(told is not None and told.outcome == "inconclusive" for told in row)
        return "undecided" if asked else "not_applicable"
    newest = decided[-1][1]
    if newest.failed:
        return "fails"
    if newest.outcome == "fragile":
        return "fragile"
    return "fixed" if failed else "holds"


def _faults(ids: Sequence[str], row: Sequence[Told | None]) -> tuple[Fault, ...]:
    seen: dict[str, list[int]] = {}
    for place, told in enumerate(row):
        if told is not None and told.failed:
            seen.setdefault(told.signature, []).append(place)
    newest_first = sorted(seen.items(), key=lambda item: -item[1][-1])
    return tuple(
        Fault(signature=signature, first=ids[at[0]], last=ids[at[-1]], boots=len(at))
        for signature, at in newest_first
    )
