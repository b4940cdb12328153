"""What a framing is: how the lines of one source are wrapped.

A framing never looks at what a message means, with one exception that the
lines force on it: where a line holds two stamps, the one in front of a message
of the kernel's init code is the true start (see ``_MESSAGE_START``).
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

_MESSAGE_START = (
    r"(?=calling |initcall |probe of |entering initcall level|Booting Linux|Linux version )"
)


class Frame(NamedTuple):
    """One message without its wrapping. ``thread`` is a pid, or ``cpuN``."""

    line: int
    time_us: int | None
    thread: str | None
    text: str
    torn: bool


@dataclass(frozen=True, slots=True)
class Framing:
    """Lines stamped as printk stamps them (kernel/printk/printk.c, print_time).

    ``stamp`` matches one stamp, with groups seconds, microseconds and, where the
    source has it, caller. ``example`` is shown to people.
    """

    name: str
    example: str
    stamp: re.Pattern[str]
    inner: re.Pattern[str]

    @classmethod
    def of(cls, name: str, example: str, stamp: str) -> "Framing":
        """Build one from the pattern of its stamp."""
        return cls(name, example, re.compile(stamp), re.compile(stamp + _MESSAGE_START))

    def frames(self, lines: Sequence[str], first_line: int = 1) -> Iterator[Frame]:
        """Yield the messages of ``lines`` in order; lines without a stamp yield none.

        A line in which a second stamp starts a message of its own is torn: both
        parts are yielded, the first of them marked.
        """
        match_stamp = self.stamp.match
        search_inner = self.inner.search
        for number, line in enumerate(lines, first_line):
            stamp = match_stamp(line)
            if stamp is None:
                if "]" not in line:
                    continue
                stamp = search_inner(line) or self.stamp.search(line)
                if stamp is None:
                    continue
            text = line[stamp.end() :]
            if "[" in text and (second := search_inner(text)) is not None:
                yield _frame(number, stamp, text[: second.start()], torn=True)
                yield _frame(number, second, text[second.end() :], torn=False)
            else:
                yield _frame(number, stamp, text, torn=False)


def _frame(line: int, stamp: re.Match[str], text: str, *, torn: bool) -> Frame:
    groups = stamp.groups()
    time_us = int(groups[0]) * 1_000_000 + int(groups[1])
    return Frame(line, time_us, _thread(groups[2]) if len(groups) > 2 else None, text, torn)


def _thread(caller: str) -> str:
    return caller[1:] if caller[0] == "T" else f"cpu{caller[1:]}"
