"""netconsole's extended records with the kernel's release in front, or a receiver's stamp.

``6.12.117,7,597,999724,-;calling ...`` (``release=1``). A syslog daemon or a
receiver adds a date and the sender's name or address. Plain netconsole (without
``+``) sends console lines and is read as such.
"""

from parsers.framings.records import RECORD, RecordFraming
from parsers.pattern import pattern

_RELEASE = r"\d{1,2}\.\d[\w.+~-]{0,60},"
_RECEIVER = (
    r"(?:\[?\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?\]?"
    r"|[^\W\d_]{2,6} [ \d]\d \d\d:\d\d:\d\d) {1,4}(?:\S{1,64} )?"
)

NETCONSOLE = RecordFraming(
    "netconsole",
    "6.12.117,7,597,999724,-,caller=T1;calling  ffa_init+0x0/0x820 @ 1",
    "netconsole=+r6665@/eth0,6666@10.0.0.2/ on the board, nc -u -l 6666 on the host",
    pattern(rf"(?:{_RECEIVER}(?:{_RELEASE})?|{_RELEASE}){RECORD}"),
    "what UDP lost on the way: a gap in the sequence says so",
    "Linux drivers/net/netconsole.c (send_ext_msg_udp, send_fragmented_body)",
)
