r"""/dev/kmsg records and netconsole's extended ones: ``7,597,999724,-;calling ...``.

``priority,sequence,microseconds,flags[,caller=T1];text``
(Documentation/ABI/testing/dev-kmsg). Lines that begin with a space are the
record's dictionary. Bytes below space and the backslash are written ``\xNN``. A gap
in the sequence is lost records.
"""

from collections.abc import Iterator, Sequence

from parsers.framings.base import Frame, Keeps, thread_of
from parsers.pattern import pattern

_RECORD = pattern(r"(?P<pri>\d{1,4}),(?P<seq>\d+),(?P<us>\d+),(?P<flags>[^;,]*)(?P<more>,[^;]*)?;")
_CALLER = pattern(r"caller=([TC]\d+)")
_ESCAPE = pattern(r"\\x([0-9a-fA-F]{2})")
_KERNEL_FACILITY = 0


class KmsgFraming:
    """Records of the kernel; those of user space (another facility) are passed over."""

    name: str = "kmsg"
    example: str = "7,597,999724,-,caller=T1;calling  ffa_init+0x0/0x820 @ 1"
    made_by: str = "cat /dev/kmsg, netconsole with extended records"
    keeps: Keeps = "microseconds"

    def recognises(self, line: str) -> bool:
        """Whether a record begins here."""
        return _RECORD.match(line) is not None

    def frames(self, lines: Sequence[str], first_line: int = 1) -> Iterator[Frame]:
        """Yield the kernel's records; a gap yields printk's own words for a loss."""
        expected: int | None = None
        for number, line in enumerate(lines, first_line):
            found = _RECORD.match(line)
            if found is None:
                continue
            sequence = int(found["seq"])
            if expected is not None and sequence > expected:
                lost = f"** {sequence - expected} printk messages dropped **"
                yield Frame(number, int(found["us"]), None, lost, False)
            expected = sequence + 1
            if int(found["pri"]) >> 3 != _KERNEL_FACILITY:
                continue
            caller = _CALLER.search(found["more"] or "")
            text = _ESCAPE.sub(lambda escape: chr(int(escape[1], 16)), line[found.end() :])
            thread = thread_of(caller[1]) if caller else None
            yield Frame(number, int(found["us"]), thread, text.partition("\n")[0], False)


KMSG = KmsgFraming()
