"""Rules over one boot: conditions, checks, words, consequences, waivers."""

import hashlib
from collections.abc import Sequence

from app.rules.facts import Facts
from app.rules.finding import Cure, Evidence, Finding, Outcome, Waived
from app.rules.kinds import Context, Judgement
from app.rules.kinds.base import unknown
from app.rules.lack import NO_SYMBOLS, cure_of, lacks_of, unmet
from app.rules.model import PLACEHOLDER, Pack, Rule
from app.rules.steps import TooManySteps
from app.rules.waivers import Waivers
from parsers.framings.base import TRACE

_MAX_SIGNATURE = 200
_STOPPED = (
    "The rule was stopped: it takes more than {steps:,} steps on this log. Name fewer things, with"
    " fewer and shorter globs."
)


def judge(packs: Sequence[Pack], facts: Facts, waivers: Waivers | None = None) -> list[Finding]:
    """One finding a rule of each pack, and what is wrong with the waivers.

    A rule that crashes ends in ``error``.
    """
    waivers = waivers or Waivers()
    used: set[str] = set()
    findings = []
    for pack in packs:
        findings.extend(evaluate(pack, facts, waivers, used))
    return [*findings, *waivers.findings(frozenset(used), facts.boot.kernel)]


def evaluate(
    pack: Pack, facts: Facts, waivers: Waivers | None = None, used: set[str] | None = None
) -> list[Finding]:
    """One finding a rule, in the pack's order. ``used`` takes where the waivers are that match.

    A rule that takes more steps than the pack allows ends in ``error``, as one that crashes does.
    """
    context = Context(facts, pack.header.markers)
    head_markers = frozenset(n for n, meaning in pack.header.markers.items() if meaning.head)
    judged: dict[str, Judgement] = {}
    for rule in pack.rules:
        facts.steps.begin(pack.steps)
        try:
            judged[rule.id] = _judge(rule, context, head_markers)
        except TooManySteps:
            judged[rule.id] = Judgement("error", _STOPPED.format(steps=pack.steps))
        except Exception as error:  # one faulty rule must not hide the others
            judged[rule.id] = Judgement("error", f"The rule itself failed: {type(error).__name__}.")
    outcomes = {rule_id: judgement.outcome for rule_id, judgement in judged.items()}
    findings = []
    for rule in pack.rules:
        judgement = judged[rule.id]
        former = pack.header.former_ids(rule.id)
        waived, matched = (waivers or Waivers()).matching(
            frozenset({rule.id, *former}), judgement.outcome, judgement.names,
            _signature(rule, judgement), facts.boot.kernel,
        )  # fmt: skip
        if used is not None:
            used |= matched
        findings.append(_finding(pack, rule, judgement, outcomes, facts, waived))
    return findings


def _judge(rule: Rule, context: Context, head_markers: frozenset[str]) -> Judgement:
    facts = context.facts
    if rule.applies_when is not None:
        answer = rule.applies_when.test(facts, head_markers)
        if answer.holds is False:
            return Judgement("not_applicable", f"Does not apply: {answer.reason}.")
        if answer.holds is None:
            message = f"This log cannot tell whether the rule applies: {answer.reason}"
            return unknown(message, lacks_of(facts.boot))
    judgement = rule.check.judge(context)
    if judgement.outcome in ("pass", "fragile"):
        lacking = unmet(facts.boot, rule.needs)
        if lacking:
            return unknown("This log cannot prove it", lacking)
        passed_over = sum(selector.doubtful(facts) for selector in rule.selectors)
        if passed_over:
            return unknown(f"{passed_over} more may be at the level asked for", [NO_SYMBOLS])
    message = rule.messages.get(judgement.outcome, judgement.message)
    judgement.message = PLACEHOLDER.sub(
        lambda found: judgement.words.get(found[1], ""), message
    ).strip()
    return judgement


def _finding(
    pack: Pack,
    rule: Rule,
    judgement: Judgement,
    outcomes: dict[str, Outcome],
    facts: Facts,
    waived: tuple[Waived, ...],
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
        cure=_cure(judgement, facts),
        waived=waived,
        former_ids=pack.header.former_ids(rule.id),
    )


def _cure(judgement: Judgement, facts: Facts) -> Cure | None:
    if judgement.outcome != "inconclusive":
        return None
    return cure_of(judgement.lacks, trace=facts.framing == TRACE)


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
