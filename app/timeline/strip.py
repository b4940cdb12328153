"""The subjects of one finding, picked for a small picture: data, before it is drawn.

Places are µs since boot, or lines of the capture where a subject has no time
(``Strip.unit``).
"""

from typing import Literal, NamedTuple

from app.report import Report
from app.rules.finding import Finding, Subject
from app.rules.wording import seconds
from app.timeline.axis import Axis, Unit
from parsers import Initcall

MAX_ROWS = 3
Role = Literal["first", "then", "subject"]


class Row(NamedTuple):
    """One subject. ``at`` is the instant that is meant, ``start`` and ``end`` its call's.

    ``call`` is None for a mere message. ``at_end``: the end of the call is meant; of an
    ``open`` one there is none, and it is drawn to the end of the log.
    """

    name: str
    role: Role
    at: int
    start: int
    end: int
    call: Initcall | None
    at_end: bool

    @property
    def open(self) -> bool:
        """Whether the call never returned, as far as the log goes."""
        return self.call is not None and self.call.returned is None

    @property
    def state(self) -> str:
        """What is to be said of a call that is open; empty of any other."""
        if self.call is None or not self.open:
            return ""
        return "return line lost" if self.call.return_lost else "never returned"


class Strip(NamedTuple):
    """Rows in the order that was observed, between ``low`` and ``high``.

    ``missing`` is the role that the log has nothing for, of a finding on an order;
    ``arrow`` leads from the row that must be first to the one that must follow.
    """

    unit: Unit
    low: int
    high: int
    rows: tuple[Row, ...]
    missing: Role | None
    arrow: tuple[int, int] | None

    @property
    def reversed(self) -> bool:
        """Whether the arrow points back."""
        if self.arrow is None:
            return False
        first, then = (self.rows[place] for place in self.arrow)
        return then.at < first.at

    def share(self, place: int) -> float:
        """Where between ``low`` (0) and ``high`` (1) a place lies."""
        return (place - self.low) / max(self.high - self.low, 1)

    def place_words(self, place: int) -> str:
        """``1.579198 s`` or ``line 602``."""
        return seconds(place) if self.unit == "us" else f"line {place}"


def strip_of(report: Report, finding: Finding) -> Strip | None:
    """The picture of a finding; None where there is nothing to compare or to measure."""
    untimed = any(s.time_us is None and s.line is not None for s in finding.subjects)
    unit: Unit = "line" if untimed else "us"
    rows: list[Row] = []
    seen: set[tuple[str, int | None, int | None]] = set()
    for subject in finding.subjects:
        key = (subject.role, subject.initcall, subject.line if subject.initcall is None else None)
        row = _row(report, subject, unit)
        if row is not None and key not in seen and len(rows) < MAX_ROWS:
            seen.add(key)
            rows.append(row)
    missing = _missing(rows)
    if not rows or (len(rows) == 1 and rows[0].call is None and missing is None):
        return None
    rows.sort(key=lambda row: row.at)
    places = {row.role: place for place, row in enumerate(rows)}
    arrow = (places["first"], places["then"]) if {"first", "then"} <= places.keys() else None
    low, high = min(row.start for row in rows), max(row.end for row in rows)
    return Strip(unit, low, high, tuple(rows), missing, arrow)


def _missing(rows: list[Row]) -> Role | None:
    roles = {row.role for row in rows}
    if "then" in roles and "first" not in roles:
        return "first"
    return "then" if "first" in roles and "then" not in roles else None


def _row(report: Report, subject: Subject, unit: Unit) -> Row | None:
    at = subject.line if unit == "line" else subject.time_us
    if at is None:
        return None
    call = report.initcalls[subject.initcall] if subject.initcall is not None else None
    last = report.capture.last_line if unit == "line" else report.last_time_us or 0
    span = Axis(unit, last).call_span(call) if call is not None else None
    start, end, _ = span or (at, at, False)
    start, end = min(start, at), max(end, at)
    return Row(subject.name, subject.role, at, start, end, call, subject.end)
