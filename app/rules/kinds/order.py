"""``order``: one thing comes before another, and why that holds."""

from typing import Literal

from app.rules.facts import Facts
from app.rules.finding import Guarantee
from app.rules.kinds.base import BaseCheck, Context, Judgement, place_words, subject, unknown
from app.rules.kinds.basis import UNCLEAR, compare, compare_unfinished, holds, reversal, told
from app.rules.seen import Seen
from app.rules.selectors import Alternatives, first_found, half_seen, labels, lacks_of_any, optional
from parsers.record import record

PLACEHOLDERS = frozenset(
    f"{role}{part}" for role in ("first", "then") for part in ("", ".time", ".level", ".line")
) | {"gap", "because"}


@record
class FirstMissing:
    """What it means that ``first`` never happened although ``then`` did.

    It counts only once user space was reached; ``show`` is the evidence.
    """

    outcome: Literal["fail", "inconclusive", "not_applicable"]
    show: Alternatives


@record
class OrderCheck(BaseCheck):
    """``first`` is over before ``then`` comes.

    ``guarantee`` is the weakest basis that still counts as pass: ``dependency``, or
    ``level``, which a proven dependency meets too where the levels hold as well. What
    rests on less is ``fragile``. ``overlap`` says
    what it means that ``then`` came while the initcall of ``first`` still ran;
    ``first_missing`` what it means that ``first`` never happened. With ``pick: all``
    every hit of ``first`` comes before every hit of ``then``.
    """

    kind: Literal["order"]
    first: Alternatives
    then: Alternatives
    guarantee: Guarantee = "dependency"
    overlap: Literal["fail", "inconclusive"] = "fail"
    first_missing: FirstMissing | None = None

    def judge(self, context: Context) -> Judgement:
        """Judge one boot."""
        facts = context.facts
        thens = first_found(self.then, facts)
        if not thens:
            lacks = lacks_of_any(self.then, facts)
            half = half_seen(self.then, facts)
            if half or (lacks and not optional(self.then)):
                return unknown(f"{half or labels(self.then)} is not in this log", lacks)
            return Judgement("not_applicable", f"{labels(self.then)} did not happen.")
        firsts = first_found(self.first, facts)
        if firsts:
            found = compare(context, firsts, thens)
        else:
            unfinished = compare_unfinished(context, self.first, thens[0])
            if unfinished is None:
                return self._without_first(facts, thens[0])
            found = unfinished
        if found.how == "held":
            message = "{then} came {gap} after {first}. {because}"
            return told("pass" if holds(found, self.guarantee) else "fragile", message, found)
        if found.how == "unsure" or (found.how == "overlap" and self.overlap == "inconclusive"):
            return told("inconclusive", UNCLEAR, found)
        return told("fail", reversal(found), found)

    def _without_first(self, facts: Facts, then: Seen) -> Judgement:
        """``first`` is not in the log: it was lost, or it never happened."""
        lacks = lacks_of_any(self.first, facts)
        missing = self.first_missing
        half = half_seen(self.first, facts)
        if missing is None or lacks or half or not facts.boot.coverage.userspace:
            if not lacks and not half and optional(self.first):
                return Judgement("not_applicable", f"{labels(self.first)} did not happen.")
            what = half or labels(self.first)
            message = f"{what} is not in this log, so the order cannot be told"
            judgement = unknown(message, lacks, evidence=[then.line], names=[then.name])
            judgement.subjects = [subject("then", then)]
            judgement.words = place_words("then", then)
            return judgement
        shown = first_found(missing.show, facts)
        message = f"{labels(self.first)} never happened; user space was reached without it."
        judgement = Judgement(missing.outcome, message, names=[labels(self.first), then.name])
        judgement.evidence = sorted({then.line, *(seen.line for seen in shown[:3])})
        judgement.subjects = [subject("first", seen) for seen in shown[:1]]
        judgement.subjects.append(subject("then", then))
        because = "It never came up; user space was reached without it."
        judgement.words = place_words("then", then)
        judgement.words |= {"first": labels(self.first), "because": because}
        return judgement
