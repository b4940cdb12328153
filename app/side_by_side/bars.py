"""The bars of two timelines on one axis: columns for the browser, and what they align on.

Places are µs since boot, or lines where either log keeps no times. The browser shifts
each boot so that the chosen anchor is at 0.
"""

import json
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from app.compare import Comparison
from app.compare.matching import match
from app.report import Report
from app.timeline.axis import Axis, Unit, axis_of
from app.timeline.lanes import MAIN_THREADS
from parsers import LEVELS, Initcall

MAX_ROWS = 6
"""Rows of what ran beside the built-in initcalls; what needs more shares the last one."""


class Anchor(NamedTuple):
    """What both boots can be aligned on: its key in the address, its name, its two places."""

    key: str
    label: str
    before: int
    after: int


class Track(NamedTuple):
    """One boot's initcalls as columns; ``row`` -1 has no place and is not drawn.

    Row 0 is the built-in sequence. ``kind``: 0 in both boots, 1 in this one alone.
    """

    function: tuple[str, ...]
    start: tuple[int, ...]
    end: tuple[int, ...]
    row: tuple[int, ...]
    line: tuple[int, ...]
    level: tuple[str, ...]
    kind: tuple[int, ...]
    rows: int
    last: int


class Bars(NamedTuple):
    """Both boots. ``other`` leads from an initcall of the first to that of the second, or -1.

    ``moves`` are (first's index, second's, whether rules speak of it or what it crossed).
    """

    unit: Unit
    before: Track
    after: Track
    other: tuple[int, ...]
    moves: tuple[tuple[int, int, int], ...]
    anchors: tuple[Anchor, ...]

    def anchor(self, key: str) -> Anchor:
        """The anchor of that key, ``call:NAME`` among them; else the first, the boots' start."""
        for anchor in self.anchors:
            if anchor.key == key:
                return anchor
        name = key.removeprefix("call:")
        places = enumerate(self.other) if name != key else ()
        for one, that in places:
            drawn = that >= 0 and self.before.row[one] >= 0 and self.after.row[that] >= 0
            if drawn and self.before.function[one] == name:
                return Anchor(key, name, self.before.start[one], self.after.start[that])
        return self.anchors[0]

    def to_json(self) -> str:
        """For the browser, as an object of columns."""
        return json.dumps(
            {
                "unit": self.unit, "before": self.before._asdict(), "after": self.after._asdict(),
                "other": self.other, "moves": self.moves,
                "anchors": [anchor._asdict() for anchor in self.anchors],
            },
            separators=(",", ":"),
        )  # fmt: skip


def bars_of(done: Comparison, before: Report, after: Report) -> Bars:
    """Lay both boots out on one kind of axis."""
    axes = axis_of(before), axis_of(after)
    if "line" in (axes[0].unit, axes[1].unit):
        axes = Axis("line", before.capture.last_line), Axis("line", after.capture.last_line)
    matched = match(before.initcalls, after.initcalls)
    other = [-1] * len(before.initcalls)
    for one, that in matched.pairs:
        other[one] = that
    moves = tuple(
        (move.before.initcall, move.after.initcall, int(move.subject or bool(move.across)))
        for move in done.moves
    )
    tracks = (
        _track(before, axes[0], {*matched.vanished}),
        _track(after, axes[1], {*matched.appeared}),
    )
    anchors = tuple(_anchors(before, after, axes, matched.pairs))
    return Bars(axes[0].unit, *tracks, tuple(other), moves, anchors)


def _track(report: Report, axis: Axis, alone: set[int]) -> Track:
    calls = report.initcalls
    spans = [axis.call_span(call) for call in calls]
    free_from = [0] * MAX_ROWS
    rows = []
    for call, span in zip(calls, spans, strict=True):
        if span is None:
            rows.append(-1)
        elif call.thread in MAIN_THREADS:
            rows.append(0)
        else:
            spot = next((n for n, free in enumerate(free_from) if free <= span[0]), MAX_ROWS - 1)
            free_from[spot] = max(free_from[spot], span[1])
            rows.append(spot + 1)
    return Track(
        function=tuple(call.function for call in calls),
        start=tuple(span[0] if span else 0 for span in spans),
        end=tuple(span[1] if span else 0 for span in spans),
        row=tuple(rows),
        line=tuple(call.line_called or call.line_returned or 0 for call in calls),
        level=tuple(_level(call) for call in calls),
        kind=tuple(int(place in alone) for place in range(len(calls))),
        rows=max(rows, default=0) + 1,
        last=max([span[1] for span in spans if span], default=axis.last),
    )


def _level(call: Initcall) -> str:
    if call.levels is None:
        return ""
    low, high = call.levels
    return low if low == high else f"{low}..{high}"


def _anchors(
    before: Report, after: Report, axes: tuple[Axis, Axis], pairs: Sequence[tuple[int, int]]
) -> Iterator[Anchor]:
    """The boots' start, levels by the first initcall surely of them, and markers."""
    starts = [report.capture.first_line if axis.unit == "line" else 0
              for report, axis in zip((before, after), axes, strict=True)]  # fmt: skip
    yield Anchor("start", "start of the kernel's clock", starts[0], starts[1])
    ones, others = _levels(before, axes[0]), _levels(after, axes[1])
    for level in LEVELS:
        if level in ones and level in others:
            yield Anchor(f"level:{level}", f"level {level}", ones[level], others[level])
    here, there = _markers(before, axes[0]), _markers(after, axes[1])
    for marker in sorted(here.keys() & there.keys(), key=lambda name: here[name]):
        yield Anchor(f"marker:{marker}", marker, here[marker], there[marker])


def _levels(report: Report, axis: Axis) -> dict[str, int]:
    found: dict[str, int] = {}
    for call in report.initcalls:
        if call.levels is not None and call.levels[0] == call.levels[1]:
            at = axis.at(call.start_us, call.line_called)
            if at is not None:
                found.setdefault(call.levels[0], at)
    return found


def _markers(report: Report, axis: Axis) -> dict[str, int]:
    found: dict[str, int] = {}
    for marker in report.markers:
        at = axis.at(marker.time_us, marker.line)
        if at is not None:
            found.setdefault(marker.marker, at)
    return found
