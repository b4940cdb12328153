"""Conditions of a rule that symbols cannot test: taken to be true, and named."""

from collections.abc import Sequence
from typing import NamedTuple

from app.rules.conditions import Condition, test_kernel


class Assumed(NamedTuple):
    """``holds`` is False only where the condition is surely false, which ``words`` tell."""

    holds: bool | None
    words: tuple[str, ...]


def assume(condition: Condition | None, release: str | None) -> Assumed:
    """What has to be taken for true for a rule to apply; ``release`` is the kernel's."""
    if condition is None:
        return Assumed(True, ())
    parts = condition.all_ if condition.all_ is not None else (condition,)
    looked = [_look(part, release) for part in parts]
    for holds, words in looked:
        if holds is False:
            return Assumed(False, (words,))
    open_parts = tuple(words for holds, words in looked if holds is None)
    return Assumed(None if open_parts else True, open_parts)


class _Looked(NamedTuple):
    """What the release alone says of a condition, and the condition in words."""

    holds: bool | None
    words: str


def _look(condition: Condition, release: str | None) -> _Looked:
    for parts, by in ((condition.all_, False), (condition.any_, True)):
        if parts is not None:
            looked = [_look(part, release) for part in parts]
            words = (" or " if by else " and ").join(one.words for one in looked)
            return _Looked(_decided([one.holds for one in looked], by=by), f"({words})")
    if condition.not_ is not None:
        inner = _look(condition.not_, release)
        return _Looked(None if inner.holds is None else not inner.holds, f"not {inner.words}")
    if condition.kernel is not None:
        holds = test_kernel(release, condition.kernel).holds
        return _Looked(holds, f"kernel {condition.kernel}")
    return _Looked(None, _words(condition))


def _decided(answers: Sequence[bool | None], *, by: bool) -> bool | None:
    if by in answers:
        return by
    return None if None in answers else not by


def _words(condition: Condition) -> str:
    """What only a boot can show, in words."""
    if condition.marker is not None:
        before = f" before {condition.before}" if condition.before is not None else ""
        return f"{condition.marker}{before}"
    if condition.cmdline is not None:
        return f"command line has {condition.cmdline}"
    if condition.arch is not None:
        return f"architecture {condition.arch}"
    if condition.present is not None:
        return f"{condition.present.label} seen"
    return f"{condition.absent.label if condition.absent else 'it'} not seen"
