"""``dmesg -d`` and ``--time-format delta``: the time since the line before.

``-d`` keeps the kernel's stamp beside it; ``delta`` alone has the steps only, and
they are summed up from the first line.
"""

import re
from collections.abc import Callable

from parsers.framings.base import AnchoredFraming, microseconds
from parsers.pattern import pattern


def _new_clock() -> Callable[[re.Match[str]], int | None]:
    total = 0

    def clock(found: re.Match[str]) -> int | None:
        nonlocal total
        if found["s"]:
            return microseconds(found["s"], found["us"])
        total += microseconds(found["ds"], found["dus"])
        return total

    return clock


DMESG_DELTA = AnchoredFraming(
    "dmesg_delta",
    "[    1.640851 <    0.000273>] calling  ffa_init+0x0/0x820 @ 1",
    "dmesg -d, dmesg --time-format delta",
    pattern(
        r"\[(?: {0,5}(?P<s>\d{1,10})\.(?P<us>\d{6}) )?< *(?P<ds>\d{1,10})\.(?P<dus>\d{6})>\] "
        r"(?:\[ {0,9}(?P<caller>[TC]\d+)\] )?"
    ),
    _new_clock,
    loses="facility and level; with delta alone the time of the first line",
    source="util-linux sys-utils/dmesg.c after 2.40 (print_record), 2.38.1 by its output",
    sign=">] ",
)
