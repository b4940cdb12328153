"""compare(): two reports in, what differs out."""

from collections.abc import Iterator, Mapping, Sequence

from app.compare.durations import duration_changes
from app.compare.findings import finding_changes
from app.compare.headline import headline_of
from app.compare.hints import hints_of
from app.compare.markers import marker_changes
from app.compare.matching import Matched, match, seen, subjects_of
from app.compare.order import moves_of, pairs_of
from app.compare.overlaps import MAX_PAIRS, overlap_changes, overlapping
from app.compare.result import (
    Comparison,
    LevelChange,
    OnlyHere,
    OverlapChange,
    Side,
    levels_differ,
)
from app.report import Report

_NOWHERE: tuple[Mapping[str, str], Mapping[str, str]] = ({}, {})


def compare(
    before: Report,
    after: Report,
    *,
    baseline: Sequence[Report] = (),
    firmware: tuple[Mapping[str, str], Mapping[str, str]] = _NOWHERE,
) -> Comparison:
    """Compare two boots.

    ``baseline`` are more boots like ``before``: findings of theirs are known, and lengths
    as theirs are no change. ``firmware`` are the versions that the logs' lines name
    (``firmware_versions``), which reports do not hold.
    """
    debug = before.coverage.initcall_debug and after.coverage.initcall_debug
    matched = match(before.initcalls, after.initcalls) if debug else Matched([], [], [])
    spoken = _spoken_of(before, after, matched)
    both = set(matched.pairs)
    subjects = spoken & both
    pairs = pairs_of(before.initcalls, after.initcalls, matched.pairs, subjects)
    moves = moves_of(pairs)
    overlaps, crowded = _overlaps(before, after, matched, subjects)
    findings = tuple(finding_changes(before, after, baseline))
    levels = tuple(_levels(before, after, matched, subjects))
    appeared = tuple(_only(after, matched.appeared))
    vanished = tuple(_only(before, matched.vanished))
    gone = "absence" in after.coverage.proves
    come = "absence" in before.coverage.proves
    only = (
        (len(appeared), "appeared" if come else "only in the second"),
        (len(vanished), "vanished" if gone else "only in the first"),
    )
    return Comparison(
        before=side_of(before),
        after=side_of(after),
        baseline=tuple(map(side_of, baseline)),
        headline=headline_of(findings, moves, levels, only, debug=debug),
        matched=len(matched.pairs),
        kept=len(pairs) - len(moves),
        findings=findings,
        moves=tuple(moves),
        appeared=appeared,
        appeared_proved=come,
        vanished=vanished,
        vanished_proved=gone,
        levels=levels,
        overlaps=tuple(overlaps),
        markers=tuple(marker_changes(before, after, {move.function for move in moves})),
        durations=tuple(duration_changes(before, after, baseline, matched.pairs)),
        hints=tuple(hints_of(before, after, firmware)),
        notes=tuple(_notes(before, after, crowded=crowded)),
    )


def side_of(report: Report) -> Side:
    """A boot in a line."""
    return Side(
        id=report.id,
        name=report.capture.name,
        boot_index=report.capture.boot_index,
        release=report.kernel.release,
        verdict=report.verdict,
        headline=report.headline,
        lead=report.lead,
        initcalls=len(report.initcalls),
    )


def _spoken_of(before: Report, after: Report, matched: Matched) -> set[tuple[int, int]]:
    """Matched pairs that rules speak of in either boot."""
    here, there = subjects_of(before), subjects_of(after)
    return {(one, other) for one, other in matched.pairs if one in here or other in there}


def _levels(
    before: Report, after: Report, matched: Matched, subjects: set[tuple[int, int]]
) -> list[LevelChange]:
    changes = [
        LevelChange(
            function=before.initcalls[one].function,
            before=was,
            after=now,
            subject=(one, other) in subjects,
        )
        for one, other in matched.pairs
        if before.initcalls[one].levels != after.initcalls[other].levels
        and levels_differ(was := seen(before.initcalls, one), now := seen(after.initcalls, other))
    ]
    return sorted(changes, key=lambda c: (not c.subject, c.function, c.before.occurrence))


def _only(report: Report, places: Sequence[int]) -> Iterator[OnlyHere]:
    subjects = subjects_of(report)
    for place in sorted(places, key=lambda place: (place not in subjects, place)):
        function = report.initcalls[place].function
        yield OnlyHere(
            function=function, seen=seen(report.initcalls, place), subject=place in subjects
        )


def _overlaps(
    before: Report, after: Report, matched: Matched, subjects: set[tuple[int, int]]
) -> tuple[list[OverlapChange], bool]:
    """What overlaps otherwise, and whether there was too much of it to be looked at."""
    if not matched.pairs:
        return [], False
    ones = overlapping(before.initcalls, before.capture.last_line)
    others = overlapping(after.initcalls, after.capture.last_line)
    if ones is None or others is None:
        return [], True
    leading = dict(matched.pairs)
    both = (before.initcalls, ones), (after.initcalls, others)
    return overlap_changes(*both, leading, subjects), False


def _notes(before: Report, after: Report, *, crowded: bool) -> Iterator[str]:
    for word, report in (("first", before), ("second", after)):
        if not report.coverage.initcall_debug:
            yield (
                f"The {word} log has no initcalls: order, levels and durations cannot be"
                " compared (boot with initcall_debug)."
            )
        elif "absence" not in report.coverage.proves:
            yield f"The {word} log is not whole: what it lacks may have run all the same."
    if crowded:
        yield f"More than {MAX_PAIRS:,} pairs of initcalls overlap: overlaps are not compared."
