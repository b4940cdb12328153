"""How long initcalls took over the boots, with the spread.

Lists of boots here are oldest first; results are newest first.
"""

from collections.abc import Sequence
from statistics import median_low

from app.history.digest import Digest
from app.history.result import Durations, Show, Trend

SHOWN = 8
"""Initcalls that are shown where none is asked for."""
RECENT = 5
"""At most so many newest boots are set against those before."""
Column = list[int | None]


def durations_of(
    digests: Sequence[Digest], asked: Sequence[str], show: Show = "slowest"
) -> Durations:
    """Trends of the initcalls ``asked`` for, as ``function`` or as digests name them."""
    columns: dict[str, Column] = {}
    count = len(digests)
    for place, digest in enumerate(digests):
        for name, took in zip(digest.calls, digest.took_us, strict=True):
            if took is not None:
                column = columns.get(name)
                if column is None:
                    column = columns[name] = [None] * count
                column[place] = took
    known = sum(1 for digest in digests if any(took is not None for took in digest.took_us))
    names = _asked(columns, asked) if asked else _chosen(columns, known, show)
    return Durations(
        show=None if asked else show,
        known=known,
        cut=sum(1 for digest in digests if digest.left_out),
        trends=tuple(_trend(name, columns.get(name) or [None] * count) for name in names),
    )


def _asked(columns: dict[str, Column], asked: Sequence[str]) -> list[str]:
    """What is not in these boots is told, too: with no value."""
    names: dict[str, None] = {}
    for one in asked:
        same = [
            name for name in columns
            if name == one or name.startswith((f"{one} [", f"{one} ("))
        ]  # fmt: skip
        names |= dict.fromkeys(sorted(same) or [one])
    return [*names]


def _chosen(columns: dict[str, Column], known: int, show: Show) -> list[str]:
    """Of the initcalls of at least half of the boots: one that ran once has no trend."""
    ranked = []
    for name, column in columns.items():
        values = _values(column)
        if 2 * len(values) >= known:
            weight = median_low(values) if show == "slowest" else abs(_outside(values) or 0)
            if weight or show == "slowest":
                ranked.append((-weight, name))
    return [name for _, name in sorted(ranked)[:SHOWN]]


def _outside(values: Sequence[int]) -> int | None:
    """How far the newest are, in the median, outside of what half of those before took."""
    recent = _recent(len(values))
    if not recent:
        return None
    before, now = sorted(values[:-recent]), median_low(values[-recent:])
    low, high = _quantile(before, 1), _quantile(before, 3)
    return now - high if now > high else min(now - low, 0)


def _recent(count: int) -> int:
    """How many of the boots are the newest: a quarter, at least one; none of one."""
    return min(max(count // 4, 1), RECENT) if count > 1 else 0


def _trend(name: str, column: Column) -> Trend:
    values = _values(column)
    recent = _recent(len(values))
    ordered = sorted(values)
    change = median_low(values[-recent:]) - median_low(values[:-recent]) if recent else None
    return Trend(
        initcall=name,
        boots=len(values),
        median_us=_quantile(ordered, 2) if values else None,
        low_us=ordered[0] if values else None,
        quartile1_us=_quantile(ordered, 1) if values else None,
        quartile3_us=_quantile(ordered, 3) if values else None,
        high_us=ordered[-1] if values else None,
        recent=recent,
        change_us=change,
        outside_us=_outside(values),
        took_us=tuple(reversed(column)),
    )


def _values(column: Column) -> list[int]:
    return [value for value in column if value is not None]


def _quantile(ordered: Sequence[int], quarter: int) -> int:
    """A quartile that is one of the values: the one at that place, rounded down."""
    return ordered[(len(ordered) - 1) * quarter // 4]
