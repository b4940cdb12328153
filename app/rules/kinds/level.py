"""``level``: something runs at these levels, whatever the boot at hand shows of it."""

from typing import Any, Literal

from app.rules.kinds.base import (
    MAX_EVIDENCE,
    BaseCheck,
    Context,
    Judgement,
    place_words,
    subject,
    unknown,
    weakest,
)
from app.rules.lack import NO_SYMBOLS
from app.rules.seen import within
from app.rules.selectors import (
    Alternatives,
    Levels,
    OneLevel,
    labels,
    lacks_of_any,
    optional,
)
from app.rules.wording import listed
from parsers import LEVELS, RANK
from parsers.record import record

_ANSWERS = (False, None, True)
PLACEHOLDERS = frozenset({"what", "what.level", "what.line", "what.time", "names", "wanted"})


@record
class LevelCheck(BaseCheck):
    """``of`` is at one of the levels ``at``, or from level ``min`` to level ``max``.

    Every hit after ``pick`` is asked. A level that is known as an interval passes only
    if all of it is right and fails only if none of it is. The level of a marker or a
    probe is that of the initcall it ran in; a module's is ``module``.
    """

    kind: Literal["level"]
    of: Alternatives
    at: Levels | None = None
    min: OneLevel | None = None
    max: OneLevel | None = None

    def __post_init__(self) -> None:
        if (self.at is None) == (self.min is None and self.max is None):
            raise ValueError("give either 'at', or 'min', 'max' or both")
        if self.min is not None and self.max is not None and RANK[self.min] > RANK[self.max]:
            raise ValueError(f"'min' {self.min} runs after 'max' {self.max}")

    def judge(self, context: Context) -> Judgement:
        """Judge one boot."""
        facts = context.facts
        hits = next(filter(None, (selector.each(facts) for selector in self.of)), [])
        if not hits:
            lacks = lacks_of_any(self.of, facts)
            if lacks and not optional(self.of):
                return unknown(f"{labels(self.of)} is not in this log", lacks)
            return Judgement("not_applicable", f"{labels(self.of)} did not happen.")
        wanted = self._wanted()
        wanted = self._wanted()
        answers = [(within(seen.levels, wanted), seen) for seen in hits]
        worst = min((answer for answer, _ in answers), key=_ANSWERS.index)
        shown = [seen for answer, seen in answers if answer is worst]
        words = place_words("what", shown[0])
        words |= {"names": listed([*dict.fromkeys(s.name for s in shown)]), "wanted": self._range()}
        about: dict[str, Any] = {
            "evidence": [seen.line for seen in shown[:MAX_EVIDENCE]],
            "subjects": [subject("subject", seen) for seen in shown[:MAX_EVIDENCE]],
            "names": sorted({seen.name for seen in shown}),
            "words": words,
        }
        if worst is None:
            message = "{names} may be at level {what.level}, wanted is {wanted}"
            return unknown(message, [NO_SYMBOLS], **about)
        source = weakest([seen.level_source for seen in shown])
        message = "{names} ran at level {what.level}; wanted is {wanted}."
        return Judgement("pass" if worst else "fail", message, "level", source, **about)

    def _wanted(self) -> frozenset[int]:
        if self.at is not None:
            return frozenset(RANK[level] for level in self.at)
        low = RANK[self.min] if self.min is not None else 0
        high = RANK[self.max] if self.max is not None else len(LEVELS) - 1
        return frozenset(range(low, high + 1))

    def _range(self) -> str:
        if self.at is not None:
            return " or ".join(self.at)
        if self.min is None:
            return f"{self.max} or earlier"
        return f"{self.min} or later" if self.max is None else f"{self.min} to {self.max}"
