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
    answers = [(part, _known(part, release)) for part in parts]
    for part, holds in answers:
        if holds is False:
            return Assumed(False, (_words(part),))
    open_parts = tuple(_words(part) for part, holds in answers if holds is None)
    return Assumed(None if open_parts else True, open_parts)


def _known(condition: Condition, release: str | None) -> bool | None:
    """What the release alone says of a condition."""
    if condition.kernel is not None:
        return test_kernel(release, condition.kernel).holds
    if condition.not_ is not None:
        inner = _known(condition.not_, release)
        return None if inner is None else not inner
    if condition.all_ is not None:
        return _decided([_known(part, release) for part in condition.all_], by=False)
    if condition.any_ is not None:
        return _decided([_known(part, release) for part in condition.any_], by=True)
    return None


def _decided(answers: Sequence[bool | None], *, by: bool) -> bool | None:
    if by in answers:
        return by
    return None if None in answers else not by


def _words(condition: Condition) -> str:
    if condition.all_ is not None:
        return f"({' and '.join(map(_words, condition.all_))})"
    if condition.any_ is not None:
        return f"({' or '.join(map(_words, condition.any_))})"
    if condition.not_ is not None:
        return f"not {_words(condition.not_)}"
    if condition.marker is not None:
        before = f" before {condition.before}" if condition.before is not None else ""
        return f"{condition.marker}{before}"
    if condition.cmdline is not None:
        return f"command line has {condition.cmdline}"
    if condition.kernel is not None:
        return f"kernel {condition.kernel}"
    if condition.arch is not None:
        return f"architecture {condition.arch}"
    if condition.present is not None:
        return f"{condition.present.label} seen"
    return f"{condition.absent.label if condition.absent else 'it'} not seen"
