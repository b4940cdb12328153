"""What the rules speak of, pinned on top of the timeline, and the arrows between."""

from typing import NamedTuple

from app.report import Report
from app.rules.finding import Finding, Outcome, Subject

MAX_PINNED = 10
"""Rows of subjects; those of order findings always have one, whatever their number."""
_SHOWN: tuple[Outcome, ...] = ("fail", "error", "fragile", "inconclusive")


class Point(NamedTuple):
    """One subject's instant (µs), in its pinned row. ``finding`` indexes the findings."""

    row: int
    name: str
    role: str
    time_us: int
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


class Subjects(NamedTuple):
    """Pinned rows in the order that was observed, their points, and the arrows."""

    rows: tuple[PinnedRow, ...]
    points: tuple[Point, ...]
    arrows: tuple[Arrow, ...]


def pin_subjects(report: Report) -> Subjects:
    """Give each subject a row: those of every order finding, and of whatever did not hold."""
    chosen = _chosen(report)
    times: dict[tuple[str, int], int] = {}
    names: dict[tuple[str, int], str] = {}
    for _, subject in chosen:
        key, time = _key(subject), subject.time_us or 0
        if key not in names and len(names) >= MAX_PINNED and subject.role == "subject":
            continue
        times[key] = min(time, times.get(key, time))
        names.setdefault(key, _label(report, subject))
    keys = sorted(names, key=lambda key: (times[key], key))
    rows = tuple(PinnedRow(names[key], key[1] if key[0] == "initcall" else -1) for key in keys)
    points: list[Point] = []
    arrows: list[Arrow] = []
    for place, finding in enumerate(report.findings):
        ends: dict[str, int] = {}
        for owner, subject in chosen:
            if owner == place and _key(subject) in names:
                ends[subject.role] = len(points)
                points.append(_point(subject, keys.index(_key(subject)), place))
        if _is_order(finding) and "first" in ends and "then" in ends:
            arrows.append(Arrow(ends["first"], ends["then"], place))
    return Subjects(rows, tuple(points), tuple(arrows))


def _chosen(report: Report) -> list[tuple[int, Subject]]:
    """(finding, subject) of all subjects with a time that are worth a row, best first."""
    chosen = [
        (place, subject)
        for place, finding in enumerate(report.findings)
        for subject in finding.subjects
        if subject.time_us is not None and (_is_order(finding) or finding.outcome in _SHOWN)
    ]
    return sorted(chosen, key=lambda pair: pair[1].role == "subject")


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


def _point(subject: Subject, row: int, finding: int) -> Point:
    return Point(row, subject.name, subject.role, subject.time_us or 0, subject.line or 0, finding)
