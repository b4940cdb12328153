"""Globs for names: ``*``, ``?``, ``[...]``. Never a regular expression of the user's.

What ``fnmatch`` makes of a glob has atomic groups only, so that no glob, however
hostile, takes more than one pass over a text a star.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from fnmatch import translate
from functools import cached_property, lru_cache
from itertools import accumulate, islice
from operator import methodcaller

Matches = Callable[[str], bool]


def is_glob(name: str) -> bool:
    """Whether ``name`` stands for more than itself."""
    return any(sign in name for sign in "*?[")


@lru_cache(maxsize=1024)
def matcher(globs: tuple[str, ...]) -> Matches:
    """A test of whether a text fits any of ``globs``."""
    if globs == ("*",):
        return lambda _: True
    if not any(map(is_glob, globs)):
        return frozenset(globs).__contains__
    if len(globs) == 1 and not any(sign in globs[0] for sign in "?["):
        return _stars(globs[0])
    match = re.compile("|".join(map(translate, globs))).match
    return lambda text: match(text) is not None


def _stars(glob: str) -> Matches:
    """A glob of stars alone, at a tenth of what it costs to compile a pattern."""
    head, *middle, tail = glob.split("*")
    if not any(middle) and not (head and tail):
        if head or tail:
            return methodcaller("startswith", head) if head else methodcaller("endswith", tail)
        return lambda _: True
    if len(middle) == 1 and not head and not tail:
        return methodcaller("__contains__", middle[0])
    least = len(head) + len(tail)

    def fits(text: str) -> bool:
        if len(text) < least or not text.startswith(head) or not text.endswith(tail):
            return False
        place, end = len(head), len(text) - len(tail)
        for part in middle:
            place = text.find(part, place, end)
            if place < 0:
                return False
            place += len(part)
        return True

    return fits


def plain_parts(glob: str) -> list[str]:
    """The parts of a glob that a line which fits must hold."""
    return [part for part in _PLAIN.split(glob) if part and "\n" not in part]


class Joined:
    """Many texts as one, each in a line, so that a part of any is found at once."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._texts = texts
        self.text = "\n".join(texts)

    @cached_property
    def _starts(self) -> list[int]:
        return [0, *accumulate(len(text) + 1 for text in self._texts)]

    def places(self, parts: Sequence[str], most: int) -> list[int] | None:
        """The places of the texts that may hold all ``parts``, by the rarest of them.

        None where that would be more than ``most``. The longest is looked for first, and
        is rare enough where few texts hold it.
        """
        often: list[str] = []
        for part in sorted(parts, key=len, reverse=True):
            found = [*islice(self._holding(part), _FEW + 1)]
            if len(found) <= _FEW:
                return found
            often.append(part)
        rarest = min(often, key=self.text.count, default="")
        if not rarest or self.text.count(rarest) > most:
            return None
        return [*self._holding(rarest)]

    def _holding(self, part: str) -> Iterator[int]:
        found = self.text.find(part)
        while found >= 0:
            place = bisect_right(self._starts, found)
            yield place - 1
            found = self.text.find(part, self._starts[place])


class Texts:
    """Many texts, searched by glob: first for a plain part of it, in all at once."""

    def __init__(self, texts: Sequence[str]) -> None:
        self.texts = texts
        self._joined = Joined(texts)

    def fitting(self, globs: tuple[str, ...]) -> list[int]:
        """The places of the texts that fit any of ``globs``, in order."""
        if len(globs) == 1:
            return self._fitting(globs[0])
        return sorted({place for glob in globs for place in self._fitting(glob)})

    def _fitting(self, glob: str) -> list[int]:
        places = self._joined.places(plain_parts(glob), len(self.texts) // _OFTEN)
        if places is None:
            fits = matcher((glob,))
            return [place for place, fit in enumerate(map(fits, self.texts)) if fit]
        if not places:  # and nothing to compile
            return []
        fits = matcher((glob,))
        return [place for place in places if fits(self.texts[place])]


_PLAIN = re.compile(r"\[!?\]?[^]]*\]|[*?]")
"""What is not plain in a glob. A bracket that is never closed stands for itself."""

_OFTEN = 8
"""Where a plain part is in more than one text of so many, each is tested by itself."""

_FEW = 8
"""How many places are so few that no rarer part is looked for."""
