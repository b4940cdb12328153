"""Rules over one boot: conditions, checks, words, consequences, waivers."""

from collections.abc import Callable, Sequence

from app.rules.facts import Facts
from app.rules.finding import Cure, Evidence, Finding, Subject
from app.rules.kinds import Context, Judgement
from app.rules.kinds.base import unknown
from app.rules.lack import NO_SYMBOLS, cure_of, lacks_of, unmet
from app.rules.model import PLACEHOLDER, Consequence, Pack, Rule
from app.rules.steps import TooManySteps
from app.rules.told import about, explain, followed, signature
from app.rules.waivers import Waivers
from parsers.framings.base import TRACE
from parsers.record import replace

_STOPPED = (
    "The rule was stopped: it takes more than {steps:,} steps on this log. Name fewer things, with"
    " fewer and shorter globs."
)


def judge(
    packs: Sequence[Pack],
    facts: Facts,
    waivers: Waivers | None = None,
    done: Callable[[str], object] | None = None,
) -> list[Finding]:
    """One finding a rule of each pack, and what is wrong with the waivers.

    A rule that crashes ends in ``error``. ``done`` is told each rule's id when it is over.
    """
    waivers = waivers or Waivers()
    used: set[str] = set()
    judged = [_judge_all(pack, facts, done) for pack in packs]
    everything = {rule: one for answers in judged for rule, one in answers.items()}
    findings = [
        finding
        for pack, answers in zip(packs, judged, strict=True)
        for finding in _tell(pack, answers, everything, facts, waivers, used)
    ]
    return [*findings, *waivers.findings(frozenset(used), facts.boot.kernel)]


def evaluate(
    pack: Pack, facts: Facts, done: Callable[[str], object] | None = None
) -> list[Finding]:
    """One finding a rule of one pack, in its order.

    A rule that takes more steps than the pack allows ends in ``error``, as one that crashes does.
    """
    return _tell(pack, _judge_all(pack, facts, done), {}, facts, Waivers(), set())


def _judge_all(
    pack: Pack, facts: Facts, done: Callable[[str], object] | None
) -> dict[str, Judgement]:
    context = Context(facts, pack.header.markers)
    head_markers = frozenset(n for n, meaning in pack.header.markers.items() if meaning.head)
    judged: dict[str, Judgement] = {}
    for rule in pack.rules:
        facts.steps.begin(pack.steps)
        try:
            judged[rule.id] = _judge(rule, context, head_markers)
        except TooManySteps:
            judged[rule.id] = _stopped(pack)
        except Exception as error:  # one faulty rule must not hide the others
            judged[rule.id] = Judgement("error", f"The rule itself failed: {type(error).__name__}.")
        if done is not None:
            done(rule.id)
    return judged


def _stopped(pack: Pack) -> Judgement:
    return Judgement("error", _STOPPED.format(steps=pack.steps))


def _tell(
    pack: Pack, judged: dict[str, Judgement], others: dict[str, Judgement], facts: Facts,
    waivers: Waivers, used: set[str],
) -> list[Finding]:  # fmt: skip
    """Put answers into words. ``others`` are those of all packs, for consequences;
    ``used`` takes where the waivers are that match.
    """
    causes = others | judged
    findings = []
    for rule in pack.rules:
        facts.steps.begin(pack.steps)
        try:
            judgement = judged[rule.id]
            reasons = followed(rule, judgement, causes, facts.steps.matcher)
        except TooManySteps:
            judgement, reasons = _stopped(pack), []
        finding = _finding(pack, rule, judgement, reasons, facts)
        waived, matched = waivers.matching(
            frozenset({rule.id, *finding.former_ids}), judgement.outcome, judgement.names,
            finding.signature, facts.boot.kernel,
        )  # fmt: skip
        used |= matched
        findings.append(replace(finding, waived=waived) if waived else finding)
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
        over = () if rule.check.asks_doubtful else rule.selectors
        passed_over = sum(selector.doubtful(facts) for selector in over)
        if passed_over:
            return unknown(f"{passed_over} more may be at the level asked for", [NO_SYMBOLS])
    message = rule.messages.get(judgement.outcome, judgement.message)
    if "{" in message:
        message = PLACEHOLDER.sub(lambda found: judgement.words.get(found[1], ""), message)
    judgement.message = message.strip()
    return judgement


def _finding(
    pack: Pack,
    rule: Rule,
    judgement: Judgement,
    reasons: Sequence[Consequence],
    facts: Facts,
) -> Finding:
    message, caused_by, undermined_by = explain(judgement.message, reasons)
    return Finding(
        **about(pack, rule),
        outcome=judgement.outcome,
        basis=judgement.basis,
        level_source=judgement.level_source,
        message=message,
        caused_by=caused_by,
        undermined_by=undermined_by,
        evidence=tuple(
            Evidence(line=line, time_us=_time_of(facts, judgement, line), text=facts.text(line))
            for line in judgement.evidence
        ),
        subjects=tuple(_in_report(one, len(facts.boot.initcalls)) for one in judgement.subjects),
        gap_us=judgement.gap_us,
        signature=signature(rule.id, judgement.outcome, judgement.names),
        cure=_cure(judgement, facts),
        former_ids=pack.header.former_ids(rule.id),
        help=pack.page(rule.id),
    )


def _in_report(one: Subject, initcalls: int) -> Subject:
    """A subject that is an asynchronous call is none of the report's initcalls."""
    asynchronous = one.initcall is not None and one.initcall >= initcalls
    return replace(one, initcall=None) if asynchronous else one


def _cure(judgement: Judgement, facts: Facts) -> Cure | None:
    if judgement.outcome != "inconclusive":
        return None
    return cure_of(judgement.lacks, trace=facts.framing == TRACE)


def _time_of(facts: Facts, judgement: Judgement, line: int) -> int | None:
    for subject in judgement.subjects:
        if subject.line == line:
            return subject.time_us
    return facts.times.get(line)
