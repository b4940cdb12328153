"""A rule's examples, run: they are its tests and its documentation."""

from collections.abc import Iterator
from typing import NamedTuple

from app.rules.engine import evaluate
from app.rules.facts import Facts
from app.rules.finding import Finding
from app.rules.model import Example, Pack, Rule
from parsers import InputError, parse_log
from parsers.record import replace


class Tried(NamedTuple):
    """What an example came to; ``finding`` is None where its log cannot be read.

    ``problems`` say in what it is not as expected, in words; empty: it is.
    """

    rule: Rule
    example: Example
    finding: Finding | None
    problems: tuple[str, ...]


def try_examples(pack: Pack) -> Iterator[Tried]:
    """Judge every example of every rule by it and by what it follows from.

    All of them together may cost what the pack may cost on one boot.
    """
    judging = {rule.id: _judging(pack, rule) for rule in pack.rules}
    often = sum(len(rule.examples) * len(judging[rule.id]) for rule in pack.rules)
    for rule in pack.rules:
        steps = pack.steps * len(pack.rules) // max(often, 1)
        asked = replace(pack, rules=judging[rule.id], steps=steps)
        for example in rule.examples:
            yield _try(asked, rule, example)


def _judging(pack: Pack, rule: Rule) -> tuple[Rule, ...]:
    """A rule, and those of its pack that its consequences name."""
    causes = {consequence.rule for consequence in rule.consequences}
    return tuple(one for one in pack.rules if one is rule or one.id in causes)


def _try(pack: Pack, rule: Rule, example: Example) -> Tried:
    try:
        capture = parse_log(example.log.encode())
    except InputError as error:
        return Tried(rule, example, None, (f"its log cannot be read: {error}",))
    facts = Facts(capture.boots[0], capture.lines, capture.framing)
    found = next(one for one in evaluate(pack, facts) if one.rule == rule.id)
    problems = []
    if found.outcome != example.expect:
        problems.append(f"expected {example.expect}, got {found.outcome}: {found.message}")
    lines = tuple(evidence.line for evidence in found.evidence)
    if example.evidence_lines is not None and lines != example.evidence_lines:
        problems.append(
            f"expected evidence lines {_listed(example.evidence_lines)}, got {_listed(lines)}"
        )
    return Tried(rule, example, found, tuple(problems))


def _listed(lines: tuple[int, ...]) -> str:
    return ", ".join(map(str, lines)) or "none"
