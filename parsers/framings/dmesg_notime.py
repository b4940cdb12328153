"""``dmesg -t`` and printk.time=0: messages without a stamp.

printk.time takes effect when it is parsed, so the first lines may have stamps and
the rest none; CONFIG_PRINTK_CALLER still names the task. Lines are messages from the
first one that only a kernel prints. ``journalctl -k -o cat`` prints the same.
"""

from collections.abc import Iterator, Sequence

from parsers.framings.base import Frame, Keeps
from parsers.framings.inner import bare_frames, is_bare_line, is_stamped_line


class NotimeFraming:
    """The order of lines is all that is kept."""

    name: str = "dmesg_notime"
    example: str = "calling  ffa_init+0x0/0x820 @ 1"
    made_by: str = "dmesg -t; journalctl -k -o cat; a kernel with printk.time=0"
    keeps: Keeps = "order"
    loses: str = "the time, facility and level"
    source: str = "Linux 6.12 kernel/printk/printk.c (printk_time), util-linux 2.38.1 by its output"

    def recognises(self, line: str) -> bool:
        """Whether this bare line is one that only a kernel prints."""
        return is_bare_line(line)

    def fits(self, line: str) -> bool:
        """Whether this line may be bare: any may that has no stamp."""
        return not is_stamped_line(line)

    def frames(self, lines: Sequence[str], first_line: int = 1) -> Iterator[Frame]:
        """Yield every line from the kernel's first one on."""
        yield from bare_frames(lines, first_line)


DMESG_NOTIME = NotimeFraming()
