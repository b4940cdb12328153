"""A rule and a pack, as their files are validated."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal

from app.rules.conditions import Condition
from app.rules.finding import Outcome, Severity, Status
from app.rules.hints import Limits, TextLimits
from app.rules.kinds import PLACEHOLDERS, Check, MarkerMeaning
from app.rules.lack import Need
from app.rules.problems import WrongInside, did_you_mean
from app.rules.selectors import Names, Selector
from app.rules.steps import MAX_STEPS
from app.rules.waivers import Placed
from parsers.pattern import pattern
from parsers.record import fields, record

PLACEHOLDER = pattern(r"\{([a-z.]+)\}")
MAX_PLACEHOLDERS = 30
"""Of one message: each may stand for a long line of the log."""
MAX_SELECTORS = 100
"""Selectors and conditions of one rule."""
Version = Annotated[str, TextLimits(pattern=r"^\d+\.\d+\.\d+$", max_length=30)]
RuleId = Annotated[str, TextLimits(pattern=r"^[A-Z][A-Z0-9]{1,15}\d{3}$")]
PackName = Annotated[str, TextLimits(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=40)]
_FEW = Limits(max_length=30)
Text = Annotated[str, TextLimits(min_length=1, max_length=4000, strip_whitespace=True)]


@record
class Example:
    """A log that shows an outcome: the rule's test, and its documentation."""

    name: Text
    expect: Outcome
    evidence_lines: tuple[int, ...] | None = None
    log: Annotated[str, TextLimits(max_length=20_000)]


@record
class Consequence:
    """Another rule whose failure explains this one's outcome.

    Where rule ``rule`` failed and this one ended in ``outcome``, ``message`` is
    added. With ``cause`` the finding is shown as its consequence, else as worthless.
    ``pack`` is the rule's where it is in another one, which may not have been asked;
    ``subject`` (globs) must fit every subject of this finding, ``about`` one of the other.
    """

    rule: RuleId
    outcome: Outcome
    message: Text
    cause: bool = True
    pack: PackName | None = None
    subject: Names | None = None
    about: Names | None = None


@record
class Rule:
    """One requirement on a boot.

    ``title`` states it, ``name`` names the fault, ``why`` and ``fix`` are for someone
    who never met it. ``since`` is the version of the pack that first had it; ``version``
    rises when its meaning changes. ``needs`` is what a log must have for a pass.
    ``settable`` are the keys of the check that may be set from outside (``--set``).
    """

    schema_: Literal[1]
    id: RuleId
    version: Annotated[int, Limits(ge=1)] = 1
    name: Annotated[str, TextLimits(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]
    title: Annotated[str, TextLimits(min_length=1, max_length=100)]
    status: Status = "stable"
    severity: Severity
    since: Version | None = None
    tags: Annotated[tuple[Annotated[str, TextLimits(max_length=30)], ...], _FEW] = ()
    why: Text
    fix: Text
    references: Annotated[tuple[Text, ...], _FEW] = ()
    applies_when: Condition | None = None
    needs: tuple[Need, ...] = ()
    check: Check
    settable: Annotated[tuple[Literal["at_most", "at_least"], ...], _FEW] = ()
    messages: dict[Outcome, Text] = {}  # noqa: RUF012 - a default is never changed
    consequences: Annotated[tuple[Consequence, ...], _FEW] = ()
    examples: Annotated[tuple[Example, ...], _FEW] = ()

    def __post_init__(self) -> None:
        asked = sum(1 for _ in _parts((self.check, self.applies_when)))
        if asked > MAX_SELECTORS:
            raise ValueError(
                f"a rule may have {MAX_SELECTORS} selectors and conditions, and this one has"
                f" {asked}; make several of it"
            )
        for key in self.settable:
            if not hasattr(self.check, key):
                raise ValueError(f"'settable': a check of kind {self.check.kind} has no '{key}'")
        for outcome, wrong in wrong_messages(self.messages, self.check.kind):
            raise WrongInside(("messages", outcome), wrong)

    @property
    def selectors(self) -> tuple[Selector, ...]:
        """Every selector of the check, in the order of its keys."""
        return tuple(part for part in _parts(self.check) if isinstance(part, Selector))


def wrong_messages(messages: Mapping[Any, Any], kind: str) -> Iterator[tuple[Any, str]]:
    """Which messages of a rule of this kind say what they must not, and what that is."""
    for outcome, message in messages.items():
        if isinstance(message, str) and (wrong := _wrong_with(message, PLACEHOLDERS[kind], kind)):
            yield outcome, wrong


def _wrong_with(message: str, allowed: frozenset[str], kind: str) -> str:
    """What a message must not say; empty: it is right."""
    names = PLACEHOLDER.findall(message)
    for name in names:
        if name not in allowed:
            near = did_you_mean(name, allowed) or "."
            known = ", ".join(sorted(allowed))
            return f"uses {{{name}}}{near} A rule of kind {kind} knows {known}"
    if len(names) > MAX_PLACEHOLDERS:
        return f"has more than {MAX_PLACEHOLDERS} placeholders"
    if set("{}") & set(PLACEHOLDER.sub("", message)):
        return "has a brace that is no {placeholder}"
    return ""


_PLAIN = frozenset({str, int, type(None)})


def _parts(value: Any) -> Iterator[Selector | Condition]:
    """The selectors and conditions in ``value``, in the order of its keys."""
    if isinstance(value, Selector | Condition):
        yield value
    if isinstance(value, Selector):
        return
    inner = value if isinstance(value, tuple) else map(value.__getattribute__, fields(value))
    for part in inner:
        if type(part) not in _PLAIN:
            yield from _parts(part)


@record
class PackHeader:
    """``pack.yaml``: what the pack is called, and what it knows of markers.

    ``redirects`` lead from the ids that rules had before to those they have now.
    """

    schema_: Literal[1]
    pack: PackName
    version: Version
    title: Text
    markers: Annotated[dict[str, MarkerMeaning], Limits(max_length=200)] = {}  # noqa: RUF012
    redirects: Annotated[dict[RuleId, RuleId], Limits(max_length=500)] = {}  # noqa: RUF012

    def __post_init__(self) -> None:
        for name, meaning in self.markers.items():
            if meaning.probe is None and (meaning.waits_for or meaning.found_by):
                raise ValueError(f"{name} has no 'probe' that could wait or be found")
            for needed in (*meaning.waits_for, *meaning.found_by):
                if needed not in self.markers:
                    near = did_you_mean(needed, self.markers)
                    raise ValueError(f"{name} needs {needed}, which 'markers' lacks{near}")
        for old, new in self.redirects.items():
            if new in self.redirects:
                further = self.redirects[new]
                raise ValueError(f"{old} leads to {new}, which leads to {further}: write that")

    def former_ids(self, rule_id: str) -> tuple[str, ...]:
        """The ids that a rule had before."""
        return tuple(old for old, new in self.redirects.items() if new == rule_id)


@record
class Pack:
    """A named, versioned set of rules, and the waivers that come with it.

    ``shipped`` with Bootscope, a rule has a page on every server. ``steps`` is what each
    of its rules may cost on one boot.
    """

    header: PackHeader
    rules: tuple[Rule, ...]
    waivers: tuple[Placed, ...] = ()
    shipped: bool = False
    steps: int = MAX_STEPS

    def page(self, rule_id: str) -> str | None:
        """The path of a server's page about a rule."""
        return f"/rules/{rule_id}" if self.shipped else None

    def find(self, rule_id: str) -> Rule | None:
        """A rule by the id that it has or had."""
        wanted = self.header.redirects.get(rule_id, rule_id)
        return next((rule for rule in self.rules if rule.id == wanted), None)
