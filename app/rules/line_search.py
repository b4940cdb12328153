"""Texts looked for in the lines of a boot, as they were captured."""

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

from app.rules.globs import Joined
from parsers import Boot

_BLOCK, _KEPT_LINES = 8_192, 65_536
_OFTEN = 2
"""Where more than one line of so many may fit, all are taken apart."""

_UNPARTED = 12
"""Up to so many questions it is not worth while to part the lines."""


class _Block(NamedTuple):
    """Lines joined, and their numbers."""

    numbers: Sequence[int]
    joined: Joined


class LineSearch:
    """The lines of one boot, to be searched again and again.

    Most of a boot with initcall_debug are lines about calls and probes, and few messages
    that are looked for can be one of those: they have a pair of characters that none of
    these lines has. A huge boot is not kept joined, and searched as it is.
    """

    def __init__(self, boot: Boot, lines: Sequence[str]) -> None:
        self._boot = boot
        self._lines = lines
        self._pairs: dict[str, bool] = {}
        self._asked = 0

    def numbers(self, parts: Sequence[str]) -> list[int] | None:
        """The numbers of the lines that may hold all of ``parts``; None: too many do."""
        found: list[int] = []
        for numbers, joined in self._blocks_for(parts):
            places = joined.places(parts, len(numbers) // _OFTEN)
            if places is None:
                return None
            found += [numbers[place] for place in places]
        return sorted(found)

    def _blocks_for(self, parts: Sequence[str]) -> Iterable[_Block]:
        if self._boot.last_line - self._boot.first_line >= _KEPT_LINES:
            return self._joined()
        self._asked += 1
        if self._asked <= _UNPARTED:
            return self._whole
        others, calls = self._parted
        pairs = [one + other for part in parts for one, other in pairwise(part)]
        pairs.sort(key=str.isalnum)  # the rarest first
        if any(self._pairs.get(pair) is False for pair in pairs):
            return (others,)
        return (others, calls) if all(map(self._in_calls, pairs)) else (others,)

    def _in_calls(self, pair: str) -> bool:
        if pair not in self._pairs:
            self._pairs[pair] = pair in self._parted[1].joined.text
        return self._pairs[pair]

    @cached_property
    def _whole(self) -> tuple[_Block, ...]:
        return tuple(self._joined())

    @cached_property
    def _parted(self) -> tuple[_Block, _Block]:
        """The lines that are not about calls and probes, and those that are."""
        calls: set[int | None] = {probe.line for probe in self._boot.probes}
        calls.update(call.line_called for call in self._boot.initcalls)
        calls.update(call.line_returned for call in self._boot.initcalls)
        numbers = frozenset(range(self._boot.first_line, self._boot.last_line + 1))
        return self._block(sorted(numbers - calls)), self._block(sorted(numbers & calls))

    def _joined(self) -> Iterator[_Block]:
        """All lines, some thousand at a time."""
        end = self._boot.last_line + 1
        for first in range(self._boot.first_line, end, _BLOCK):
            yield self._block(range(first, min(first + _BLOCK, end)))

    def _block(self, numbers: Sequence[int]) -> _Block:
        return _Block(numbers, Joined([self._lines[number - 1] for number in numbers]))
