"""The timeline's layout as compact JSON, by columns, for the browser.

Schema ``bootscope.timeline/1``. Every name stands once in ``strings``; columns
hold indices into it. ``start_us`` and ``line`` are differences to the item
before; -1 stands for "not known" in ``reported_us`` and lines.

``unit`` says what the axis counts. With ``us``, places on it are µs since boot. With
``line`` the log keeps no times (``clock`` is the report's), and every place is a line
number of the capture: ``first_us``, ``last_us``, ``start_us``, ``span_us``,
``times_us`` and the places in ``bands``, ``flags`` and ``points``. ``reported_us``
and ``gap_us`` are always µs.
"""

import json
from collections.abc import Iterable
from typing import Any, NamedTuple

from app.report import Report
from app.rules.wording import errno_name
from app.timeline.axis import Axis
from app.timeline.lanes import Layout, lay_out
from parsers import LEVELS, MACROS, RANK, AsyncCall, AsyncWait, Initcall, Probe

SCHEMA = "bootscope.timeline/1"
FLAG_OPEN, FLAG_RETURN_LOST, FLAG_ORPHAN, FLAG_PROBE = 1, 2, 4, 8
FLAG_ASYNC, FLAG_WAIT = 16, 32


class _Strings:
    """A table in which every string stands once."""

    def __init__(self) -> None:
        self._places: dict[str, int] = {}

    def place(self, text: str | None) -> int:
        """The index of a text; -1 for None."""
        return -1 if text is None else self._places.setdefault(text, len(self._places))

    def texts(self) -> list[str]:
        """All texts, by index."""
        return list(self._places)


def timeline_json(report: Report) -> bytes:
    """Everything that the browser draws, as UTF-8 JSON."""
    layout = lay_out(report)
    strings = _Strings()
    results = {call.returned for call in report.initcalls if call.returned is not None}
    results |= {probe.returned for probe in report.probes}
    data: dict[str, Any] = {
        "schema": SCHEMA,
        "unit": layout.unit,
        "clock": report.coverage.clock,
        "first_us": layout.first,
        "last_us": layout.last,
        "tail": report.coverage.tail,
        "unplaced": layout.unplaced,
        "initcalls": len(report.initcalls),
        "levels": [[level, MACROS[level]] for level in LEVELS],
        "results": {str(result): errno_name(result) for result in sorted(results)},
        "lanes": [lane._asdict() for lane in layout.lanes],
        "bars": _bars(report, layout, strings),
        "bands": [_ranked(band.low, band.high) + list(band[2:]) for band in layout.bands],
        "firmware": layout.firmware,
        "flags": [[strings.place(flag.marker), *flag[1:]] for flag in layout.flags],
        "links": layout.links,
        "pinned": [[strings.place(row.label), row.bar] for row in layout.subjects.rows],
        "points": [_point(point, strings) for point in layout.subjects.points],
        "arrows": layout.subjects.arrows,
        "missing": layout.subjects.missing,
        "findings": [_finding(report, place, layout) for place in range(len(report.findings))],
        "lead": next((i for i, f in enumerate(report.findings) if f.rule == report.lead), -1),
    }
    data["strings"] = strings.texts()
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()


def _bars(report: Report, layout: Layout, strings: _Strings) -> dict[str, list[int]]:
    events = [_packed(event) for event in report.initcalls]
    events += [_packed_probe(probe) for probe in report.probes]
    events += [_packed_async(call) for call in report.async_calls]
    events += [_packed_wait(wait) for wait in report.async_waits]
    return {
        "row": [bar.row for bar in layout.bars],
        "start_us": _differences(bar.start for bar in layout.bars),
        "span_us": [bar.end - bar.start for bar in layout.bars],
        "reported_us": [_or_unknown(event.reported_us) for event in events],
        "result": [event.result for event in events],
        "name": [strings.place(event.name) for event in events],
        "detail": [strings.place(event.detail) for event in events],
        "number": [event.number for event in events],
        "thread": [strings.place(event.thread) for event in events],
        "parent": [_or_unknown(event.parent) for event in events],
        "low": [event.low for event in events],
        "high": [event.high for event in events],
        "source": [strings.place(event.source) for event in events],
        "flags": [event.flags for event in events],
        "line": _differences(event.first_line for event in events),
        "lines": [event.last_line - event.first_line for event in events],
    }


class _Packed(NamedTuple):
    """What the columns hold of any bar, place aside."""

    name: str
    detail: str | None
    number: int
    thread: str | None
    parent: int | None
    result: int
    reported_us: int | None
    flags: int
    first_line: int
    last_line: int
    low: int = -1
    high: int = -1
    source: str | None = None


def _packed(call: Initcall) -> _Packed:
    flags = FLAG_OPEN if call.returned is None else 0
    flags |= FLAG_RETURN_LOST if call.return_lost else 0
    flags |= FLAG_ORPHAN if call.line_called is None else 0
    low, high = _ranked(*call.levels) if call.levels else [-1, -1]
    return _Packed(
        call.function, call.module, call.occurrence, call.thread, call.parent,
        call.returned or 0, call.reported_us, flags,
        *_lines(call.line_called, call.line_returned), low, high, call.level_source,
    )  # fmt: skip


def _packed_probe(probe: Probe) -> _Packed:
    return _Packed(
        probe.device, probe.driver, probe.attempt, probe.thread, probe.parent,
        probe.returned, probe.reported_us, FLAG_PROBE, probe.line, probe.line,
    )  # fmt: skip


def _packed_async(call: AsyncCall) -> _Packed:
    flags = FLAG_ASYNC | (FLAG_OPEN if call.line_returned is None else 0)
    flags |= FLAG_ORPHAN if call.line_called is None else 0
    return _Packed(
        call.function, call.module, call.cookie, call.thread, None, 0, call.reported_us, flags,
        *_lines(call.line_called, call.line_returned),
    )  # fmt: skip


def _packed_wait(wait: AsyncWait) -> _Packed:
    flags = FLAG_WAIT | (FLAG_OPEN if wait.line_continuing is None else 0)
    return _Packed(
        "waits for asynchronous calls", None, 0, wait.thread, wait.parent, 0, wait.reported_us,
        flags, *_lines(wait.line_waiting, wait.line_continuing),
    )  # fmt: skip


def _lines(first: int | None, last: int | None) -> tuple[int, int]:
    """First and last line of an event; one of the two may be lost."""
    known = [line for line in (first, last) if line is not None]
    return (min(known), max(known)) if known else (0, 0)


def _finding(report: Report, place: int, layout: Layout) -> dict[str, Any]:
    finding = report.findings[place]
    axis = Axis(layout.unit, layout.last)
    told = [(subject.time_us, subject.line) for subject in finding.subjects]
    told += [(evidence.time_us, evidence.line) for evidence in finding.evidence]
    return {
        "rule": finding.rule,
        "outcome": finding.outcome,
        "gap_us": finding.gap_us,
        "lines": [evidence.line for evidence in finding.evidence],
        "times_us": [at for at in (axis.at(*one) for one in told) if at is not None],
        "bars": sorted({s.initcall for s in finding.subjects if s.initcall is not None}),
    }


def _point(point: tuple[Any, ...], strings: _Strings) -> list[int]:
    row, name, role, *rest = point
    return [row, strings.place(name), strings.place(role), *rest]


def _ranked(low: str, high: str) -> list[int]:
    return [RANK[low], RANK[high]]


def _or_unknown(value: int | None) -> int:
    return -1 if value is None else value


def _differences(values: Iterable[int]) -> list[int]:
    result: list[int] = []
    before = 0
    for value in values:
        result.append(value - before)
        before = value
    return result
