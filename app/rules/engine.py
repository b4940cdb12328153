"""Rules over one boot: conditions, checks, words, consequences."""

import hashlib

from app.rules.cures import cure_of
from app.rules.facts import Facts
from app.rules.finding import Evidence, Finding, Outcome
from app.rules.kinds import Context, Judgement
from app.rules.model import PLACEHOLDER, Pack, Rule

_CURES = {
    "initcall_debug": "it needs initcall_debug (on serial also ignore_loglevel)",
    "head": "it needs the head of the log (log_buf_len=16M, or a serial capture)",
    "userspace": "it needs a log that reaches user space",
}
_MAX_SIGNATURE = 200


def evaluate(pack: Pack, facts: Facts, *, trace: bool = False) -> list[Finding]:
    """One finding a rule, in the pack's order. A rule that crashes ends in ``error``.

    ``trace`` tells that the log is a trace, which is cured by the log beside it.
    """
    context = Context(facts, pack.header.markers)
    head_markers = frozenset(n for n, meaning in pack.header.markers.items() if meaning.head)
    judged: dict[str, Judgement] = {}
    for rule in pack.rules:
        try:
            judged[rule.id] = _judge(rule, context, head_markers)
        except Exception as error:  # one faulty rule must not hide the others
            judged[rule.id] = Judgement("error", f"The rule itself failed: {type(error).__name__}.")
    outcomes = {rule_id: judgement.outcome for rule_id, judgement in judged.items()}
    findings = [_finding(pack, rule, judged[rule.id], outcomes, facts) for rule in pack.rules]
    return [
        found.model_copy(update={"cure": cure_of(facts, judged[found.rule].cured_by, trace=trace)})
        if found.outcome == "inconclusive"
        else found
        for found in findings
    ]


def _judge(rule: Rule, context: Context, head_markers: frozenset[str]) -> Judgement:
    if rule.applies_when is not None:
        answer = rule.applies_when.test(context.facts, head_markers)
        if answer.holds is False:
            return Judgement("not_applicable", f"Does not apply: {answer.reason}.")
        if answer.holds is None:
            lack = f" ({context.facts.lack})" if context.facts.lack else ""
            message = f"This log cannot tell whether the rule applies: {answer.reason}{lack}."
            return Judgement("inconclusive", message)
    judgement = rule.check.judge(context)
    lacking = _lacking(rule, context.facts)
    if lacking and judgement.outcome in ("pass", "fragile"):
        message = f"This log cannot prove it: {'; '.join(_CURES[need] for need in lacking)}."
        return Judgement("inconclusive", message, cured_by=frozenset(lacking))
    message = rule.messages.get(judgement.outcome, judgement.message)
    judgement.message = PLACEHOLDER.sub(
        lambda found: judgement.words.get(found[1], ""), message
    ).strip()
    return judgement


def _lacking(rule: Rule, facts: Facts) -> list[str]:
    coverage = facts.boot.coverage
    return [
        need
        for need in rule.needs
        if not (need == "userspace" and coverage.tail == "panic") and not getattr(coverage, need)
    ]


def _finding(
    pack: Pack, rule: Rule, judgement: Judgement, outcomes: dict[str, Outcome], facts: Facts
) -> Finding:
    message = judgement.message
    caused_by = undermined_by = None
    for consequence in rule.consequences:
        failed = outcomes.get(consequence.rule) == "fail"
        if failed and judgement.outcome == consequence.outcome:
            message = f"{message} {consequence.message}"
            if consequence.cause:
                caused_by = consequence.rule
            else:
                undermined_by = consequence.rule
    return Finding(
        rule=rule.id,
        rule_version=rule.version,
        pack=pack.header.pack,
        title=rule.title,
        severity=rule.severity,
        status=rule.status,
        counts=rule.status in ("stable", "deprecated"),
        outcome=judgement.outcome,
        basis=judgement.basis,
        level_source=judgement.level_source,
        message=message,
        why=rule.why,
        fix=rule.fix,
        references=rule.references,
        caused_by=caused_by,
        undermined_by=undermined_by,
        evidence=tuple(
            Evidence(line=line, time_us=_time_of(facts, judgement, line), text=facts.text(line))
            for line in judgement.evidence
        ),
        subjects=tuple(judgement.subjects),
        gap_us=judgement.gap_us,
        signature=_signature(rule, judgement),
    )


def _time_of(facts: Facts, judgement: Judgement, line: int) -> int | None:
    for subject in judgement.subjects:
        if subject.line == line:
            return subject.time_us
    return facts.times.get(line)


def _signature(rule: Rule, judgement: Judgement) -> str:
    """Rule, outcome and subjects: no time, no line, no basis."""
    text = ":".join([rule.id, judgement.outcome, *judgement.names])
    if len(text) <= _MAX_SIGNATURE:
        return text
    digest = hashlib.sha256(text.encode()).hexdigest()[:16]
    return f"{rule.id}:{judgement.outcome}:{digest}"
