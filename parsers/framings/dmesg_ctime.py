"""``dmesg -T`` (``--time-format ctime``): a date in whole seconds.

Too coarse to order by, and computed from a clock that is wrong after suspend: the
order of lines is all it keeps.
"""

from parsers.framings.base import AnchoredFraming
from parsers.pattern import pattern

DMESG_CTIME = AnchoredFraming(
    "dmesg_ctime",
    "[Mon Nov 23 04:27:14 2026] calling  ffa_init+0x0/0x820 @ 1",
    "dmesg -T",
    pattern(
        r"\[\S{2,6} \S{2,6} [ \d]\d \d\d:\d\d:\d\d \d{4}(?: < *[\d.]+>)?\] "
        r"(?:\[ {0,9}(?P<caller>[TC]\d+)\] )?"
    ),
    lambda: lambda found: None,
    "order",
)
