"""``dmesg -x``: facility and level in words before the stamp.

With ``-T`` as well the stamp is a date in whole seconds, which orders nothing.
"""

from parsers.framings.base import AnchoredFraming, stamped
from parsers.pattern import pattern

DMESG_DECODED = AnchoredFraming(
    "dmesg_decoded",
    "kern  :debug : [    1.579198] calling  ffa_init+0x0/0x820 @ 1",
    "dmesg -x",
    pattern(
        r"[a-z0-9]{3,8} *:[a-z]{3,6} *: "
        r"\[(?: {0,5}(?P<s>\d{1,10})\.(?P<us>\d{6})|\w{3} \w{3} [ \d]\d \d\d:\d\d:\d\d \d{4})\] "
        r"(?:\[ {0,9}(?P<caller>[TC]\d+)\] )?"
    ),
    stamped,
)
