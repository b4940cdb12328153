"""Takes out of a log what names a person, a machine or a network, or lets one in.

The table of what that is, ``static/redaction.json``, is the browser's too
(static/js/redaction.js), and both give the same bytes. Patterns are read over bytes:
what is no ASCII never matches and is never changed. Of each match the first group is
replaced, by ``REDACTED-<KIND>-<n>``, the same number for the same text in any case, so
that two lines that spoke of one thing still do. In a log that was redacted before, the
numbers go on after the highest that it has, so that two things never get one.
"""

import json
import re
from collections.abc import Collection, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

_TABLE = Path(__file__).parent / "static" / "redaction.json"
_MARK = b"REDACTED-"


class Pattern(NamedTuple):
    """A pattern, and texts of which a log that it matches has at least one."""

    regex: re.Pattern[bytes]
    signs: tuple[bytes, ...]


class Kind(NamedTuple):
    """What is taken out under one name; values in ``keep`` say nothing and stay."""

    name: str
    title: str
    patterns: tuple[Pattern, ...]
    keep: frozenset[bytes]


class Redacted(NamedTuple):
    """A log without what was found in it.

    ``found`` counts by kind how often something was replaced; ``values`` has by kind the
    different texts that were, lower case, each with its number: ``REDACTED-<KIND>-<n>``.
    """

    data: bytes
    found: Mapping[str, int]
    values: Mapping[str, Mapping[bytes, int]]

    @property
    def summary(self) -> str:
        """The counts in words, such as ``MAC addresses: 3 (1 distinct)``."""
        titles = {kind.name: kind.title for kind in kinds()}
        return ", ".join(
            f"{titles[name]}: {count:,} ({len(self.values[name]):,} distinct)"
            for name, count in self.found.items()
        )


@cache
def kinds() -> tuple[Kind, ...]:
    """The table, in the order of its application."""
    table = json.loads(_TABLE.read_text("utf-8"))
    return tuple(
        Kind(
            kind["name"],
            kind["title"],
            tuple(
                Pattern(re.compile(one["pattern"].encode("ascii")), _ascii(one.get("signs", ())))
                for one in kind["patterns"]
            ),
            frozenset(_ascii(kind["keep"])),
        )
        for kind in table["kinds"]
    )


def redact(data: bytes, only: Collection[str] | None = None) -> Redacted:
    """Replace all that the table names, or what the kinds in ``only`` do.

    What was redacted before stays as it is. Text in UTF-16 becomes UTF-8.
    """
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        data = data.decode("utf-16", "replace").encode()
    found: dict[str, int] = {}
    values: dict[str, Mapping[bytes, int]] = {}
    for kind in kinds():
        if only is not None and kind.name not in only:
            continue
        numbers: dict[bytes, int] = {}
        taken = _highest(kind, data)
        parts: list[bytes] = []
        done = count = 0
        for start, end in sorted(set(_spans(kind, data))):
            if start < done:
                continue
            number = numbers.setdefault(data[start:end].lower(), taken + len(numbers) + 1)
            parts += [data[done:start], f"REDACTED-{kind.name}-{number}".encode()]
            done, count = end, count + 1
        if count:
            data = b"".join([*parts, data[done:]])
            found[kind.name], values[kind.name] = count, numbers
    return Redacted(data, found, values)


def _highest(kind: Kind, data: bytes) -> int:
    """The highest number that an earlier redaction gave in this log; 0 for none."""
    if _MARK not in data:
        return 0
    given = re.finditer(rb"%b%b-([0-9]{1,15})(?![0-9])" % (_MARK, kind.name.encode()), data)
    return max((int(match[1]) for match in given), default=0)


def _spans(kind: Kind, data: bytes) -> Iterator[tuple[int, int]]:
    for pattern in kind.patterns:
        if pattern.signs and not any(sign in data for sign in pattern.signs):
            continue
        for match in pattern.regex.finditer(data):
            value = match[1]
            if _MARK not in value and value.lower() not in kind.keep:
                yield match.span(1)


def _ascii(texts: Collection[str]) -> tuple[bytes, ...]:
    return tuple(text.encode("ascii") for text in texts)
