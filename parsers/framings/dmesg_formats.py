"""dmesg with several ``--time-format``: all their stamps in a row before the message.

The finest counts: the kernel's own, then iso, then steps summed up from the first
line. Dates in whole seconds alone keep the order of lines.
"""

from parsers.framings.base import AnchoredFraming
from parsers.framings.time_formats import ANY, CALLER, new_clock
from parsers.pattern import pattern

# Python has no name for a group twice, so that two stamps of one format are parted by hand.
_NO_TWO_RAW = r"(?!\[ {0,5}\d{1,10}\.\d{6}\] \[ {0,5}\d{1,10}\.\d{6}\] )"

DMESG_FORMATS = AnchoredFraming(
    "dmesg_formats",
    "[Mon Nov 23 04:27:14 2026] [    1.579198] calling  ffa_init+0x0/0x820 @ 1",
    "dmesg --time-format ctime --time-format raw",
    pattern(rf"{_NO_TWO_RAW}{ANY}{{2,6}}{CALLER}"),
    new_clock,
    loses="facility and level, lines after the first of a message have no stamp",
    source="util-linux sys-utils/dmesg.c after 2.40 (print_record)",
)
