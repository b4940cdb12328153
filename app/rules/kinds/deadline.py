"""``deadline``: something takes no longer than this."""

from collections.abc import Iterable, Iterator
from itertools import chain
from operator import attrgetter
from typing import Annotated, Literal

from app.rules.facts import Facts
from app.rules.finding import Outcome
from app.rules.hints import TextLimits
from app.rules.kinds.base import MAX_EVIDENCE, BaseCheck, Context, Judgement, subject, unknown
from app.rules.lack import CUT, HEAD, LOST, NO_DEBUG, NO_SYMBOLS, NO_TIMES, Lack
from app.rules.seen import Seen
from app.rules.selectors import Alternatives, first_found, half_seen, labels, lacks_of_any
from app.rules.steps import CALL
from app.rules.wording import duration, listed
from parsers import Initcall, Probe
from parsers.named import NamedTuple
from parsers.pattern import pattern
from parsers.record import record

PLACEHOLDERS = frozenset({"names", "count", "worst", "took", "limit", "clock", "start", "length"})
_LENGTH = pattern(r"(\d{1,9}(?:\.\d{1,6})?) ?(us|ms|s)")
_UNITS = {"us": 1, "ms": 1_000, "s": 1_000_000}
_CLOCKS = {
    "span": "the stamps of the two lines",
    "reported": "the kernel's own figure (after N usecs)",
}
_BROKEN = Lack("the clock steps back in between", "", "")
_NO_WORD = NO_DEBUG._replace(what="the kernel says no length")
_NO_START = HEAD._replace(what="the calling line is lost")

Length = Annotated[str, TextLimits(pattern=r"^\d{1,9}(\.\d{1,6})? ?(us|ms|s)$", max_length=20)]


class _Length(NamedTuple):
    """How long one thing took, in µs; None where the clock does not tell.

    ``what`` is an initcall by its index, a probe, or what was seen; the longest of
    ``of`` that many, where all are in time.
    """

    what: int | Probe | Seen
    us: int | None
    lack: Lack | None = None
    still: bool = False
    of: int = 1


class _Took(NamedTuple):
    """The same of what is told: it has a line."""

    seen: Seen
    us: int
    still: bool


@record
class DeadlineCheck(BaseCheck):
    """Each initcall or probe ``of`` takes ``at_most`` that long, or ``to`` comes that
    soon after ``from``.

    ``clock`` says which of the two clocks is meant: ``span``, the stamps of the two
    lines (a probe has one line and is told by the kernel's figure), or ``reported``,
    the kernel's "after N usecs", which is coarse before the clock source is switched
    and includes what interrupted it. A log without times, or whose clock steps back
    in between, tells no ``span``. What never ended fails once the log shows that the
    time was over. A call that only may be at the selector's
    ``level`` leaves the answer open where it is not in time. Where ``of`` names several, only a
    log that could not have missed one passes.
    """

    asks_doubtful = True
    kind: Literal["deadline"]
    of: Alternatives | None = None
    from_: Alternatives | None = None
    to: Alternatives | None = None
    at_most: Length
    clock: Literal["span", "reported"] = "span"

    def __post_init__(self) -> None:
        if (self.of is None) == (self.to is None) or (self.from_ is None) != (self.to is None):
            raise ValueError("give either 'of', or 'from' and 'to'")
        if self.to is not None and self.clock == "reported":
            raise ValueError("'clock: reported' goes with 'of': no figure spans two lines")

    @property
    def limit_us(self) -> int:
        """``at_most`` in microseconds."""
        number, unit = _LENGTH.fullmatch(self.at_most).groups()  # type: ignore[union-attr]
        return round(float(number) * _UNITS[unit])

    def judge(self, context: Context) -> Judgement:
        """Judge one boot."""
        facts = context.facts
        if self.from_ is not None and self.to is not None:
            return self._between(self.from_, self.to, facts)
        selectors = self.of or ()
        took = self._each(selectors, facts)
        first = next(took, None)
        if first is None:
            return _missing(selectors, facts)
        judgement = self._verdict(facts, first, took)
        several = (one for one in selectors if one.names_several)
        lacks = [lack for one in several for lack in one.lacks(facts) if lack is not NO_DEBUG]
        if judgement.outcome == "pass" and lacks:
            return unknown(f"This log may lack one that took longer than {self.at_most}", lacks)
        return judgement

    def _each(self, selectors: Alternatives, facts: Facts) -> Iterator[_Length]:
        """What every initcall and probe that is named took."""
        for selector in selectors:
            limit_us, probes = self.limit_us, selector.probes(facts)
            quick = [probe for probe in probes if probe.reported_us <= limit_us]
            if quick:
                longest = max(quick, key=_reported_us)
                yield _Length(longest, longest.reported_us, of=len(quick))
            if len(quick) < len(probes):
                for probe in probes:
                    if probe.reported_us > limit_us:
                        yield _Length(probe, probe.reported_us)
            indices = selector.indices(facts)
            spans = facts.spans if self.clock == "span" else facts.reported
            facts.steps.spend(len(indices) * CALL)
            in_time = [index for index in indices if 0 <= spans[index] <= limit_us]
            if in_time:
                slowest = max(in_time, key=spans.__getitem__)
                yield _Length(slowest, spans[slowest], of=len(in_time))
            if len(in_time) < len(indices):
                for index in indices:
                    if not 0 <= spans[index] <= limit_us:
                        yield self._of_call(index, facts)
            for index in selector.possible(facts):
                if not 0 <= spans[index] <= limit_us:
                    yield _Length(index, None, NO_SYMBOLS)

    def _of_call(self, index: int, facts: Facts) -> _Length:
        call = facts.calls[index]
        if call.returned is None:
            return _unfinished(index, call, facts)
        if self.clock == "reported":
            return _Length(
                index, call.reported_us, None if call.reported_us is not None else _NO_WORD
            )
        if call.line_called is None:
            return _Length(index, None, _NO_START)
        if call.span_us is None:
            return _Length(index, None, NO_TIMES)
        if call.span_us < 0 or facts.steps_between(call.line_called, call.line_returned or 0):
            return _Length(index, None, _BROKEN)
        return _Length(index, call.span_us)

    def _verdict(self, facts: Facts, first: _Length, others: Iterable[_Length] = ()) -> Judgement:
        """Of what is in time only the longest is kept: a boot may have 300,000 initcalls."""
        limit_us, count, longest, most_us = self.limit_us, 0, first, first.us or 0
        over: list[_Took] = []
        lacking: list[_Length] = []
        for one in chain((first,), others):
            count += one.of
            length_us = one.us or 0
            if length_us > limit_us:
                over.append(_took(one, facts))
            elif one.lack is not None:
                lacking.append(one)
            elif length_us > most_us:
                longest, most_us = one, length_us
        if over:
            over.sort(key=lambda one: (-one.us, one.seen.line))
            return self._told("fail", "{names} took longer than {limit}: {worst} {took}.", over)
        if lacking:
            seen = [_took(one, facts).seen for one in lacking]
            names = listed([*dict.fromkeys(map(_called, seen))])
            lines = [one.line for one in seen[:MAX_EVIDENCE]]
            lacks = [one.lack for one in lacking if one.lack is not None]
            message = f"How long {names} took by {_CLOCKS[self.clock]} is not known"
            return unknown(message, lacks, evidence=lines)
        message = "None of {count} took longer than {limit}; the longest, {worst}, {took}."
        return self._told("pass", message, [_took(longest, facts)], count=count)

    def _told(self, outcome: Outcome, message: str, took: list[_Took], count: int = 0) -> Judgement:
        shown = took[:MAX_EVIDENCE]
        worst = took[0]
        still = " and is still running at the end of the log" if worst.still else ""
        return Judgement(
            outcome,
            message,
            evidence=sorted({one.seen.line for one in shown}),
            subjects=[subject("subject", one.seen) for one in shown],
            names=sorted({one.seen.name for one in took}) if outcome == "fail" else (),
            words={
                "names": listed([*dict.fromkeys(_called(one.seen) for one in took)]),
                "count": str(count or len(took)),
                "worst": _called(worst.seen),
                "took": f"took {duration(worst.us)}{still}",
                "limit": self.at_most,
                "clock": _CLOCKS[self.clock],
            },
        )

    def _between(self, start: Alternatives, end: Alternatives, facts: Facts) -> Judgement:
        """From the first hit of ``from`` to the last one of ``to``."""
        begun, ended = first_found(start, facts), first_found(end, facts)
        if not begun:
            return _missing(start, facts)
        first = begun[0]
        if not ended:
            return self._never_came(first, end, facts)
        last = ended[-1]
        if last.line < first.line:
            return Judgement("not_applicable", f"{last.name} came before {first.name}.")
        lack = NO_TIMES if first.time_us is None or last.time_us is None else None
        if facts.steps_between(first.line, last.line):
            lack = _BROKEN
        length = None if lack else (last.time_us or 0) - (first.time_us or 0)
        judgement = self._verdict(facts, _Length(last, length, lack))
        judgement.evidence = sorted({first.line, last.line})
        if lack is None:
            judgement.gap_us = length
            judgement.message = "{worst} came {length} after {start}; the limit is {limit}."
            judgement.words |= {"length": duration(length), "start": _called(first)}
        return judgement

    def _never_came(self, first: Seen, end: Alternatives, facts: Facts) -> Judgement:
        """It fails once the log goes on for longer than the limit without it."""
        lacks = lacks_of_any(end, facts)
        half = half_seen(end, facts)
        last_us = facts.boot.last_time_us
        known = first.time_us is not None and last_us is not None
        passed = (last_us or 0) - (first.time_us or 0)
        stepped = facts.steps_between(first.line, facts.boot.last_line)
        if half or not known or stepped or passed <= self.limit_us or set(lacks) - {CUT}:
            more = [_BROKEN] if stepped else [NO_TIMES] if not known else [CUT]
            return unknown(f"{half or labels(end)} is not in this log", [*lacks, *more])
        judgement = self._told("fail", "", [_Took(first, passed, False)])
        judgement.message = (
            "{names} did not come within {limit} of {start}; the log goes on for {length}."
        )
        judgement.words |= {
            "names": labels(end), "length": duration(passed), "start": _called(first)
        }  # fmt: skip
        judgement.names = [first.name, labels(end)]
        return judgement


_reported_us = attrgetter("reported_us")


def _called(seen: Seen) -> str:
    return f"{seen.name}()" if seen.initcall is not None else seen.name


def _missing(selectors: Alternatives, facts: Facts) -> Judgement:
    lacks, half = lacks_of_any(selectors, facts), half_seen(selectors, facts)
    if half or lacks:
        return unknown(f"{half or labels(selectors)} is not in this log", lacks)
    return Judgement("not_applicable", f"{labels(selectors)} did not happen.")


def _took(one: _Length, facts: Facts) -> _Took:
    what = one.what
    if isinstance(what, int):
        what = facts.last_edge(what)
    elif isinstance(what, Probe):
        what = facts.seen(what)
    return _Took(what, one.us or 0, one.still)


def _unfinished(index: int, call: Initcall, facts: Facts) -> _Length:
    """An initcall without an end has taken at least as long as the log goes on."""
    if call.return_lost:
        return _Length(index, None, LOST)
    last_us = facts.boot.last_time_us
    if call.start_us is None or last_us is None:
        return _Length(index, None, NO_TIMES)
    if facts.steps_between(call.line_called or 0, facts.boot.last_line):
        return _Length(index, None, _BROKEN)
    return _Length(index, last_us - call.start_us, CUT, still=True)
