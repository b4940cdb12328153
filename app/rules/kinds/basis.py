"""Why an order that was seen holds: by level, by a dependency, by link order, or not
known to hold at all.
"""

from collections.abc import Sequence
from typing import Literal

from app.rules.facts import Facts
from app.rules.finding import Basis, Guarantee, Outcome
from app.rules.kinds.base import (
    Context,
    Judgement,
    place_words,
    subject,
    weakest,
)
from app.rules.kinds.dependency import Proof, deferral, dependency
from app.rules.seen import Seen, maybe_same_level, surely_before
from app.rules.selectors import Selector
from app.rules.wording import duration
from parsers import RANK
from parsers.named import NamedTuple

How = Literal["held", "overlap", "unsure", "reversed"]
STRENGTH: dict[Basis | None, int] = {"level": 3, "dependency": 2, "link_order": 1, "observed": 0}


class Comparison(NamedTuple):
    """How two things lie to each other: the nearest pair of them, and its proof.

    ``held``: every ``first`` before every ``then``; the proof is of the weakest
    pair. ``overlap``: ``then`` came while the initcall of ``first`` ran. ``unsure``:
    one line for both, or a return that may have been dropped. ``reversed``: ``then``
    came before.
    """

    how: How
    first: Seen
    then: Seen
    proof: Proof


def compare(context: Context, firsts: Sequence[Seen], thens: Sequence[Seen]) -> Comparison:
    """Compare the hits of two selectors, each in the order of lines, none empty."""
    first, then = firsts[-1], thens[0]
    if first.line == then.line:
        return Comparison("unsure", first, then, Proof(None, "They are one line."))
    if first.line < then.line:
        proof = prove(context, first, then)
        loosest = max(firsts, key=_latest), min(thens, key=_earliest)
        weakest_proof = prove(context, *loosest)
        if STRENGTH[weakest_proof.basis] < STRENGTH[proof.basis]:
            return Comparison("held", *loosest, weakest_proof)
        return Comparison("held", first, then, proof)
    proof = prove(context, then, first, reverse=True)
    return Comparison(_came(then, first.span[0]), first, then, proof)


def compare_unfinished(
    context: Context, selectors: Sequence[Selector], then: Seen
) -> Comparison | None:
    """Compare with the end of an initcall that has none in this log; None without one.

    One that never returned is evidence. Of one whose returned line was lost it is only
    known that it ended after it began.
    """
    facts = context.facts
    for selector in selectors:
        for index in selector.picked(facts):
            call = facts.calls[index]
            begun = facts.initcall(index, end=False)
            if begun is None or call.returned is not None:
                continue
            how: How = _came(then, begun.line)
            if call.return_lost and how == "reversed":
                return Comparison(how, begun, then, prove(context, then, begun, reverse=True))
            proof = Proof(None, f"{begun.name}() never returned in this log.")
            if call.return_lost:
                proof = Proof(None, f"The returned line of {begun.name}() is missing.")
            if how == "overlap" and (call.return_lost or facts.boot.counts.dropped_messages):
                how = "unsure"
            return Comparison(how, begun._replace(end=True), then, proof)
    return None


def told(outcome: Outcome, message: str, found: Comparison) -> Judgement:
    """A comparison as a judgement: both lines, the gap, the basis and what shows it."""
    first, then, proof = found.first, found.then, found.proof
    gap = None
    if first.time_us is not None and then.time_us is not None:
        gap = then.time_us - first.time_us
    words = place_words("first", first) | place_words("then", then)
    sure = proof.basis is not None and outcome != "inconclusive"
    middle = proof.basis is not None and not sure
    because = "It came while that was still running." if middle else proof.because
    return Judgement(
        outcome,
        message,
        proof.basis if sure else None,
        weakest([first.level_source, then.level_source]) if sure else None,
        sorted({first.line, then.line, *proof.lines}),
        [subject("first", first), subject("then", then)],
        [first.name, then.name],
        gap,
        words | {"gap": duration(gap), "because": because},
    )


def holds(found: Comparison, guarantee: Guarantee) -> bool:
    """Whether an order that was seen rests on ``guarantee`` or better."""
    enough = STRENGTH[found.proof.basis] >= STRENGTH[guarantee]
    return enough or surely_before(found.first, found.then)


def reversal(found: Comparison) -> str:
    """The sentence for an order that does not hold."""
    if found.how == "overlap":
        return "{then} came before {first}, in the middle of it. {because}"
    if found.proof.basis is None:
        return "{then} came before {first} had even begun. {because}"
    return "{then} came {gap} before {first}. {because}"


UNCLEAR = "This log cannot tell whether {then} came after {first}. {because}"


def _came(then: Seen, begun: int) -> Literal["overlap", "reversed"]:
    return "overlap" if begun <= then.line else "reversed"


def prove(context: Context, earlier: Seen, later: Seen, *, reverse: bool = False) -> Proof:
    """On what the order rests that was seen. ``reverse``: it is not the wanted one."""
    if not reverse:
        proof = deferral(context, earlier, later)
        if proof is not None:
            return proof
    if surely_before(earlier, later):
        return Proof("level", _by_level(earlier, later, reverse=reverse))
    if not reverse:
        proof = dependency(context, earlier, later)
        if proof is not None:
            return proof
    inside = _call(earlier)
    if inside is not None and inside == _call(later):
        name = context.facts.calls[inside].function
        return Proof("observed", f"Both happened inside {name}(): the order was seen, no more.")
    if maybe_same_level(earlier, later) and later.level_text != "module":
        return Proof("link_order", _by_link_order(context.facts, earlier, later, reverse=reverse))
    if earlier.levels is None or later.levels is None:
        text = "Their levels are not known from this log: the order was seen, no more."
        return Proof("observed", text)
    return Proof("observed", "Nothing in the log shows that anything enforces it.")


def _latest(seen: Seen) -> float:
    return float("inf") if seen.levels is None else RANK[seen.levels[1]]


def _earliest(seen: Seen) -> float:
    return float("-inf") if seen.levels is None else RANK[seen.levels[0]]


def _call(seen: Seen) -> int | None:
    return seen.initcall if seen.initcall is not None else seen.inside


def _by_level(earlier: Seen, later: Seen, *, reverse: bool) -> str:
    low, high = earlier.level_text, later.level_text
    levels = f"Level {low} runs before level {high}"
    if later.name == "userspace.start":
        levels = f"User space starts after every built-in initcall (level {low})"
    elif high == "module":
        levels = f"A module runs after every built-in initcall (level {low})"
    certainty = "it is so on every boot of this build" if reverse else "this order is guaranteed"
    return f"{levels}: {certainty}."


def _by_link_order(facts: Facts, earlier: Seen, later: Seen, *, reverse: bool) -> str:
    if earlier.levels == later.levels and earlier.levels and earlier.levels[0] == earlier.levels[1]:
        luck = "" if reverse else ", which is luck"
        places = [_link_order(facts, seen) for seen in (earlier, later)]
        shown = "" if None in places else f" (places {places[0]} and {places[1]} of the build)"
        return f"Both are at level {earlier.level_text}: only link order decides{shown}{luck}."
    return (
        f"Their levels may be the same ({earlier.level_text} and {later.level_text}), where only"
        " link order decides; the build's System.map would settle it."
    )


def _link_order(facts: Facts, seen: Seen) -> int | None:
    index = _call(seen)
    return None if index is None else facts.calls[index].link_order
