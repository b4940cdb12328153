"""``present``: something happened, and nothing says that it failed."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

from app.rules.kinds.base import MAX_EVIDENCE, Context, Judgement, subject
from app.rules.selectors import Alternatives, Selector, first_found, labels

PLACEHOLDERS = frozenset({"what", "what.line", "contradiction", "end"})


class PresentCheck(BaseModel):
    """``what`` is in the log, and none of ``contradicted_by``.

    A contradiction fails whatever else was seen; without either, a whole log
    fails and a cut one is inconclusive.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["present"]
    what: Alternatives
    contradicted_by: tuple[Selector, ...] = ()

    def judge(self, context: Context) -> Judgement:
        """Judge one boot."""
        facts = context.facts
        found = first_found(self.what, facts)
        against = [seen for selector in self.contradicted_by for seen in selector.find_all(facts)]
        words = {"what": found[0].name if found else labels(self.what)}
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
            words["what.line"] = str(found[0].line)
            return Judgement(
                "pass",
                "{what} is at line {what.line}.",
                evidence=[found[0].line],
                subjects=[subject("subject", found[0])],
                names=[labels(self.what)],
                words=words,
            )
        if facts.whole:
            return Judgement("fail", "{what} never happened.", names=[words["what"]], words=words)
        return Judgement(
            "inconclusive", "{what} is not in this log, which is not whole.", words=words
        )
