"""journalctl -k and syslog files: ``Nov 23 04:35:26 host kernel: calling ...``.

The date is when journald read the message, the same second for all of an early
boot: it orders nothing. Where syslog kept the kernel's own stamp, that one counts.
"""

from parsers.framings.base import AnchoredFraming, stamped
from parsers.pattern import pattern

_DATE = (
    r"(?:[^\s<]{2,6} [ \d]\d \d\d:\d\d:\d\d(?:\.\d+)?"  # short, short-precise
    r"|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)"  # short-iso
    r"|\S{2,6} \d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)? \S+"  # short-full
    r"|\d{9,11}\.\d{6})"  # short-unix
)

JOURNAL = AnchoredFraming(
    "journal",
    "Nov 23 04:35:26 host kernel: calling  ffa_init+0x0/0x820 @ 1",
    "journalctl -k -o short (-precise, -full, -iso, -unix, with-unit); /var/log/kern.log",
    pattern(
        _DATE + r" \S+ kernel: (?:\[ {0,5}(?P<s>\d{1,10})\.(?P<us>\d{6})\] ?)?"
        r"(?:\[ {0,9}(?P<caller>[TC]\d+)\] ?)?"
    ),
    stamped,
    "order",
    loses="the time: the date is when journald read the message",
    source="journalctl 252, by its output in each format",
    sign=" kernel: ",
)
