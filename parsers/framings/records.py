"""Records as printk writes them to /dev/kmsg and to extended consoles.

``priority,sequence,microseconds,flags[,caller=T1][,ncfrag=0/33];text``
(Documentation/ABI/testing/dev-kmsg, Documentation/networking/netconsole.rst).
"""

import re
from collections.abc import Iterator, Sequence

from parsers.framings.base import Frame, Keeps, thread_of
from parsers.framings.inner import first_line_of
from parsers.named import NamedTuple
from parsers.pattern import pattern

RECORD = (
    r"(?P<pri>\d{1,4}),(?P<seq>\d{1,20}),(?P<us>\d{1,18}),(?P<flags>[^;,]{0,9})"
    r"(?P<more>(?:,[^;]{0,400})?);"
)
_CALLER = pattern(r"caller=([TC]\d{1,10})")
_PART = pattern(r"ncfrag=(\d{1,9})/(\d{1,9})")
_HEAD_BEFORE = pattern(
    r"(?:\d{1,2}\.\d[\w.+~-]{0,60},)?\d{1,4},\d{1,20},\d{1,18},[^;,]{0,9}(?:,caller=[TC]\d{1,10})?$"
)
_DICTIONARY = (" SUBSYSTEM=", " DEVICE=")
_LONGEST_HEAD = 160
_ESCAPE = pattern(r"\\x([0-9a-fA-F]{2})")
_KERNEL_FACILITY = 0


class _Parts:
    """What is there of a record that went out in several packets."""

    def __init__(self, sequence: int, first: Frame, total: int) -> None:
        self.sequence = sequence
        self.first = first
        self.total = total
        self.size = 0
        self.whole = True
        self.texts: list[str] = []

    def add(self, offset: int, text: str) -> None:
        """One packet more. The offset counts bytes of the text as it was sent."""
        self.whole = self.whole and offset == self.size
        self.size += len(text.encode("utf-8", "replace"))
        self.texts.append(text)

    def frame(self) -> Frame:
        whole = self.whole and self.size >= self.total
        return self.first._replace(text=_decoded("".join(self.texts)), torn=not whole)


class RecordFraming(NamedTuple):
    """``record`` matches a record's head, with what may stand in front of it.

    Records of user space (another facility) are passed over. Several packets of one
    record are put together again; where one is missing the message is marked torn.
    """

    name: str
    example: str
    made_by: str
    record: re.Pattern[str]
    loses: str
    source: str
    keeps: Keeps = "microseconds"

    def recognises(self, line: str) -> bool:
        """Whether a record begins here, or a line of its dictionary is."""
        begins = ";" in line and self.record.match(line) is not None
        return begins or line.startswith(_DICTIONARY)

    def frames(self, lines: Sequence[str], first_line: int = 1) -> Iterator[Frame]:
        """Yield the kernel's records; a gap yields printk's own words for a loss."""
        expected: int | None = None
        parts: _Parts | None = None
        for number, found, text in self._records(lines, first_line):
            sequence, time_us = int(found["seq"]), int(found["us"])
            fragment = _PART.search(found["more"])
            if parts is not None and (fragment is None or parts.sequence != sequence):
                yield parts.frame()
                parts = None
            if expected is not None and sequence > expected:
                lost = f"** {sequence - expected} printk messages dropped **"
                yield Frame(number, time_us, None, lost, False)
            expected = sequence + 1
            if int(found["pri"]) >> 3 != _KERNEL_FACILITY:
                continue
            caller = _CALLER.search(found["more"])
            frame = Frame(number, time_us, thread_of(caller[1]) if caller else None, "", False)
            if fragment is None:
                yield frame._replace(text=_decoded(text))
                continue
            if parts is None:
                parts = _Parts(sequence, frame, int(fragment[2]))
            parts.add(int(fragment[1]), text)
        if parts is not None:
            yield parts.frame()

    def _records(
        self, lines: Sequence[str], first_line: int
    ) -> Iterator[tuple[int, re.Match[str], str]]:
        """Each record's line, head and text. Packets have no line end but the last one's."""
        for number, line in enumerate(lines, first_line):
            found = self.record.match(line)
            while found is not None:
                end = len(line)
                if "ncfrag=" in found["more"]:
                    end = _next_head(line, found.end())
                yield number, found, line[found.end() : end]
                found = self.record.match(line, end) if end < len(line) else None


def _next_head(line: str, start: int) -> int:
    """Where the next packet's record begins on the same line; else the line's end."""
    mark = line.find(",ncfrag=", start)
    if mark < 0:
        return len(line)
    from_here = max(start, mark - _LONGEST_HEAD)
    head = _HEAD_BEFORE.search(line[from_here:mark])
    return from_here + head.start() if head is not None else len(line)


def _decoded(text: str) -> str:
    return first_line_of(_ESCAPE.sub(lambda escape: chr(int(escape[1], 16)), text))
