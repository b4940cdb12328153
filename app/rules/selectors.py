"""What a rule points at: initcalls, probes, markers, messages."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal, TypeVar, cast

from app.rules.facts import Facts, Thing
from app.rules.globs import is_glob
from app.rules.hints import Before, Limits, TextLimits
from app.rules.lack import NO_ASYNC, NO_DEBUG, Lack, lacks_of
from app.rules.markers import FROM_DEBUG
from app.rules.seen import Seen
from app.rules.steps import CALL
from parsers import Level, Probe
from parsers.framings import Frame
from parsers.record import record, replace

KINDS = ("initcall", "async", "probe", "marker", "message")


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
    """One of ``initcall``, ``async``, ``probe``, ``marker``, ``message``, and which of its
    hits.

    Names are globs; ``async`` is a function that was called asynchronously, ``message`` a
    glob over the text of a line without its stamp. ``edge`` is the start (the default) or
    the end of a call; a probe has an end only. ``module`` narrows calls and ``driver``
    probes, ``level`` keeps what is known to be at one of these levels, ``before`` (a
    marker) what comes or begins before that. ``pick`` is the first hit (the default),
    the last or all of them. What is ``optional`` is no loss where the log lacks it.
    """

    initcall: Names | None = None
    async_: Names | None = None
    probe: Names | None = None
    marker: Names | None = None
    message: Names | None = None
    driver: Glob | None = None
    module: Glob | None = None
    level: Levels | None = None
    before: Glob | None = None
    edge: Literal["start", "end"] = _START
    pick: Literal["first", "last", "all"] = "first"
    optional: bool = False

    def __post_init__(self) -> None:
        named = [self.initcall, self.async_, self.probe, self.marker, self.message]
        if sum(names is not None for names in named) != 1:
            raise ValueError(f"a selector names exactly one of {', '.join(KINDS)}")
        if self.module is not None and not self.is_call:
            raise ValueError("'module' goes with 'initcall' or 'async'")
        if self.driver is not None and self.probe is None:
            raise ValueError("'driver' goes with 'probe'")
        if not isinstance(self.edge, _Unsaid) and not self.is_call:
            raise ValueError("'edge' goes with 'initcall' or 'async': all else is one line")

    @property
    def is_call(self) -> bool:
        """Whether it names calls, which have a start and an end."""
        return self.initcall is not None or self.async_ is not None

    @property
    def names_several(self) -> bool:
        """Whether it names more than one thing, so that a log may have some and lack others."""
        names = self.initcall or self.async_ or self.probe or self.marker or self.message or ()
        return len(names) > 1 or any(map(is_glob, names))

    @property
    def label(self) -> str:
        """What the rule calls it, for sentences about something the log lacks."""
        names = self.initcall or self.probe or self.marker or self.message or ()
        if self.async_ is not None:
            return f"asynchronous call of {' or '.join(self.async_)}"
        return " or ".join(names)

    def at(self, edge: Literal["start", "end"]) -> "Selector":
        """The same, at ``edge`` unless it says itself which it means."""
        if not self.is_call or self.edge == edge or not isinstance(self.edge, _Unsaid):
            return self
        return replace(self, edge=edge)

    def find(self, facts: Facts) -> list[Seen]:
        """The hits, in the order of lines, after ``pick``.

        Of calls the call is picked: where the wanted line of one of them is lost,
        there is none.
        """
        if not self.is_call:
            return self._seen(facts, self._pick(self._things(facts)))
        edges = [facts.initcall(i, end=self.edge == "end") for i in self.picked(facts)]
        hits = [seen for seen in edges if seen is not None]
        return sorted(hits, key=_line) if len(hits) == len(edges) else []

    def each(self, facts: Facts) -> list[Seen]:
        """The hits after ``pick``, a call by its first line, whichever that is."""
        if not self.is_call:
            return self._seen(facts, self._pick(self._things(facts)))
        return [facts.initcall(i, end=False) or facts.last_edge(i) for i in self.picked(facts)]

    def picked(self, facts: Facts) -> Sequence[int]:
        """The calls named, as indices of ``Facts.calls``, after ``pick``."""
        return self._pick(self.indices(facts))

    def _pick(self, hits: Sequence[Hit]) -> Sequence[Hit]:
        if self.pick == "all" or not hits:
            return hits
        return hits[:1] if self.pick == "first" else hits[-1:]

    def find_all(self, facts: Facts, most: int | None = None) -> list[Seen]:
        """Every hit, whatever ``pick`` says, in the order of lines, or the first ``most``."""
        if not self.is_call:
            return self._seen(facts, self._things(facts)[:most])
        found = self._edges(facts, self.level)[:most]
        edges = (facts.initcall(index, end=self.edge == "end") for index in found)
        return [seen for seen in edges if seen is not None]

    def count(self, facts: Facts) -> int:
        """How many hits ``find_all`` has."""
        return len(self._edges(facts, self.level) if self.is_call else self._things(facts))

    def probes(self, facts: Facts) -> Sequence[Probe]:
        """The probes named, in the order of lines."""
        return cast(Sequence[Probe], self._things(facts)) if self.probe is not None else ()

    def indices(self, facts: Facts) -> Sequence[int]:
        """The calls named, as indices, whether or not their edge is in the log."""
        return self._called(facts, self.level)

    def possible(self, facts: Facts) -> Sequence[int]:
        """The calls that may be at ``level`` and are not known to be, as indices."""
        if self.level is None:
            return ()
        return facts.maybe_at(self._called(facts, None), self.level)

    def doubtful(self, facts: Facts) -> int:
        """How many hits were passed over although they may be at ``level``."""
        if self.level is None:
            return 0
        if self.is_call:
            return len(facts.maybe_at(self._edges(facts, None), self.level))
        found = self._named(facts)
        facts.steps.spend(len(found) * CALL)
        answers = facts.at_levels(self.level)
        return sum(answers[facts.levels_of(thing)[0]] is None for thing in found)

    def lacks(self, facts: Facts) -> list[Lack]:
        """Why this may have happened although the log does not show it; empty: it did not.

        What is odd about a log (``log.*``) needs nothing; that it has lines of asynchronous
        calls is nothing odd.
        """
        if self.marker is not None and all(map(_is_odd, self.marker)):
            return []
        lacks = lacks_of(facts.boot)
        debug = self.initcall is not None or self.probe is not None
        if self.marker is not None and FROM_DEBUG.issuperset(self.marker):
            debug = True
        if debug and not facts.boot.coverage.initcall_debug:
            lacks.append(NO_DEBUG)
        if self.async_ is not None and "log.async" not in facts.markers:
            lacks.append(NO_ASYNC)
        return lacks

    def _called(self, facts: Facts, levels: tuple[Level, ...] | None) -> Sequence[int]:
        names = self.initcall or self.async_
        if names is None:
            return ()
        asynchronous = self.async_ is not None
        return self._before(
            facts, facts.named(names, self.module, levels, asynchronous=asynchronous)
        )

    def _edges(self, facts: Facts, levels: tuple[Level, ...] | None) -> Sequence[int]:
        """The calls named whose start or end, whichever is meant, is in the log."""
        found = facts.edges(
            self.initcall or self.async_ or (), self.module, levels,
            asynchronous=self.async_ is not None, end=self.edge == "end",
        )  # fmt: skip
        return self._before(facts, found)

    def _before(self, facts: Facts, calls: Sequence[int]) -> Sequence[int]:
        if self.before is None:
            return calls
        limit = _limit(self.before, facts)
        facts.steps.spend(len(calls) * CALL)
        return [index for index in calls if facts.first_line(index) < limit]

    def _things(self, facts: Facts) -> Sequence[Thing]:
        """The hits that are no initcalls, in the order of lines."""
        found = self._named(facts)
        if self.level is None:
            return found
        facts.steps.spend(len(found) * CALL)
        answers = facts.at_levels(self.level)
        return [thing for thing in found if answers[facts.levels_of(thing)[0]]]

    def _named(self, facts: Facts) -> Sequence[Thing]:
        found: Sequence[Thing]
        if self.marker is not None:
            found = facts.marked(self.marker)
        elif self.probe is not None:
            found = facts.probes(self.probe, self.driver)
        else:
            found = facts.said(self.message or ())
        if self.before is None:
            return found
        limit = _limit(self.before, facts)
        facts.steps.spend(len(found) * CALL)
        return [thing for thing in found if thing.line < limit]

    def _seen(self, facts: Facts, things: Sequence[Thing]) -> list[Seen]:
        """A message is called by the first glob that it fits."""
        if self.message is None:
            return [facts.seen(thing) for thing in things]
        names = [glob.strip("* ") for glob in self.message]
        if len(names) == 1:
            return [facts.seen(thing, names[0]) for thing in things]
        tests = [facts.steps.matcher((glob,)) for glob in self.message]
        seen = []
        for thing in things:
            text = cast(Frame, thing).text
            name = next(name for name, fits in zip(names, tests, strict=True) if fits(text))
            seen.append(facts.seen(thing, name))
        return seen


def of_marker(name: str) -> Selector:
    """The selector of a marker."""
    return Selector(marker=(name,))


def _limit(marker: str, facts: Facts) -> float:
    """The line of the first of a marker; without any all lines are before it."""
    hits = of_marker(marker).find(facts)
    return hits[0].line if hits else float("inf")


def _is_odd(marker: str) -> bool:
    return marker.startswith("log.") and marker != "log.async"


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
    """The call whose wanted edge is not in the log although the other one is."""
    for selector in alternatives:
        for index in selector.picked(facts):
            if facts.initcall(index, end=selector.edge == "end") is None:
                line = "returned" if selector.edge == "end" else "calling"
                return f"the {line} line of {facts.calls[index].function}()"
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
