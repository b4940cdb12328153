"""``sequence``: several things come one after the other."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Annotated, Literal, cast

from app.rules.facts import Facts
from app.rules.finding import Guarantee
from app.rules.hints import Limits
from app.rules.kinds.base import BaseCheck, Context, Judgement, unknown
from app.rules.kinds.basis import (
    STRENGTH,
    UNCLEAR,
    Comparison,
    compare,
    compare_unfinished,
    holds,
    reversal,
    told,
)
from app.rules.kinds.dependency import Proof
from app.rules.lack import Lack
from app.rules.seen import Seen
from app.rules.selectors import Alternatives, half_seen, labels, lacks_of_any, optional
from parsers.named import NamedTuple
from parsers.record import record

PLACEHOLDERS = frozenset(
    f"{role}{part}" for role in ("first", "then") for part in ("", ".time", ".level", ".line")
) | {"gap", "because", "names"}


class _Step(NamedTuple):
    """A step that the log shows: where it is met and where it is left, if it shows that."""

    selectors: Alternatives
    met: list[Seen]
    left: list[Seen]

    @property
    def shown(self) -> Seen:
        """Its first line."""
        return (self.met or self.left)[0]


@record
class SequenceCheck(BaseCheck):
    """Each of ``steps`` is over before the next one comes.

    A step that is an initcall is met by its start and left by its end, unless it says
    which ``edge`` is meant. The whole rests on the weakest basis of its adjacent pairs,
    which must be ``guarantee`` (``dependency`` or ``level``) or better; the first pair
    that fails, else the weakest one, is named. An ``optional`` step that is missing is
    passed over; another one leaves the order open, unless two of those seen are reversed.
    """

    kind: Literal["sequence"]
    steps: Annotated[tuple[Alternatives, ...], Limits(min_length=2, max_length=20)]
    guarantee: Guarantee = "dependency"
    overlap: Literal["fail", "inconclusive"] = "fail"

    def judge(self, context: Context) -> Judgement:
        """Judge one boot."""
        seen, between, after, lacks = self._walk(context.facts)
        pairs = [_compared(context, one, other) for one, other in pairwise(seen)]
        broken = next((pair for pair in pairs if self._breaks(pair)), None)
        if broken is not None:
            return _named(told("fail", reversal(broken), broken), seen)
        if between or (after and lacks):
            message = f"{' and '.join(between + after)} is not in this log"
            shown = [step.shown for step in seen]
            judgement = unknown(message, lacks, evidence=[one.line for one in shown])
            judgement.names = [one.name for one in shown]
            return judgement
        unclear = next((pair for pair in pairs if pair.how != "held"), None)
        if unclear is not None:
            return _named(told("inconclusive", UNCLEAR, unclear), seen)
        if not pairs:
            what = " and ".join(after) or "All but one step"
            return Judgement("not_applicable", f"{what} did not happen.")
        loosest = min(pairs, key=self._strength)
        judgement = told(
            "pass" if holds(loosest, self.guarantee) else "fragile",
            "{names} came in this order. The loosest pair: {then} came {gap} after {first}."
            " {because}",
            loosest,
        )
        judgement.evidence = sorted({*judgement.evidence, *(step.shown.line for step in seen)})
        judgement.names = [step.shown.name for step in seen]
        return _named(judgement, seen)

    def _walk(self, facts: Facts) -> tuple[list[_Step], list[str], list[str], list[Lack]]:
        """The steps seen; those missing before one that was seen, and after all; why."""
        seen: list[_Step] = []
        between: list[str] = []
        after: list[str] = []
        lacks: list[Lack] = []
        for selectors in self.steps:
            step = _step(selectors, facts)
            if step is not None:
                seen.append(step)
                between, after = between + after, []
                continue
            half = half_seen(tuple(selector.at("start") for selector in selectors), facts)
            if half:
                between.append(half)
            elif not optional(selectors):
                after.append(labels(selectors))
                lacks.extend(lacks_of_any(selectors, facts))
        return seen, between, after, lacks

    def _breaks(self, pair: Comparison) -> bool:
        return pair.how == "reversed" or (pair.how == "overlap" and self.overlap == "fail")

    def _strength(self, pair: Comparison) -> tuple[bool, int]:
        return holds(pair, self.guarantee), STRENGTH[pair.proof.basis]


def _step(selectors: Alternatives, facts: Facts) -> _Step | None:
    """A step by its first alternative that the log has."""
    for selector in selectors:
        leaving = selector.at("end")
        met, left = selector.at("start").find(facts), leaving.find(facts)
        if met or left:
            return _Step((leaving,), met, left)
    return None


def _compared(context: Context, one: _Step, other: _Step) -> Comparison:
    if not other.met:
        lost = Proof(None, f"The calling line of {other.shown.name}() is missing.")
        return Comparison("unsure", one.shown, other.shown, lost)
    if one.left:
        return compare(context, one.left, other.met)
    unfinished = compare_unfinished(context, one.selectors, other.met[0])
    return cast(Comparison, unfinished)  # what has a start and no end is unfinished


def _named(judgement: Judgement, seen: Sequence[_Step]) -> Judgement:
    judgement.words["names"] = ", ".join(step.shown.name for step in seen)
    return judgement
