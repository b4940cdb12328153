"""Where a build has what a selector names."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from app.rules.globs import matcher
from app.rules.kinds import MarkerMeaning
from app.rules.selectors import Selector, labels
from parsers import RANK, Symbol, SymbolTable

Role = Literal["first", "then", "subject"]
Design = Literal["initcall", "probe", "unknown"]


@dataclass(frozen=True, slots=True)
class Build:
    """The initcalls of a build, and which of the functions that were asked for it has."""

    table: SymbolTable
    functions: frozenset[str]
    meanings: Mapping[str, MarkerMeaning]


@dataclass(frozen=True, slots=True)
class Option:
    """Initcalls that a selector stands for, all of them.

    ``design`` tells whether what it names happens in that initcall, or in a probe that
    may come later.
    """

    name: str
    symbols: tuple[Symbol, ...]
    design: Design = "initcall"


@dataclass(frozen=True, slots=True)
class Located:
    """What selectors stand for in a build: one option, or several where it is open.

    Without any, ``why`` tells what is missing, and ``boot`` whether a boot would show it.
    """

    label: str
    options: tuple[Option, ...] = ()
    why: str = ""
    boot: bool = False
    optional: bool = False


def locate(selectors: Sequence[Selector], build: Build) -> Located:
    """The first alternative that the build has. One that only a boot can show ends the search."""
    label = labels(tuple(selectors))
    for selector in selectors:
        if selector.initcall is not None:
            options = _initcalls(selector, build)
        elif selector.marker is not None and (found := _marked(selector, build)) is not None:
            options = found
        else:
            return Located(label, why=f"{selector.label}: only a boot shows it", boot=True)
        if options:
            return Located(label, options)
    missing = "it may be a module, or not configured"
    return Located(
        label,
        why=f"{label} is not among the built-in initcalls: {missing}",
        optional=all(selector.optional for selector in selectors),
    )


def _initcalls(selector: Selector, build: Build) -> tuple[Option, ...]:
    fits, module = matcher(selector.initcall or ()), matcher((selector.module or "*",))
    found = [
        symbol
        for function, symbols in build.table.by_function.items()
        if fits(function)
        for symbol in symbols
        if module(symbol.module)
        and (selector.level is None or symbol.level in (None, *selector.level))
    ]
    if not found:
        return ()
    if selector.level is not None and any(symbol.level is None for symbol in found):
        return tuple(Option(symbol.function, (symbol,)) for symbol in found)
    if selector.pick == "all":
        return (Option(selector.label, tuple(found)),)
    if len(found) > 1 and any(symbol.link_order is None for symbol in found):
        return tuple(Option(symbol.function, (symbol,)) for symbol in found)
    found.sort(key=_running_order)
    chosen = found[0] if selector.pick == "first" else found[-1]
    return (Option(chosen.function, (chosen,)),)


def _running_order(symbol: Symbol) -> int:
    return symbol.link_order or 0


def _marked(selector: Selector, build: Build) -> tuple[Option, ...] | None:
    """The initcalls that a marker comes from; None where the pack names none for it."""
    fits = matcher(selector.marker or ())
    options: list[Option] = []
    known = False
    for name, meaning in build.meanings.items():
        if not fits(name) or not meaning.initcalls:
            continue
        known = True
        prints = matcher(meaning.initcalls)
        design = _design(meaning, build)
        options.extend(
            Option(name, (symbol,), design)
            for function, symbols in build.table.by_function.items()
            if prints(function)
            for symbol in symbols
            if selector.level is None or symbol.level in (None, *selector.level)
        )
    return tuple(sorted(options, key=_level_of)) if known else None


def _level_of(option: Option) -> tuple[int, int]:
    (symbol,) = option.symbols
    rank = RANK[symbol.level] if symbol.level is not None else -1
    return rank, _running_order(symbol)


def _design(meaning: MarkerMeaning, build: Build) -> Design:
    """Whether a marker comes from its initcall or from its probe.

    Symbols that list functions at all list the initcall's own: where that is missing too,
    the table was cut out of them, and nothing follows from what they lack.
    """
    if meaning.probe is None:
        return "initcall"
    if build.functions.intersection(meaning.probed_by):
        return "probe"
    listed = build.functions.intersection(meaning.initcalls)
    return "initcall" if listed and meaning.probed_by else "unknown"
