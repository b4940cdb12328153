"""What every kind of check is given and gives back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from pydantic import BaseModel, ConfigDict

from app.rules.facts import Facts, Seen
from app.rules.finding import Basis, Outcome, Subject
from parsers import LevelSource

MAX_EVIDENCE = 12
_SOURCES: tuple[LevelSource, ...] = (
    "system_map", "trace", "known", "banner", "inferred", "unknown"
)  # fmt: skip


class MarkerMeaning(BaseModel):
    """What a pack knows of a marker.

    ``initcalls`` print it or are it; ``probe`` is the device whose probe prints it;
    ``waits_for`` are the markers that this probe defers for; ``head`` marks what
    only the first lines of a boot can show.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    initcalls: tuple[str, ...] = ()
    probe: str | None = None
    waits_for: tuple[str, ...] = ()
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
    ``names`` are the subjects that the signature is made of; ``cured_by`` are the
    needs that an inconclusive answer lacks: None for whatever the log may lack, empty
    where no better log would tell.
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
    cured_by: frozenset[str] | None = None


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
