"""``dmesg -r`` and syslog: ``<7>[    0.999724] calling ...``, pstore records too."""

from parsers.framings.base import AnchoredFraming, stamped
from parsers.pattern import pattern

DMESG_RAW = AnchoredFraming(
    "dmesg_raw",
    "<7>[    1.579198] calling  ffa_init+0x0/0x820 @ 1",
    "dmesg -r, klogctl, pstore",
    pattern(
        r"<\d{1,3}>\[ {0,5}(?P<s>\d{1,10})\.(?P<us>\d{6})\] ?(?:\[ {0,9}(?P<caller>[TC]\d+)\] ?)?"
    ),
    stamped,
)
