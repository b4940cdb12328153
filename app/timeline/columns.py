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
from collections.abc import Iterable, Sequence
from typing import Any

from app.report import Report
from app.rules.wording import errno_name
from app.timeline.axis import Axis
from app.timeline.lanes import Layout, lay_out
from parsers import LEVELS, MACROS, RANK, Initcall, Probe

SCHEMA = "bootscope.timeline/1"
FLAG_OPEN, FLAG_RETURN_LOST, FLAG_ORPHAN, FLAG_PROBE = 1, 2, 4, 8


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
        "flags": [[strings.place(flag.marker), *flag[1:]] for flag in layout.flags],
        "links": layout.links,
        "pinned": [[strings.place(row.label), row.bar] for row in layout.subjects.rows],
        "points": [_point(point, strings) for point in layout.subjects.points],
        "arrows": layout.subjects.arrows,
        "findings": [_finding(report, place, layout) for place in range(len(report.findings))],
        "lead": next((i for i, f in enumerate(report.findings) if f.rule == report.lead), -1),
    }
    data["strings"] = strings.texts()
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()


def _bars(report: Report, layout: Layout, strings: _Strings) -> dict[str, list[int]]:
    calls, probes = report.initcalls, report.probes
    events: Sequence[Initcall | Probe] = (*calls, *probes)
    lines = [_lines(event) for event in events]
    ranges = [_ranked(*call.levels) if call.levels else [-1, -1] for call in calls]
    ranges += [[-1, -1]] * len(probes)
    names = [call.function for call in calls] + [probe.device for probe in probes]
    details = [call.module for call in calls] + [probe.driver for probe in probes]
    numbers = [call.occurrence for call in calls] + [probe.attempt for probe in probes]
    sources = [strings.place(call.level_source) for call in calls] + [-1] * len(probes)
    return {
        "row": [bar.row for bar in layout.bars],
        "start_us": _differences(bar.start for bar in layout.bars),
        "span_us": [bar.end - bar.start for bar in layout.bars],
        "reported_us": [_or_unknown(event.reported_us) for event in events],
        "result": [event.returned or 0 for event in events],
        "name": [strings.place(name) for name in names],
        "detail": [strings.place(detail) for detail in details],
        "number": numbers,
        "thread": [strings.place(event.thread) for event in events],
        "parent": [_or_unknown(event.parent) for event in events],
        "low": [low for low, _ in ranges],
        "high": [high for _, high in ranges],
        "source": sources,
        "flags": [_flags(event) for event in events],
        "line": _differences(first for first, _ in lines),
        "lines": [last - first for first, last in lines],
    }


def _lines(event: Initcall | Probe) -> tuple[int, int]:
    """First and last line of an event; one of an initcall's two may be lost."""
    if isinstance(event, Probe):
        return event.line, event.line
    known = [line for line in (event.line_called, event.line_returned) if line is not None]
    return (min(known), max(known)) if known else (0, 0)


def _flags(event: Initcall | Probe) -> int:
    if isinstance(event, Probe):
        return FLAG_PROBE
    flags = FLAG_OPEN if event.returned is None else 0
    flags |= FLAG_RETURN_LOST if event.return_lost else 0
    return flags | (FLAG_ORPHAN if event.line_called is None else 0)


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
