"""Regular expressions that are compiled when they are first used.

Compiling one takes 0.2 ms, and a log needs a few of the hundred that there are.
"""

import re
from typing import Any, cast


class _Pattern:
    """Stands for a compiled pattern; its slots are filled by the first that is asked for."""

    __slots__ = (
        "_flags",
        "_text",
        "findall",
        "finditer",
        "fullmatch",
        "groupindex",
        "groups",
        "match",
        "pattern",
        "search",
        "split",
        "sub",
    )  # fmt: skip

    def __init__(self, text: str | bytes, flags: int) -> None:
        self._text, self._flags = text, flags

    def __getattr__(self, name: str) -> Any:
        compiled = re.compile(self._text, self._flags)
        for slot in self.__slots__[2:]:
            setattr(self, slot, getattr(compiled, slot))
        return getattr(compiled, name)


def pattern(text: str, flags: int = 0) -> re.Pattern[str]:
    """As ``re.compile``, but later."""
    return cast(re.Pattern[str], _Pattern(text, flags))


def bytes_pattern(text: bytes, flags: int = 0) -> re.Pattern[bytes]:
    """As ``re.compile``, but later."""
    return cast(re.Pattern[bytes], _Pattern(text, flags))
