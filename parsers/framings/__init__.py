"""The framings, most specific first: detection prefers the earlier of equals."""

from parsers.framings.base import Frame, Framing
from parsers.framings.dmesg import DMESG
from parsers.framings.dmesg_ctime import DMESG_CTIME
from parsers.framings.dmesg_decoded import DMESG_DECODED
from parsers.framings.dmesg_delta import DMESG_DELTA
from parsers.framings.dmesg_iso import DMESG_ISO
from parsers.framings.dmesg_json import DMESG_JSON
from parsers.framings.dmesg_notime import DMESG_NOTIME
from parsers.framings.dmesg_raw import DMESG_RAW
from parsers.framings.dmesg_reltime import DMESG_RELTIME
from parsers.framings.ftrace import FTRACE
from parsers.framings.journal import JOURNAL
from parsers.framings.journal_export import JOURNAL_EXPORT
from parsers.framings.journal_json import JOURNAL_JSON
from parsers.framings.journal_monotonic import JOURNAL_MONOTONIC
from parsers.framings.kmsg import KMSG
from parsers.framings.logcat import LOGCAT
from parsers.framings.printk_caller import PRINTK_CALLER

FRAMINGS: tuple[Framing, ...] = (
    JOURNAL_JSON, JOURNAL_EXPORT, DMESG_JSON, KMSG, FTRACE,
    JOURNAL, JOURNAL_MONOTONIC, DMESG_RAW, DMESG_DECODED,
    DMESG_DELTA, DMESG_CTIME, DMESG_ISO, DMESG_RELTIME, LOGCAT,
    PRINTK_CALLER, DMESG, DMESG_NOTIME,
)  # fmt: skip

__all__ = ["FRAMINGS", "Frame", "Framing"]
