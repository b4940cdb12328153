"""A capture on another machine, which put its own stamp in front of each line."""

import re
from collections.abc import Iterator, Sequence

from parsers.framings.base import Frame, Keeps, microseconds
from parsers.framings.inner import is_kernel_line, kernel_frames, may_hold_kernel_line, spread
from parsers.named import NamedTuple


class HostedFraming(NamedTuple):
    """``prefix`` matches what the host wrote; what follows is the console's line.

    The kernel's own stamp wins. Where the kernel stamps nothing, groups ``s`` and
    ``us`` of the prefix, if it has them, are the time: a clock that the capture
    program started for just that. A wall clock is never taken, for the line may have
    waited in any number of buffers before it was stamped.
    """

    name: str
    example: str
    made_by: str
    prefix: re.Pattern[str]
    keeps: Keeps
    loses: str
    source: str

    def recognises(self, line: str) -> bool:
        """Whether the prefix is there, and a line of the kernel after it."""
        found = self.prefix.match(line) if may_hold_kernel_line(line) else None
        return found is not None and is_kernel_line(line, found.end())

    def fits(self, line: str) -> bool:
        """Whether the prefix is there, whatever follows it."""
        return self.prefix.match(line) is not None

    def frames(self, lines: Sequence[str], first_line: int = 1) -> Iterator[Frame]:
        """Yield the messages; a line that lacks the prefix is read as it is."""
        timed = "us" in self.prefix.groupindex
        seen: list[int | None] = [None]

        def console() -> Iterator[str]:
            for line in lines:
                found = self.prefix.match(line)
                if timed:
                    at = found is not None and found["us"] is not None
                    seen[0] = microseconds(found["s"], found["us"]) if found and at else None
                yield self._bare(line, found)

        sample = (self._bare(line, self.prefix.match(line)) for line in spread(lines))
        elapsed = (lambda: seen[0]) if timed else None
        yield from kernel_frames(console(), sample, first_line, elapsed)

    @staticmethod
    def _bare(line: str, found: re.Match[str] | None) -> str:
        return line if found is None else line[found.end() :]
