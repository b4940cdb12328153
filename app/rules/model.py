"""A rule and a pack, as their files are validated."""

import re
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from app.rules.conditions import Condition
from app.rules.finding import Outcome, Severity, Status
from app.rules.kinds import PLACEHOLDERS, Check, MarkerMeaning

PLACEHOLDER = re.compile(r"\{([a-z.]+)\}")
RuleId = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9]{1,15}\d{3}$")]
Text = Annotated[str, StringConstraints(min_length=1, max_length=4000, strip_whitespace=True)]
Need = Literal["initcall_debug", "head", "userspace"]


class Example(BaseModel):
    """A log that shows an outcome: the rule's test, and its documentation."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Text
    expect: Outcome
    evidence_lines: tuple[int, ...] | None = None
    log: Annotated[str, StringConstraints(max_length=20_000)]


class Consequence(BaseModel):
    """Another rule whose failure explains this one's outcome.

    Where rule ``rule`` failed and this one ended in ``outcome``, ``message`` is
    added. With ``cause`` the finding is shown as its consequence, else as worthless.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    rule: RuleId
    outcome: Outcome
    message: Text
    cause: bool = True


class Rule(BaseModel):
    """One requirement on a boot."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    schema_: Literal[1] = Field(alias="schema")
    id: RuleId
    version: int = Field(1, ge=1)
    name: Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]
    title: Annotated[str, StringConstraints(min_length=1, max_length=100)]
    status: Status = "stable"
    severity: Severity
    tags: tuple[Annotated[str, StringConstraints(max_length=30)], ...] = ()
    why: Text
    fix: Text
    references: tuple[Text, ...] = ()
    applies_when: Condition | None = None
    needs: tuple[Need, ...] = ()
    check: Check
    messages: dict[Outcome, Text] = {}
    consequences: tuple[Consequence, ...] = ()
    examples: tuple[Example, ...] = ()

    @model_validator(mode="after")
    def _known_placeholders(self) -> Self:
        allowed = PLACEHOLDERS[self.check.kind]
        for outcome, message in self.messages.items():
            for name in PLACEHOLDER.findall(message):
                if name not in allowed:
                    raise ValueError(
                        f"message '{outcome}' uses {{{name}}}; a rule of kind {self.check.kind}"
                        f" knows {', '.join(sorted(allowed))}"
                    )
        return self


class PackHeader(BaseModel):
    """``pack.yaml``: what the pack is called, and what it knows of markers."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    schema_: Literal[1] = Field(alias="schema")
    pack: Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=40)]
    version: Annotated[str, StringConstraints(pattern=r"^\d+\.\d+\.\d+$")]
    title: Text
    markers: dict[str, MarkerMeaning] = {}

    @model_validator(mode="after")
    def _known_markers(self) -> Self:
        for name, meaning in self.markers.items():
            for awaited in meaning.waits_for:
                if awaited not in self.markers:
                    raise ValueError(f"{name} waits for {awaited}, which 'markers' lacks")
        return self


class Pack(BaseModel):
    """A named, versioned set of rules."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    header: PackHeader
    rules: tuple[Rule, ...]
