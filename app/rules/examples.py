"""A rule's examples, run: they are its tests and its documentation."""

from collections.abc import Iterator
from typing import NamedTuple

from app.rules.engine import evaluate
from app.rules.facts import Facts
from app.rules.finding import Finding
from app.rules.model import Example, Pack, Rule
from parsers import InputError, parse_log


class Tried(NamedTuple):
    """What an example came to; ``finding`` is None where its log cannot be read.

    ``problems`` say in what it is not as expected, in words; empty: it is.
    """

    rule: Rule
    example: Example
    finding: Finding | None
    problems: tuple[str, ...]


def try_examples(pack: Pack) -> Iterator[Tried]:
    """Judge every example of every rule by its whole pack, so that causes are told too."""
    for rule in pack.rules:
        for example in rule.examples:
            yield _try(pack, rule, example)


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
