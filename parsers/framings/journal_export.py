"""journalctl -k -o export: fields a line, records parted by an empty line.

A field with a control character in it is written as its name, eight bytes of length
and the data. The bytes of zero are gone from decoded text; what is left of the length
is told from the data by being right about it.
"""

from collections.abc import Iterator, Sequence

from parsers.framings.base import Frame, Keeps
from parsers.framings.inner import plain

_TIME = "_SOURCE_MONOTONIC_TIMESTAMP="
_FIELDS = (
    "MESSAGE=", "__CURSOR=", "__REALTIME_TIMESTAMP=", "__MONOTONIC_TIMESTAMP=", "__SEQNUM",
    "_BOOT_ID=", "_MACHINE_ID=", "_HOSTNAME=", "_RUNTIME_SCOPE=", "_TRANSPORT=kernel",
    "_SOURCE_", "SYSLOG_FACILITY=", "SYSLOG_IDENTIFIER=kernel", "PRIORITY=", "_KERNEL_", "_UDEV_",
)  # fmt: skip
_MOST_LINES = 100
_MOST_BYTES = 65_536


class JournalExportFraming:
    """A message has the number of the line that it begins on."""

    name: str = "journal_export"
    example: str = "MESSAGE=calling  ffa_init+0x0/0x820 @ 1"
    made_by: str = "journalctl -k -o export"
    keeps: Keeps = "microseconds"
    loses: str = "the thread"
    source: str = "journalctl 252, by its output"

    def recognises(self, line: str) -> bool:
        """Whether this is a field that the kernel's records have."""
        return line.startswith(_FIELDS)

    def frames(self, lines: Sequence[str], first_line: int = 1) -> Iterator[Frame]:
        """Yield a message at the end of every record of the kernel."""
        time_us: int | None = None
        message: tuple[int, str] | None = None
        foreign = False
        inside = -1
        for index, line in enumerate((*lines, "")):
            if index <= inside:
                continue
            if line == "MESSAGE":
                begins, text, inside = _binary(lines, index + 1)
                message = (first_line + begins, text)
            elif line.startswith("MESSAGE="):
                message = (first_line + index, line[8:])
            elif line.startswith(_TIME) and line[len(_TIME) :].isdecimal():
                time_us = int(line[len(_TIME) :][:18])
            elif line.startswith("_TRANSPORT="):
                foreign = line != "_TRANSPORT=kernel"
            elif not line:
                if message is not None and not foreign:
                    yield Frame(message[0], time_us, None, plain(message[1]), False)
                time_us, message, foreign = None, None, False


def _binary(lines: Sequence[str], start: int) -> tuple[int, str, int]:
    """Data at ``lines[start]``: index of its first line, that line, index of its last."""
    data = "\n".join(lines[start : start + _MOST_LINES])[:_MOST_BYTES]
    for width in (1, 2):
        length = int.from_bytes(bytes(min(ord(c), 255) for c in data[:width]), "little")
        encoded = data[width:].encode("utf-8", "replace")
        if len(encoded) >= length and encoded[length : length + 1] in (b"\n", b""):
            text = encoded[:length].decode("utf-8", "replace")
            begins = start + data[:width].count("\n")
            return begins, text.partition("\n")[0], begins + text.count("\n")
    return start, data[1:].partition("\n")[0], start


JOURNAL_EXPORT = JournalExportFraming()
