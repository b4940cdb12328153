"""Which initcall of one boot is which of the other."""

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from app.compare.result import Seen
from app.report import Report
from parsers import Initcall

MAX_SUBJECTS = 50
"""Initcalls that rules speak of which are looked at for moves across them."""


class Matched(NamedTuple):
    """Pairs of indices (before, after) in the order of ``before``, and what is left over."""

    pairs: list[tuple[int, int]]
    vanished: list[int]
    appeared: list[int]


def match(before: Sequence[Initcall], after: Sequence[Initcall]) -> Matched:
    """Pair initcalls by function, module and occurrence.

    A function that is left over once on either side is the same one, built in here and a
    module there.
    """
    places = {(c.function, c.module, c.occurrence): place for place, c in enumerate(after)}
    pairs: list[tuple[int, int]] = []
    left: defaultdict[str, list[int]] = defaultdict(list)
    for place, call in enumerate(before):
        other = places.pop((call.function, call.module, call.occurrence), None)
        if other is None:
            left[call.function].append(place)
        else:
            pairs.append((place, other))
    new: defaultdict[str, list[int]] = defaultdict(list)
    for (function, _, _), place in places.items():
        new[function].append(place)
    for function in left.keys() & new.keys():
        if len(left[function]) == len(new[function]) == 1:
            pairs.append((left.pop(function)[0], new.pop(function)[0]))
    pairs.sort()
    return Matched(
        pairs,
        sorted(place for places_ in left.values() for place in places_),
        sorted(place for places_ in new.values() for place in places_),
    )


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
