"""The level of each initcall, and how we know it.

Best first: the build's symbols; a trace; functions whose level never varied
("known"); banners; the interval between known neighbours ("inferred"). Sources agree or
the contradiction is reported; nothing is guessed to be narrower than shown.
"""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from functools import cache
from itertools import pairwise
from os.path import dirname, join
from typing import Protocol, get_args

from parsers.events import Diagnostic, Level, LevelSource
from parsers.named import NamedTuple

LEVELS: tuple[Level, ...] = get_args(Level)
RANK: dict[str, int] = {level: rank for rank, level in enumerate(LEVELS)}
MACROS: dict[str, str] = {
    "con": "console_initcall", "early": "early_initcall",
    "0": "pure_initcall", "0s": "pure_initcall_sync", "1": "core_initcall",
    "1s": "core_initcall_sync", "2": "postcore_initcall", "2s": "postcore_initcall_sync",
    "3": "arch_initcall", "3s": "arch_initcall_sync", "4": "subsys_initcall",
    "4s": "subsys_initcall_sync", "5": "fs_initcall", "5s": "fs_initcall_sync",
    "rootfs": "rootfs_initcall", "6": "device_initcall", "6s": "device_initcall_sync",
    "7": "late_initcall", "7s": "late_initcall_sync", "module": "module_init (a module)",
}  # fmt: skip
BANNERS: dict[str, tuple[Level, Level]] = {
    "console": ("con", "con"), "early": ("early", "early"), "pure": ("0", "0s"),
    "core": ("1", "1s"), "postcore": ("2", "2s"), "arch": ("3", "3s"),
    "subsys": ("4", "4s"), "fs": ("5", "rootfs"), "device": ("6", "6s"), "late": ("7", "7s"),
}  # fmt: skip
_FIRST, _LAST = RANK["con"], RANK["7s"]
_SYMBOLS_MUST_NAME = 0.9
"""Share of the built-in calls that symbols must know to be taken for this build's."""


class Sequenced(Protocol):
    """What is asked of a call: what it is, where it ran, where the log has it."""

    @property
    def function(self) -> str: ...
    @property
    def module(self) -> str | None: ...
    @property
    def thread(self) -> str | None: ...
    @property
    def line(self) -> int: ...


class Placed(Protocol):
    """What a build's symbols tell of one initcall; None where they do not."""

    @property
    def level(self) -> Level | None: ...
    @property
    def link_order(self) -> int | None: ...


class Leveled(NamedTuple):
    """A call's level interval, its source, and its place in the link order."""

    levels: tuple[Level, Level] | None
    source: LevelSource
    link_order: int | None


class _Bounds(NamedTuple):
    """A level interval as ranks, and what it comes from."""

    low: int
    high: int
    source: LevelSource


_ANYWHERE = _Bounds(_FIRST, _LAST, "unknown")


@cache
def known_levels() -> dict[str, Level]:
    """Functions whose level is the same in Linux 6.1, 6.12 and 7.3.

    Packed from the kernel sources' initcall macros by scripts/pack_anchors.py,
    without those ever seen out of order in a real boot.
    """
    with open(join(dirname(__file__), "anchors.txt"), encoding="ascii") as file:
        lines = file.readlines()
    known: dict[str, Level] = {}
    for line in sorted(lines, key=len, reverse=True):  # most are of one level
        level, _, names = line.partition(" ")
        found: dict[str, Level] = dict.fromkeys(names.split(), level)  # type: ignore[arg-type]
        if known:
            known.update(found)
        else:
            known = found
    return known


def assign_levels(
    calls: Sequence[Sequenced],
    banners: Sequence[tuple[int, str]],
    userspace_line: int | None,
    symbols: Mapping[str, Sequence[Placed]] | None,
    traced: Mapping[int, str],
    named: Mapping[int, Level],
) -> tuple[list[Leveled], list[Diagnostic]]:
    """Levels for ``calls``, in their order.

    ``banners`` are (line, name); ``userspace_line`` is where user space began;
    ``symbols`` are the build's initcalls by function, each in running order; ``traced``
    are the levels that a trace names (as banners do), by index into ``calls``, ``named``
    those that symbols in the log itself name.
    """
    result = [_outside(call, userspace_line) for call in calls]
    builtin = [i for i, call in enumerate(calls) if is_builtin(call)]
    diagnostics: list[Diagnostic] = []
    for i in builtin:
        if i in named:
            result[i] = Leveled((named[i], named[i]), "system_map", None)
    if symbols is not None:
        found = _from_symbols([calls[i] for i in builtin], [named.get(i) for i in builtin], symbols)
        if isinstance(found, Diagnostic):
            diagnostics.append(found)
        else:
            for i, symbol in zip(builtin, found, strict=True):
                if symbol is not None and symbol.level is not None:
                    level = symbol.level
                    result[i] = Leveled((level, level), "system_map", symbol.link_order)
                elif symbol is not None:
                    result[i] = Leveled(None, "unknown", symbol.link_order)
    _from_order(calls, builtin, banners, traced, result, diagnostics)
    return result, diagnostics


def is_builtin(call: Sequenced) -> bool:
    """Whether a call is of the kernel's own sequence, which runs on its first threads."""
    return call.module is None and call.thread in ("0", "1", None)


def _outside(call: Sequenced, userspace_line: int | None) -> Leveled:
    """The level of what the built-in sequence does not hold: modules, or nothing."""
    late = userspace_line is not None and call.line > userspace_line
    if call.module is not None and late:
        return Leveled(("module", "module"), "known", None)
    return Leveled(None, "unknown", None)


def _from_symbols(
    calls: list[Sequenced], named: list[Level | None], table: Mapping[str, Sequence[Placed]]
) -> list[Placed | None] | Diagnostic:
    """Each call's symbol: the n-th call of a name is the n-th symbol of it."""
    used: dict[str, int] = {}
    found: list[Placed | None] = []
    for call in calls:
        symbols = table.get(call.function, ())
        turn = used.get(call.function, 0)
        used[call.function] = turn + 1
        found.append(symbols[turn] if turn < len(symbols) else None)
    known = sum(symbol is not None for symbol in found)
    other = sum(
        symbol is not None and level not in (None, symbol.level)
        for symbol, level in zip(found, named, strict=True)
    )
    backwards = sum(_precedes(later, earlier) for earlier, later in pairwise(filter(None, found)))
    allowed = len(calls) // 100
    if calls and (known < _SYMBOLS_MUST_NAME * len(calls) or backwards + other > allowed):
        return Diagnostic(
            code="symbols_mismatch",
            line=None,
            detail=f"The symbols are of another build: they name {known} of {len(calls)} built-in"
            f" initcalls and {backwards} ran against their order"
            + (f", {other} at another level" if other else "")
            + ". They were not used.",
        )
    return found


def _precedes(one: Placed, other: Placed) -> bool:
    """Whether symbols say that ``one`` runs before ``other``."""
    if one.link_order is not None and other.link_order is not None:
        return one.link_order < other.link_order
    if one.level is not None and other.level is not None:
        return RANK[one.level] < RANK[other.level]
    return False


def _from_order(
    calls: Sequence[Sequenced],
    builtin: list[int],
    banners: Sequence[tuple[int, str]],
    traced: Mapping[int, str],
    result: list[Leveled],
    diagnostics: list[Diagnostic],
) -> None:
    """Fill in what symbols left open, by trace, names, banners and neighbours."""
    banner_lines = [line for line, _ in banners]
    known = known_levels()
    bounds: list[_Bounds] = []
    own: list[_Bounds] = []
    anchors: list[int] = []
    for place, i in enumerate(builtin):
        call, exact = calls[i], result[i].levels
        bound = told = _by_banner(call, banners, banner_lines)
        rank = RANK[exact[0]] if exact else RANK.get(known.get(call.function, ""))
        if i in traced:
            first, last = BANNERS[traced[i]]
            bound = _Bounds(RANK[first], RANK[last], "trace")
            if not (_meet(bound, told) and (rank is None or bound.low <= rank <= bound.high)):
                diagnostics.append(_trace_contradiction(call, traced[i], exact is not None))
                bound = told if exact else bound
        if rank is not None and bound.source == "banner" and not bound.low <= rank <= bound.high:
            diagnostics.append(_banner_contradiction(call, bound, LEVELS[rank], exact is not None))
            bound = _Bounds(rank, rank, "system_map") if exact else bound
        bounds.append(bound)
        if rank is not None and bound.low <= rank <= bound.high:
            source: LevelSource = "trace" if bound.source == "trace" else "known"
            bound = _exactly(rank, "system_map" if exact else source)
            anchors.append(place)
        own.append(bound)
    for place in _out_of_order(anchors, [bound.low for bound in own]):
        own[place] = bounds[place]
        diagnostics.append(_contradiction(calls[builtin[place]]))
    lows, highs = [bound.low for bound in own], [bound.high for bound in own]
    _narrow(lows, highs)
    for place, i in enumerate(builtin):
        low, high = lows[place], highs[place]
        if low > high or (low == _FIRST and high == _LAST):
            result[i] = Leveled(None, "unknown", result[i].link_order)
            continue
        bound = own[place]
        source = bound.source if bound.low == low and bound.high == high else "inferred"
        result[i] = Leveled((LEVELS[low], LEVELS[high]), source, result[i].link_order)


def _by_banner(
    call: Sequenced, banners: Sequence[tuple[int, str]], banner_lines: list[int]
) -> _Bounds:
    """What thread and level banners alone say of a call."""
    if call.thread == "0":
        return _exactly(_FIRST, "banner")
    place = bisect_right(banner_lines, call.line) if banner_lines else 0
    if place == 0:
        return _ANYWHERE
    low, high = BANNERS[banners[place - 1][1]]
    return _Bounds(RANK[low], RANK[high], "banner")


@cache
def _exactly(rank: int, source: LevelSource) -> _Bounds:
    return _Bounds(rank, rank, source)


def _meet(one: _Bounds, other: _Bounds) -> bool:
    return one.low <= other.high and other.low <= one.high


def _out_of_order(anchors: list[int], ranks: list[int]) -> list[int]:
    """The anchors outside the longest non-decreasing run of levels."""
    tails: list[int] = []
    tail_ranks: list[int] = []
    before: dict[int, int | None] = {}
    for place in anchors:
        spot = bisect_right(tail_ranks, ranks[place])
        before[place] = tails[spot - 1] if spot else None
        if spot == len(tails):
            tails.append(place)
            tail_ranks.append(ranks[place])
        else:
            tails[spot] = place
            tail_ranks[spot] = ranks[place]
    kept: set[int] = set()
    place_or_none = tails[-1] if tails else None
    while place_or_none is not None:
        kept.add(place_or_none)
        place_or_none = before[place_or_none]
    return [place for place in anchors if place not in kept]


def _narrow(lows: list[int], highs: list[int]) -> None:
    """Levels never fall along the sequence: carry the bounds both ways."""
    low = _FIRST
    for place in range(len(lows)):
        low = max(low, lows[place])
        lows[place] = low
    high = _LAST
    for place in reversed(range(len(highs))):
        high = min(high, highs[place])
        highs[place] = high


def _contradiction(call: Sequenced) -> Diagnostic:
    return Diagnostic(
        code="anchor_out_of_order",
        line=call.line,
        detail=f"{call.function} did not run at its known level"
        f" ({known_levels().get(call.function, 'symbols')}); its neighbours tell it instead.",
    )


def _banner_contradiction(
    call: Sequenced, banner: _Bounds, level: str, symbols: bool
) -> Diagnostic:
    source, counts = (
        ("the symbols", "the symbols count") if symbols else ("what is known", "the banner counts")
    )
    return Diagnostic(
        code="banner_contradiction",
        line=call.line,
        detail=f"{call.function} ran under the banner of levels {LEVELS[banner.low]} to"
        f" {LEVELS[banner.high]}, against {source} ({level}); {counts}.",
    )


def _trace_contradiction(call: Sequenced, level: str, symbols: bool) -> Diagnostic:
    other, counts = (
        ("the symbols", "the symbols count")
        if symbols
        else (
            f"what else is known ({known_levels().get(call.function, 'level banners')})",
            "the trace counts",
        )
    )
    return Diagnostic(
        code="trace_contradiction",
        line=call.line,
        detail=f"The trace has {call.function} at level {level}, against {other}; {counts}.",
    )
