"""The kernel's lines inside what another tool wrapped around them.

A capture program, a job log or a bug report holds a console's lines whole: with the
kernel's stamp or, under printk.time=0, without; with CONFIG_PRINTK_CALLER or not.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence

from parsers.framings.base import Frame, StampedFraming, microseconds, thread_of
from parsers.pattern import pattern

STAMP = r"\[ {0,5}(\d{1,10})\.(\d{6})\] ?"
CALLER = STAMP + r"\[ {0,9}([TC]\d{1,10})\] ?"
_PLAIN = StampedFraming.of("inner", "", "", STAMP)
_CALLER = StampedFraming.of("inner_caller", "", "", CALLER)
_BARE = (
    r"(?:\[ {0,9}[TC]\d{1,10}\] ?)?(?:Booting Linux on |Linux version \d|calling {1,2}\S{1,999}\+0x"
    r"|initcall \S{1,999}\+0x|probe of \S.{0,200} returned )"
)
_STAMPED_LINE = pattern(r"(?:<\d{1,3}>)?\[ {0,5}\d{1,10}\.\d{6}\]")
_CALLER_LINE = pattern(r"(?:<\d{1,3}>)?" + CALLER)
_BARE_LINE = pattern(_BARE)
_KERNEL_LINE = pattern(rf"(?:{_STAMPED_LINE.pattern}|{_BARE})")
_PREFIX = pattern(
    r"(?:\[ {0,5}(?P<s>\d{1,10})\.(?P<us>\d{6})\] ?(?:\[ {0,9}(?P<caller>[TC]\d{1,10})\] ?)?"
    r"|\[ {0,9}(?P<alone>[TC]\d{1,10})\] ?)"
)
_ANSI = pattern(r"\x1b\[[0-9;?]{0,40}[ -/]{0,4}[@-~]|\x1b[()][0-9A-B]|\x1b[=>78]")
_LOOKED_AT = 500
_SIGNS = ("]", "Booting Linux on ", "Linux version ", "calling ", "initcall ", "probe of ")
"""Every line of the kernel has one; to look for them costs less than to compile a pattern."""


def is_bare_line(line: str) -> bool:
    """Whether this line has no stamp, and only a kernel prints it."""
    return _BARE_LINE.match(line) is not None


def is_stamped_line(line: str) -> bool:
    """Whether this line begins with a stamp of printk's."""
    return _STAMPED_LINE.match(line) is not None


def may_hold_kernel_line(line: str) -> bool:
    """False where ``is_kernel_line`` is, wherever in the line it is asked."""
    return any(sign in line for sign in _SIGNS)


def is_kernel_line(line: str, start: int = 0) -> bool:
    """Whether what begins at ``start`` is stamped, or only a kernel prints it."""
    return _KERNEL_LINE.match(line, start) is not None


def plain(text: str) -> str:
    """``text`` without the ESC sequences that were themselves escaped in the file."""
    return _ANSI.sub("", text) if "\x1b" in text else text


def first_line_of(text: str) -> str:
    """What grammars see of a message: its first line, without ESC sequences."""
    return plain(text.partition("\n")[0])


def spread(lines: Sequence[str]) -> Sequence[str]:
    """Some of the lines, from all over the log, to tell from how the kernel stamped it."""
    return lines[:: max(1, len(lines) // _LOOKED_AT)]


def kernel_frames(
    lines: Iterable[str],
    sample: Iterable[str],
    first_line: int = 1,
    elapsed: Callable[[], int | None] | None = None,
) -> Iterator[Frame]:
    """Yield the messages of console lines, taken one after the other.

    ``sample`` are some of them. ``elapsed`` says when another clock saw the line just
    taken (microseconds); it counts for all lines of a log that the kernel did not
    stamp, and for none of one that it did, since two clocks in one log would tell
    false lengths.
    """
    seen = list(sample)
    stamped = sum(_STAMPED_LINE.match(line) is not None for line in seen)
    if stamped < sum(_BARE_LINE.match(line) is not None for line in seen):
        yield from bare_frames(lines, first_line, elapsed)
        return
    callers = sum(_CALLER_LINE.match(line) is not None for line in seen)
    reader = _CALLER if callers * 2 > stamped else _PLAIN
    yield from reader.frames(lines, first_line)


def bare_frames(
    lines: Iterable[str], first_line: int = 1, elapsed: Callable[[], int | None] | None = None
) -> Iterator[Frame]:
    """Yield every line from the kernel's first one on; early lines may still be stamped."""
    begun = False
    for number, line in enumerate(lines, first_line):
        begun = begun or is_kernel_line(line)
        if not begun or not line.strip():
            continue
        time_us = elapsed() if elapsed is not None else None
        thread, start = None, 0
        prefix = _PREFIX.match(line)
        if prefix is not None:
            if elapsed is None and prefix["s"]:
                time_us = microseconds(prefix["s"], prefix["us"])
            caller = prefix["caller"] or prefix["alone"]
            thread = thread_of(caller) if caller else None
            start = prefix.end()
        yield Frame(number, time_us, thread, line[start:], False)
