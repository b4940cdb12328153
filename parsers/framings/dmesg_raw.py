"""``dmesg -r`` and syslog: ``<7>[    0.999724] calling ...``; klogctl gives the same."""

from parsers.framings.base import AnchoredFraming, stamped
from parsers.pattern import pattern

DMESG_RAW = AnchoredFraming(
    "dmesg_raw",
    "<7>[    1.579198] calling  ffa_init+0x0/0x820 @ 1",
    "dmesg -r",
    pattern(
        r"<\d{1,3}>\[ {0,5}(?P<s>\d{1,10})\.(?P<us>\d{6})\] ?(?:\[ {0,9}(?P<caller>[TC]\d+)\] ?)?"
    ),
    stamped,
    source="Linux 6.12 kernel/printk/printk.c (print_syslog), util-linux 2.38.1 by its output",
    sign=">[",
)
