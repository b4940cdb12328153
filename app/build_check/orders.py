"""Orders, sequences and levels, judged by where the build has their subjects."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise, product
from typing import Literal, NamedTuple

from app.build_check.placing import Build, Located, Option, Role, locate
from app.build_check.result import BuildBasis, Place
from app.rules.finding import Guarantee, Outcome
from app.rules.kinds.basis import STRENGTH
from app.rules.kinds.level import LevelCheck
from app.rules.kinds.order import OrderCheck
from app.rules.kinds.sequence import SequenceCheck
from app.rules.wording import listed
from parsers import LEVELS, RANK, Symbol

How = Literal["before", "after", "open"]
_CUT = (
    "these symbols do not tell whether {name} comes from {function}() or from a probe that"
    " may be put off: give the whole System.map"
)
_DEFERS = (
    "{name} comes from a probe, at {function}() or later: deferral decides, so it needs a boot"
)


@dataclass(frozen=True, slots=True)
class Answer:
    """What symbols say of a check."""

    outcome: Outcome
    message: str
    basis: BuildBasis | None = None
    places: tuple[Place, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The subjects that its signature is made of."""
        return tuple(place.name for place in self.places)


class _Pair(NamedTuple):
    """How two initcalls lie to each other; ``why`` where that is open."""

    how: How
    basis: BuildBasis | None
    first: Place
    then: Place
    why: str = ""


def judge_order(check: OrderCheck, build: Build) -> Answer:
    """``first`` before ``then``: by level, by link order, or not."""
    first, then = locate(check.first, build), locate(check.then, build)
    missing = _missing([first, then])
    if missing is not None:
        return missing
    return _told(_compare(first, then), check.guarantee, _candidates(first, then))


def judge_sequence(check: SequenceCheck, build: Build) -> Answer:
    """Each step before the next: what breaks it first, else its weakest pair."""
    steps = [locate(selectors, build) for selectors in check.steps]
    placed = [step for step in steps if step.options]
    pairs = [(_compare(one, other), _candidates(one, other)) for one, other in pairwise(placed)]
    broken = next((pair for pair in pairs if pair[0].how == "after"), None)
    if broken is not None:
        return _told(broken[0], check.guarantee, broken[1])
    missing = _missing([step for step in steps if not step.optional])
    if missing is not None:
        return missing
    if not pairs:
        return Answer("inconclusive", "Fewer than two of its steps are in this build.")
    pair, candidates = min(pairs, key=lambda found: _strength(found[0]))
    return _told(pair, check.guarantee, candidates)


def judge_level(check: LevelCheck, build: Build) -> Answer:
    """Everything named is at the levels asked for."""
    found = locate(check.of, build)
    missing = _missing([found])
    if missing is not None:
        return missing
    low = RANK[check.min] if check.min is not None else 0
    high = RANK[check.max] if check.max is not None else len(LEVELS) - 1
    wanted = check.at if check.at is not None else LEVELS[low : high + 1]
    options = [(all(s.level in wanted for s in option.symbols), option) for option in found.options]
    places = tuple(_place("subject", o, symbol) for _, o in options for symbol in o.symbols)
    shown = listed([f"{place.function}() at level {place.level}" for place in places])
    unknown = any(place.level is None for place in places)
    moved = next((place for place in places if place.or_later), None)
    if unknown or moved or len({right for right, _ in options}) > 1:
        why = _later(moved, found.options) if moved else f"it may be {shown}"
        return Answer("inconclusive", f"The level is open: {why}.", None, places)
    right = options[0][0]
    verb = "is as asked for" if right else "is not as asked for"
    return Answer("pass" if right else "fail", f"This {verb}: {shown}.", "level", places)


def _missing(found: Sequence[Located]) -> Answer | None:
    """The answer where a subject has no place in the build."""
    for one in found:
        if not one.options and one.boot:
            return Answer("not_applicable", f"Needs a boot. {one.why}.")
    missing = [one.why for one in found if not one.options]
    places = tuple(place for one in found for place in _places(one, "subject"))
    return Answer("inconclusive", f"{'; '.join(missing)}.", None, places) if missing else None


def _places(found: Located, role: Role) -> tuple[Place, ...]:
    return tuple(_place(role, option, s) for option in found.options for s in option.symbols)


def _candidates(first: Located, then: Located) -> tuple[Place, ...]:
    return (*_places(first, "first"), *_places(then, "then"))


def _compare(first: Located, then: Located) -> _Pair:
    """One answer where every candidate gives the same; else it is open."""
    pairs = [_group(one, other) for one, other in product(first.options, then.options)]
    if len({(pair.how, pair.basis) for pair in pairs}) == 1:
        pair = pairs[0]
        if pair.how != "open" or len(pairs) == 1:
            return pair
    several = [found for found in (first, then) if len(found.options) > 1]
    why = "; ".join(f"{found.label} may be {_either(found)}" for found in several)
    reasons = dict.fromkeys(pair.why for pair in pairs if pair.why)
    return pairs[0]._replace(how="open", basis=None, why="; ".join([*reasons, why]))


def _either(found: Located) -> str:
    return " or ".join(
        f"{symbol.function}() (level {symbol.level or 'unknown'})"
        for option in found.options
        for symbol in option.symbols
    )


def _group(first: Option, then: Option) -> _Pair:
    """Every initcall of ``first`` against every one of ``then``: the worst pair counts."""
    pairs = [_pair(first, one, then, other) for one, other in product(first.symbols, then.symbols)]
    return min(pairs, key=_strength)


def _strength(pair: _Pair) -> int:
    if pair.how != "before":
        return {"after": -2, "open": -1}[pair.how]
    return STRENGTH[pair.basis]


def _pair(first: Option, one: Symbol, then: Option, other: Symbol) -> _Pair:
    places = _place("first", first, one), _place("then", then, other)
    how, basis, why = _run(one, other)
    late = first if how == "before" and first.design != "initcall" else None
    if then.design != "initcall" and (how, basis) != ("before", "level"):
        late = then
    if late is not None and how != "open":
        place = places[0] if late is first else places[1]
        return _Pair("open", None, *places, _later(place, (late,)))
    return _Pair(how, basis, *places, why)


def _run(one: Symbol, other: Symbol) -> tuple[How, BuildBasis | None, str]:
    """How two initcalls run, as the table has them."""
    if one is other:
        return "open", None, f"both happen in {one.function}(), which a boot can tell apart"
    if one.level is not None and other.level is not None and one.level != other.level:
        return ("before" if RANK[one.level] < RANK[other.level] else "after"), "level", ""
    if one.link_order is None or other.link_order is None:
        return "open", None, "these symbols have no order inside a level"
    return ("before" if one.link_order < other.link_order else "after"), "link_order", ""


def _later(place: Place, options: Sequence[Option]) -> str:
    """Why a marker's own initcall does not settle when it comes."""
    cut = any(option.design == "unknown" for option in options)
    return (_CUT if cut else _DEFERS).format(name=place.name, function=place.function)


def _place(role: Role, option: Option, symbol: Symbol) -> Place:
    return Place(
        role=role,
        name=option.name,
        function=symbol.function,
        module=symbol.module,
        level=symbol.level,
        link_order=symbol.link_order,
        or_later=option.design != "initcall",
    )


def _told(pair: _Pair, guarantee: Guarantee, candidates: tuple[Place, ...]) -> Answer:
    """A comparison as an answer in words."""
    if pair.how == "open":
        return Answer("inconclusive", f"The order is open: {pair.why}.", None, candidates)
    places = (pair.first, pair.then)
    earlier, later = places if pair.how == "before" else places[::-1]
    because = _by_level(earlier, later) if pair.basis == "level" else _by_link_order(earlier, later)
    message = f"{_shown(earlier)} runs before {_shown(later)}. {because}"
    if pair.how == "after":
        return Answer("fail", message, pair.basis, places)
    enough = STRENGTH[pair.basis] >= STRENGTH[guarantee]
    return Answer("pass" if enough else "fragile", message, pair.basis, places)


def _shown(place: Place) -> str:
    name = f"{place.function}()" + (f" of {place.module}" if place.module else "")
    if place.name == place.function:
        return name
    return f"{place.name} (in {name})"


def _by_level(earlier: Place, later: Place) -> str:
    numbers = "" if None in (earlier.link_order, later.link_order) else _numbers(earlier, later)
    levels = f"level {earlier.level} comes before level {later.level}"
    return f"By level: {levels}{numbers}, on every boot of this build."


def _by_link_order(earlier: Place, later: Place) -> str:
    numbers = _numbers(earlier, later)
    if earlier.level is None or later.level is None:
        return f"By their order in the table{numbers}: these symbols name no level."
    return f"By link order alone{numbers}: both are at level {earlier.level}; nobody promises it."


def _numbers(earlier: Place, later: Place) -> str:
    return f" (places {earlier.link_order} and {later.link_order} of the build)"
