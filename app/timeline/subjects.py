"""What the rules speak of, pinned on top of the timeline, and the arrows between."""

from typing import NamedTuple

from app.report import Report
from app.rules.finding import Finding, Outcome, Subject
from app.timeline.axis import Axis

MAX_PINNED = 10
"""Rows of subjects; those of order findings always have one, whatever their number."""
_SHOWN: tuple[Outcome, ...] = ("fail", "error", "fragile", "inconclusive")


class Point(NamedTuple):
    """One subject's place on the axis, in its pinned row. ``finding`` indexes the findings."""

    row: int
    name: str
    role: str
    at: int
    line: int
    finding: int


class PinnedRow(NamedTuple):
    """One pinned row: its label and the bar (an initcall's index), -1 for none."""

    label: str
    bar: int


class Arrow(NamedTuple):
    """From the point that must be first to the one that must follow (indices of points)."""

    first: int
    then: int
    finding: int


class Missing(NamedTuple):
    """An order of which only one end is in the log: the point, and whose role is not there."""

    point: int
    role: str
    finding: int


class Subjects(NamedTuple):
    """Pinned rows in the order that was observed, their points, and the arrows."""

    rows: tuple[PinnedRow, ...]
    points: tuple[Point, ...]
    arrows: tuple[Arrow, ...]
    missing: tuple[Missing, ...]


def pin_subjects(report: Report, axis: Axis) -> Subjects:
    """Give each subject a row: those of every order finding, and of whatever did not hold."""
    chosen = _chosen(report, axis)
    places: dict[tuple[str, int], int] = {}
    names: dict[tuple[str, int], str] = {}
    for _, subject, at in chosen:
        key = _key(subject)
        if key not in names and len(names) >= MAX_PINNED and subject.role == "subject":
            continue
        places[key] = min(at, places.get(key, at))
        names.setdefault(key, _label(report, subject))
    keys = sorted(names, key=lambda key: (places[key], key))
    rows = tuple(PinnedRow(names[key], key[1] if key[0] == "initcall" else -1) for key in keys)
    points: list[Point] = []
    arrows: list[Arrow] = []
    missing: list[Missing] = []
    for place, finding in enumerate(report.findings):
        ends: dict[str, int] = {}
        for owner, subject, at in chosen:
            if owner == place and _key(subject) in names:
                ends[subject.role] = len(points)
                row, line = keys.index(_key(subject)), subject.line or 0
                points.append(Point(row, subject.name, subject.role, at, line, place))
        if _is_order(finding) and "first" in ends and "then" in ends:
            arrows.append(Arrow(ends["first"], ends["then"], place))
        elif ends.keys() == {"then"}:
            missing.append(Missing(ends["then"], "first", place))
    return Subjects(rows, tuple(points), tuple(arrows), tuple(missing))


def _chosen(report: Report, axis: Axis) -> list[tuple[int, Subject, int]]:
    """(finding, subject, its place) of all with a place that are worth a row, best first."""
    chosen = [
        (place, subject, at)
        for place, finding in enumerate(report.findings)
        for subject in finding.subjects
        if (at := axis.at(subject.time_us, subject.line)) is not None
        and (_is_order(finding) or finding.outcome in _SHOWN)
    ]
    return sorted(chosen, key=lambda found: found[1].role == "subject")


def _is_order(finding: Finding) -> bool:
    return {"first", "then"} <= {subject.role for subject in finding.subjects}


def _key(subject: Subject) -> tuple[str, int]:
    """Two subjects in one initcall, or on one line, share a row."""
    if subject.initcall is not None:
        return "initcall", subject.initcall
    return "line", subject.line or 0


def _label(report: Report, subject: Subject) -> str:
    """The function's name; a marker's with it where that is what the rule means."""
    if subject.initcall is None:
        return subject.name
    function = report.initcalls[subject.initcall].function
    return function if subject.name == function else f"{subject.name} in {function}"
