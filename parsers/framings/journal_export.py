"""journalctl -k -o export: fields a line, records parted by an empty line."""

from collections.abc import Iterator, Sequence

from parsers.framings.base import Frame, Keeps

_TIME = "_SOURCE_MONOTONIC_TIMESTAMP="


class JournalExportFraming:
    """A message has the number of its MESSAGE line."""

    name: str = "journal_export"
    example: str = "MESSAGE=calling  ffa_init+0x0/0x820 @ 1"
    made_by: str = "journalctl -k -o export"
    keeps: Keeps = "microseconds"

    def recognises(self, line: str) -> bool:
        """Whether this is a field that every record of the kernel has."""
        return line.startswith(("MESSAGE=", "__CURSOR=", _TIME, "_TRANSPORT=kernel"))

    def frames(self, lines: Sequence[str], first_line: int = 1) -> Iterator[Frame]:
        """Yield a message at the end of every record."""
        time_us: int | None = None
        message: tuple[int, str] | None = None
        for number, line in enumerate((*lines, ""), first_line):
            if line.startswith("MESSAGE="):
                message = (number, line[8:])
            elif line.startswith(_TIME) and line[len(_TIME) :].isdecimal():
                time_us = int(line[len(_TIME) :])
            elif not line:
                if message is not None:
                    yield Frame(message[0], time_us, None, message[1], False)
                time_us = message = None


JOURNAL_EXPORT = JournalExportFraming()
