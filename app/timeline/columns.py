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
from parsers import LEVELS, MACROS, RANK, AsyncCall, AsyncWait, Initcall

SCHEMA = "bootscope.timeline/1"
FLAG_OPEN, FLAG_RETURN_LOST, FLAG_ORPHAN, FLAG_PROBE = 1, 2, 4, 8
FLAG_ASYNC, FLAG_WAIT = 16, 32
_UNRANKED = (-1, -1)
_RANKS = {(low, high): (RANK[low], RANK[high]) for low in LEVELS for high in LEVELS}


class _Strings:
    """A table in which every string stands once."""

    def __init__(self) -> None:
        self._places: dict[str, int] = {}

    def place(self, text: str | None) -> int:
        """The index of a text; -1 for None."""
        return -1 if text is None else self._places.setdefault(text, len(self._places))

    def places(self, texts: Iterable[str | None]) -> list[int]:
        """The indices of texts."""
        known = self._places
        return [-1 if text is None else known.setdefault(text, len(known)) for text in texts]

    def texts(self) -> list[str]:
        """All texts, by index."""
        return list(self._places)


def timeline_json(report: Report) -> bytes:
    """Everything that the browser draws, as UTF-8 JSON."""
    head, bars, strings = timeline_columns(report)
    data = head | {"bars": bars, "strings": strings}
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()


def timeline_columns(report: Report) -> tuple[dict[str, Any], dict[str, list[int]], list[str]]:
    """What is drawn once, the columns of the bars, and the table of strings."""
    layout = lay_out(report)
    strings = _Strings()
    results = {call.returned for call in report.initcalls if call.returned is not None}
    results |= {probe.returned for probe in report.probes}
    bars = _bars(report, layout, strings)
    head: dict[str, Any] = {
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
    return head, bars, strings.texts()


def _bars(report: Report, layout: Layout, strings: _Strings) -> dict[str, list[int]]:
    """The columns: initcalls, then probes, asynchronous calls, and who waits for them."""
    calls, probes = report.initcalls, report.probes
    runs, waits = report.async_calls, report.async_waits
    few = [*map(_packed_async, runs), *map(_packed_wait, waits)]
    lines = [_lines(call.line_called, call.line_returned) for call in calls]
    lines += [(probe.line, probe.line) for probe in probes]
    lines += [(one.first_line, one.last_line) for one in few]
    levels = [_UNRANKED if call.levels is None else _RANKS[call.levels] for call in calls]
    levels += [_UNRANKED] * (len(probes) + len(few))
    name = [call.function for call in calls] + [probe.device for probe in probes]
    detail = [call.module for call in calls] + [probe.driver for probe in probes]
    both: list[Any] = [*calls, *probes]
    source = [None if call.levels is None else call.level_source for call in calls]
    return {
        "row": [bar.row for bar in layout.bars],
        "start_us": _differences(bar.start for bar in layout.bars),
        "span_us": [bar.end - bar.start for bar in layout.bars],
        "reported_us": _known([*both, *few], "reported_us"),
        "result": [one.returned or 0 for one in both] + [0] * len(few),
        "name": strings.places(name + [one.name for one in few]),
        "detail": strings.places(detail + [one.detail for one in few]),
        "number": [call.occurrence for call in calls] + [probe.attempt for probe in probes]
        + [one.number for one in few],
        "thread": strings.places(one.thread for one in [*both, *few]),
        "parent": _known([*both, *few], "parent"),
        "low": [low for low, _ in levels],
        "high": [high for _, high in levels],
        "source": strings.places(source + [None] * (len(probes) + len(few))),
        "flags": [_flags(call) for call in calls] + [FLAG_PROBE] * len(probes)
        + [one.flags for one in few],
        "line": _differences(first for first, _ in lines),
        "lines": [last - first for first, last in lines],
    }  # fmt: skip


class _Packed(NamedTuple):
    """What the columns hold of an asynchronous call or a wait, place aside."""

    name: str
    detail: str | None
    number: int
    thread: str | None
    parent: int | None
    reported_us: int | None
    flags: int
    first_line: int
    last_line: int


def _flags(call: Initcall) -> int:
    flags = FLAG_ORPHAN if call.line_called is None else 0
    if call.returned is None:
        flags |= FLAG_OPEN | (FLAG_RETURN_LOST if call.return_lost else 0)
    return flags


def _packed_async(call: AsyncCall) -> _Packed:
    flags = FLAG_ASYNC | (FLAG_OPEN if call.line_returned is None else 0)
    flags |= FLAG_ORPHAN if call.line_called is None else 0
    return _Packed(
        call.function, call.module, call.cookie, call.thread, None, call.reported_us, flags,
        *_lines(call.line_called, call.line_returned),
    )  # fmt: skip


def _packed_wait(wait: AsyncWait) -> _Packed:
    flags = FLAG_WAIT | (FLAG_OPEN if wait.line_continuing is None else 0)
    return _Packed(
        "waits for asynchronous calls", None, 0, wait.thread, wait.parent, wait.reported_us,
        flags, *_lines(wait.line_waiting, wait.line_continuing),
    )  # fmt: skip


def _lines(first: int | None, last: int | None) -> tuple[int, int]:
    """First and last line of an event; one of the two may be lost."""
    if first is not None and last is not None:
        return (first, last) if first <= last else (last, first)
    known = first if first is not None else last
    return (known, known) if known is not None else (0, 0)


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


def _known(items: Iterable[Any], field: str) -> list[int]:
    """A column of one field; -1 where it is not known."""
    values = (getattr(item, field) for item in items)
    return [-1 if value is None else value for value in values]


def _differences(values: Iterable[int]) -> list[int]:
    result: list[int] = []
    before = 0
    for value in values:
        result.append(value - before)
        before = value
    return result
