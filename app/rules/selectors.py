"""What a rule points at: initcalls, probes, markers, messages."""

from collections.abc import Iterator
from typing import Annotated, Any, Literal, TypeVar

from app.rules.facts import Facts, Seen, within
from app.rules.globs import is_glob
from app.rules.hints import Before, Limits, TextLimits
from app.rules.lack import NO_DEBUG, Lack, lacks_of
from app.rules.markers import FROM_DEBUG
from app.rules.steps import HIT
from parsers import RANK, Level
from parsers.record import record, replace

KINDS = ("initcall", "probe", "marker", "message")


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, str | dict) else value


def _levels(value: Any) -> Any:
    """YAML reads ``6`` as a number."""
    if isinstance(value, list):
        return [_levels(item) for item in value]
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def listed_levels(value: Any) -> Any:
    """One level or several, numbers or words."""
    found = _levels(value)
    return found if isinstance(found, list) else [found]


Glob = Annotated[str, TextLimits(min_length=1, max_length=200)]
Names = Annotated[
    tuple[Glob, ...],
    Before(_listed, str | list[str]),
    Limits(min_length=1, max_length=50),
]
"""One name or a list of them; ``*``, ``?`` and ``[...]`` are globs."""
OneLevel = Annotated[Level, Before(_levels, Level | int)]
Levels = Annotated[
    tuple[Level, ...],
    Before(listed_levels, Level | int | list[Level | int]),
    Limits(min_length=1, max_length=20),
]


Hit = TypeVar("Hit", Seen, int)


class _Unsaid(str):
    """A default that differs from the same word written down."""

    __slots__ = ()

    @classmethod
    def __get_pydantic_core_schema__(cls, _: Any, handler: Any) -> Any:
        return handler(str)


_START: Any = _Unsaid("start")


@record
class Selector:
    """One of ``initcall``, ``probe``, ``marker``, ``message``, and which of its hits.

    Names are globs; ``message`` is one over the text of a line without its stamp.
    ``edge`` is the start (the default) or the end of an initcall; a probe has an end
    only. ``module`` and ``driver`` narrow initcalls and probes, ``level`` keeps what
    is known to be at one of these levels. ``pick`` is the first hit (the default),
    the last or all of them. What is ``optional`` is no loss where the log lacks it.
    """

    initcall: Names | None = None
    probe: Names | None = None
    marker: Names | None = None
    message: Names | None = None
    driver: Glob | None = None
    module: Glob | None = None
    level: Levels | None = None
    edge: Literal["start", "end"] = _START
    pick: Literal["first", "last", "all"] = "first"
    optional: bool = False

    def __post_init__(self) -> None:
        named = [kind for kind in KINDS if getattr(self, kind) is not None]
        if len(named) != 1:
            raise ValueError(f"a selector names exactly one of {', '.join(KINDS)}")
        if self.module is not None and self.initcall is None:
            raise ValueError("'module' goes with 'initcall'")
        if self.driver is not None and self.probe is None:
            raise ValueError("'driver' goes with 'probe'")
        if not isinstance(self.edge, _Unsaid) and self.initcall is None:
            raise ValueError("'edge' goes with 'initcall': all else is one line")

    @property
    def label(self) -> str:
        """What the rule calls it, for sentences about something the log lacks."""
        names = self.initcall or self.probe or self.marker or self.message or ()
        return " or ".join(names)

    def at(self, edge: Literal["start", "end"]) -> "Selector":
        """The same, at ``edge`` unless it says itself which it means."""
        if self.initcall is None or not isinstance(self.edge, _Unsaid):
            return self
        return replace(self, edge=edge)

    def find(self, facts: Facts) -> list[Seen]:
        """The hits, in the order of lines, after ``pick``.

        Of initcalls the calls are picked: where the wanted line of one of them is lost,
        there is none.
        """
        if self.initcall is None:
            return self._pick(self.find_all(facts))
        edges = [facts.initcall(i, end=self.edge == "end") for i in self.picked(facts)]
        hits = [seen for seen in edges if seen is not None]
        return sorted(hits, key=_line) if len(hits) == len(edges) else []

    def each(self, facts: Facts) -> list[Seen]:
        """The hits after ``pick``, an initcall by its first line, whichever that is."""
        if self.initcall is None:
            return self._pick(self.find_all(facts))
        return [facts.initcall(i, end=False) or facts.last_edge(i) for i in self.picked(facts)]

    def picked(self, facts: Facts) -> list[int]:
        """The initcalls named, as indices, after ``pick``."""
        return self._pick(self.indices(facts))

    def _pick(self, hits: list[Hit]) -> list[Hit]:
        if self.pick == "all" or not hits:
            return hits
        return [hits[0] if self.pick == "first" else hits[-1]]

    def find_all(self, facts: Facts) -> list[Seen]:
        """Every hit, whatever ``pick`` says, in the order of lines."""
        hits = sorted(self._hits(facts), key=_line)
        if self.level is None:
            return hits
        return [seen for seen in hits if self._at_level(seen.levels) is True]

    def indices(self, facts: Facts) -> list[int]:
        """The initcalls named, as indices, whether or not their edge is in the log."""
        found = self._named(facts)
        if self.level is None:
            return found
        calls = facts.boot.initcalls
        return [i for i in found if self._at_level(calls[i].levels) is True]

    def doubtful(self, facts: Facts) -> int:
        """How many hits were passed over although they may be at ``level``."""
        if self.level is None:
            return 0
        return sum(self._at_level(seen.levels) is None for seen in self._hits(facts))

    def lacks(self, facts: Facts) -> list[Lack]:
        """Why this may have happened although the log does not show it; empty: it did not.

        What a log shows of itself (``log.*``) needs nothing.
        """
        if self.marker is not None and all(name.startswith("log.") for name in self.marker):
            return []
        lacks = lacks_of(facts.boot)
        debug = self.initcall is not None or self.probe is not None
        if self.marker is not None and FROM_DEBUG.issuperset(self.marker):
            debug = True
        if debug and not facts.boot.coverage.initcall_debug:
            lacks.append(NO_DEBUG)
        return lacks

    def _at_level(self, levels: tuple[Level, Level] | None) -> bool | None:
        """Whether an interval lies in ``level``; None where it only may."""
        return within(levels, frozenset(RANK[level] for level in self.level or ()))

    def _named(self, facts: Facts) -> list[int]:
        if self.initcall is None:
            return []
        if any(map(is_glob, self.initcall)):
            named = facts.fitting_functions(self.initcall)
        else:
            named = [name for name in dict.fromkeys(self.initcall) if name in facts.functions]
        found = [index for function in named for index in facts.functions[function]]
        facts.steps.spend(len(found) * HIT)
        if self.module is not None:
            fits, calls = facts.steps.matcher((self.module,)), facts.boot.initcalls
            found = [i for i in found if fits(calls[i].module or "")]
        return sorted(found)

    def _hits(self, facts: Facts) -> Iterator[Seen]:
        if self.initcall is not None:
            for index in self._named(facts):
                seen = facts.initcall(index, end=self.edge == "end")
                if seen is not None:
                    yield seen
        elif self.marker is not None:
            for name in _fitting(self.marker, facts):
                for marker in facts.markers[name]:
                    yield facts.marker(marker)
        elif self.probe is not None:
            matcher = facts.steps.matcher
            fits, driven = matcher(self.probe), matcher((self.driver or "*",))
            for probe in facts.boot.probes:
                if fits(probe.device) and driven(probe.driver or ""):
                    yield facts.probe(probe)
        else:
            name = self.label.strip("* ")
            for place in facts.fitting_messages(self.message or ()):
                yield facts.message(place, name)


def of_marker(name: str) -> Selector:
    """The selector of a marker."""
    return Selector(marker=(name,))


def _line(seen: Seen) -> int:
    return seen.line


def _fitting(names: tuple[str, ...], facts: Facts) -> list[str]:
    """The markers seen that fit ``names``."""
    if any(map(is_glob, names)):
        return [*filter(facts.steps.matcher(names), facts.markers)]
    return [name for name in dict.fromkeys(names) if name in facts.markers]


Alternatives = Annotated[
    tuple[Selector, ...],
    Before(_listed, Selector | list[Selector]),
    Limits(min_length=1, max_length=10),
]
"""One selector, or several of which the first that the log has is taken."""


Selectors = Annotated[
    tuple[Selector, ...],
    Before(_listed, Selector | list[Selector]),
    Limits(max_length=20),
]
"""Any number of selectors, all of which are asked."""


def first_found(alternatives: tuple[Selector, ...], facts: Facts) -> list[Seen]:
    """The hits of the first alternative that has any."""
    for selector in alternatives:
        if hits := selector.find(facts):
            return hits
    return []


def half_seen(alternatives: tuple[Selector, ...], facts: Facts) -> str:
    """The initcall whose wanted edge is not in the log although the other one is."""
    for selector in alternatives:
        for index in selector.picked(facts):
            if facts.initcall(index, end=selector.edge == "end") is None:
                line = "returned" if selector.edge == "end" else "calling"
                return f"the {line} line of {facts.boot.initcalls[index].function}()"
    return ""


def optional(alternatives: tuple[Selector, ...]) -> bool:
    """Whether it is no loss where the log lacks all of them."""
    return all(selector.optional for selector in alternatives)


def labels(alternatives: tuple[Selector, ...]) -> str:
    """The alternatives in words."""
    return " or ".join(selector.label for selector in alternatives)


def lacks_of_any(alternatives: tuple[Selector, ...], facts: Facts) -> list[Lack]:
    """Why one of ``alternatives`` may have happened unseen; empty: none did.

    One that the log could not have missed settles it for those that say the same.
    """
    found = [selector.lacks(facts) for selector in alternatives]
    return min(found, key=len)
