"""journalctl -k -o json: one object a line, with _SOURCE_MONOTONIC_TIMESTAMP."""

from collections.abc import Iterator, Sequence
from typing import Any

from parsers.framings.base import Frame, Keeps


class JournalJsonFraming:
    """Records of the kernel. A message that is no UTF-8 comes as a list of bytes."""

    name: str = "journal_json"
    example: str = '{"_TRANSPORT":"kernel","_SOURCE_MONOTONIC_TIMESTAMP":"1579198","MESSAGE":"x"}'
    made_by: str = "journalctl -k -o json"
    keeps: Keeps = "microseconds"

    def recognises(self, line: str) -> bool:
        """Whether this line is a record of the kernel."""
        return _record(line) is not None

    def frames(self, lines: Sequence[str], first_line: int = 1) -> Iterator[Frame]:
        """Yield a message for every record."""
        for number, line in enumerate(lines, first_line):
            record = _record(line)
            if record is None:
                continue
            message = record["MESSAGE"]
            if isinstance(message, list):
                message = bytes(b for b in message if isinstance(b, int) and 0 <= b < 256).decode(
                    "utf-8", "replace"
                )
            stamp = str(record.get("_SOURCE_MONOTONIC_TIMESTAMP", ""))
            time_us = int(stamp) if stamp.isdecimal() and len(stamp) < 18 else None
            yield Frame(number, time_us, None, str(message).partition("\n")[0], False)


def _record(line: str) -> dict[str, Any] | None:
    if not line.startswith("{") or '"MESSAGE"' not in line:
        return None
    import json  # other logs need none of it

    try:
        record = json.loads(line, strict=False)
    except (ValueError, RecursionError):
        return None
    kernel = record.get("_TRANSPORT") == "kernel" or record.get("SYSLOG_IDENTIFIER") == "kernel"
    return record if kernel and "MESSAGE" in record else None


JOURNAL_JSON = JournalJsonFraming()
