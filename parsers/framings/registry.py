"""All framings, most specific first: detection prefers the earlier of equals.

A log of nothing but plain dmesg lines is read without importing this.
"""

from parsers.framings.base import Framing
from parsers.framings.bugreport import BUGREPORT
from parsers.framings.conserver import CONSERVER
from parsers.framings.dmesg import DMESG
from parsers.framings.dmesg_ctime import DMESG_CTIME
from parsers.framings.dmesg_decoded import DMESG_DECODED
from parsers.framings.dmesg_delta import DMESG_DELTA
from parsers.framings.dmesg_formats import DMESG_FORMATS
from parsers.framings.dmesg_iso import DMESG_ISO
from parsers.framings.dmesg_json import DMESG_JSON
from parsers.framings.dmesg_notime import DMESG_NOTIME
from parsers.framings.dmesg_raw import DMESG_RAW
from parsers.framings.dmesg_reltime import DMESG_RELTIME
from parsers.framings.docker_json import DOCKER_JSON
from parsers.framings.ftrace import FTRACE
from parsers.framings.grabserial import GRABSERIAL
from parsers.framings.host_clock import HOST_CLOCK
from parsers.framings.journal import JOURNAL
from parsers.framings.journal_export import JOURNAL_EXPORT
from parsers.framings.journal_json import JOURNAL_JSON
from parsers.framings.journal_monotonic import JOURNAL_MONOTONIC
from parsers.framings.journal_verbose import JOURNAL_VERBOSE
from parsers.framings.kmsg import KMSG
from parsers.framings.lava import LAVA
from parsers.framings.logcat import LOGCAT
from parsers.framings.netconsole import NETCONSOLE
from parsers.framings.printk_caller import PRINTK_CALLER
from parsers.framings.pstore import PSTORE
from parsers.framings.syslog import SYSLOG
from parsers.framings.vendor_columns import VENDOR_COLUMNS

FRAMINGS: tuple[Framing, ...] = (
    BUGREPORT, PSTORE,
    LAVA, DOCKER_JSON, JOURNAL_JSON, JOURNAL_EXPORT, JOURNAL_VERBOSE, DMESG_JSON,
    NETCONSOLE, KMSG, FTRACE,
    JOURNAL, JOURNAL_MONOTONIC, SYSLOG, DMESG_FORMATS, DMESG_ISO,
    GRABSERIAL, CONSERVER, HOST_CLOCK, VENDOR_COLUMNS, DMESG_RAW, DMESG_DECODED,
    DMESG_DELTA, DMESG_CTIME, DMESG_RELTIME, LOGCAT,
    PRINTK_CALLER, DMESG, DMESG_NOTIME,
)  # fmt: skip
