"""What one rule may cost: counted, not timed, so that the same log gets the same answer.

A step is about one character looked at by one glob, some nanoseconds; whatever else a
rule makes the engine do for each initcall, probe or message is counted in steps too.
"""

from collections.abc import Sequence
from functools import lru_cache

from app.rules.globs import Matches, is_pattern, matcher

MAX_STEPS = 1_000_000_000
"""Of one rule on one boot: a few seconds. Every rule that is shipped stays far below."""
CALL = 50
"""Trying one more text."""
HIT = 500
"""One more thing found, and put among the findings."""
SCANNED = 4
"""Characters searched for a plain word, for one step."""
_COMPILE = 1_000
"""A character of a glob that has to be made into a pattern."""


class TooManySteps(Exception):
    """A rule has done what it may do, and is not at its end."""


class Steps:
    """Counts one rule's steps."""

    __slots__ = ("left", "limit")

    def __init__(self, limit: int = MAX_STEPS) -> None:
        self.begin(limit)

    def begin(self, limit: int) -> None:
        """Another rule begins."""
        self.left = self.limit = limit

    def spend(self, steps: int) -> None:
        """Raises TooManySteps where there are none left."""
        self.left -= steps
        if self.left < 0:
            raise TooManySteps

    def spend_on(self, globs: tuple[str, ...], texts: int, size: int) -> None:
        """Try ``globs`` on so many texts, which have ``size`` characters together."""
        once, each = cost(globs)
        self.spend(once + size * each + texts * CALL)

    def matcher(self, globs: tuple[str, ...]) -> Matches:
        """A test of whether a text fits any of ``globs``, which counts."""
        once, each = cost(globs)
        self.spend(once)
        fits = matcher(globs)

        def counted(text: str) -> object:
            self.spend(len(text) * each + CALL)
            return fits(text)

        return counted

    def fitting(self, globs: tuple[str, ...], texts: Sequence[str]) -> list[str]:
        """Those of ``texts`` that fit any of ``globs``."""
        self.spend_on(globs, len(texts), sum(map(len, texts)))
        return [*filter(matcher(globs), texts)]


@lru_cache(maxsize=1024)
def cost(globs: tuple[str, ...]) -> tuple[int, int]:
    """What globs cost: once, and for each character that is looked at.

    A pattern compares its longest part between two stars at every place, at worst.
    """
    once = each = 0
    for glob in globs:
        if is_pattern(glob):
            once += len(glob) * _COMPILE
            each += max(map(len, glob.split("*")))
        else:
            each += 1
    return once, each
