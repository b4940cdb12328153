"""journalctl -k -o verbose: a line with date and cursor, then the fields, indented.

A message of several lines has its further lines indented deeper.
"""

from collections.abc import Iterator, Sequence

from parsers.framings.base import Frame, Keeps
from parsers.framings.inner import plain
from parsers.pattern import pattern

_HEAD = pattern(r"\S{2,6} \d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6} \S{1,9} \[s=[0-9a-f]{1,32};i=")
_TIME = pattern(r" {4}_SOURCE_MONOTONIC_TIMESTAMP=(\d{1,18})$")
_KERNEL = "    _TRANSPORT=kernel"
_MESSAGE = "    MESSAGE="


class JournalVerboseFraming:
    """A message has the number of its MESSAGE line."""

    name: str = "journal_verbose"
    example: str = "    MESSAGE=calling  ffa_init+0x0/0x820 @ 1"
    made_by: str = "journalctl -k -o verbose"
    keeps: Keeps = "microseconds"
    loses: str = "the thread; messages with control characters, shown as blob data"
    source: str = "journalctl 252, by its output"

    def recognises(self, line: str) -> bool:
        """Whether this is a record's head, or a field that the kernel's records have."""
        if line.startswith("    "):
            return line.startswith((_MESSAGE, "    _", "    PRIORITY=", "    SYSLOG_"))
        return " [s=" in line and _HEAD.match(line) is not None

    def frames(self, lines: Sequence[str], first_line: int = 1) -> Iterator[Frame]:
        """Yield the message of every record of the kernel."""
        time_us: int | None = None
        message: tuple[int, str] | None = None
        kernel = False
        for number, line in enumerate((*lines, ""), first_line):
            if line.startswith("    "):
                if line.startswith(_MESSAGE):
                    message = (number, line[len(_MESSAGE) :])
                elif line == _KERNEL:
                    kernel = True
                elif (stamp := _TIME.match(line)) is not None:
                    time_us = int(stamp[1])
                continue
            if message is not None and kernel:
                yield Frame(message[0], time_us, None, plain(message[1]), False)
            time_us, message, kernel = None, None, False


JOURNAL_VERBOSE = JournalVerboseFraming()
