"""What every kind of check is given and gives back."""

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Annotated, Any, Literal

from app.rules.facts import Facts
from app.rules.finding import Basis, Outcome, Subject
from app.rules.hints import Limits
from app.rules.lack import Lack, in_words
from app.rules.seen import Seen
from app.rules.selectors import Glob
from app.rules.wording import seconds
from parsers import LevelSource
from parsers.named import NamedTuple
from parsers.record import record

MAX_EVIDENCE = 12
_SOURCES: tuple[LevelSource, ...] = (
    "system_map", "trace", "known", "banner", "inferred", "predicted", "unknown"
)  # fmt: skip


_Some = Annotated[tuple[Glob, ...], Limits(max_length=50)]


@record
class MarkerMeaning:
    """What a pack knows of a marker.

    ``initcalls`` print it or are it; ``probe`` is the device (a glob) whose probe prints
    it; ``waits_for`` are the markers that this probe defers for; ``found_by`` those that
    bring up the bus which finds the device, so that it is not there before them;
    ``probed_by`` are functions
    that only a kernel with that probe has, for a build that is judged by its symbols;
    ``head`` marks what only the first lines of a boot can show.
    """

    initcalls: _Some = ()
    probe: Glob | None = None
    waits_for: _Some = ()
    found_by: _Some = ()
    probed_by: _Some = ()
    head: bool = False
    title: str = ""


class BaseCheck:
    """What every kind of check has.

    One that ``asks_doubtful`` judges those too that only may be at the level asked for; of
    the others no pass counts while a selector has passed some over.
    """

    __slots__ = ()
    asks_doubtful = False


class Context(NamedTuple):
    """The boot, and the pack's knowledge of markers."""

    facts: Facts
    meanings: Mapping[str, MarkerMeaning]


class Judgement:
    """A kind's answer, before it is put into words.

    ``evidence`` are line numbers; ``words`` fill the placeholders of messages;
    ``names`` are the subjects that the signature is made of; ``lacks`` is what the
    log should have had for an inconclusive answer to be another.
    """

    def __init__(
        self, outcome: Outcome, message: str, basis: Basis | None = None,
        level_source: LevelSource | None = None,
        evidence: Iterable[int] = (), subjects: Iterable[Subject] = (),
        names: Iterable[str] = (), gap_us: int | None = None,
        words: Mapping[str, str] = MappingProxyType({}), lacks: tuple[Lack, ...] = (),
    ) -> None:  # fmt: skip
        self.outcome = outcome
        self.message = message
        self.basis = basis
        self.level_source = level_source
        self.evidence = list(evidence)
        self.subjects = list(subjects)
        self.names = list(names)
        self.gap_us = gap_us
        self.words = dict(words)
        self.lacks = lacks


def subject(role: Literal["first", "then", "subject"], seen: Seen) -> Subject:
    """A subject as the timeline shows it."""
    return Subject(
        role=role,
        name=seen.name,
        line=seen.line,
        time_us=seen.time_us,
        initcall=seen.initcall if seen.initcall is not None else seen.inside,
        end=seen.end,
    )


def weakest(sources: Sequence[LevelSource]) -> LevelSource:
    """The least certain of several level sources."""
    return max(sources, key=_SOURCES.index)


def unknown(message: str, lacks: list[Lack], **more: Any) -> Judgement:
    """``inconclusive``: what is missing, and why; what log would tell is in ``lacks``."""
    why = in_words(lacks)
    text = f"{message}: {why}" if why else f"{message}."
    return Judgement("inconclusive", text, lacks=tuple(lacks), **more)


def place_words(role: str, seen: Seen) -> dict[str, str]:
    """The words for ``{role}``, ``{role.time}``, ``{role.level}`` and ``{role.line}``."""
    name = seen.name
    if seen.initcall is not None:
        name = f"the end of {seen.name}()" if seen.end else f"{seen.name}()"
    return {
        role: name,
        f"{role}.time": seconds(seen.time_us),
        f"{role}.level": seen.level_text,
        f"{role}.line": str(seen.line),
    }
