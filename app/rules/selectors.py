"""What a rule points at: initcalls, probes, markers, messages."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal, TypeVar

from app.rules.facts import Facts, Seen, within
from app.rules.globs import is_glob, matcher
from app.rules.hints import Before, Limits, TextLimits
from app.rules.lack import NO_ASYNC, NO_DEBUG, Lack, lacks_of
from app.rules.markers import FROM_DEBUG
from parsers import RANK, Level
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
        if not self.is_call or not isinstance(self.edge, _Unsaid):
            return self
        return replace(self, edge=edge)

    def find(self, facts: Facts) -> list[Seen]:
        """The hits, in the order of lines, after ``pick``.

        Of calls the call is picked: where the wanted line of one of them is lost,
        there is none.
        """
        if not self.is_call:
            return self._pick(self.find_all(facts))
        edges = [facts.initcall(i, end=self.edge == "end") for i in self.picked(facts)]
        hits = [seen for seen in edges if seen is not None]
        return sorted(hits, key=_line) if len(hits) == len(edges) else []

    def each(self, facts: Facts) -> list[Seen]:
        """The hits after ``pick``, a call by its first line, whichever that is."""
        if not self.is_call:
            return self._pick(self.find_all(facts))
        return [facts.initcall(i, end=False) or facts.last_edge(i) for i in self.picked(facts)]

    def picked(self, facts: Facts) -> list[int]:
        """The calls named, as indices of ``Facts.calls``, after ``pick``."""
        return self._pick(self.indices(facts))

    def _pick(self, hits: list[Hit]) -> list[Hit]:
        if self.pick == "all" or not hits:
            return hits
        return [hits[0] if self.pick == "first" else hits[-1]]

    def find_all(self, facts: Facts) -> list[Seen]:
        """Every hit, whatever ``pick`` says, in the order of lines."""
        hits = sorted(self._hits(facts), key=_line)
        if self.before is not None and not self.is_call:
            limit = _limit(self.before, facts)
            hits = [seen for seen in hits if seen.line < limit]
        if self.level is None:
            return hits
        return [seen for seen in hits if self._at_level(seen.levels) is True]

    def indices(self, facts: Facts) -> list[int]:
        """The calls named, as indices, whether or not their edge is in the log."""
        found = self._named(facts)
        return found if self.level is None else self._where(found, facts, at_level=True)

    def possible(self, facts: Facts) -> list[int]:
        """The calls that may be at ``level`` and are not known to be, as indices."""
        return [] if self.level is None else self._where(self._named(facts), facts, at_level=None)

    def _where(self, found: list[int], facts: Facts, *, at_level: bool | None) -> list[int]:
        """Those calls of which ``_at_level`` says so. Calls are many, their levels few."""
        calls = facts.calls
        answers: dict[tuple[Level, Level] | None, bool | None] = {}
        for index in found:
            levels = calls[index].levels
            if levels not in answers:
                answers[levels] = self._at_level(levels)
        return [i for i in found if answers[calls[i].levels] is at_level]

    def doubtful(self, facts: Facts) -> int:
        """How many hits were passed over although they may be at ``level``."""
        if self.level is None:
            return 0
        return sum(self._at_level(seen.levels) is None for seen in self._hits(facts))

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

    def _at_level(self, levels: tuple[Level, Level] | None) -> bool | None:
        """Whether an interval lies in ``level``; None where it only may."""
        return within(levels, frozenset(RANK[level] for level in self.level or ()))

    def _named(self, facts: Facts) -> list[int]:
        if self.initcall is not None:
            names, functions = self.initcall, facts.functions
        elif self.async_ is not None:
            names, functions = self.async_, facts.async_functions
        else:
            return []
        if any(map(is_glob, names)):
            texts = facts.function_names if self.async_ is None else facts.async_names
            named = [texts.texts[place] for place in texts.fitting(names)]
        else:
            named = [name for name in dict.fromkeys(names) if name in functions]
        found = [index for function in named for index in functions[function]]
        if self.module is not None:
            fits, calls = matcher((self.module,)), facts.calls
            found = [i for i in found if fits(calls[i].module or "")]
        if self.before is not None:
            limit = _limit(self.before, facts)
            found = [i for i in found if facts.first_line(i) < limit]
        return sorted(found)

    def _hits(self, facts: Facts) -> Iterator[Seen]:
        if self.is_call:
            for index in self._named(facts):
                seen = facts.initcall(index, end=self.edge == "end")
                if seen is not None:
                    yield seen
        elif self.marker is not None:
            for name in _fitting(self.marker, facts.markers):
                for marker in facts.markers[name]:
                    yield facts.marker(marker)
        elif self.probe is not None:
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


def _limit(marker: str, facts: Facts) -> float:
    """The line of the first of a marker; without any all lines are before it."""
    hits = of_marker(marker).find(facts)
    return hits[0].line if hits else float("inf")


def _is_odd(marker: str) -> bool:
    return marker.startswith("log.") and marker != "log.async"


def _line(seen: Seen) -> int:
    return seen.line


def _fitting(names: tuple[str, ...], known: Mapping[str, object]) -> list[str]:
    """Those of ``known`` that fit ``names``."""
    if any(map(is_glob, names)):
        return [*filter(matcher(names), known)]
    return [name for name in dict.fromkeys(names) if name in known]


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
