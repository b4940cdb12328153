"""Globs for names: ``*``, ``?``, ``[...]``. Never a regular expression of the user's.

What ``fnmatch`` makes of a glob has atomic groups only, so that no glob, however
hostile, takes more than one pass over a text a star.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from fnmatch import translate
from functools import lru_cache
from itertools import accumulate

Matches = Callable[[str], bool]
MatcherOf = Callable[[tuple[str, ...]], Matches]


def is_glob(name: str) -> bool:
    """Whether ``name`` stands for more than itself."""
    return any(sign in name for sign in "*?[")


def is_pattern(glob: str) -> bool:
    """Whether it takes a pattern to match ``glob``: stars alone are looked for."""
    return "?" in glob or "[" in glob


@lru_cache(maxsize=1024)
def matcher(globs: tuple[str, ...]) -> Matches:
    """A test of whether a text fits any of ``globs``."""
    if globs == ("*",):
        return lambda _: True
    if not any(map(is_glob, globs)):
        return frozenset(globs).__contains__
    if len(globs) == 1 and not is_pattern(globs[0]):
        return _stars(globs[0])
    match = re.compile("|".join(map(translate, globs))).match
    return lambda text: match(text) is not None


def _stars(glob: str) -> Matches:
    """A glob of stars alone, at a tenth of what it costs to compile a pattern."""
    head, *middle, tail = glob.split("*")
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
    """The parts of a glob that a text which fits must hold."""
    return [part for part in _PLAIN.split(glob) if part]


class Texts:
    """Many texts, searched by glob: first for the glob's longest plain part, all at once.

    ``size`` is how many characters they have together.
    """

    def __init__(self, texts: Sequence[str]) -> None:
        self.texts = texts
        self._joined = "\n".join(texts)
        self.size = len(self._joined)
        self._starts = [0, *accumulate(len(text) + 1 for text in texts)]

    def fitting(self, globs: tuple[str, ...], fits_of: MatcherOf = matcher) -> list[int]:
        """The places of the texts that fit any of ``globs``, in order.

        ``fits_of`` makes the test of a glob.
        """
        return sorted({place for glob in globs for place in self._fitting(glob, fits_of)})

    def _fitting(self, glob: str, fits_of: MatcherOf) -> Iterator[int]:
        fits, plain = fits_of((glob,)), max(plain_parts(glob), key=len, default="")
        if not plain or "\n" in plain:
            yield from (place for place, text in enumerate(self.texts) if fits(text))
            return
        found = self._joined.find(plain)
        while found >= 0:
            place = bisect_right(self._starts, found) - 1
            if fits(self.texts[place]):
                yield place
            found = self._joined.find(plain, self._starts[place + 1])


_PLAIN = re.compile(r"\[.*|[*?]", re.DOTALL)
"""What is not plain in a glob; from a bracket on, nothing is taken for plain."""
