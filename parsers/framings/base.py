"""What a framing is: how the lines of one source are wrapped.

A framing never looks at what a message means, with one exception that the
lines force on it: where a line holds two stamps, the one in front of a message
of the kernel's init code is the true start (see ``MESSAGE_START``).
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Literal, Protocol, runtime_checkable

from parsers.named import NamedTuple
from parsers.pattern import pattern

Keeps = Literal["microseconds", "milliseconds", "order"]
"""What a source keeps of time: the kernel's stamp, a coarser one, or the order of lines."""

MESSAGE_START = (
    r"(?=calling |initcall |probe of |entering initcall level|Booting Linux|Linux version )"
)

_DAMAGED_STAMP = pattern(
    r"(?!\[ {0,5}\d{1,10}\.\d{6}\])\[?[\d .]{5,20}\] ?(?:\[[ TC\d]{1,12}\] ?)?"
    r"(?=calling  \S|initcall \S+ returned )"
)


TRACE = "ftrace"
"""The framing of what the kernel traces, which is no log."""
HEAD_LINES = 400
"""Where the head of a text that holds a log among others is looked for."""
_DROPPED = "** "


class Frame(NamedTuple):
    """One message without its wrapping. ``thread`` is a pid, or ``cpuN``.

    ``time_us`` is None where the source has no stamp, or only one in whole
    seconds, which would order lines wrongly.
    """

    line: int
    time_us: int | None
    thread: str | None
    text: str
    torn: bool


class Framing(Protocol):
    """One wrapping. ``example`` and ``made_by`` are shown to people."""

    @property
    def name(self) -> str:
        """As ``--framing`` takes it."""

    @property
    def example(self) -> str:
        """A line of it."""

    @property
    def made_by(self) -> str:
        """The command or device that writes such lines."""

    @property
    def keeps(self) -> Keeps:
        """What it keeps of time."""

    @property
    def loses(self) -> str:
        """What of the kernel's record is not in it, in words; empty for nothing."""

    @property
    def source(self) -> str:
        """The kernel file or tool, with its version, that this was read from."""

    def recognises(self, line: str) -> bool:
        """Whether ``line`` looks wrapped like this."""

    def frames(self, lines: Sequence[str], first_line: int = 1) -> Iterator[Frame]:
        """Yield the messages of ``lines`` in order, numbered from ``first_line``."""


@runtime_checkable
class Reordered(Protocol):
    """A framing whose source does not keep the lines in the order of printing."""

    def in_order(self, lines: tuple[str, ...]) -> tuple[str, ...]:
        """The lines as they were printed; the same object where they are."""


class StampedFraming(NamedTuple):
    """Lines stamped as printk stamps them (kernel/printk/printk.c, print_time).

    ``stamp`` matches one stamp, anywhere in a line, with groups seconds,
    microseconds and, where the source has it, caller.
    """

    name: str
    example: str
    made_by: str
    stamp: re.Pattern[str]
    inner: re.Pattern[str]
    keeps: Keeps = "microseconds"
    loses: str = ""
    source: str = ""

    @classmethod
    def of(
        cls, name: str, example: str, made_by: str, stamp: str, loses: str = "", source: str = ""
    ) -> "StampedFraming":
        """Build one from the pattern of its stamp."""
        inner = pattern(stamp + MESSAGE_START)
        return cls(name, example, made_by, pattern(stamp), inner, loses=loses, source=source)

    def recognises(self, line: str) -> bool:
        """A stamp anywhere will do: consoles put noise in front of it."""
        return "]" in line and self.stamp.search(line) is not None

    def frames(self, lines: Iterable[str], first_line: int = 1) -> Iterator[Frame]:
        """Yield the messages; lines without a stamp yield none.

        A line in which a second stamp starts a message of its own is torn: both
        parts are yielded, the first of them marked. So is a line whose stamp lost
        characters, in front of a message that says what it is: it has no time. A
        console says without a stamp how many messages it dropped.
        """
        match_stamp, search_inner = self.stamp.match, self.inner.search
        callers = self.stamp.groups > 2
        make = tuple.__new__  # a third of what Frame() costs
        thread: str | None = None
        number = first_line - 1
        for line in lines:
            number += 1
            stamp = match_stamp(line)
            if stamp is None:
                if "]" not in line:
                    if line.startswith(_DROPPED):
                        yield Frame(number, None, None, line, False)
                    continue
                stamp = search_inner(line) or self.stamp.search(line)
                if stamp is None:
                    if (damaged := _DAMAGED_STAMP.match(line)) is not None:
                        yield Frame(number, None, None, line[damaged.end() :], True)
                    continue
            text = line[stamp.end() :]
            if "[" in text and (second := search_inner(text)) is not None:
                yield _frame(number, stamp, text[: second.start()], torn=True)
                yield _frame(number, second, text[second.end() :], torn=False)
                continue
            if callers:
                seconds, fraction, caller = stamp.groups()
                thread = thread_of(caller)
            else:
                seconds, fraction = stamp.groups()
            yield make(Frame, (number, int(seconds + fraction), thread, text, False))


class AnchoredFraming(NamedTuple):
    """Lines that begin with a prefix. Lines that do not are no messages.

    ``prefix`` may have a group ``caller``; ``sign`` is a part of it that can be looked for
    before, at less than it costs to compile a pattern. ``new_clock`` makes, for each log, the
    function that turns a match into microseconds since boot.
    """

    name: str
    example: str
    made_by: str
    prefix: re.Pattern[str]
    new_clock: Callable[[], Callable[[re.Match[str]], int | None]]
    keeps: Keeps = "microseconds"
    loses: str = ""
    source: str = ""
    sign: str = ""

    def recognises(self, line: str) -> bool:
        """Whether the prefix is there."""
        return self.sign in line and self.prefix.match(line) is not None

    def frames(self, lines: Sequence[str], first_line: int = 1) -> Iterator[Frame]:
        """Yield a message for every line that has the prefix."""
        match, clock = self.prefix.match, self.new_clock()
        has_caller = "caller" in self.prefix.groupindex
        make = tuple.__new__
        thread: str | None = None
        number = first_line - 1
        for line in lines:
            number += 1
            found = match(line)
            if found is None:
                continue
            if has_caller:
                caller = found["caller"]
                thread = thread_of(caller) if caller else None
            yield make(Frame, (number, clock(found), thread, line[found.end() :], False))


def microseconds(seconds: str, fraction: str) -> int:
    """A stamp's two parts, the second with six digits, as microseconds."""
    return int(seconds + fraction)


def stamped() -> Callable[[re.Match[str]], int | None]:
    """A clock for prefixes with groups ``s`` and ``us``, which may both be missing."""
    return lambda found: microseconds(found["s"], found["us"]) if found["s"] else None


def thread_of(caller: str) -> str:
    """``T1`` as pid ``1``, ``C0`` as ``cpu0`` (printk.c, print_caller)."""
    return caller[1:] if caller[0] == "T" else f"cpu{caller[1:]}"


def _frame(line: int, stamp: re.Match[str], text: str, *, torn: bool) -> Frame:
    seconds, fraction, *caller = stamp.groups()
    thread = thread_of(caller[0]) if caller else None
    return Frame(line, int(seconds + fraction), thread, text, torn)
