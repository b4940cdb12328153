"""What a rule points at: initcalls, probes, markers, messages."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal, TypeVar

from app.rules.facts import Facts, Seen, Thing
from app.rules.hints import Before, Limits, TextLimits
from app.rules.lack import NO_DEBUG, Lack, lacks_of
from app.rules.markers import FROM_DEBUG
from parsers import Level, Probe
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


Hit = TypeVar("Hit")


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
            return self._seen(facts, self._pick(self._things(facts)))
        edges = [facts.initcall(i, end=self.edge == "end") for i in self.picked(facts)]
        hits = [seen for seen in edges if seen is not None]
        return sorted(hits, key=_line) if len(hits) == len(edges) else []

    def each(self, facts: Facts) -> list[Seen]:
        """The hits after ``pick``, an initcall by its first line, whichever that is."""
        if self.initcall is None:
            return self._seen(facts, self._pick(self._things(facts)))
        return [facts.initcall(i, end=False) or facts.last_edge(i) for i in self.picked(facts)]

    def picked(self, facts: Facts) -> Sequence[int]:
        """The initcalls named, as indices, after ``pick``."""
        return self._pick(self.indices(facts))

    def _pick(self, hits: Sequence[Hit]) -> Sequence[Hit]:
        if self.pick == "all" or not hits:
            return hits
        return hits[:1] if self.pick == "first" else hits[-1:]

    def find_all(self, facts: Facts, most: int | None = None) -> list[Seen]:
        """Every hit, whatever ``pick`` says, in the order of lines, or the first ``most``."""
        if self.initcall is None:
            return self._seen(facts, self._things(facts)[:most])
        found = facts.edges(self.initcall, self.module, self.level, end=self.edge == "end")
        edges = (facts.initcall(index, end=self.edge == "end") for index in found[:most])
        return [seen for seen in edges if seen is not None]

    def count(self, facts: Facts) -> int:
        """How many hits ``find_all`` has."""
        if self.initcall is None:
            return len(self._things(facts))
        return len(facts.edges(self.initcall, self.module, self.level, end=self.edge == "end"))

    def probes(self, facts: Facts) -> Sequence[Probe]:
        """The probes named, in the order of lines."""
        return [thing for thing in self._things(facts) if isinstance(thing, Probe)]

    def indices(self, facts: Facts) -> Sequence[int]:
        """The initcalls named, as indices, whether or not their edge is in the log."""
        if self.initcall is None:
            return ()
        return facts.calls(self.initcall, self.module, self.level)

    def doubtful(self, facts: Facts) -> int:
        """How many hits were passed over although they may be at ``level``."""
        if self.level is None:
            return 0
        if self.initcall is not None:
            edges = facts.edges(self.initcall, self.module, None, end=self.edge == "end")
            return facts.maybe_at(edges, self.level)
        answers = facts.at_levels(self.level)
        return sum(answers[facts.levels_of(thing)[0]] is None for thing in self._named(facts))

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

    def _things(self, facts: Facts) -> Sequence[Thing]:
        """The hits that are no initcalls, in the order of lines."""
        found = self._named(facts)
        if self.level is None:
            return found
        answers = facts.at_levels(self.level)
        return [thing for thing in found if answers[facts.levels_of(thing)[0]]]

    def _named(self, facts: Facts) -> Sequence[Thing]:
        if self.marker is not None:
            return facts.marked(self.marker)
        if self.probe is not None:
            return facts.probes(self.probe, self.driver)
        return facts.said(self.message) if self.message is not None else ()

    def _seen(self, facts: Facts, things: Sequence[Thing]) -> list[Seen]:
        name = self.label.strip("* ") if self.message is not None else ""
        return [facts.seen(thing, name) for thing in things]


def of_marker(name: str) -> Selector:
    """The selector of a marker."""
    return Selector(marker=(name,))


def _line(seen: Seen) -> int:
    return seen.line


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
            call, end = facts.boot.initcalls[index], selector.edge == "end"
            if (call.line_returned if end else call.line_called) is None:
                line = "returned" if end else "calling"
                return f"the {line} line of {call.function}()"
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
