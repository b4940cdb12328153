"""Syslog records: ``<6>Nov 23 04:35:26 host kernel: ...``, RFC 5424, or ``kernel: `` alone.

The date is when the daemon took the message. Where it kept the kernel's own stamp
(rsyslog does by default), that one counts. Other programs' records are passed over.
"""

from parsers.framings.base import AnchoredFraming, stamped
from parsers.pattern import pattern

_BSD = r"[^\W\d_]{2,6} [ \d]\d \d\d:\d\d:\d\d \S{1,255} "
_ISO = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)"

SYSLOG = AnchoredFraming(
    "syslog",
    "<7>1 2026-11-23T04:35:26.123456+00:00 host kernel - - - [    1.579198] calling  x+0x0/0x1 @ 1",
    "rsyslog's RSYSLOG_SyslogProtocol23Format, logger and relays that keep <priority>",
    pattern(
        rf"(?:<\d{{1,3}}>1 {_ISO} \S{{1,255}} kernel \S{{1,128}} \S{{1,32}}"
        r" (?:-|\[[^\]]{0,999}\]) \ufeff?"
        rf"|(?:<\d{{1,3}}>)?(?:{_BSD})?kernel: )"
        r"(?:\[ {0,5}(?P<s>\d{1,10})\.(?P<us>\d{6})\] ?)?(?:\[ {0,9}(?P<caller>[TC]\d{1,10})\] ?)?"
    ),
    stamped,
    "order",
    loses="the time, where the daemon took the kernel's stamp away",
    source="RFC 5424 section 6 (ABNF), syslog files published with bug reports",
    sign="kernel",
)
