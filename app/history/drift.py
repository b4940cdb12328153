"""How the order changed from boot to boot.

Lists of boots here are oldest first; results are newest first.
"""

from bisect import bisect_left
from collections.abc import Sequence
from itertools import pairwise

from app.history.digest import Digest
from app.history.result import Order, Step, Turn, Turns


def order_of(ids: Sequence[str], digests: Sequence[Digest]) -> Order:
    """Every two neighbours compared: their initcalls, and what rules speak of."""
    counts: dict[str, list[int]] = {}
    steps = []
    sequences = [_sequence(digest) for digest in digests]
    for place, (one, other) in enumerate(pairwise(digests)):
        turns = _turns(one, other, counts)
        matched, moved = _moved(sequences[place], sequences[place + 1])
        steps.append(Step(
            boot=ids[place + 1], since=ids[place], matched=matched, moved=moved, turns=turns,
        ))  # fmt: skip
    steps.reverse()
    rules = [
        Turns(rule=rule, compared=compared, turned=turned)
        for rule, (compared, turned) in sorted(counts.items())
    ]
    return Order(
        compared=sum(1 for step in steps if step.moved is not None),
        changed=sum(1 for step in steps if step.moved),
        rules=tuple(sorted(rules, key=lambda one: -one.turned)),
        steps=tuple(steps),
    )


def _sequence(digest: Digest) -> list[str]:
    """The built-in initcalls in their order."""
    threaded = set(digest.threaded)
    return [name for place, name in enumerate(digest.calls) if place not in threaded]


def _turns(one: Digest, other: Digest, counts: dict[str, list[int]]) -> tuple[Turn, ...]:
    """The rules whose two subjects are the same and came the other way round."""
    orders = {told.rule: told.order for told in one.findings if len(set(told.order)) > 1}
    turns = []
    for told in other.findings:
        before, after = orders.get(told.rule), told.order
        if before is None or set(before) != set(after):
            continue
        count = counts.setdefault(told.rule, [0, 0])
        count[0] += 1
        if before != after:
            count[1] += 1
            turns.append(Turn(rule=told.rule, before=before, after=after))
    return tuple(turns)


def _moved(before: Sequence[str], after: Sequence[str]) -> tuple[int, int | None]:
    """How many initcalls are in both, and the fewest that moved."""
    if not before or not after:
        return 0, None
    if before == after:
        return len(before), 0
    places = {name: place for place, name in enumerate(before)}
    ranks = [places[name] for name in after if name in places]
    return len(ranks), len(ranks) - _longest_rising(ranks) if ranks else None


def _longest_rising(ranks: Sequence[int]) -> int:
    """The length of the longest increasing subsequence, in O(n log n)."""
    tails: list[int] = []
    for rank in ranks:
        place = bisect_left(tails, rank)
        if place == len(tails):
            tails.append(rank)
        else:
            tails[place] = rank
    return len(tails)
