"""The history of several boots, put together from their digests."""

from collections.abc import Sequence
from typing import NamedTuple

from app.history.digest import Digest
from app.history.drift import order_of
from app.history.durations import durations_of
from app.history.result import Boot, History, Show
from app.history.rules import rule_histories


class Wanted(NamedTuple):
    """What is asked of a history besides its labels: trends of these initcalls, or of those
    that ``show`` names."""

    initcalls: tuple[str, ...] = ()
    show: Show = "slowest"


def history_of(
    labels: Sequence[str],
    boots: Sequence[tuple[Boot, Digest]],
    wanted: Wanted,
    older: str | None = None,
) -> History:
    """The history of ``boots``, newest first; ``older`` is what asks for those before."""
    oldest_first = [*reversed(boots)]
    ids = [boot.id for boot, _ in oldest_first]
    digests = [digest for _, digest in oldest_first]
    return History(
        labels=tuple(labels),
        boots=tuple(boot for boot, _ in boots),
        rules=rule_histories(ids, digests),
        durations=durations_of(digests, wanted.initcalls, wanted.show),
        order=order_of(ids, digests),
        next=older,
    )
