"""journalctl -k -o json: one object a line, with _SOURCE_MONOTONIC_TIMESTAMP.

Also json-sse (``data: `` in front), json-seq (a record separator in front) and
json-pretty (a field a line).
"""

from collections.abc import Iterator, Sequence
from typing import Any

from parsers.framings.base import Frame, Keeps
from parsers.framings.inner import first_line_of
from parsers.pattern import pattern

_PRETTY = pattern(
    r'\t"(?P<key>MESSAGE|_TRANSPORT|_SOURCE_MONOTONIC_TIMESTAMP|__CURSOR|_BOOT_ID)" : (?P<value>.*)'
)
_FIELDS = tuple(
    f'\t"{name}'
    for name in (
        "MESSAGE", "PRIORITY", "SYSLOG_", "_TRANSPORT", "_BOOT_ID", "_MACHINE_ID", "_HOSTNAME",
        "_SOURCE_", "_KERNEL_", "_UDEV_", "_RUNTIME_SCOPE", "__CURSOR", "__REALTIME_",
        "__MONOTONIC_", "__SEQNUM",
    )
)  # fmt: skip


class JournalJsonFraming:
    """Records of the kernel. A message that is no UTF-8 comes as a list of bytes."""

    name: str = "journal_json"
    example: str = '{"_TRANSPORT":"kernel","_SOURCE_MONOTONIC_TIMESTAMP":"1579198","MESSAGE":"x"}'
    made_by: str = "journalctl -k -o json (json-sse, json-seq, json-pretty)"
    keeps: Keeps = "microseconds"
    loses: str = "the thread"
    source: str = "journalctl 252, by its output in each format"

    def recognises(self, line: str) -> bool:
        """Whether this line is a record of the kernel, or a field of one."""
        return _record(line) is not None or line.startswith(_FIELDS) or line in ("{", "}")

    def frames(self, lines: Sequence[str], first_line: int = 1) -> Iterator[Frame]:
        """Yield a message for every record; of a record on many lines at its end."""
        fields: dict[str, Any] = {}
        message_line = 0
        for number, line in enumerate(lines, first_line):
            if (record := _record(line)) is not None:
                yield _frame(number, record)
            elif (field := _PRETTY.match(line)) is not None:
                fields[field["key"]] = _value(field["value"].rstrip(","))
                if field["key"] == "MESSAGE":
                    message_line = number
            elif line == "}":
                if "MESSAGE" in fields and fields.get("_TRANSPORT") == "kernel":
                    yield _frame(message_line, fields)
                fields = {}


def _frame(number: int, record: dict[str, Any]) -> Frame:
    message = record["MESSAGE"]
    if isinstance(message, list):
        message = bytes(b for b in message if isinstance(b, int) and 0 <= b < 256).decode(
            "utf-8", "replace"
        )
    stamp = str(record.get("_SOURCE_MONOTONIC_TIMESTAMP", ""))
    time_us = int(stamp) if stamp.isdecimal() and len(stamp) < 18 else None
    return Frame(number, time_us, None, first_line_of(str(message)), False)


def _record(line: str) -> dict[str, Any] | None:
    line = line.removeprefix("data: ").removeprefix("\x1e")
    if not (line.startswith("{") and line.endswith("}") and '"MESSAGE"' in line):
        return None
    record = _value(line)
    if not isinstance(record, dict):
        return None
    kernel = record.get("_TRANSPORT") == "kernel" or record.get("SYSLOG_IDENTIFIER") == "kernel"
    return record if kernel and "MESSAGE" in record else None


def _value(text: str) -> Any:
    import json  # other logs need none of it

    try:
        return json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return None


JOURNAL_JSON = JournalJsonFraming()
