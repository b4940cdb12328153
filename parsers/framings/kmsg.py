r"""/dev/kmsg records: ``7,597,999724,-,caller=T1;calling ...``.

``priority,sequence,microseconds,flags[,caller=T1];text``
(Documentation/ABI/testing/dev-kmsg). Lines that begin with a space are the
record's dictionary. Bytes below space and the backslash are written ``\xNN``. A gap
in the sequence is lost records. Extended consoles, netconsole among them, print the
same; a record that it sent in several packets (``ncfrag=``) is put together.
"""

from parsers.framings.records import RECORD, RecordFraming
from parsers.pattern import pattern

KMSG = RecordFraming(
    "kmsg",
    "7,597,999724,-,caller=T1;calling  ffa_init+0x0/0x820 @ 1",
    "cat /dev/kmsg; netconsole=+... into nc -u -l 6666",
    pattern(RECORD),
    "",
    "Linux 6.12 kernel/printk/printk.c (info_print_ext_header, msg_print_ext_body)",
)
