"""Globs for names: ``*``, ``?``, ``[...]``. Never a regular expression of the user's.

What ``fnmatch`` makes of a glob has atomic groups only, so that no glob, however
hostile, takes more than one pass over a text a star.
"""

import re
from collections.abc import Callable
from fnmatch import translate
from functools import lru_cache
from operator import methodcaller

from parsers.pattern import pattern

Matches = Callable[[str], object]
"""True or an object for a text that fits, False or None for another."""
MatcherOf = Callable[[tuple[str, ...]], Matches]


def is_glob(name: str) -> bool:
    """Whether ``name`` stands for more than itself."""
    return "*" in name or is_pattern(name)


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
    if len(globs) == 1:
        return matcher(spelt) if (spelt := _spelt_out(globs[0])) else _pattern(globs[0])
    if not any(map(is_pattern, globs)):
        each = [matcher((glob,)) for glob in globs]
        return lambda text: any(fits(text) for fits in each)
    return re.compile("|".join(map(translate, globs))).match


def _spelt_out(glob: str) -> tuple[str, ...]:
    """The globs of stars alone that one with a single short ``[...]`` stands for, if it is one."""
    found = _FEW_OF.search(glob)
    if found is None:
        return ()
    before, after = glob[: found.start()], glob[found.end() :]
    if is_pattern(before) or is_pattern(after):
        return ()
    return tuple(f"{before}{one}{after}" for one in found[1])


def _pattern(glob: str) -> Matches:
    """A pattern, which is compiled for the first text that holds all its plain parts."""
    parts = plain_parts(glob)
    match: Matches | None = None

    def fits(text: str) -> object:
        nonlocal match
        for part in parts:
            if part not in text:
                return False
        if match is None:
            match = re.compile(translate(glob)).match
        return match(text)

    return fits


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


_PLAIN = pattern(r"\[!?\]?[^]]*\]|[*?]")
"""What is not plain in a glob. A bracket that is never closed stands for itself."""
_FEW_OF = pattern(r"\[([^]!*?[-][^]*?[-]{0,3})\]")
"""A bracket with no more than four characters in it, none of which means anything there."""
