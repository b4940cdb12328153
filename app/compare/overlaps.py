"""Initcalls that ran at the same time, on different threads."""

from collections.abc import Mapping, Sequence
from operator import itemgetter

from app.compare.result import OverlapChange
from parsers import Initcall

MAX_PAIRS = 20_000
"""Pairs looked at in a boot; one that has more is not compared in this."""


def overlapping(calls: Sequence[Initcall], last_line: int) -> set[tuple[int, int]] | None:
    """Pairs of indices (the earlier first) that overlap by line; None where there are too many.

    A call that never returned runs to ``last_line``; one whose return is lost ends where
    it began, for all that is known.
    """
    events: list[tuple[int, int, int]] = []
    for place, call in enumerate(calls):
        if call.line_called is None or call.return_lost:
            continue
        end = call.line_returned if call.line_returned is not None else last_line + 1
        events += [(call.line_called, 1, place), (end, 0, place)]
    running: dict[str | None, dict[int, None]] = {}
    pairs: set[tuple[int, int]] = set()
    for _, begins, place in sorted(events, key=itemgetter(0)):
        thread = calls[place].thread
        own = running.setdefault(thread, {})
        if begins:
            others = (one for other, calls_ in running.items() if other != thread for one in calls_)
            pairs.update(_sorted(one, place) for one in others)
            if len(pairs) > MAX_PAIRS:
                return None
            own[place] = None
        else:
            own.pop(place, None)
            if not own:
                del running[thread]
    return pairs


def overlap_changes(
    before: tuple[Sequence[Initcall], set[tuple[int, int]]],
    after: tuple[Sequence[Initcall], set[tuple[int, int]]],
    others: Mapping[int, int],
    subjects: set[tuple[int, int]],
) -> list[OverlapChange]:
    """Pairs that overlap in one boot alone, of initcalls that both have.

    ``others`` leads from an index of ``before`` to that of ``after``; those that rules
    speak of (``subjects``, pairs of both) come first.
    """
    back = {there: here for here, there in others.items()}
    moved = {
        _sorted(others[one], others[other])
        for one, other in before[1]
        if one in others and other in others
    }
    spoken_of = {there for _, there in subjects}
    now = {(one, other) for one, other in after[1] if one in back and other in back}
    changes = [
        OverlapChange(
            functions=_names(after[0][one].function, after[0][other].function),
            now=is_now,
            subject=one in spoken_of or other in spoken_of,
        )
        for is_now, pairs in ((True, now - moved), (False, moved - now))
        for one, other in pairs
    ]
    return sorted(
        changes, key=lambda change: (not change.subject, not change.now, change.functions)
    )


def _names(one: str, other: str) -> tuple[str, str]:
    return (one, other) if one < other else (other, one)


def _sorted(one: int, other: int) -> tuple[int, int]:
    return (one, other) if one < other else (other, one)
