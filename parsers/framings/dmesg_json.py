"""``dmesg --json``: one object a record, spread over lines as util-linux does it.

The padded number after ``"time":`` is valid JSON; the file is read line by line all
the same, so that a cut one is read as far as it goes and lines keep their numbers.
"""

from collections.abc import Iterator, Sequence

from parsers.framings.base import Frame, Keeps, microseconds, thread_of
from parsers.framings.inner import first_line_of
from parsers.pattern import pattern

_FIELD = pattern(
    r'"(?P<key>time|caller|msg)": *(?:(?P<s>\d+)\.(?P<us>\d{6})|(?P<text>"(?:[^"\\]|\\.)*"))'
)
_SHAPE = pattern(r' {0,20}(?:"(?:dmesg|pri|fac)": {0,2}|[\]{}][\]{},]{0,2}$)')


class DmesgJsonFraming:
    """A record ends with its ``msg``; that line's number is the message's."""

    name: str = "dmesg_json"
    example: str = '{"pri": 7, "time":     1.579198, "msg": "calling  ffa_init+0x0/0x820 @ 1"}'
    made_by: str = "dmesg --json"
    keeps: Keeps = "microseconds"
    loses: str = "the facility, without -x"
    source: str = "util-linux sys-utils/dmesg.c after 2.40 (print_record), 2.38.1 by its output"

    def recognises(self, line: str) -> bool:
        """Whether this line is part of a record, as util-linux lays one out."""
        return _SHAPE.match(line) is not None or ('":' in line and _FIELD.search(line) is not None)

    def frames(self, lines: Sequence[str], first_line: int = 1) -> Iterator[Frame]:
        """Yield a message for every ``msg``."""
        time_us: int | None = None
        thread: str | None = None
        for number, line in enumerate(lines, first_line):
            for found in _FIELD.finditer(line):
                if found["s"]:
                    time_us = microseconds(found["s"], found["us"])
                    continue
                text = _unquote(found["text"])
                if found["key"] == "caller":
                    thread = thread_of(text.strip() or "T0")
                elif found["key"] == "msg":
                    yield Frame(number, time_us, thread, first_line_of(text), False)
                    time_us = thread = None


def _unquote(quoted: str) -> str:
    import json  # other logs need none of it

    try:
        text = json.loads(quoted, strict=False)
    except ValueError:
        return quoted[1:-1]
    return str(text)


DMESG_JSON = DmesgJsonFraming()
