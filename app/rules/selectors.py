"""What a rule points at: initcalls, probes, markers, messages."""

from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from app.rules.facts import Facts, Seen


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, str | dict) else value


Names = Annotated[tuple[str, ...], BeforeValidator(_listed), Field(min_length=1, max_length=50)]
"""One name or a list of them; ``*``, ``?`` and ``[...]`` are globs."""


class Selector(BaseModel):
    """One of ``initcall``, ``probe``, ``marker``, ``message``, and which of its hits.

    ``message`` is a glob over the text of a line without its stamp. ``edge`` is the
    start (the default) or the end of an initcall; a probe has an end only.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    initcall: Names | None = None
    probe: Names | None = None
    marker: Names | None = None
    message: Names | None = None
    driver: str | None = None
    module: str | None = None
    edge: Literal["start", "end"] = "start"
    pick: Literal["first", "last", "all"] = "first"

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        kinds = ("initcall", "probe", "marker", "message")
        named = [kind for kind in kinds if getattr(self, kind) is not None]
        if len(named) != 1:
            raise ValueError(f"a selector names exactly one of {', '.join(kinds)}")
        if self.module is not None and self.initcall is None:
            raise ValueError("'module' goes with 'initcall'")
        if self.driver is not None and self.probe is None:
            raise ValueError("'driver' goes with 'probe'")
        return self

    @property
    def label(self) -> str:
        """What the rule calls it, for sentences about something the log lacks."""
        names = self.initcall or self.probe or self.marker or self.message or ()
        return " or ".join(names)

    def find(self, facts: Facts) -> list[Seen]:
        """The hits, in the order of lines, after ``pick``."""
        hits = self.find_all(facts)
        if self.pick == "all" or not hits:
            return hits
        return [hits[0] if self.pick == "first" else hits[-1]]

    def find_all(self, facts: Facts) -> list[Seen]:
        """Every hit, whatever ``pick`` says, in the order of lines."""
        return sorted(self._hits(facts), key=lambda seen: seen.line)

    def indices(self, facts: Facts) -> list[int]:
        """The initcalls named, as indices, whether or not their edge is in the log."""
        if self.initcall is None:
            return []
        plain = [name for name in self.initcall if not _is_glob(name)]
        globs = [name for name in self.initcall if _is_glob(name)]
        found = [index for name in plain for index in facts.functions.get(name, ())]
        for function, indices in facts.functions.items():
            if any(fnmatchcase(function, glob) for glob in globs):
                found.extend(indices)
        if self.module is not None:
            calls = facts.boot.initcalls
            found = [i for i in found if fnmatchcase(calls[i].module or "", self.module)]
        return sorted(set(found))

    def _hits(self, facts: Facts) -> Iterator[Seen]:
        if self.initcall is not None:
            for index in self.indices(facts):
                seen = facts.initcall(index, end=self.edge == "end")
                if seen is not None:
                    yield seen
        elif self.marker is not None:
            for name in self.marker:
                for marker in facts.markers.get(name, ()):
                    yield facts.marker(marker)
        elif self.probe is not None:
            for probe in facts.boot.probes:
                if _matches(probe.device, self.probe) and (
                    self.driver is None or fnmatchcase(probe.driver or "", self.driver)
                ):
                    yield facts.probe(probe)
        else:
            yield from self._messages(facts, self.message or ())

    @staticmethod
    def _messages(facts: Facts, globs: tuple[str, ...]) -> Iterator[Seen]:
        for line in range(facts.boot.first_line, facts.boot.last_line + 1):
            text = facts.lines[line - 1]
            body = text.partition("] ")[2] if text.startswith("[") else text
            if any(fnmatchcase(body, glob) for glob in globs):
                yield facts.message(line, None)


Alternatives = Annotated[
    tuple[Selector, ...], BeforeValidator(_listed), Field(min_length=1, max_length=10)
]
"""One selector, or several of which the first that the log has is taken."""


def first_found(alternatives: tuple[Selector, ...], facts: Facts) -> list[Seen]:
    """The hits of the first alternative that has any."""
    for selector in alternatives:
        if hits := selector.find(facts):
            return hits
    return []


def labels(alternatives: tuple[Selector, ...]) -> str:
    """The alternatives in words."""
    return " or ".join(selector.label for selector in alternatives)


def _is_glob(name: str) -> bool:
    return any(sign in name for sign in "*?[")


def _matches(name: str, globs: tuple[str, ...]) -> bool:
    return any(fnmatchcase(name, glob) for glob in globs)
