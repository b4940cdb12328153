"""Answers that are kept, each with what it cost: rules ask the same again and again."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from app.rules.steps import CALL, Steps
from parsers.named import NamedTuple

Found = TypeVar("Found")

_KEPT = 300_000
"""How many hits are kept at the most, of all questions together."""


class _Answer(NamedTuple):
    """What was found, and the steps that it took."""

    found: Sequence[Any]
    steps: int


class Answers:
    """What was asked of one boot. It costs a rule the same whether or not another one asked."""

    def __init__(self, steps: Steps) -> None:
        self._steps = steps
        self._answers: dict[tuple[Any, ...], _Answer] = {}
        self._kept = 0

    def once(self, key: tuple[Any, ...], ask: Callable[[], list[Found]]) -> Sequence[Found]:
        """The answer of ``key``, which ``ask`` finds where it is not kept."""
        kept = self._answers.get(key)
        if kept is not None:
            self._steps.spend(kept.steps)
            return kept.found
        before = self._steps.left
        found = ask()
        self._steps.spend(len(found) * CALL)
        self._kept += 1 + len(found)
        if self._kept > _KEPT:
            self._answers.clear()
            self._kept = 1 + len(found)
        self._answers[key] = _Answer(found, before - self._steps.left)
        return found
