"""The timeline as bytes that a browser takes apart without reading them one by one.

Little-endian: the length of the head as 32 bits, the head (UTF-8 JSON, padded with spaces
to a multiple of 8), then the columns, each from a multiple of 8 on. The head is what
``timeline_json`` holds, with ``columns`` in place of ``bars``: name, type (``i1``, ``i2``,
``i4`` signed integers, ``f8`` where those do not hold a value), bytes from the head's end,
number of values.
"""

import gzip
import json
import sys
from array import array

from app.report import Report
from app.timeline.columns import timeline_columns

_TYPES = (("i1", "b", 2**7), ("i2", "h", 2**15), ("i4", "i", 2**31))
_STEP = 8
_LEVEL = 6


def timeline_bytes(report: Report) -> bytes:
    """Everything that the browser draws, packed with gzip; the same for the same report."""
    head, bars, strings = timeline_columns(report)
    columns: list[tuple[str, str, int, int]] = []
    parts: list[bytes] = []
    size = 0
    for name, values in bars.items():
        kind, data = _column(values)
        columns.append((name, kind, size, len(values)))
        data += bytes(-len(data) % _STEP)
        parts.append(data)
        size += len(data)
    words = {**head, "columns": columns, "strings": strings}
    text = json.dumps(words, ensure_ascii=False, separators=(",", ":")).encode()
    text += b" " * (-(4 + len(text)) % _STEP)
    return gzip.compress(b"".join((len(text).to_bytes(4, "little"), text, *parts)), _LEVEL, mtime=0)


def _column(values: list[int]) -> tuple[str, bytes]:
    """The narrowest type that holds all values, and the values in it."""
    low, high = min(values, default=0), max(values, default=0)
    found = next(((k, code) for k, code, end in _TYPES if -end <= low and high < end), ("f8", "d"))
    packed = array(found[1], values)
    if sys.byteorder == "big":  # pragma: no cover - no such machine in the tests
        packed.byteswap()
    return found[0], packed.tobytes()
