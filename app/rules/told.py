"""What a finding says of its rule, of its causes and of itself, on a boot or a build."""

from collections.abc import Iterable, Sequence
from typing import Any

from app.digests import sha256_hex
from app.rules.finding import Outcome
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
