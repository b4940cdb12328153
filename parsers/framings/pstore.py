"""What a crash left in persistent memory: ``Panic#1 Part1``, then records as dmesg -r has them.

The kernel writes the end of its buffer first: Part1 is the newest. ``in_order`` puts
the parts of one crash into the order in which they were printed. ramoops' own memory
has ``====1234.567890-D`` in front.
"""

from collections.abc import Iterator, Sequence

from parsers.framings.base import HEAD_LINES, Frame, Keeps
from parsers.framings.inner import kernel_frames, spread
from parsers.pattern import pattern

_REASON = "Panic|Oops|Emergency|Shutdown|Restart|Halt|Poweroff|Unknown"
_HEAD = pattern(
    rf"(?:(?:{_REASON})#\d{{1,9}} Part(?P<part>\d{{1,9}})|={{4}}\d{{1,10}}\.\d{{1,6}}-[CD])$"
)


class PstoreFraming:
    """The parts' heads are no messages."""

    name: str = "pstore"
    example: str = "Panic#1 Part1"
    made_by: str = "cat /sys/fs/pstore/dmesg-*, /var/lib/systemd/pstore/*/dmesg.txt"
    keeps: Keeps = "microseconds"
    loses: str = "all but the last kilobytes before the crash"
    source: str = "Linux 6.12 fs/pstore/platform.c (pstore_dump), fs/pstore/ram.c"

    def recognises(self, line: str) -> bool:
        """Whether a part begins here."""
        return ("#" in line or line.startswith("=")) and _HEAD.match(line) is not None

    def inside(self, lines: Sequence[str]) -> list[str]:
        """The lines that are no heads; none if no head is near the beginning."""
        if not any(map(self.recognises, lines[:HEAD_LINES])):
            return []
        return [line for line in lines if not self.recognises(line)]

    def frames(self, lines: Sequence[str], first_line: int = 1) -> Iterator[Frame]:
        """Yield the messages in the order of lines."""
        console = ("" if self.recognises(line) else line for line in lines)
        yield from kernel_frames(console, spread(lines), first_line)

    def in_order(self, lines: tuple[str, ...]) -> tuple[str, ...]:
        """The lines with each crash's parts oldest first; the same ones if they are."""
        parts: list[tuple[int, int, int]] = []
        crash, before = 0, ""
        for start, line in enumerate(lines):
            head = _HEAD.match(line)
            if head is None or head["part"] is None:
                continue
            reason = line.partition(" ")[0]
            crash += reason != before
            before = reason
            parts.append((crash, -int(head["part"]), start))
        if parts == sorted(parts):
            return lines
        starts = [start for _, _, start in parts]
        ends = dict(zip(starts, [*starts[1:], len(lines)], strict=True))
        ordered = list(lines[: starts[0]])
        for _, _, start in sorted(parts):
            ordered.extend(lines[start : ends[start]])
        return tuple(ordered)


PSTORE = PstoreFraming()
