"""Texts looked for in the lines of a boot, as they were captured."""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import chain, filterfalse
from operator import attrgetter

from app.rules.steps import Steps
from app.rules.texts import Joined, backwards, scanned
from parsers import Boot
from parsers.named import NamedTuple

_BLOCK, _KEPT_LINES = 8_192, 65_536
_OFTEN = 2
"""Where more than one line of so many may fit, all are taken apart."""


_WORD = re.compile("[A-Za-z]{2,}")
_line, _line_called, _line_returned = map(attrgetter, ("line", "line_called", "line_returned"))


class _Block(NamedTuple):
    """Lines joined, and their numbers."""

    numbers: Sequence[int]
    joined: Joined


class LineSearch:
    """The lines of one boot, to be searched again and again.

    Most of a boot with initcall_debug are lines about calls and probes, and few messages
    that are looked for can be one of those: they have a word that none of these lines has.
    A huge boot is not kept joined, and searched as it is. What a search costs depends on
    the boot and on what is looked for alone, not on what was before.
    """

    def __init__(self, boot: Boot, lines: Sequence[str]) -> None:
        self._boot = boot
        self._lines = lines
        self._words: dict[str, bool] = {}

    def numbers(self, parts: Sequence[str], steps: Steps) -> list[int] | None:
        """The numbers of the lines that may hold all of ``parts``; None: too many do."""
        found: list[int] = []
        for numbers, joined in self._blocks_for(parts, steps):
            places = joined.places(parts, len(numbers) // _OFTEN, steps)
            if places is None:
                return None
            found += [numbers[place] for place in places]
        return sorted(found)

    def _blocks_for(self, parts: Sequence[str], steps: Steps) -> Iterable[_Block]:
        if self._boot.last_line - self._boot.first_line >= _KEPT_LINES:
            return self._joined()
        others, calls = self._parted
        words = sorted(chain.from_iterable(map(_WORD.findall, parts)), key=len, reverse=True)
        return (others, calls) if all(self._in_calls(word, steps) for word in words) else (others,)

    def _in_calls(self, word: str, steps: Steps) -> bool:
        text = self._parted[1].joined.text
        if word not in self._words:
            last = backwards(word, len(text))
            self._words[word] = text.rfind(word) >= 0 if last else word in text
        steps.spend(scanned(word, len(text)))
        return self._words[word]

    @cached_property
    def _parted(self) -> tuple[_Block, _Block]:
        """The lines that are not about calls and probes, and those that are."""
        boot = self._boot
        calls: set[int | None] = {*map(_line, boot.probes)}
        calls.update(map(_line_called, boot.initcalls), map(_line_returned, boot.initcalls))
        numbers = range(boot.first_line, boot.last_line + 1)
        others = self._block([*filterfalse(calls.__contains__, numbers)])
        return others, self._block(sorted(filter(None, calls)))

    def _joined(self) -> Iterator[_Block]:
        """All lines, some thousand at a time."""
        end = self._boot.last_line + 1
        for first in range(self._boot.first_line, end, _BLOCK):
            yield self._block(range(first, min(first + _BLOCK, end)))

    def _block(self, numbers: Sequence[int]) -> _Block:
        lines = self._lines
        return _Block(numbers, Joined([lines[number - 1] for number in numbers]))
