"""``dmesg -t`` and printk.time=0: messages without a stamp.

printk.time takes effect when it is parsed, so the first lines may have stamps and
the rest none. Lines are messages from the first one that only a kernel prints.
"""

from collections.abc import Iterator, Sequence

from parsers.framings.base import Frame, Keeps, microseconds
from parsers.pattern import pattern

_KERNEL = pattern(
    r"(?:\[ {0,5}(?P<s>\d{1,10})\.(?P<us>\d{6})\] )?(?P<start>Booting Linux on |Linux version \d"
    r"|calling {1,2}\S+\+0x|initcall \S+\+0x|probe of \S.* returned )"
)
_STAMP = pattern(r"\[ {0,5}(?P<s>\d{1,10})\.(?P<us>\d{6})\] ")


class NotimeFraming:
    """The order of lines is all that is kept."""

    name: str = "dmesg_notime"
    example: str = "calling  ffa_init+0x0/0x820 @ 1"
    made_by: str = "dmesg -t, a kernel with printk.time=0"
    keeps: Keeps = "order"

    def recognises(self, line: str) -> bool:
        """Whether this bare line is one that only a kernel prints."""
        found = _KERNEL.match(line)
        return found is not None and found["s"] is None

    def frames(self, lines: Sequence[str], first_line: int = 1) -> Iterator[Frame]:
        """Yield every line from the kernel's first one on."""
        begun = False
        for number, line in enumerate(lines, first_line):
            begun = begun or _KERNEL.match(line) is not None
            if not begun or not line.strip():
                continue
            stamp = _STAMP.match(line)
            if stamp is None:
                yield Frame(number, None, None, line, False)
            else:
                time_us = microseconds(stamp["s"], stamp["us"])
                yield Frame(number, time_us, None, line[stamp.end() :], False)


DMESG_NOTIME = NotimeFraming()
