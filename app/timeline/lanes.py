"""The layout of a boot's timeline: pure data, without Plotly.

Times are µs since boot as printed, lines are 1-based, rows count from 0 at the
top over all lanes. Bars 0..n-1 are the report's initcalls in their order, the
probes follow, so that an index into ``Report.initcalls`` is an index of a bar.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Literal, NamedTuple

from app.report import Report
from app.timeline.subjects import Subjects, pin_subjects
from parsers import Initcall, Probe

LaneKind = Literal["subjects", "initcalls", "modules", "probes", "markers"]
MAIN_THREADS = ("0", "1", None)
"""Threads that run the built-in initcalls: the boot CPU's idle task, then init."""
MAX_ROWS = 16
"""Rows a lane may have; what would need more shares the last one."""
_DEFERRED = 517


class Lane(NamedTuple):
    """A titled group of rows: ``first_row`` and the ``rows`` from it on."""

    kind: LaneKind
    title: str
    first_row: int
    rows: int


class Bar(NamedTuple):
    """One initcall or probe. ``row`` is -1 where it has no time and cannot be drawn.

    An ``open`` bar ends where the log ends, or where it began if only the line
    of its return is lost.
    """

    row: int
    start_us: int
    end_us: int
    open: bool


class Band(NamedTuple):
    """Where a level (or an interval of levels) ran: ``low`` to ``high``, both inclusive."""

    low: str
    high: str
    start_us: int
    end_us: int


class Flag(NamedTuple):
    """A marker, as a flag at its time."""

    marker: str
    row: int
    time_us: int
    line: int


class Link(NamedTuple):
    """A deferred probe and the attempt that resolved it (bars); ``resolved`` -1: pending."""

    deferred: int
    resolved: int


class Layout(NamedTuple):
    """Everything that is drawn. ``unplaced`` counts bars without any time."""

    first_us: int
    last_us: int
    lanes: tuple[Lane, ...]
    bars: tuple[Bar, ...]
    bands: tuple[Band, ...]
    flags: tuple[Flag, ...]
    links: tuple[Link, ...]
    subjects: Subjects
    unplaced: int


def lay_out(report: Report) -> Layout:
    """Place every initcall, probe, marker and subject of a report."""
    last = _last_us(report)
    spans = [*_initcall_spans(report.initcalls, last), *_probe_spans(report.probes)]
    count = len(report.initcalls)
    subjects = pin_subjects(report)
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
    add("probes", "Probes", _packed(range(count, len(spans)), spans))
    flags = [(m.marker, m.time_us, m.line) for m in report.markers if m.time_us is not None]
    add("markers", "Markers", dict.fromkeys(range(len(flags)), 0))
    flag_row = lanes[-1].first_row if flags else -1
    bars = tuple(
        Bar(-1, 0, 0, False) if span is None else Bar(row, *span)
        for row, span in zip(rows, spans, strict=True)
    )
    return Layout(
        first_us=min((bar.start_us for bar in bars if bar.row >= 0), default=0),
        last_us=last,
        lanes=tuple(lanes),
        bars=bars,
        bands=tuple(_bands(report, last)),
        flags=tuple(Flag(marker, flag_row, time, line) for marker, time, line in flags),
        links=tuple(_links(report.probes, count)),
        subjects=subjects,
        unplaced=sum(bar.row < 0 for bar in bars),
    )


Span = tuple[int, int, bool]


def _last_us(report: Report) -> int:
    """The end of the log: its last stamp, or the last end of anything in it."""
    ends = [call.end_us or call.start_us or 0 for call in report.initcalls]
    ends += [probe.time_us or 0 for probe in report.probes]
    ends += [marker.time_us or 0 for marker in report.markers]
    return max([report.last_time_us or 0, *ends])


def _initcall_spans(calls: Sequence[Initcall], last_us: int) -> Iterator[Span | None]:
    """Start and end of each call; an orphan is drawn back from its end."""
    for call in calls:
        start = call.start_us
        if start is None and call.end_us is not None:
            start = max(0, call.end_us - (call.reported_us or 0))
        if start is None:
            yield None
        elif call.returned is None:
            yield start, start if call.return_lost else max(start, last_us), True
        else:
            yield start, max(start, start if call.end_us is None else call.end_us), False


def _probe_spans(probes: Sequence[Probe]) -> Iterator[Span | None]:
    """Probes are told of when they end: drawn backwards by the time reported."""
    for probe in probes:
        if probe.time_us is None:
            yield None
        else:
            yield max(0, probe.time_us - probe.reported_us), probe.time_us, False


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


def _bands(report: Report, last_us: int) -> Iterator[Band]:
    """Runs of one level in the built-in calls' order, each up to where the next begins."""
    runs: list[tuple[str, str, int]] = []
    built_in = [
        (call.levels, call.start_us)
        for call in report.initcalls
        if call.levels is not None and call.start_us is not None
        and call.thread in MAIN_THREADS and call.levels[0] != "module"
    ]  # fmt: skip
    for levels, group in groupby(built_in, key=lambda call: call[0]):
        start = next(start for _, start in group)
        runs.append((*levels, max([start] + [run[2] for run in runs[-1:]])))
    userspace = next(
        (m.time_us for m in report.markers if m.marker == "userspace.start" and m.time_us), None
    )
    if userspace is not None:
        runs.append(("module", "module", userspace))
    ends = [start for _, _, start in runs[1:]] + [last_us]
    for (low, high, start), end in zip(runs, ends, strict=False):  # no runs, one end
        if end > start:
            yield Band(low, high, start, end)


def _links(probes: Sequence[Probe], first_bar: int) -> Iterator[Link]:
    """Each deferred attempt with the attempt that resolved it, as bars."""
    by_line = {probe.line: first_bar + i for i, probe in enumerate(probes)}
    for place, probe in enumerate(probes):
        if abs(probe.returned) == _DEFERRED:
            resolved = -1 if probe.resolved_line is None else by_line.get(probe.resolved_line, -1)
            yield Link(first_bar + place, resolved)
