"""``dmesg -T`` (``--time-format ctime``): a date in whole seconds.

Too coarse to order by, and computed from a clock that is wrong after suspend: the
order of lines is all it keeps. ``-T -d`` has the steps as well, and they are summed
up from the first line.
"""

from parsers.framings.base import AnchoredFraming
from parsers.framings.time_formats import CALLER, CTIME, new_clock
from parsers.pattern import pattern

DMESG_CTIME = AnchoredFraming(
    "dmesg_ctime",
    "[Mon Nov 23 04:27:14 2026] calling  ffa_init+0x0/0x820 @ 1",
    "dmesg -T",
    pattern(CTIME + CALLER),
    new_clock,
    "order",
    loses="the time, but for -T -d; facility and level",
    source="util-linux sys-utils/dmesg.c after 2.40 (record_ctime), 2.38.1 by its output",
    sign="] ",
)
