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
