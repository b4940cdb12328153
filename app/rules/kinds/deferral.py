"""``deferral``: what was put off was taken up again."""

from typing import Literal

from app.rules.facts import Facts
from app.rules.finding import Outcome, Subject
from app.rules.kinds.base import MAX_EVIDENCE, BaseCheck, Context, Judgement, unknown
from app.rules.lack import CUT, NO_DEBUG, lacks_of
from app.rules.selectors import Alternatives, Names, first_found, labels, lacks_of_any
from app.rules.wording import listed
from parsers import Deferral
from parsers.record import record

PLACEHOLDERS = frozenset({"names", "count", "reason", "before"})


@record
class DeferralCheck(BaseCheck):
    """No probe of ``device`` (globs), those of ``unless`` apart, stays deferred.

    It is told at the end of the boot, or at the moment ``before``: what was put off
    earlier than that was taken up earlier, too.
    """

    kind: Literal["deferral"]
    device: Names = ("*",)
    unless: Names | None = None
    before: Alternatives | None = None

    def judge(self, context: Context) -> Judgement:
        """Judge one boot. Until user space, only the kernel's own word counts."""
        facts = context.facts
        devices = {*facts.steps.fitting(self.device, [d.device for d in facts.boot.deferrals])}
        if self.unless is not None:
            devices.difference_update(facts.steps.fitting(self.unless, [*devices]))
        deferrals = [d for d in facts.boot.deferrals if d.device in devices]
        if self.before is not None:
            return self._by_then(deferrals, self.before, facts)
        return self._at_the_end(deferrals, facts)

    def _at_the_end(self, deferrals: list[Deferral], facts: Facts) -> Judgement:
        boot = facts.boot
        pending = [d for d in deferrals if d.resolved_line is None]
        settled = boot.coverage.userspace or any(d.pending_line is not None for d in pending)
        if pending and settled:
            return _stayed(pending, "{names} stayed deferred to the end of the boot{reason}.")
        if not boot.coverage.userspace:
            return unknown("A probe may still be taken up or put off", [CUT])
        lines = [line for d in deferrals[:3] for line in (d.line, d.resolved_line) if line]
        message = "No probe was left deferred ({count} deferred on the way)."
        return _answer("pass", message, deferrals, lines)

    def _by_then(self, deferrals: list[Deferral], before: Alternatives, facts: Facts) -> Judgement:
        moments = first_found(before, facts)
        if not moments:
            lacks = lacks_of_any(before, facts)
            if lacks:
                return unknown(f"{labels(before)} is not in this log", lacks)
            return Judgement("not_applicable", f"{labels(before)} did not happen.")
        moment = moments[0]
        waiting = [
            d
            for d in deferrals
            if d.line < moment.line and (d.resolved_line is None or d.resolved_line > moment.line)
        ]
        if waiting:
            judgement = _stayed(waiting, "{names} was still deferred when {before} came{reason}.")
            judgement.evidence = sorted({*judgement.evidence, moment.line})
        else:
            lacks = [lack for lack in lacks_of(facts.boot) if lack is not CUT]
            if not facts.boot.coverage.initcall_debug:
                lacks.append(NO_DEBUG)
            if lacks:
                return unknown(f"No deferral is seen when {moment.name} came", lacks)
            earlier = [d for d in deferrals if d.line < moment.line]
            lines = [line for d in earlier[:3] for line in (d.line, d.resolved_line) if line]
            message = "Nothing was left deferred when {before} came ({count} deferred on the way)."
            judgement = _answer("pass", message, earlier, sorted({*lines, moment.line}))
        judgement.words["before"] = moment.name
        return judgement


def _answer(
    outcome: Outcome, message: str, deferrals: list[Deferral], lines: list[int]
) -> Judgement:
    devices = sorted({d.device for d in deferrals})
    words = {"count": str(len(deferrals)), "names": listed(devices)}
    return Judgement(outcome, message, evidence=lines, words=words)


def _stayed(pending: list[Deferral], message: str) -> Judgement:
    reasons = sorted({d.reason.strip("()") for d in pending if d.reason})
    shown = {line for d in pending for line in (d.line, d.pending_line) if line is not None}
    judgement = _answer("fail", message, pending, sorted(shown)[:MAX_EVIDENCE])
    judgement.words["reason"] = f" ({listed(reasons)})" if reasons else ""
    judgement.subjects = [
        Subject(
            role="subject", name=d.device, line=d.line, time_us=d.time_us, initcall=None, end=False
        )
        for d in pending[:MAX_EVIDENCE]
    ]
    judgement.names = sorted({d.device for d in pending})
    return judgement
