"""Which initcall of one boot is which of the other."""

from collections import defaultdict, deque
from collections.abc import Sequence
from typing import NamedTuple, Protocol

from app.compare.result import Seen
from app.report import Report
from parsers import Initcall, Level

MAX_SUBJECTS = 50
"""Initcalls that rules speak of which are looked at for moves across them."""


class Named(Protocol):
    """What tells which initcall one is."""

    @property
    def function(self) -> str: ...
    @property
    def module(self) -> str | None: ...
    @property
    def levels(self) -> tuple[Level, Level] | None: ...


class Matched(NamedTuple):
    """Pairs of indices (before, after) in the order of ``before``, and what is left over."""

    pairs: list[tuple[int, int]]
    vanished: list[int]
    appeared: list[int]


def match(before: Sequence[Named], after: Sequence[Named]) -> Matched:
    """Pair initcalls by function, module and occurrence.

    Of a function that several drivers have, the n-th of a level is the n-th of that level,
    where the level of all of them is known. A function that is left over once on either
    side is the same one, built in here and a module there.
    """
    ones, others = _groups(before), _groups(after)
    pairs: list[tuple[int, int]] = []
    left: defaultdict[str, list[int]] = defaultdict(list)
    new: defaultdict[str, list[int]] = defaultdict(list)
    for key, places in ones.items():
        there = others.pop(key, [])
        if len(places) > 1 or len(there) > 1:
            by_level, places, there = _by_level(before, after, places, there)
            pairs.extend(by_level)
        pairs.extend(zip(places, there, strict=False))
        left[key[0]].extend(places[len(there) :])
        new[key[0]].extend(there[len(places) :])
    for key, there in others.items():
        new[key[0]].extend(there)
    for function in left.keys() & new.keys():
        if len(left[function]) == len(new[function]) == 1:
            pairs.append((left.pop(function)[0], new.pop(function)[0]))
    pairs.sort()
    return Matched(
        pairs,
        sorted(place for places in left.values() for place in places),
        sorted(place for places in new.values() for place in places),
    )


def _groups(calls: Sequence[Named]) -> dict[tuple[str, str | None], list[int]]:
    """Where each function of each module is, in the order of calling."""
    groups: dict[tuple[str, str | None], list[int]] = {}
    for place, call in enumerate(calls):
        groups.setdefault((call.function, call.module), []).append(place)
    return groups


def _by_level(
    before: Sequence[Named], after: Sequence[Named], ones: list[int], others: list[int]
) -> tuple[list[tuple[int, int]], list[int], list[int]]:
    """Pairs at the same level, and what is left of both; no pairs where a level is open."""
    levels = [before[place].levels for place in ones] + [after[place].levels for place in others]
    if any(level is None or level[0] != level[1] for level in levels):
        return [], ones, others
    pairs, rest = [], []
    waiting: defaultdict[object, deque[int]] = defaultdict(deque)
    for place in others:
        waiting[after[place].levels].append(place)
    for place in ones:
        same = waiting[before[place].levels]
        if same:
            pairs.append((place, same.popleft()))
        else:
            rest.append(place)
    return pairs, rest, sorted(place for places in waiting.values() for place in places)


def subjects_of(report: Report) -> set[int]:
    """The initcalls that rules speak of: ends of orders, and those that markers come from."""
    ends = (
        subject.initcall
        for finding in report.findings
        for subject in finding.subjects
        if subject.role != "subject"
    )
    markers = (marker.parent for marker in report.markers)
    found = sorted({place for place in (*ends, *markers) if place is not None})
    return set(found[:MAX_SUBJECTS])


def seen(calls: Sequence[Initcall], place: int) -> Seen:
    """An initcall as a comparison tells it."""
    call = calls[place]
    return Seen(
        initcall=place,
        module=call.module,
        occurrence=call.occurrence,
        levels=call.levels,
        level_source=call.level_source,
        start_us=call.start_us,
        line=call.line_called,
        span_us=duration_us(call),
    )


def duration_us(call: Initcall) -> int | None:
    """How long a call took: by its two stamps, else by the kernel's word."""
    if call.returned is None:
        return None
    stamped = call.span_us is not None and call.span_us >= 0
    return call.span_us if stamped else call.reported_us
