"""Trace Event JSON, which Perfetto and chrome://tracing open. docs/outputs.md tells it.

Times are µs since boot; of a log without times they are its lines, one to a µs. Complete
events nest within their track: what overlaps without nesting gets a further track, for
the viewers would draw it wrong or drop it.
"""

import json
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from app.phrases import call_state
from app.printable import printable
from app.report import Report
from app.timeline.axis import Axis
from app.timeline.lanes import Layout, lay_out
from parsers import Initcall

SCHEMA = "bootscope.chrome-trace/1"
MAX_TRACKS = 16
"""Tracks that one thread may take; what would need more is drawn as instants."""
SUBJECTS, INITCALLS, PROBES, ASYNC, BOOT = range(1, 6)
_PROCESSES = {
    SUBJECTS: "What the rules speak of", INITCALLS: "Initcalls, by thread", PROBES: "Probes",
    ASYNC: "Asynchronous calls", BOOT: "Boot",
}  # fmt: skip
_FIRST = 11
"""The first number of a track: none is that of a process, which would be its main thread."""
_LEVELS, _PHASES, _MARKERS = _FIRST, _FIRST + 1, _FIRST + 2
"""Further tracks of levels and phases are numbered from ``MAX_TRACKS`` times their own on."""
Event = dict[str, Any]


class _Item(NamedTuple):
    """What lies between two places, and what is to be said of it."""

    start: int
    end: int
    name: str
    category: str
    args: Event


def render_chrome_trace(report: Report, permalink: str | None = None) -> str:
    """One JSON object, an event a line, sorted by time, parents before what they hold."""
    layout = lay_out(report)
    axis = Axis(layout.unit, layout.last)
    named: list[Event] = []
    events = [
        *_subjects(report, layout, named), *_threads(report, axis, named),
        *_others(report, axis, named), *_boot(report, layout, axis, named),
    ]  # fmt: skip
    events.sort(key=lambda event: (event["ts"], -event.get("dur", 0)))
    used = {event["pid"] for event in events}
    for pid, title in _PROCESSES.items():
        if pid in used:
            named.append(_meta("process_name", pid, 0, name=title))
            named.append(_meta("process_sort_index", pid, 0, sort_index=pid))
    about = {
        "schema": SCHEMA, "report": report.id, "verdict": report.verdict,
        "headline": printable(report.headline), "link": permalink,
        "one_us_is": "1 us since boot" if layout.unit == "us" else "1 line: the log has no times",
        "clock": report.coverage.clock, "not_drawn": layout.unplaced,
        "firmware": [{"name": s.name, "lines": [s.first_line, s.last_line]}
                     for s in layout.firmware],
    }  # fmt: skip
    lines = ",\n".join(json.dumps(event, separators=(",", ":")) for event in (*named, *events))
    return (
        f'{{"displayTimeUnit":"ms","otherData":{json.dumps(about)},"traceEvents":[\n{lines}\n]}}\n'
    )


def _meta(kind: str, pid: int, tid: int, **args: object) -> Event:
    return {"ph": "M", "name": kind, "pid": pid, "tid": tid, "ts": 0, "args": args}


def _drawn(items: Iterable[_Item], pid: int, tids: list[int], full: int) -> Iterator[Event]:
    """Items as events, each on the first track where it nests; ``tids`` grows as needed.

    ``full`` is the first of the numbers to take for further tracks.
    """
    open_ends: list[list[int]] = []
    for item in sorted(items, key=lambda item: (item.start, -item.end)):
        for track, ends in enumerate(open_ends):  # noqa: B007
            while ends and ends[-1] <= item.start:
                ends.pop()
            if not ends or item.end <= ends[-1]:
                break
        else:
            track = len(open_ends)
            if track == MAX_TRACKS:
                yield _instant(item, pid, tids[0])
                continue
            open_ends.append([])
            if track == len(tids):
                tids.append(full + track)
        open_ends[track].append(item.end)
        yield {
            "ph": "X", "name": item.name, "cat": item.category, "pid": pid, "tid": tids[track],
            "ts": item.start, "dur": item.end - item.start, "args": item.args,
        }  # fmt: skip


def _instant(item: _Item, pid: int, tid: int) -> Event:
    """A mark without length; what it lasted, if anything, is in its arguments."""
    args = item.args | ({"dur": item.end - item.start} if item.end > item.start else {})
    return {
        "ph": "i", "s": "t", "name": item.name, "cat": item.category, "pid": pid, "tid": tid,
        "ts": item.start, "args": args,
    }  # fmt: skip


def _threads(report: Report, axis: Axis, named: list[Event]) -> Iterator[Event]:
    """Initcalls and waits, by the thread that ran them."""
    by_thread: dict[str | None, list[_Item]] = {}
    for call in report.initcalls:
        span = axis.call_span(call)
        if span is not None:
            item = _Item(*span[:2], _call_name(call), "initcall", _call_args(call))
            by_thread.setdefault(call.thread, []).append(item)
    for wait in report.async_waits:
        span = axis.wait_span(wait)
        if span is not None:
            args = {"reported_us": wait.reported_us, "open": span[2],
                    "lines": _lines(wait.line_waiting, wait.line_continuing)}  # fmt: skip
            item = _Item(*span[:2], "waits for asynchronous calls", "wait", args)
            by_thread.setdefault(wait.thread, []).append(item)
    for place, thread in enumerate(sorted(by_thread, key=lambda pid: (len(pid or ""), pid or ""))):
        items = by_thread[thread]
        first = _FIRST + place * MAX_TRACKS
        tids = [first]
        yield from _drawn(items, INITCALLS, tids, first)
        title = "thread not printed" if thread is None else f"PID {printable(thread)}"
        _name_tracks(named, INITCALLS, tids, title)


def _name_tracks(named: list[Event], pid: int, tids: list[int], title: str) -> None:
    for place, tid in enumerate(tids):
        more = f" (overlapping, {place + 1})" if place else ""
        named.append(_meta("thread_name", pid, tid, name=f"{title}{more}"))
        named.append(_meta("thread_sort_index", pid, tid, sort_index=tid))


def _call_name(call: Initcall) -> str:
    state = call_state(call)
    ends = {"open": " (never returned)", "return_lost": " (return line lost)"}
    return f"{printable(call.function)}{ends.get(state, '')}"


def _call_args(call: Initcall) -> Event:
    low, high = call.levels or ("unknown", "unknown")
    return {
        "level": low if low == high else f"{low}..{high}", "source": call.level_source,
        "returned": call.returned, "state": call_state(call), "reported_us": call.reported_us,
        "span_us": call.span_us, "lines": _lines(call.line_called, call.line_returned),
        **({"module": printable(call.module)} if call.module else {}),
        **({"occurrence": call.occurrence} if call.occurrence > 1 else {}),
        **({"link_order": call.link_order} if call.link_order is not None else {}),
    }  # fmt: skip


def _lines(*lines: int | None) -> list[int]:
    return [line for line in lines if line is not None]


def _others(report: Report, axis: Axis, named: list[Event]) -> Iterator[Event]:
    """Probes, and asynchronous calls: packed into as few tracks as they need."""
    probes: list[_Item] = []
    for probe in report.probes:
        span = axis.probe_span(probe)
        if span is not None:
            args = {"returned": probe.returned, "reported_us": probe.reported_us,
                    "driver": printable(probe.driver or ""), "attempt": probe.attempt,
                    "resolved_line": probe.resolved_line, "lines": [probe.line]}  # fmt: skip
            probes.append(_Item(*span[:2], printable(probe.device), "probe", args))
    calls: list[_Item] = []
    for call in report.async_calls:
        span = axis.async_span(call)
        if span is not None:
            args = {"cookie": call.cookie, "thread": printable(call.thread or ""),
                    "reported_us": call.reported_us, "open": span[2],
                    "lines": _lines(call.line_called, call.line_returned)}  # fmt: skip
            calls.append(_Item(*span[:2], printable(call.function), "async", args))
    for pid, title, items in ((PROBES, "probes", probes), (ASYNC, "asynchronous", calls)):
        tids = [_FIRST]
        if items:
            yield from _drawn(items, pid, tids, _FIRST)
            _name_tracks(named, pid, tids, title)


def _boot(report: Report, layout: Layout, axis: Axis, named: list[Event]) -> Iterator[Event]:
    """Levels and phases as spans, markers as instants."""
    levels = [
        _Item(band.start, band.end, band.low if band.low == band.high
              else f"{band.low}..{band.high}", "level", {})
        for band in layout.bands
    ]  # fmt: skip
    phases = []
    for phase in report.phases:
        start = axis.at(phase.start_us, phase.first_line)
        end = axis.at(phase.end_us, phase.last_line)
        if start is not None and end is not None:
            args = {"lines": [phase.first_line, phase.last_line]}
            phases.append(_Item(start, max(start, end), printable(phase.name), "phase", args))
    for tid, title, items in ((_LEVELS, "levels", levels), (_PHASES, "phases", phases)):
        tids = [tid]
        if items:
            yield from _drawn(items, BOOT, tids, tid * MAX_TRACKS)
            _name_tracks(named, BOOT, tids, title)
    for marker in report.markers:
        at = axis.at(marker.time_us, marker.line)
        if at is not None:
            about: Event = {"line": marker.line, "text": printable(marker.text)}
            yield _instant(_Item(at, at, marker.marker, "marker", about), BOOT, _MARKERS)
    if report.markers:
        _name_tracks(named, BOOT, [_MARKERS], "markers")


def _subjects(report: Report, layout: Layout, named: list[Event]) -> Iterator[Event]:
    """A track for each subject, as on the page, and the findings as arrows between."""
    subjects = layout.subjects
    spans: dict[int, tuple[int, int]] = {}
    for place, row in enumerate(subjects.rows):
        ats = [point.at for point in subjects.points if point.row == place]
        bar = layout.bars[row.bar] if row.bar >= 0 else None
        start = min([*ats, bar.start] if bar else ats)
        end = max([*ats, bar.end, start + 1] if bar else [*ats, start + 1])
        spans[place] = (start, end)
        args = _call_args(report.initcalls[row.bar]) if bar else {}
        item = _Item(start, end, printable(row.label), "subject", args)
        yield from _drawn([item], SUBJECTS, [_FIRST + place], 0)
        _name_tracks(named, SUBJECTS, [_FIRST + place], printable(row.label))
    for number, arrow in enumerate(subjects.arrows):
        finding = report.findings[arrow.finding]
        points = [subjects.points[arrow.first], subjects.points[arrow.then]]
        names = " before ".join(printable(point.name) for point in points)
        ends = []
        for point in points:
            start, end = spans[point.row]
            ends.append((min(max(point.at, start), end - 1), _FIRST + point.row))
        held = ends[0] <= ends[1] and finding.outcome in ("pass", "fragile")
        for kind, (at, tid) in zip("sf", sorted(ends), strict=True):
            yield {
                "ph": kind, "name": f"{finding.rule} {finding.outcome}: {names}",
                "cat": "finding", "id": number + 1, "pid": SUBJECTS, "tid": tid, "ts": at,
                **({"bp": "e"} if kind == "f" else {}),
                "args": {"required": names, "held": held, "basis": finding.basis},
            }  # fmt: skip
