"""The level of each initcall, and how we know it.

Best first: the build's symbols; functions whose level never varied ("known");
banners; the interval between known neighbours ("inferred"). Sources agree or
the contradiction is reported; nothing is guessed to be narrower than shown.
"""

import gzip
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import NamedTuple, Protocol, get_args

from parsers.events import Diagnostic, Level, LevelSource

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
    """What a build's symbols tell of one initcall."""

    @property
    def level(self) -> Level: ...
    @property
    def link_order(self) -> int: ...


class Leveled(NamedTuple):
    """A call's level interval, its source, and its place in the link order."""

    levels: tuple[Level, Level] | None
    source: LevelSource
    link_order: int | None


@cache
def known_levels() -> dict[str, Level]:
    """Functions whose level is the same in Linux 6.1, 6.12 and 7.3.

    Packed from the kernel sources' initcall macros by scripts/pack_anchors.py,
    without those ever seen out of order in a real boot.
    """
    packed = files("parsers").joinpath("anchors.txt.gz").read_bytes()
    known: dict[str, Level] = {}
    for line in gzip.decompress(packed).decode("ascii").splitlines():
        level, _, names = line.partition(" ")
        known.update(dict.fromkeys(names.split(), level))  # type: ignore[arg-type]
    return known


def assign_levels(
    calls: Sequence[Sequenced],
    banners: Sequence[tuple[int, str]],
    userspace_line: int | None,
    symbols: Mapping[str, Sequence[Placed]] | None,
) -> tuple[list[Leveled], list[Diagnostic]]:
    """Levels for ``calls``, in their order.

    ``banners`` are (line, name); ``userspace_line`` is where user space began;
    ``symbols`` are the build's initcalls by function, each in link order.
    """
    result = [_outside(call, userspace_line) for call in calls]
    builtin = [i for i, call in enumerate(calls) if _is_builtin(call)]
    diagnostics: list[Diagnostic] = []
    if symbols is not None:
        found = _from_symbols([calls[i] for i in builtin], symbols)
        if isinstance(found, Diagnostic):
            diagnostics.append(found)
        else:
            for i, symbol in zip(builtin, found, strict=True):
                if symbol is not None:
                    level = symbol.level
                    result[i] = Leveled((level, level), "system_map", symbol.link_order)
    _from_order(calls, builtin, banners, result, diagnostics)
    return result, diagnostics


def _is_builtin(call: Sequenced) -> bool:
    return call.module is None and call.thread in ("0", "1", None)


def _outside(call: Sequenced, userspace_line: int | None) -> Leveled:
    """The level of what the built-in sequence does not hold: modules, or nothing."""
    late = userspace_line is not None and call.line > userspace_line
    if call.module is not None and late:
        return Leveled(("module", "module"), "known", None)
    return Leveled(None, "unknown", None)


def _from_symbols(
    calls: list[Sequenced], table: Mapping[str, Sequence[Placed]]
) -> list[Placed | None] | Diagnostic:
    """Each call's symbol: the n-th call of a name is the n-th symbol of it."""
    used: dict[str, int] = {}
    found: list[Placed | None] = []
    for call in calls:
        symbols = table.get(call.function, ())
        turn = used.get(call.function, 0)
        used[call.function] = turn + 1
        found.append(symbols[turn] if turn < len(symbols) else None)
    named = sum(symbol is not None for symbol in found)
    order = [symbol.link_order for symbol in found if symbol is not None]
    backwards = sum(later < earlier for earlier, later in pairwise(order))
    if calls and (named < _SYMBOLS_MUST_NAME * len(calls) or backwards > len(calls) // 100):
        return Diagnostic(
            code="symbols_mismatch",
            line=None,
            detail=f"The symbols are of another build: they name {named} of {len(calls)} built-in"
            f" initcalls and {backwards} ran against their order. They were not used.",
        )
    return found


def _from_order(
    calls: Sequence[Sequenced],
    builtin: list[int],
    banners: Sequence[tuple[int, str]],
    result: list[Leveled],
    diagnostics: list[Diagnostic],
) -> None:
    """Fill in what symbols left open, by names, banners and neighbours."""
    lows: list[int] = []
    highs: list[int] = []
    sources: list[LevelSource] = []
    banner_lines = [line for line, _ in banners]
    known = known_levels()
    anchors: list[int] = []
    for place, i in enumerate(builtin):
        low, high = _by_banner(calls[i], banners, banner_lines)
        source: LevelSource = "unknown" if (low, high) == (_FIRST, _LAST) else "banner"
        exact = result[i].levels
        rank = RANK[exact[0]] if exact else RANK.get(known.get(calls[i].function, ""))
        if rank is not None and low <= rank <= high:
            low = high = rank
            source = "system_map" if exact else "known"
            anchors.append(place)
        lows.append(low)
        highs.append(high)
        sources.append(source)
    for place in _out_of_order(anchors, lows):
        call = calls[builtin[place]]
        sources[place] = "unknown"
        lows[place], highs[place] = _by_banner(call, banners, banner_lines)
        diagnostics.append(_contradiction(call))
    _narrow(lows, highs)
    for place, i in enumerate(builtin):
        low, high = lows[place], highs[place]
        source = sources[place]
        if (low, high) == (_FIRST, _LAST) or low > high:
            result[i] = Leveled(None, "unknown", None)
            continue
        if source in ("unknown", "banner") and (low, high) != _by_banner(
            calls[i], banners, banner_lines
        ):
            source = "inferred"
        result[i] = Leveled((LEVELS[low], LEVELS[high]), source, result[i].link_order)


def _by_banner(
    call: Sequenced, banners: Sequence[tuple[int, str]], banner_lines: list[int]
) -> tuple[int, int]:
    """What thread and level banners alone say of a call, as ranks."""
    if call.thread == "0":
        return _FIRST, _FIRST
    place = bisect_right(banner_lines, call.line)
    if place == 0:
        return _FIRST, _LAST
    low, high = BANNERS[banners[place - 1][1]]
    return RANK[low], RANK[high]


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
