"""What every kind of check is given and gives back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from app.rules.facts import Facts, Seen
from app.rules.finding import Basis, Outcome, Subject
from app.rules.lack import Lack, in_words
from app.rules.selectors import Glob
from app.rules.wording import seconds
from parsers import LevelSource

MAX_EVIDENCE = 12
_SOURCES: tuple[LevelSource, ...] = (
    "system_map", "trace", "known", "banner", "inferred", "unknown"
)  # fmt: skip


class MarkerMeaning(BaseModel):
    """What a pack knows of a marker.

    ``initcalls`` print it or are it; ``probe`` is the device whose probe prints it;
    ``waits_for`` are the markers that this probe defers for; ``probed_by`` are functions
    that only a kernel with that probe has, for a build that is judged by its symbols;
    ``head`` marks what only the first lines of a boot can show.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    initcalls: tuple[Glob, ...] = ()
    probe: Glob | None = None
    waits_for: tuple[Glob, ...] = ()
    probed_by: tuple[Glob, ...] = ()
    head: bool = False
    title: str = ""


@dataclass(frozen=True, slots=True)
class Context:
    """The boot, and the pack's knowledge of markers."""

    facts: Facts
    meanings: Mapping[str, MarkerMeaning]


@dataclass(slots=True)
class Judgement:
    """A kind's answer, before it is put into words.

    ``evidence`` are line numbers; ``words`` fill the placeholders of messages;
    ``names`` are the subjects that the signature is made of; ``lacks`` is what the
    log should have had for an inconclusive answer to be another.
    """

    outcome: Outcome
    message: str
    basis: Basis | None = None
    level_source: LevelSource | None = None
    evidence: list[int] = field(default_factory=list)
    subjects: list[Subject] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    gap_us: int | None = None
    words: dict[str, str] = field(default_factory=dict)
    lacks: tuple[Lack, ...] = ()


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
