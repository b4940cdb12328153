"""Globs for names: ``*``, ``?``, ``[...]``. Never a regular expression of the user's.

What ``fnmatch`` makes of a glob has atomic groups only, so that no glob, however
hostile, takes more than one pass over a text a star.
"""

import re
from collections.abc import Callable
from fnmatch import translate
from functools import lru_cache

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
    match = re.compile("|".join(map(translate, globs))).match
    return lambda text: match(text) is not None
