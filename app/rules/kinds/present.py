"""``present``: something happened, and nothing says that it failed."""

from typing import Annotated, Literal

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
from app.rules.selectors import Alternatives, Selectors, half_seen, labels, lacks_of_any
from parsers.record import record

PLACEHOLDERS = frozenset({"what", "what.line", "what.time", "what.level", "contradiction", "count"})


@record
class PresentCheck(BaseCheck):
    """``what`` is in the log, ``at_least`` so often, and none of ``contradicted_by``.

    A contradiction fails whatever else was seen; without either, a log that could not
    have missed it fails and any other is inconclusive. The first alternative with
    enough hits counts.
    """

    kind: Literal["present"]
    what: Alternatives
    contradicted_by: Selectors = ()
    at_least: Annotated[int, Limits(ge=1)] = 1

    def judge(self, context: Context) -> Judgement:
        """Judge one boot."""
        facts = context.facts
        counts = [selector.count(facts) for selector in self.what]
        most = max(counts)
        told = zip(self.what, counts, strict=True)
        found = next((one.find_all(facts, 1) for one, n in told if n >= self.at_least), [])
        against = [seen for selector in self.contradicted_by for seen in selector.find_all(facts)]
        words = {"what": labels(self.what), "count": str(most)}
        if found:
            words |= place_words("what", found[0])
        if against:
            against.sort(key=lambda seen: seen.line)
            words["contradiction"] = facts.body(against[0].line)
            return Judgement(
                "fail",
                "The log says: {contradiction}",
                evidence=[seen.line for seen in against[:MAX_EVIDENCE]],
                subjects=[subject("subject", seen) for seen in against[:1]],
                names=[labels(self.what)],
                words=words,
            )
        if found:
            return Judgement(
                "pass",
                "{what} is at line {what.line}.",
                evidence=[found[0].line],
                subjects=[subject("subject", found[0])],
                names=[labels(self.what)],
                words=words,
            )
        lacks, half = lacks_of_any(self.what, facts), half_seen(self.what, facts)
        if lacks or (half and not most):
            what = half if half and not most else labels(self.what)
            enough = f", or only {most} times," if most else ""
            return unknown(f"{what} is not{enough} in this log", lacks, words=words)
        message = "{what} happened {count} times only." if most else "{what} never happened."
        return Judgement("fail", message, names=[words["what"]], words=words)
