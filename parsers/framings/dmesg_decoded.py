"""``dmesg -x``: facility and level in words before the stamps, which may be of any format.

With ``-T`` alone the stamp is a date in whole seconds, which orders nothing; with
``-t`` there is none.
"""

from parsers.framings.base import AnchoredFraming
from parsers.framings.time_formats import ANY, CALLER, new_clock
from parsers.pattern import pattern

DMESG_DECODED = AnchoredFraming(
    "dmesg_decoded",
    "kern  :debug : [    1.579198] calling  ffa_init+0x0/0x820 @ 1",
    "dmesg -x",
    pattern(rf"[a-z0-9]{{3,8}} {{0,6}}:[a-z]{{3,6}} {{0,6}}: {ANY}{{0,6}}{CALLER}"),
    new_clock,
    loses="with -T or -t the time",
    source="util-linux sys-utils/dmesg.c after 2.40 (print_record), 2.38.1 by its output",
    sign=": [",
)
