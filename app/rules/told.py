"""What a finding says of its rule, of its causes and of itself, on a boot or a build."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

from app.digests import sha256_hex
from app.rules.finding import Outcome
from app.rules.globs import MatcherOf
from app.rules.model import Consequence, Pack, Rule
from parsers.named import NamedTuple

_MAX_SIGNATURE = 200


class Explained(NamedTuple):
    """A message with what other rules' failures add to it."""

    message: str
    caused_by: str | None
    undermined_by: str | None


def about(pack: Pack, rule: Rule) -> dict[str, Any]:
    """The fields of a finding that are its rule's."""
    return {
        "rule": rule.id,
        "rule_version": rule.version,
        "pack": pack.header.pack,
        "title": rule.title,
        "severity": rule.severity,
        "status": rule.status,
        "counts": rule.status in ("stable", "deprecated"),
        "why": rule.why,
        "fix": rule.fix,
        "references": rule.references,
    }


class Said(Protocol):
    """An answer as far as consequences look at it: on a boot or on a build."""

    @property
    def outcome(self) -> Outcome: ...
    @property
    def names(self) -> Sequence[str]: ...


def followed(
    rule: Rule, said: Said, causes: Mapping[str, Said], matcher: MatcherOf
) -> list[Consequence]:
    """The consequences of ``rule`` that came true. ``causes`` are all answers, by rule id."""
    return [one for one in rule.consequences if _follows(said, one, causes.get(one.rule), matcher)]


def _follows(said: Said, consequence: Consequence, cause: Said | None, matcher: MatcherOf) -> bool:
    """Whether an answer is what ``consequence`` speaks of, and so is the failure of the other."""
    if cause is None or cause.outcome != "fail" or said.outcome != consequence.outcome:
        return False
    if consequence.about is not None and not any(map(matcher(consequence.about), cause.names)):
        return False
    return consequence.subject is None or all(map(matcher(consequence.subject), said.names))


def explain(message: str, followed: Iterable[Consequence]) -> Explained:
    """A message with what it follows from: the consequences that came true."""
    caused_by = undermined_by = None
    for consequence in followed:
        end = "" if message.endswith((".", "!", "?")) else "."
        message = f"{message}{end} {consequence.message}"
        if consequence.cause:
            caused_by = consequence.rule
        else:
            undermined_by = consequence.rule
    return Explained(message, caused_by, undermined_by)


def signature(rule_id: str, outcome: Outcome, names: Sequence[str]) -> str:
    """Rule, outcome and subjects: no time, no line, no basis."""
    text = ":".join([rule_id, outcome, *names])
    if len(text) <= _MAX_SIGNATURE:
        return text
    digest = sha256_hex(text.encode())[:16]
    return f"{rule_id}:{outcome}:{digest}"
