"""LAVA's job log: one YAML flow mapping a line, of which level ``target`` is the board.

``- {"dt": "2026-11-23T04:27:13.123456", "lvl": "target", "msg": "[    0.000000] ..."}``.
The dispatcher writes all of it in double quotes; other programs that write it again
use single quotes or none. ``msg`` may be a list. What the dispatcher itself says,
what it typed, and other connections (``feedback``) are passed over.
"""

import re
from collections.abc import Iterator, Sequence

from parsers.framings.base import Frame, Keeps
from parsers.framings.inner import kernel_frames, plain, spread
from parsers.pattern import pattern

_RECORD = pattern(
    r"\s{0,8}(?:- ){0,2}\{[\"']?dt[\"']?: [\"']?\d{4}-[\dT:. +-]{6,40}Z?[\"']?, "
    r"[\"']?lvl[\"']?: [\"']?(?P<level>[a-z]{1,20})[\"']?, [\"']?msg[\"']?: "
)
_SCALAR = pattern(
    r"(?:\"(?P<double>(?:[^\"\\]|\\.)*)\"|'(?P<single>(?:[^']|'')*)'|(?P<bare>[^\s\[{,\"'][^,}]*))"
)
_ESCAPE = pattern(r"\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(.))")
_NAMED = {
    "0": "\0", "a": "\a", "b": "\b", "t": "\t", "n": "\n", "v": "\v", "f": "\f", "r": "\r",
    "e": "\x1b", "N": "\x85", "_": "\xa0", "L": "\u2028", "P": "\u2029",
}  # fmt: skip


class LavaFraming:
    """Each line is read by itself, so that a cut log is read as far as it goes."""

    name: str = "lava"
    example: str = (
        '- {"dt": "2026-11-23T04:27:13.123456", "lvl": "target", '
        '"msg": "[    1.579198] calling  ffa_init+0x0/0x820 @ 1"}'
    )
    made_by: str = "the log of a LAVA job as YAML, or a callback with it; tuxrun with a log file"
    keeps: Keeps = "microseconds"
    loses: str = "with printk.time=0 the time: dt is when the dispatcher took the line"
    source: str = "LAVA lava_common/log.py (dump, YAMLLogger), tuxrun writer.py"

    def recognises(self, line: str) -> bool:
        """Whether this is a record of any level."""
        return "dt" in line and _RECORD.match(line) is not None

    def frames(self, lines: Sequence[str], first_line: int = 1) -> Iterator[Frame]:
        """Yield the board's messages, with the number of the record's line."""
        numbers: list[int] = []

        def console() -> Iterator[str]:
            for number, line in enumerate(lines, first_line):
                for text in _texts(line):
                    numbers.append(number)
                    yield text

        sample = (text for line in spread(lines) for text in _texts(line))
        for frame in kernel_frames(console(), sample, 0):
            yield frame._replace(line=numbers[frame.line])


def _texts(line: str) -> Iterator[str]:
    """The lines of the board's ``msg``: of a scalar, or of each item of a list."""
    record = _RECORD.match(line)
    if record is None or record["level"] != "target":
        return
    start = record.end()
    is_list = line.startswith("[", start)
    while (found := _SCALAR.match(line, start + is_list)) is not None:
        if found["double"] is not None:
            message = _ESCAPE.sub(_unescape, found["double"])
        elif found["single"] is not None:
            message = found["single"].replace("''", "'")
        else:
            message = found["bare"]
        yield from plain(message).replace("\r", "").split("\n")
        if not is_list or not line.startswith(", ", found.end()):
            return
        start = found.end() + 1


def _unescape(escape: re.Match[str]) -> str:
    digits = escape[1] or escape[2] or escape[3]
    if digits is None:
        return _NAMED.get(escape[4], escape[4])
    code = int(digits, 16)
    return "\ufffd" if code > 0x10FFFF or 0xD800 <= code < 0xE000 else chr(code)


LAVA = LavaFraming()
