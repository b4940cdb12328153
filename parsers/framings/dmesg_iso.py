"""``dmesg --time-format iso``: ``2026-11-23T04:27:14,640851+00:00 calling ...``.

The wall clock of boot is in every stamp; the first line's is taken off, so that
times count from it (from boot, where the head of the log is there).
"""

import re
from collections.abc import Callable

from parsers.framings.base import AnchoredFraming
from parsers.pattern import pattern


def _new_clock() -> Callable[[re.Match[str]], int | None]:
    from datetime import UTC, datetime  # other logs need none of it

    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    first: list[int] = []

    def clock(found: re.Match[str]) -> int | None:
        try:
            moment = datetime.fromisoformat(f"{found['time']}.{found['us']}{found['zone']}")
        except ValueError:
            return None
        since = moment - epoch
        now = (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds
        if not first:
            first.append(now)
        return now - first[0]

    return clock


DMESG_ISO = AnchoredFraming(
    "dmesg_iso",
    "2026-11-23T04:27:14,640851+00:00 calling  ffa_init+0x0/0x820 @ 1",
    "dmesg --time-format iso",
    pattern(
        r"(?P<time>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d),(?P<us>\d{6})(?P<zone>[+-]\d\d:\d\d) "
        r"(?!\[ *\d+\.\d{6}\])(?:\[ {0,9}(?P<caller>[TC]\d+)\] )?"
    ),
    _new_clock,
    loses="facility and level; the time of the first line, from which all others are counted",
    source="util-linux sys-utils/dmesg.c after 2.40 (iso_8601_time), 2.38.1 by its output",
)
