"""Where in a level an initcall comes to stand."""

from collections.abc import Iterable, Sequence

from app.errors import ChangeError
from app.whatif.draft import Draft
from app.whatif.source import Source
from parsers import RANK, Initcall
from parsers.named import NamedTuple

MAX_PLACES = 6


class Places(NamedTuple):
    """The places in a level that an initcall may get, as the lines it is put behind.

    ``after`` and ``before`` are the neighbours that bound it, empty where nothing does;
    ``width`` is how many initcalls stand between them. ``by`` is what tells it.
    """

    anchors: tuple[int, ...]
    after: str
    before: str
    width: int
    known: bool


def places_in(source: Source, draft: Draft, place: int, level: str) -> Places:
    """The places for initcall ``place`` at ``level``, the most likely one last.

    By link order where the kernel's tree tells where both are linked; else any place in
    the level, of which those are kept that lie differently to what rules speak of.
    Raises ChangeError where the boot has nothing to hold on to.
    """
    calls = [
        one for other in source.sequence
        if other != place and draft.has((one := draft.calls[other]).line_called)
    ]  # fmt: skip
    calls.sort(key=lambda one: draft.place(one.line_called or 0))
    if not calls:
        raise ChangeError(
            "This log has no initcalls to move another one among.",
            hint="Boot with initcall_debug and capture the head of the log.",
        )
    rank = RANK[level]
    low = _count(one.levels is not None and RANK[one.levels[1]] < rank for one in calls)
    high = _first(one.levels is not None and RANK[one.levels[0]] > rank for one in calls)
    low, high = min(low, high), max(low, high)
    members = calls[low:high]
    function = draft.calls[place].function
    linked = [source.link_order.before(one.function, function) for one in members]
    first = _count(answer is True for answer in linked)
    last = _first(answer is False for answer in linked)
    known = first <= last and (first > 0 or last < len(members) or not members)
    if not known:
        first, last = 0, len(members)
    slots = _different(members, first, last, source)
    return Places(
        tuple(_anchor(draft, calls, low + slot, rank) for slot in slots),
        members[first - 1].function if first else "",
        members[last].function if last < len(members) else "",
        last - first,
        known,
    )


def _count(answers: Iterable[bool]) -> int:
    """One past the last that is true."""
    return max((n + 1 for n, yes in enumerate(answers) if yes), default=0)


def _first(answers: Iterable[bool]) -> int:
    """The first that is true, else how many there are."""
    listed = [*answers]
    return next((n for n, yes in enumerate(listed) if yes), len(listed))


def _different(members: Sequence[Initcall], first: int, last: int, source: Source) -> list[int]:
    """Of the slots from ``first`` to ``last`` those between which a rule's subject lies."""
    slots = [
        slot for slot in range(first, last)
        if members[slot].function in source.asked_for
    ]  # fmt: skip
    if len(slots) >= MAX_PLACES:
        slots = [*slots[: MAX_PLACES - 2], slots[-1]]
    return [*slots, last]


def _anchor(draft: Draft, calls: Sequence[Initcall], slot: int, rank: int) -> int:
    """The line behind which slot ``slot`` of the sequence is, inside its level."""
    earlier = calls[slot - 1] if slot else None
    if slot < len(calls):
        later = calls[slot]
        in_level = later.levels is not None and RANK[later.levels[0]] <= rank
        if in_level and not (earlier and earlier.levels and RANK[earlier.levels[1]] >= rank):
            return draft.before(later.line_called or 0)
    if earlier is None:
        return draft.before(calls[0].line_called or 0)
    return earlier.line_returned or 0
