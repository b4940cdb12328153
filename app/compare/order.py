"""The fewest moves that turn one order into the other.

What keeps its order is the longest sequence that both boots run alike (a longest
increasing subsequence, since no initcall is twice in either); all else moved. Where
several sequences are as long, what changed its level and what rules speak of is rather
taken for moved, then what a checksum of the name picks: which boot is called ``before``
never matters. O(n log n).
"""

from bisect import bisect_right
from collections.abc import Sequence
from typing import NamedTuple
from zlib import crc32

from app.compare.matching import seen
from app.compare.result import Move, Seen, levels_differ
from parsers import Initcall

MAIN_THREADS = ("0", "1", None)
"""The threads that run the built-in initcalls, one after the other."""
_NAME_BITS, _SUBJECT_BIT, _LEVEL_BIT, _COUNT_BIT = 0xFFFFFF, 1 << 48, 1 << 72, 1 << 96
"""What a kept initcall is worth: one more before all else, then level, subject, name."""


class Pair(NamedTuple):
    """One initcall in both boots."""

    function: str
    before: Seen
    after: Seen
    subject: bool
    parallel: bool

    @property
    def weight(self) -> int:
        """What it is worth to keep this one; alike from both sides."""
        name = crc32(f"{self.function} {self.before.occurrence + self.after.occurrence}".encode())
        return (
            _COUNT_BIT
            + (0 if levels_differ(self.before, self.after) else _LEVEL_BIT)
            + (0 if self.subject else _SUBJECT_BIT)
            + (name & _NAME_BITS)
        )


def pairs_of(
    before: Sequence[Initcall],
    after: Sequence[Initcall],
    matched: Sequence[tuple[int, int]],
    subjects: set[tuple[int, int]],
) -> list[Pair]:
    """Those of the matched initcalls whose place in the order both logs tell."""
    return [
        Pair(
            before[one].function, seen(before, one), seen(after, other), (one, other) in subjects,
            before[one].thread not in MAIN_THREADS and after[other].thread not in MAIN_THREADS,
        )
        for one, other in matched
        if not (_is_orphan(before[one]) or _is_orphan(after[other]))
    ]  # fmt: skip


def moves_of(pairs: Sequence[Pair]) -> list[Move]:
    """The moves, those across what rules speak of first.

    What both boots ran on threads of its own has an order of its own, apart from the
    built-in initcalls' sequence.
    """
    moves: list[Move] = []
    for parallel in (False, True):
        chosen = [pair for pair in pairs if pair.parallel == parallel]
        moves.extend(_moves(chosen, [pair for pair in pairs if pair.subject]))
    moves.sort(key=_rank)
    return moves


def kept_places(ranks: Sequence[int], weights: Sequence[int]) -> set[int]:
    """Places of the increasing subsequence of ``ranks`` (distinct) that weighs most."""
    first, last = 0, len(ranks)
    while first < last and ranks[first] == first:
        first += 1
    while last > first and ranks[last - 1] == last - 1:
        last -= 1
    kept = {*range(first), *range(last, len(ranks))}
    size = last - first
    best: list[tuple[int, int]] = [(0, -1)] * (size + 1)
    came_from: dict[int, int] = {}
    for place in range(first, last):
        rank = ranks[place] - first
        heaviest = (0, -1)
        spot = rank
        while spot > 0:
            if best[spot] > heaviest:
                heaviest = best[spot]
            spot -= spot & -spot
        came_from[place] = heaviest[1]
        mine = (heaviest[0] + weights[place], place)
        spot = rank + 1
        while spot <= size:
            if mine > best[spot]:
                best[spot] = mine
            spot += spot & -spot
    place = max(((0, -1), *best))[1]
    while place >= 0:
        kept.add(place)
        place = came_from[place]
    return kept


def _moves(pairs: Sequence[Pair], subjects: Sequence[Pair]) -> list[Move]:
    in_after = sorted(range(len(pairs)), key=lambda place: pairs[place].after.initcall)
    ranks = [0] * len(pairs)
    for rank, place in enumerate(in_after):
        ranks[place] = rank
    if ranks == [*range(len(ranks))]:
        return []
    kept = sorted(kept_places(ranks, [pair.weight for pair in pairs]))
    kept_ranks = [ranks[place] for place in kept]
    moved = sorted({*range(len(pairs))}.difference(kept))
    return [
        _move(pairs, place, (kept, bisect_right(kept, place)),
              bisect_right(kept_ranks, ranks[place]), subjects)
        for place in moved
    ]  # fmt: skip


def _move(
    pairs: Sequence[Pair],
    place: int,
    was: tuple[Sequence[int], int],
    now: int,
    subjects: Sequence[Pair],
) -> Move:
    """``was`` are the kept ones and how many ran before this one; ``now`` how many do now."""
    pair, (kept, then) = pairs[place], was
    across = {
        other.function
        for other in subjects
        if other is not pair and _sides_change(pair, other)
    }  # fmt: skip
    return Move(
        function=pair.function,
        before=pair.before,
        after=pair.after,
        follows_before=pairs[kept[then - 1]].function if then else None,
        follows_after=pairs[kept[now - 1]].function if now else None,
        passed=now - then,
        across=tuple(sorted(across)),
        subject=pair.subject,
        parallel=pair.parallel,
    )


def _sides_change(one: Pair, other: Pair) -> bool:
    earlier = one.before.initcall < other.before.initcall
    return earlier != (one.after.initcall < other.after.initcall)


def _is_orphan(call: Initcall) -> bool:
    return call.line_called is None and call.start_us is None


def _rank(move: Move) -> tuple[bool, bool, bool, bool, int, str, int]:
    return (
        move.parallel,
        not (move.subject and move.across),
        not (move.subject or move.across),
        not move.level_changed,
        -abs(move.passed),
        move.function,
        move.before.occurrence + move.after.occurrence,
    )
