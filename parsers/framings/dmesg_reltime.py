"""``dmesg -H``, ``-e``, ``--time-format reltime``: ``[  +0.000273] calling ...``.

The steps are summed up from the first line. A line that begins a new minute has
the date instead of its step, so up to a minute may be missing after it.
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
            total += microseconds(found["s"], found["us"])
        return total

    return clock


DMESG_RELTIME = AnchoredFraming(
    "dmesg_reltime",
    "[  +0.000273] calling  ffa_init+0x0/0x820 @ 1",
    "dmesg -H, dmesg -e",
    pattern(
        r"\[(?: *\+(?P<s>\d{1,10})\.(?P<us>\d{6})|\S{2,6}[ \d]\d \d\d:\d\d)\] "
        r"(?:\[ {0,9}(?P<caller>[TC]\d+)\] )?"
    ),
    _new_clock,
    loses="the step to a line that begins a new minute; facility and level",
    source="util-linux sys-utils/dmesg.c after 2.40 (print_record), 2.38.1 by its output",
    sign="] ",
)
