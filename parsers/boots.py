"""Where one boot of a capture ends and the next begins, and what is told twice.

A kernel begins with ``Booting Linux on physical CPU`` (arm64), then ``Linux version``;
elsewhere with the latter. A console that is registered late prints the whole log
once more, and people paste a log twice: lines that repeat earlier ones to the
microsecond are no new boot, and are left out.
"""

from array import array
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import islice

from parsers.events import Boot, Diagnostic
from parsers.framings import Frame, Framing
from parsers.record import replace

TOLERANCE_US = 2_000
"""Stamps of two processors may step back by this much on a healthy boot."""
RESET_US = 1_000_000
"""A clock that falls by more than this to less than this has been started anew."""
BANNERS = frozenset({"Booting", "Linux"})
"""First words of the lines that begin a boot."""
_WRAPS_US = (2**32 * 1_000, 2**32)
"""Where clocks of 32 bits start over: milliseconds of old kernels' jiffies, µs."""
_NEAR_WRAP_US = 60_000_000
_COMPARED = 200
_MUST_EQUAL = 5
"""Differently stamped lines that must be the same for a block to be a repetition."""
MAX_COMPARED = 300
"""Times that blocks of a log are compared; a log that asks for more is left as it is."""


class BootSplitter:
    """Tells, banner by banner, whether a new boot starts.

    A banner printed twice with one stamp, by the boot console and the real one,
    starts nothing.
    """

    def __init__(self) -> None:
        self._booting = False
        self._banner: tuple[str, int | None] | None = None

    def starts(self, frame: Frame, last_us: int) -> bool:
        """Whether ``frame`` is the first of a new boot (the very first included).

        ``last_us`` is the stamp before it, 0 for none.
        """
        if frame.text.startswith("Booting Linux on physical CPU"):
            again = self._booting and self._banner is None
            self._booting, self._banner = True, None
            return not again
        if not frame.text.startswith("Linux version "):
            return False
        banner = (frame.text, frame.time_us)
        previous, self._banner = self._banner, banner
        if previous is None:
            follows, self._booting = self._booting, True
            return not follows
        return previous != banner or last_us > (frame.time_us or 0) + RESET_US


class Repetitions:
    """Finds blocks of a boot that stand in the log once more.

    ``times_us`` and ``places`` are the stamps and lines of the messages that meant
    something so far, in their order; ``ongoing`` tells that the lines just read are such
    a block. Framings that sum up steps tell the same line later the second time.
    """

    def __init__(self, framing: Framing, lines: Sequence[str]) -> None:
        self.framing = framing
        self.lines = lines
        self.times_us = array("q")
        self.places = array("q")
        self.compared = 0
        self.ongoing = False
        self._later_us = 0
        self._earlier: Iterator[Frame] = iter(())

    def restart(self) -> None:
        """A new boot begins: nothing of it has been seen."""
        self.times_us, self.places = array("q"), array("q")

    def note(self, frame: Frame) -> None:
        """Remember a message that meant something."""
        if frame.time_us is not None:
            self.times_us.append(frame.time_us)
            self.places.append(frame.line)

    def begins(self, frame: Frame, of: int) -> bool:
        """Whether the lines from ``frame`` on repeat those from line ``of`` on."""
        if self.compared >= MAX_COMPARED or not 0 < of <= frame.line - _MUST_EQUAL:
            return False
        self.compared += 1
        stamps = set()
        for one, other in zip(self._peek(of), self._peek(frame.line), strict=False):
            if one[1:4] != other[1:4]:
                break
            stamps.add(one.time_us)
        stamps -= {None, 0}
        if len(stamps) < _MUST_EQUAL:
            return False
        self._earlier = self.framing.frames(self.lines[of - 1 : frame.line - 1], of)
        first = next(self._earlier, None)
        self.ongoing = first is not None
        self._later_us = (frame.time_us or 0) - ((first.time_us if first else 0) or 0)
        return self.ongoing

    def earlier(self, frame: Frame, first_line: int) -> int | None:
        """The line of an earlier message with this stamp and text, from ``first_line`` on."""
        if self.compared >= MAX_COMPARED or not frame.time_us:
            return None
        self.compared += 1
        place = bisect_left(self.times_us, frame.time_us)
        begin = self.places[place - 1] if place else first_line
        for one in islice(self._peek(begin), _COMPARED):
            if one.line >= frame.line:
                break
            if one[1:4] == frame[1:4]:
                return one.line
        return None

    def goes_on(self, frame: Frame) -> bool:
        """Whether ``frame`` is the next of the block that is being repeated."""
        expected = next(self._earlier, None)
        if expected is not None and expected.time_us is not None:
            expected = expected._replace(time_us=expected.time_us + self._later_us)
        self.ongoing = expected is not None and expected[1:4] == frame[1:4]
        return self.ongoing

    def starts_anew(self, frame: Frame) -> bool:
        """Whether the clock stays low after ``frame``: one stray line is no new boot."""
        ahead = list(islice(self._peek(frame.line), 8))
        return len(ahead) > 3 and all((f.time_us or 0) < 2 * RESET_US for f in ahead)

    def _peek(self, line: int) -> Iterator[Frame]:
        return self.framing.frames(self.lines[line - 1 : line - 1 + _COMPARED], line)


def wraps(last_us: int, time_us: int) -> bool:
    """Whether a clock of 32 bits just started over."""
    return time_us < _NEAR_WRAP_US and any(
        wrap - _NEAR_WRAP_US < last_us <= wrap for wrap in _WRAPS_US
    )


def noted_as_reordered(boot: Boot) -> Boot:
    """``boot`` with a diagnostic that its lines are not numbered as in the file."""
    detail = "The parts stood newest first; line numbers are those of the log put in order."
    note = Diagnostic(code="parts_reordered", line=boot.first_line, detail=detail)
    return replace(boot, diagnostics=(note, *boot.diagnostics))
