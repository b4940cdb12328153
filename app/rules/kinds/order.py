"""``order``: one thing comes before another, and why that holds."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

from app.rules.facts import Facts, Seen, maybe_same_level, surely_before
from app.rules.finding import Basis, Outcome, Subject
from app.rules.kinds.base import Context, Judgement, subject, weakest
from app.rules.selectors import Alternatives, first_found, labels
from app.rules.wording import duration, seconds
from parsers import Probe

_STRENGTH: dict[Basis, int] = {"level": 3, "dependency": 2, "link_order": 1, "observed": 0}
PLACEHOLDERS = frozenset(
    f"{role}{part}" for role in ("first", "then") for part in ("", ".time", ".level", ".line")
) | {"gap", "because", "end"}


class FirstMissing(BaseModel):
    """What it means that ``first`` never happened although ``then`` did.

    It counts only once user space was reached; ``show`` is the evidence.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    outcome: Literal["fail", "inconclusive", "not_applicable"]
    show: Alternatives


class OrderCheck(BaseModel):
    """``first`` is over before ``then`` comes.

    ``guarantee`` is the weakest basis that still counts as pass (``level`` is met
    by a proven dependency too where the levels hold as well). ``overlap`` says
    what it means that ``then`` came while the initcall of ``first`` still ran.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["order"]
    first: Alternatives
    then: Alternatives
    guarantee: Basis = "dependency"
    overlap: Literal["fail", "inconclusive"] = "fail"
    first_missing: FirstMissing | None = None

    def judge(self, context: Context) -> Judgement:
        """Judge one boot."""
        facts = context.facts
        thens = first_found(self.then, facts)
        if not thens:
            if facts.whole:
                return Judgement("not_applicable", f"{labels(self.then)} did not happen.")
            return Judgement("inconclusive", f"{labels(self.then)} is not in this log.")
        then = thens[0]
        firsts = first_found(self.first, facts)
        if not firsts:
            return self._without_first(facts, then)
        first = firsts[-1]
        if first.line < then.line:
            return self._held(context, first, then)
        if first.span[0] <= then.line and self.overlap == "inconclusive":
            message = "{then} came while {first} was still running, so this log cannot tell."
            judgement = _judgement("inconclusive", message, first, then, None, "")
            judgement.cured_by = frozenset()
            return judgement
        basis, because = _basis(context, then, first, reverse=True)
        message = "{then} came {gap} before {first}. {because}"
        return _judgement("fail", message, first, then, basis, because)

    def _held(self, context: Context, first: Seen, then: Seen) -> Judgement:
        basis, because = _basis(context, first, then, reverse=False)
        enough = _STRENGTH[basis] >= _STRENGTH[self.guarantee] or surely_before(first, then)
        outcome: Outcome = "pass" if enough else "fragile"
        message = "{then} came {gap} after {first}. {because}"
        judgement = _judgement(outcome, message, first, then, basis, because)
        if basis == "dependency" and (retry := _retry(context, first, then)) is not None:
            deferred = next(p for p in _attempts(context.facts, retry) if p.resolved_line)
            judgement.evidence = sorted({*judgement.evidence, deferred.line, retry.line})
        return judgement

    def _without_first(self, facts: Facts, then: Seen) -> Judgement:
        """``first`` is not in the log: still running, lost, or it never happened."""
        for selector in self.first:
            for index in selector.indices(facts):
                call = facts.boot.initcalls[index]
                begun = facts.initcall(index, end=False)
                if begun is None or call.returned is not None or call.return_lost:
                    continue
                never_ended = begun._replace(end=True)
                if then.line < begun.line:
                    message = "{then} came before {first} had even begun. {because}"
                    because = "It never returned."
                    return _judgement("fail", message, never_ended, then, None, because)
        missing = self.first_missing
        if missing is None or not (facts.whole and facts.boot.coverage.userspace):
            cure = "" if facts.boot.coverage.initcall_debug else " Boot with initcall_debug."
            message = f"{labels(self.first)} is not in this log, so the order cannot be told.{cure}"
            judgement = Judgement("inconclusive", message, evidence=[then.line], names=[then.name])
            judgement.subjects = [subject("then", then)]
            judgement.words = _words("then", then)
            return judgement
        shown = first_found(missing.show, facts)
        message = f"{labels(self.first)} never happened; user space was reached without it."
        judgement = Judgement(missing.outcome, message, names=[labels(self.first), then.name])
        judgement.evidence = sorted({then.line, *(seen.line for seen in shown[:3])})
        judgement.subjects = [subject("first", seen) for seen in shown[:1]]
        judgement.subjects.append(subject("then", then))
        because = "It never came up; user space was reached without it."
        judgement.words = _words("then", then) | {"first": labels(self.first), "because": because}
        return judgement


def _judgement(
    outcome: Outcome, message: str, first: Seen, then: Seen, basis: Basis | None, because: str
) -> Judgement:
    gap = None
    if first.time_us is not None and then.time_us is not None:
        gap = then.time_us - first.time_us
    source = None if basis is None else weakest([first.level_source, then.level_source])
    subjects: list[Subject] = [subject("first", first), subject("then", then)]
    words = _words("first", first) | _words("then", then)
    words |= {"gap": duration(gap), "because": because}
    return Judgement(
        outcome, message, basis, source, sorted({first.line, then.line}), subjects,
        [first.name, then.name], gap, words,
    )  # fmt: skip


def _words(role: str, seen: Seen) -> dict[str, str]:
    name = seen.name
    if seen.initcall is not None:
        name = f"the end of {seen.name}()" if seen.end else f"{seen.name}()"
    return {
        role: name,
        f"{role}.time": seconds(seen.time_us),
        f"{role}.level": seen.level_text,
        f"{role}.line": str(seen.line),
    }


def _basis(context: Context, earlier: Seen, later: Seen, *, reverse: bool) -> tuple[Basis, str]:
    """On what the order rests that was seen, and a sentence that says so."""
    if not reverse and (retry := _retry(context, earlier, later)) is not None:
        holds = f"The probe of {retry.device} was deferred until then (EPROBE_DEFER)"
        return "dependency", f"{holds}, so this order is guaranteed."
    if surely_before(earlier, later):
        low, high = earlier.level_text, later.level_text
        levels = f"Level {low} runs before level {high}"
        if high == "module":
            levels = f"A module runs after every built-in initcall (level {low})"
        certainty = (
            "it is so on every boot of this build" if reverse else "this order is guaranteed"
        )
        return "level", f"{levels}: {certainty}."
    if maybe_same_level(earlier, later) and later.level_text != "module":
        return "link_order", _link_order(earlier, later, reverse=reverse)
    if earlier.levels is None or later.levels is None:
        return "observed", "Their levels are not known from this log: the order was seen, no more."
    return "observed", "Nothing in the log shows that anything enforces it."


def _link_order(earlier: Seen, later: Seen, *, reverse: bool) -> str:
    if earlier.levels == later.levels and earlier.levels and earlier.levels[0] == earlier.levels[1]:
        luck = "" if reverse else ", which is luck"
        return f"Both are at level {earlier.level_text}: only link order decides{luck}."
    return (
        f"Their levels may be the same ({earlier.level_text} and {later.level_text}), where only"
        " link order decides; the build's System.map would settle it."
    )


def _retry(context: Context, first: Seen, then: Seen) -> Probe | None:
    """The retried probe that ``then`` came from, where the pack says it waits for ``first``."""
    for name, meaning in context.meanings.items():
        if meaning.probe is None or then.name not in (name, meaning.probe):
            continue
        awaited = {*meaning.waits_for}
        for marker in meaning.waits_for:
            awaited |= {*context.meanings[marker].initcalls}
        if first.name not in awaited:
            continue
        probe = context.facts.probe_around(meaning.probe, then)
        if probe is not None and any(
            attempt.resolved_line == probe.line for attempt in _attempts(context.facts, probe)
        ):
            return probe
    return None


def _attempts(facts: Facts, probe: Probe) -> list[Probe]:
    same = (probe.device, probe.driver)
    return [p for p in facts.boot.probes if (p.device, p.driver) == same and p.line < probe.line]
