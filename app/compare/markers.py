"""Markers of two boots: which one lacks, where they came from, which moved."""

from collections.abc import Iterator, Mapping
from zlib import crc32

from app.compare.order import kept_places
from app.compare.result import MarkerChange, Spot
from app.report import Report

_STAYED, _NAME_BITS = 1 << 48, 0xFFFFFF


def marker_changes(before: Report, after: Report, moved: set[str]) -> Iterator[MarkerChange]:
    """Markers that one boot lacks, that come from another function, or that moved.

    As few as possible moved, and rather those of initcalls that did (``moved``).
    """
    ones, others = _spots(before), _spots(after)
    both = sorted(ones.keys() & others.keys(), key=lambda marker: (ones[marker].line, marker))
    weights = [
        (crc32(marker.encode()) & _NAME_BITS) + 1
        + (0 if ones[marker].function != others[marker].function
           or ones[marker].function in moved else _STAYED)
        for marker in both
    ]  # fmt: skip
    in_after = sorted(both, key=lambda marker: (others[marker].line, marker))
    ranks = {marker: rank for rank, marker in enumerate(in_after)}
    kept = {both[place] for place in kept_places([ranks[marker] for marker in both], weights)}
    for marker in sorted(ones.keys() | others.keys()):
        one, other = ones.get(marker), others.get(marker)
        if one is None or other is None:
            yield MarkerChange(marker=marker, before=one, after=other)
        elif marker not in kept or one.function != other.function:
            across = tuple(_across(marker, sorted(both), ones, others))
            yield MarkerChange(marker=marker, before=one, after=other, across=across)


def _across(
    marker: str, both: list[str], ones: Mapping[str, Spot], others: Mapping[str, Spot]
) -> Iterator[str]:
    """The markers that this one is on the other side of now; one line is no order."""
    was, now = ones[marker].line, others[marker].line
    for that in both:
        then, there = ones[that].line, others[that].line
        if (then - was) * (there - now) < 0:
            yield that


def _spots(report: Report) -> dict[str, Spot]:
    """Each marker where it is first seen."""
    spots: dict[str, Spot] = {}
    for marker in report.markers:
        if marker.marker not in spots:
            parent = marker.parent
            function = report.initcalls[parent].function if parent is not None else None
            spots[marker.marker] = Spot(line=marker.line, time_us=marker.time_us, function=function)
    return spots
