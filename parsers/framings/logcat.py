"""Android's ``logcat -b kernel``: ``11-23 04:27:13.123     0     0 I : calling ...``."""

from parsers.framings.base import AnchoredFraming, stamped
from parsers.pattern import pattern

LOGCAT = AnchoredFraming(
    "logcat",
    "11-23 04:27:13.123     0     0 D : calling  ffa_init+0x0/0x820 @ 1",
    "adb logcat -b kernel",
    pattern(
        r"(?:\d{4}-)?\d\d-\d\d \d\d:\d\d:\d\d\.\d{3,6} +\d+ +\d+ [VDIWEFS] [^:]{0,23}: "
        r"(?:\[ {0,5}(?P<s>\d{1,10})\.(?P<us>\d{6})\] )?"
    ),
    stamped,
    "order",
)
