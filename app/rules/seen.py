"""What was seen of a thing that rules speak of, and how the levels of two compare."""

from parsers import RANK, Level, LevelSource
from parsers.named import NamedTuple

Interval = tuple[Level, Level]


class Seen(NamedTuple):
    """One thing the log shows, at one line.

    ``levels`` is None where its level is not known at all. ``span`` are the lines
    of the call it is the end of, or its own line twice. ``initcall`` indexes
    ``Boot.initcalls``, for what is an initcall's edge; ``inside`` for what ran in one.
    """

    name: str
    line: int
    time_us: int | None
    levels: tuple[Level, Level] | None
    level_source: LevelSource
    thread: str | None
    span: tuple[int, int]
    initcall: int | None
    inside: int | None
    end: bool

    @property
    def level_text(self) -> str:
        """The level as people write it: ``6``, ``5..rootfs``, ``unknown``."""
        if self.levels is None:
            return "unknown"
        low, high = self.levels
        return low if low == high else f"{low}..{high}"


def within(levels: Interval | None, wanted: frozenset[int]) -> bool | None:
    """Whether a level interval lies in ``wanted`` (ranks): surely, never, or (None) possibly."""
    if levels is None:
        return None
    possible = frozenset(range(RANK[levels[0]], RANK[levels[1]] + 1))
    if possible <= wanted:
        return True
    return None if possible & wanted else False


def surely_before(earlier: Seen, later: Seen) -> bool:
    """Whether every pair of levels in the two intervals is in this order."""
    if earlier.levels is None or later.levels is None:
        return False
    return RANK[earlier.levels[1]] < RANK[later.levels[0]]


def maybe_same_level(one: Seen, other: Seen) -> bool:
    """Whether the intervals share a level, so that link order may decide."""
    if one.levels is None or other.levels is None:
        return False
    return (
        RANK[one.levels[0]] <= RANK[other.levels[1]]
        and RANK[other.levels[0]] <= RANK[one.levels[1]]
    )
