"""The messages of one boot without their wrapping, found by glob, and where they were printed."""

from bisect import bisect_left
from collections.abc import Sequence
from functools import cached_property

from app.rules.globs import Texts, matcher, plain_parts
from app.rules.line_search import LineSearch
from app.rules.owners import Owners
from parsers import Boot
from parsers.detect import by_name, choose
from parsers.framings import Frame
from parsers.source import unquoted

_NO_THREAD = "cpu?"
"""Of lines that are none of the kernel's; like an interrupt's, they are in no initcall."""

_AS_THEY_ARE = frozenset({"dmesg", "printk_caller"})
"""Framings whose messages stand in their lines as they are, each line by itself."""

_FEW = 8
"""Lines are looked at one by one where fewer than one in so many is."""


class Messages:
    """What the lines of one boot say.

    A line that the framing cannot read (firmware, user space) is a message as it is, of
    no thread. ``framing`` is what the capture was read with; None finds it out again.
    """

    def __init__(self, boot: Boot, lines: Sequence[str], framing: str | None) -> None:
        self._boot = boot
        self._lines = lines
        self._framing = framing

    @cached_property
    def frames(self) -> tuple[Frame, ...]:
        """Every message, in the order of lines."""
        framing = by_name(self._framing) if self._framing else choose(self._lines)[0]
        first, last = self._boot.first_line, self._boot.last_line
        messages: list[Frame] = []
        line = first
        for frame in framing.frames(unquoted(tuple(self._lines))):
            if first <= frame.line <= last:
                if line < frame.line:
                    messages.extend(map(self._unframed, range(line, frame.line)))
                messages.append(frame)
                line = frame.line + 1
        messages.extend(map(self._unframed, range(line, last + 1)))
        return tuple(messages)

    def at(self, line: int) -> Sequence[Frame]:
        """The messages of one line: one, or two where it is torn."""
        if self._framing in _AS_THEY_ARE and "frames" not in vars(self):
            alone = unquoted((self._lines[line - 1],))
            return tuple(by_name(self._framing or "").frames(alone, line)) or (
                self._unframed(line),
            )
        place = bisect_left(self.frames, line, key=_line)
        end = place
        while end < len(self.frames) and self.frames[end].line == line:
            end += 1
        return self.frames[place:end]

    def fitting(self, globs: tuple[str, ...]) -> list[Frame]:
        """Those that fit any of ``globs``, in order.

        Where messages stand in their lines as they are, only lines that hold a plain part
        of what is asked for are taken apart.
        """
        numbers = self._numbers(globs) if self._framing in _AS_THEY_ARE else None
        if numbers is None:
            return [self.frames[place] for place in self._texts.fitting(globs)]
        if not numbers:  # and nothing to compile
            return []
        fits = matcher(globs)
        return [frame for n in numbers for frame in self.at(n) if fits(frame.text)]

    def _numbers(self, globs: tuple[str, ...]) -> list[int] | None:
        """The lines that may fit; None where it is better to look at all messages."""
        found: set[int] = set()
        for glob in globs:
            numbers = self._search.numbers(plain_parts(glob))
            if numbers is None or len(numbers) * _FEW > len(self._lines):
                return None
            found.update(numbers)
        return sorted(found)

    def owner(self, frame: Frame) -> int | None:
        """The initcall that a message was printed in, as parsers/pipeline.py tells it."""
        return self._owners.at(frame.line, frame.thread)

    @cached_property
    def _owners(self) -> Owners:
        return Owners(self._boot)

    @cached_property
    def _search(self) -> LineSearch:
        return LineSearch(self._boot, self._lines)

    @cached_property
    def _texts(self) -> Texts:
        return Texts([frame.text for frame in self.frames])

    def _unframed(self, line: int) -> Frame:
        return Frame(line, None, _NO_THREAD, self._lines[line - 1], False)


def _line(frame: Frame) -> int:
    return frame.line
