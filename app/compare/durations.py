"""Which initcalls take longer or less long, beyond what boots differ in anyway.

Against several boots their own spread is the measure. Against one it is how much the
two boots differ all over: a machine that is twice as slow today has no initcall that is.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from math import exp, log
from statistics import median
from typing import NamedTuple

from app.compare.matching import duration_us, seen
from app.compare.result import DurationChange
from app.report import Report
from parsers import Initcall

_Key = tuple[str, str | None, int]
FLOOR_US = 5_000
"""A difference that is smaller is none, whatever its share."""
ALONE = 2.0
"""Against one boot: at least this many times as long, or as short, as all the others."""
SIGMAS = 4.0
"""Against one boot: and so many times what the two boots differ in anyway."""
SHARE = 0.1
"""Against several: outside of their range by this share of its edge, and by its width."""
MEASURED_US = 1_000
"""Lengths from which on two boots' initcalls tell how much the boots differ."""
ENOUGH = 20
"""So many of them are needed to tell."""
USERSPACE = "userspace.start"


class Drift(NamedTuple):
    """What the initcalls of two boots differ in all over: a factor, and that of its spread."""

    factor: float
    spread: float


NO_DRIFT = Drift(1.0, 1.0)


def drift_of(lengths: Iterable[tuple[int, int]]) -> Drift:
    """Median ratio of lengths (before, after) in µs, and its robust spread (1.48 MAD)."""
    ratios = [
        log(now / was) for was, now in lengths if max(was, now) >= MEASURED_US and min(was, now) > 0
    ]
    if len(ratios) < ENOUGH:
        return NO_DRIFT
    middle = median(ratios)
    return Drift(exp(middle), exp(1.4826 * median(abs(ratio - middle) for ratio in ratios)))


def duration_changes(
    before: Report, after: Report, baseline: Sequence[Report], pairs: Sequence[tuple[int, int]]
) -> list[DurationChange]:
    """Lengths that differ, the largest difference first; ``differs`` says what that is."""
    known: defaultdict[_Key, list[int]] = defaultdict(list)
    for report in baseline:
        for call in report.initcalls:
            took = duration_us(call)
            if took is not None:
                known[_key(call)].append(took)
    timed = [
        (one, other, was, now)
        for one, other in pairs
        if (was := duration_us(before.initcalls[one])) is not None
        and (now := duration_us(after.initcalls[other])) is not None
    ]
    drift = drift_of((was, now) for _, _, was, now in timed)
    changes = [*_userspace(before, after, baseline)]
    for one, other, was, now in timed:
        call = before.initcalls[one]
        ranged = [took for key in _keys(call, after.initcalls[other]) for took in known[key]]
        low, high = min((was, *ranged)), max((was, *ranged))
        if differs(low, high, 1 + len(ranged), now, drift):
            changes.append(
                DurationChange(
                    function=call.function, before=seen(before.initcalls, one),
                    after=seen(after.initcalls, other), low_us=low, high_us=high,
                    boots=1 + len(ranged), after_us=now,
                )
            )  # fmt: skip
    return sorted(changes, key=lambda change: (-abs(change.change_us), change.function))


def differs(low: int, high: int, boots: int, now: int, drift: Drift) -> bool:
    """Whether ``now`` is no length that boots of ``low`` to ``high`` take, in µs.

    It is 5 ms away at least. Against one boot, and beyond the factor by which all lengths
    differ, the longer is twice the shorter, and four times the spread away. Against
    several it lies outside of all by a tenth, and by as much as they differ among themselves.
    """
    edge = high if now > high else low
    away = abs(now - edge)
    if low <= now <= high or away < FLOOR_US:
        return False
    if boots == 1:
        ratio = max(now, 1) / max(edge, 1)
        beyond = abs(log(ratio / drift.factor))
        same_way = (ratio > 1) == (ratio > drift.factor)
        return same_way and beyond >= max(log(ALONE), SIGMAS * log(drift.spread))
    return away >= SHARE * edge and away > high - low


def _key(call: Initcall) -> _Key:
    return call.function, call.module, call.occurrence


def _keys(one: Initcall, other: Initcall) -> set[_Key]:
    """A function may be built in here and a module there."""
    return {_key(one), _key(other)}


def _userspace(
    before: Report, after: Report, baseline: Sequence[Report]
) -> Iterator[DurationChange]:
    """The time until user space starts, by the same measure."""
    was, now = _reached(before), _reached(after)
    if was is None or now is None:
        return
    times = [was, *(time for report in baseline if (time := _reached(report)) is not None)]
    low, high = min(times), max(times)
    if differs(low, high, len(times), now, NO_DRIFT):
        yield DurationChange(
            function=USERSPACE, before=None, after=None, low_us=low, high_us=high,
            boots=len(times), after_us=now,
        )  # fmt: skip


def _reached(report: Report) -> int | None:
    return next((m.time_us for m in report.markers if m.marker == USERSPACE), None)
