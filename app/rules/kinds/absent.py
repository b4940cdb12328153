"""``absent``: something did not happen."""

from typing import Annotated, Literal

from app.rules.facts import Facts
from app.rules.hints import Limits
from app.rules.kinds.base import (
    MAX_EVIDENCE,
    BaseCheck,
    Context,
    Judgement,
    place_words,
    subject,
    unknown,
)
from app.rules.seen import Seen
from app.rules.selectors import Alternatives, Selectors, labels
from app.rules.wording import by_cause, listed
from parsers.record import record

PLACEHOLDERS = frozenset(
    {"what", "what.line", "what.time", "what.level", "names", "count", "text", "causes"}
)

_MAX_CAUSES = 200
"""Hits that are grouped by their cause."""


@record
class AbsentCheck(BaseCheck):
    """None of ``what`` is in the log, apart from what ``unless`` names too.

    All alternatives are looked for, every hit counts, and a call of which either
    line is there has happened. Up to ``at_most`` hits are let pass. What is not there
    passes only in a log that could not have missed it: whole, and with initcall_debug
    for initcalls and probes, for asynchronous calls with lines that tell of them.
    """

    kind: Literal["absent"]
    what: Alternatives
    unless: Selectors = ()
    at_most: Annotated[int, Limits(ge=0)] = 0

    def judge(self, context: Context) -> Judgement:
        """Judge one boot."""
        facts = context.facts
        found = _hits(self.what, facts)
        excused = _hits(self.unless, facts) if found else {}
        hits = [seen for line, seen in sorted(found.items()) if line not in excused]
        if len(hits) > self.at_most:
            return _happened(hits, facts)
        lacks = [lack for selector in self.what for lack in selector.lacks(facts)]
        what = labels(self.what)
        if lacks:
            more = "more " if hits else ""
            return unknown(f"No {more}{what} is in this log, which may have missed it", lacks)
        words = {"what": what, "count": str(len(hits))}
        message = "{count} of {what}, which is let pass." if hits else "{what} did not happen."
        return Judgement("pass", message, names=[what], words=words)


def _hits(selectors: Selectors, facts: Facts) -> dict[int, Seen]:
    """Every hit by its line; of an initcall its first line."""
    found: dict[int, Seen] = {}
    for selector in selectors:
        indices = selector.indices(facts)
        for index in indices:
            seen = facts.initcall(index, end=False) or facts.last_edge(index)
            found[seen.line] = seen
        if not selector.is_call:
            found |= {seen.line: seen for seen in selector.find_all(facts)}
    return found


def _happened(hits: list[Seen], facts: Facts) -> Judgement:
    texts = [*dict.fromkeys(facts.body(seen.line) for seen in hits[:MAX_EVIDENCE])]
    words = place_words("what", hits[0])
    words |= {
        "names": listed([*dict.fromkeys(seen.name for seen in hits)]),
        "count": str(len(hits)),
        "text": listed(texts, 2),
        "causes": by_cause([facts.body(seen.line) for seen in hits[:_MAX_CAUSES]]),
    }
    return Judgement(
        "fail",
        "It happened: {text}." if len(hits) == 1 else "It happened {count} times: {text}.",
        evidence=[seen.line for seen in hits[:MAX_EVIDENCE]],
        subjects=[subject("subject", seen) for seen in hits[:MAX_EVIDENCE]],
        names=sorted({seen.name for seen in hits}),
        words=words,
    )
