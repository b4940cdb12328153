"""Every rule's examples, which are its tests and its documentation."""

from collections.abc import Iterator

import pytest

from app.analysis import analyse
from app.rules.loader import load_shipped, shipped_packs
from app.rules.model import Example, Rule


def every_example() -> Iterator[object]:
    for pack in shipped_packs():
        for rule in load_shipped(pack).rules:
            for example in rule.examples:
                yield pytest.param(pack, rule, example, id=f"{rule.id}: {example.name}")


def every_rule() -> Iterator[object]:
    for pack in shipped_packs():
        for rule in load_shipped(pack).rules:
            yield pytest.param(rule, id=rule.id)


@pytest.mark.parametrize(("pack", "rule", "example"), [*every_example()])
def test_example(pack: str, rule: Rule, example: Example) -> None:
    report = analyse(example.log.encode(), packs=[load_shipped(pack)]).report
    (found,) = (finding for finding in report.findings if finding.rule == rule.id)
    assert found.outcome == example.expect, found.message
    if example.evidence_lines is not None:
        assert tuple(evidence.line for evidence in found.evidence) == example.evidence_lines


@pytest.mark.parametrize("rule", [*every_rule()])
def test_rule_is_whole(rule: Rule) -> None:
    assert rule.why and rule.fix and rule.references
    assert {"pass", "fail"} <= {example.expect for example in rule.examples}
    assert not rule.title.endswith("."), "a title is no sentence"
    for message in rule.messages.values():
        assert "{" not in message.replace("{", "", message.count("}")), "braces are paired"


REACHABLE = {
    "order": {"pass", "fragile", "fail", "inconclusive", "not_applicable"},
    "sequence": {"pass", "fragile", "fail", "inconclusive", "not_applicable"},
    "level": {"pass", "fail", "inconclusive", "not_applicable"},
    "returns": {"pass", "fail", "inconclusive", "not_applicable"},
    "present": {"pass", "fail", "inconclusive"},
    "absent": {"pass", "fail", "inconclusive"},
    "deferral": {"pass", "fail", "inconclusive"},
    "deadline": {"pass", "fail", "inconclusive", "not_applicable"},
}
"""The outcomes that each kind can come to; a condition adds not_applicable."""
UNREACHABLE = {
    ("INIT001", "not_applicable"): "a log without any initcall does not show initcall_debug",
    ("SLOW001", "not_applicable"): "a log without any initcall does not show initcall_debug",
    ("LOG001", "inconclusive"): "what a log says of itself needs nothing to be believed",
    ("LOG002", "inconclusive"): "what a log says of itself needs nothing to be believed",
}
"""Outcomes of which there can be no example, and why."""


def wanted(rule: Rule) -> set[str]:
    outcomes = set(REACHABLE[rule.check.kind])
    if rule.applies_when is not None:
        outcomes.add("not_applicable")
    return {outcome for outcome in outcomes if (rule.id, outcome) not in UNREACHABLE}


@pytest.mark.parametrize("rule", [*every_rule()])
def test_each_outcome_has_an_example(rule: Rule) -> None:
    shown = {example.expect for example in rule.examples}
    assert shown == wanted(rule), "an example for each outcome, or a reason in UNREACHABLE"


def test_reasons_are_for_rules_that_are_there() -> None:
    rules = {rule.id: rule for pack in shipped_packs() for rule in load_shipped(pack).rules}
    for rule_id, outcome in UNREACHABLE:
        assert outcome in REACHABLE[rules[rule_id].check.kind]
        assert outcome not in {example.expect for example in rules[rule_id].examples}


@pytest.mark.parametrize("rule", [*every_rule()])
def test_a_fix_says_what_it_costs_and_a_reference_says_where(rule: Rule) -> None:
    assert "cost" in rule.fix.lower(), "a way out without its cost"
    assert rule.fix.startswith("- "), "ways out are a list"
    assert any("Linux" in reference for reference in rule.references), "no source, no version"


def test_consequences_lead_to_rules_that_are_there() -> None:
    """The reader of a pack sees only its own; those of another pack are looked up here."""
    packs = {name: {r.id for r in load_shipped(name).rules} for name in shipped_packs()}
    for name in shipped_packs():
        for rule in load_shipped(name).rules:
            for consequence in rule.consequences:
                assert consequence.rule in packs[consequence.pack or name], rule.id
                assert consequence.outcome in wanted(rule), rule.id
