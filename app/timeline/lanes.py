"""The layout of a boot's timeline: pure data, without Plotly.

Places on the axis are µs since boot as printed, or 1-based lines where the log
keeps no times (``Layout.unit``). Rows count from 0 at the top over all lanes. Bars
0..n-1 are the report's initcalls in their order, the probes follow, then asynchronous
calls and those who wait for them, so that an index into ``Report.initcalls`` is an index
of a bar. Firmware has no kernel clock: on an axis of times it stands before 0, as wide
as is convenient.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Literal, NamedTuple

from app.report import Report
from app.timeline.axis import Axis, Span, Unit, axis_of
from app.timeline.subjects import Subjects, pin_subjects
from parsers import Initcall, Probe

LaneKind = Literal["subjects", "initcalls", "modules", "probes", "async", "markers"]
MAIN_THREADS = ("0", "1", None)
"""Threads that run the built-in initcalls: the boot CPU's idle task, then init."""
MAX_ROWS = 16
"""Rows a lane may have; what would need more shares the last one."""
_DEFERRED = 517
_FIRMWARE_SHARE = 0.1
"""How much of what follows the firmware before it is wide, where it has no clock."""


class Lane(NamedTuple):
    """A titled group of rows: ``first_row`` and the ``rows`` from it on."""

    kind: LaneKind
    title: str
    first_row: int
    rows: int


class Bar(NamedTuple):
    """One initcall or probe. ``row`` is -1 where it has no place and cannot be drawn.

    An ``open`` bar ends where the log ends, or where it began if only the line
    of its return is lost.
    """

    row: int
    start: int
    end: int
    open: bool


class Band(NamedTuple):
    """Where a level (or an interval of levels) ran: ``low`` to ``high``, both inclusive."""

    low: str
    high: str
    start: int
    end: int


class Stage(NamedTuple):
    """Firmware before the kernel: its name, its place, its lines."""

    name: str
    start: int
    end: int
    first_line: int
    last_line: int


class Flag(NamedTuple):
    """A marker, as a flag at its place."""

    marker: str
    row: int
    at: int
    line: int


class Link(NamedTuple):
    """A deferred probe and the attempt that resolved it (bars); ``resolved`` -1: pending."""

    deferred: int
    resolved: int


class Layout(NamedTuple):
    """Everything that is drawn, between two places. ``unplaced`` counts bars without one."""

    unit: Unit
    first: int
    last: int
    lanes: tuple[Lane, ...]
    bars: tuple[Bar, ...]
    bands: tuple[Band, ...]
    firmware: tuple[Stage, ...]
    flags: tuple[Flag, ...]
    links: tuple[Link, ...]
    subjects: Subjects
    unplaced: int


def lay_out(report: Report) -> Layout:
    """Place every initcall, probe, marker and subject of a report."""
    axis = axis_of(report)
    spans = [axis.call_span(call) for call in report.initcalls]
    count = len(spans)
    spans += [axis.probe_span(probe) for probe in report.probes]
    probed = len(spans)
    spans += [axis.async_span(call) for call in report.async_calls]
    spans += [axis.wait_span(wait) for wait in report.async_waits]
    subjects = pin_subjects(report, axis)
    rows: list[int] = [-1] * len(spans)
    lanes: list[Lane] = []

    def add(kind: LaneKind, title: str, placed: dict[int, int]) -> None:
        if placed:
            base = lanes[-1].first_row + lanes[-1].rows if lanes else 0
            for index, row in placed.items():
                if kind not in ("subjects", "markers"):
                    rows[index] = base + row
            lanes.append(Lane(kind, title, base, max(placed.values()) + 1))

    add("subjects", "What the rules speak of", {row: row for row in range(len(subjects.rows))})
    main, modules = _split_threads(report.initcalls)
    add("initcalls", "Initcalls, built in", _by_depth(report.initcalls, main, spans))
    add("modules", "Initcalls of modules", _packed(modules, spans))
    add("probes", "Probes", _packed(range(count, probed), spans))
    add("async", "Asynchronous calls", _packed(range(probed, len(spans)), spans))
    placed = [(m.marker, axis.at(m.time_us, m.line), m.line) for m in report.markers]
    flags = [(marker, at, line) for marker, at, line in placed if at is not None]
    add("markers", "Markers", dict.fromkeys(range(len(flags)), 0))
    flag_row = lanes[-1].first_row if flags else -1
    bars = tuple(
        Bar(-1, 0, 0, False) if span is None else Bar(row, *span)
        for row, span in zip(rows, spans, strict=True)
    )
    return Layout(
        unit=axis.unit,
        first=_first(report, axis, bars),
        last=axis.last,
        lanes=tuple(lanes),
        bars=bars,
        bands=tuple(_bands(report, axis)),
        firmware=tuple(_firmware(report, axis, bars)),
        flags=tuple(Flag(marker, flag_row, at, line) for marker, at, line in flags),
        links=tuple(_links(report.probes, count)),
        subjects=subjects,
        unplaced=sum(bar.row < 0 for bar in bars),
    )


def _first(report: Report, axis: Axis, bars: Sequence[Bar]) -> int:
    """Where the boot begins: the first bar in time; by line, the boot's first line."""
    if axis.unit == "line":
        return report.capture.first_line
    return min((bar.start for bar in bars if bar.row >= 0), default=0)


def _split_threads(calls: Sequence[Initcall]) -> tuple[list[int], list[int]]:
    """Indices of the built-in calls' threads, and of all other threads."""
    main = [i for i, call in enumerate(calls) if call.thread in MAIN_THREADS]
    return main, [i for i, call in enumerate(calls) if call.thread not in MAIN_THREADS]


def _by_depth(
    calls: Sequence[Initcall], chosen: Sequence[int], spans: Sequence[Span | None]
) -> dict[int, int]:
    """Rows by nesting: a call that ran inside another stands one row below it."""
    depth: dict[int, int] = {}
    for index in chosen:
        parent = calls[index].parent
        above = -1 if parent is None else depth.get(parent, -1)
        if spans[index] is not None:
            depth[index] = min(above + 1, MAX_ROWS - 1)
    return depth


def _packed(chosen: Sequence[int], spans: Sequence[Span | None]) -> dict[int, int]:
    """Rows such that no two bars of one overlap, as few as possible (first fit)."""
    placed: dict[int, int] = {}
    free_from: list[int] = []
    timed = [(span[0], -span[1], index) for index in chosen if (span := spans[index]) is not None]
    for start, minus_end, index in sorted(timed):
        row = next((r for r, free in enumerate(free_from) if free <= start), len(free_from))
        if row == len(free_from) and row < MAX_ROWS:
            free_from.append(0)
        row = min(row, MAX_ROWS - 1)
        free_from[row] = max(free_from[row], -minus_end)
        placed[index] = row
    return placed


def _bands(report: Report, axis: Axis) -> Iterator[Band]:
    """Runs of one level in the built-in calls' order, each up to where the next begins."""
    runs: list[tuple[str, str, int]] = []
    built_in = [
        (call.levels, start)
        for call in report.initcalls
        if call.levels is not None
        and (start := axis.at(call.start_us, call.line_called)) is not None
        and call.thread in MAIN_THREADS and call.levels[0] != "module"
    ]  # fmt: skip
    for levels, group in groupby(built_in, key=lambda call: call[0]):
        start = next(start for _, start in group)
        runs.append((*levels, max([start] + [run[2] for run in runs[-1:]])))
    reached = (axis.at(m.time_us, m.line) for m in report.markers if m.marker == "userspace.start")
    userspace = next((at for at in reached if at), None)
    if userspace is not None:
        runs.append(("module", "module", userspace))
    ends = [start for _, _, start in runs[1:]] + [axis.last]
    for (low, high, start), end in zip(runs, ends, strict=False):  # no runs, one end
        if end > start:
            yield Band(low, high, start, end)


def _firmware(report: Report, axis: Axis, bars: Sequence[Bar]) -> Iterator[Stage]:
    """Firmware by line; on an axis of times before 0, each as wide as it has lines."""
    stages = [phase for phase in report.phases if phase.kind == "firmware"]
    lines = sum(stage.last_line - stage.first_line + 1 for stage in stages)
    drawn = max([bar.end for bar in bars if bar.row >= 0 and not bar.open], default=axis.last)
    room = round(_FIRMWARE_SHARE * max(drawn, 1_000))
    passed = 0
    for stage in stages:
        first, last = stage.first_line, stage.last_line
        if axis.unit == "line":
            yield Stage(stage.name, first, last, first, last)
            continue
        start = passed * room // lines - room
        passed += last - first + 1
        yield Stage(stage.name, start, passed * room // lines - room, first, last)


def _links(probes: Sequence[Probe], first_bar: int) -> Iterator[Link]:
    """Each deferred attempt with the attempt that resolved it, as bars."""
    by_line = {probe.line: first_bar + i for i, probe in enumerate(probes)}
    for place, probe in enumerate(probes):
        if abs(probe.returned) == _DEFERRED:
            resolved = -1 if probe.resolved_line is None else by_line.get(probe.resolved_line, -1)
            yield Link(first_bar + place, resolved)
