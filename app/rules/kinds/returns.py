"""``returns``: what was begun came to an end, and to a good one."""

from collections.abc import Sequence
from itertools import islice
from typing import Annotated, Literal

from app.rules.facts import Facts
from app.rules.globs import Matches
from app.rules.hints import Before, Limits
from app.rules.kinds.base import BaseCheck, Context, Judgement, subject, unknown
from app.rules.lack import LOST
from app.rules.seen import Seen
from app.rules.selectors import Alternatives, Glob, Selectors, labels, lacks_of_any
from app.rules.steps import CALL
from app.rules.wording import errno_name, listed
from parsers import DEFERRED, Probe
from parsers.record import record

PLACEHOLDERS = frozenset({"what", "names", "count", "good", "end"})
_SHOWN = 2
"""Good ends that a pass shows as its evidence."""


Values = Annotated[
    Literal["any", "non_negative"] | tuple[int, ...],
    Before(
        lambda value: [value] if isinstance(value, int) else value,
        Literal["any", "non_negative"] | int | list[int],
    ),
]


@record
class ReturnsCheck(BaseCheck):
    """Every initcall or probe that ``of`` names returned, with an accepted value.

    ``accept`` is ``any``, ``non_negative`` or the values that are good; ``ignore``
    those that are neither good nor bad; ``also_accept`` what single functions or
    devices (globs) may return besides. Deferred attempts of a probe count as neither.
    ``failed`` and ``succeeded`` name messages or markers that prove one or the other
    by themselves; ``at_least`` is how many good ends it takes to pass. ``unfinished:
    ignore`` leaves calls without an end to another rule.
    """

    kind: Literal["returns"]
    of: Alternatives
    accept: Values = (0,)
    ignore: tuple[int, ...] = ()
    also_accept: Annotated[dict[Glob, Values], Limits(max_length=200)] = {}  # noqa: RUF012 - never changed
    failed: Selectors = ()
    succeeded: Selectors = ()
    at_least: Annotated[int, Limits(ge=0)] = 0
    unfinished: Literal["fail", "ignore"] = "fail"

    def judge(self, context: Context) -> Judgement:
        """Judge one boot."""
        facts = context.facts
        also = [(facts.steps.matcher((glob,)), values) for glob, values in self.also_accept.items()]
        tally = _Tally(facts, also, self.accept, self.ignore)
        for selector in self.of:
            self._take_initcalls(tally, selector.indices(facts))
            self._take_probes(tally, selector.probes(facts))
        for selector in self.failed:
            for seen in selector.find_all(facts):
                tally.bad.append((facts.body(seen.line), seen))
        for selector in self.succeeded:
            hits = selector.find_all(facts)
            tally.good_ends += len(hits)
            tally.shown.extend(hits)
        return self._verdict(tally)

    def _take_initcalls(self, tally: "_Tally", indices: Sequence[int]) -> None:
        """Most return what nearly all of them do: each value is looked at once."""
        values = tally.facts.returned
        known = tally.facts.returned_values
        tally.facts.steps.spend(len(indices) * CALL + len(known) * tally.width)
        good = {value: value is not None and _among(value, self.accept) for value in known}
        others = [index for index in indices if not good[values[index]]]
        tally.good_ends += len(indices) - len(others)
        if self.at_least:
            first = islice((index for index in indices if good[values[index]]), _SHOWN)
            tally.shown.extend(map(tally.facts.last_edge, first))
        for index in others:
            self._take_initcall(tally, index)

    def _take_initcall(self, tally: "_Tally", index: int) -> None:
        tally.facts.steps.spend(tally.width)
        call = tally.facts.calls[index]
        if call.returned is None:
            if self.unfinished == "fail":
                (tally.lost if call.return_lost else tally.open).append(index)
        elif self._accepts(tally, call.function, call.returned):
            tally.good_ends += 1
            tally.shown.append(tally.facts.last_edge(index))
        elif call.returned not in self.ignore:
            said = f"{call.function}() returned {errno_name(call.returned)}"
            tally.bad.append((said, tally.facts.last_edge(index)))

    def _take_probes(self, tally: "_Tally", probes: Sequence[Probe]) -> None:
        """Those that are good, and not shown, are counted alone."""
        tally.facts.steps.spend(len(probes) * tally.width)
        known = {probe.returned for probe in probes} - {*DEFERRED, *self.ignore}
        good = set() if self.at_least else {v for v in known if _among(v, self.accept)}
        tally.good_ends += sum(probe.returned in good for probe in probes) if good else 0
        for probe in probes:
            if probe.returned in known and probe.returned not in good:
                self._take_probe(tally, probe)

    def _take_probe(self, tally: "_Tally", probe: Probe) -> None:
        if self._accepts(tally, probe.device, probe.returned):
            tally.good_ends += 1
            if self.at_least:
                tally.shown.append(tally.facts.seen(probe))
        else:
            said = f"{probe.device} returned {errno_name(probe.returned)}"
            tally.bad.append((said, tally.facts.seen(probe)))

    def _accepts(self, tally: "_Tally", name: str, returned: int) -> bool:
        if _among(returned, self.accept):
            return True
        return any(fits(name) and _among(returned, values) for fits, values in tally.also)

    def _verdict(self, tally: "_Tally") -> Judgement:
        words = {"good": str(tally.good_ends), "count": str(len(tally.open) + len(tally.bad))}
        words |= {"what": labels(self.of)}
        if tally.open or tally.bad:
            return tally.failure(words)
        if tally.lost:
            calls = [tally.facts.calls[index] for index in tally.lost]
            names = sorted({call.function for call in calls})
            lines = [call.line_called for call in calls[:3] if call.line_called is not None]
            message = f"The returned line of {listed(names)} is missing, though its thread went on"
            return unknown(message, [LOST], evidence=lines, names=names, words=words)
        lacks = lacks_of_any((*self.of, *self.succeeded), tally.facts)
        if tally.good_ends < self.at_least:
            message = f"Neither a good end nor a failure of {labels(self.of)} is in this log"
            return unknown(message, lacks, words=words)
        if not self.at_least and lacks:
            return unknown("This log may lack a failure", lacks)
        if not tally.good_ends:
            return Judgement("not_applicable", f"{labels(self.of)} did not happen.")
        shown = sorted(tally.shown, key=lambda seen: seen.line)[:_SHOWN] if self.at_least else []
        evidence = [seen.line for seen in shown]
        subjects = [subject("subject", seen) for seen in shown]
        return Judgement(
            "pass",
            "All {good} that began returned.",
            evidence=evidence,
            subjects=subjects,
            words=words,
        )


def _among(returned: int, values: Values) -> bool:
    if values == "any":
        return True
    return returned >= 0 if values == "non_negative" else returned in values


class _Tally:
    """Good, bad and open ends, as they are found; ``also`` are further good values by name.

    ``width`` is how many values each end is compared with, in steps.
    """

    def __init__(
        self, facts: Facts, also: Sequence[tuple[Matches, Values]], *values: Values
    ) -> None:
        self.facts = facts
        self.also = also
        every = (*values, *(values for _, values in also))
        self.width = CALL + sum(len(one) for one in every if isinstance(one, tuple))
        self.good_ends = 0
        self.shown: list[Seen] = []
        self.bad: list[tuple[str, Seen]] = []
        self.open: list[int] = []
        self.lost: list[int] = []

    def failure(self, words: dict[str, str]) -> Judgement:
        """The finding for what is open or went wrong, open calls first."""
        calls = self.facts.calls
        names = [f"{calls[index].function}()" for index in self.open]
        said = listed(names + list(dict.fromkeys(text for text, _ in self.bad)))
        hung = [self.facts.last_edge(index) for index in self.open]
        seen = hung + sorted((hit for _, hit in self.bad), key=lambda hit: hit.line)
        evidence = [hit.line for hit in seen[:6]]
        end = ""
        if self.open:
            end, line = self._end()
            evidence.append(line)
        return Judgement(
            "fail",
            "{names} never returned. {end}" if self.open else "{names}.",
            evidence=sorted(set(evidence)),
            subjects=[subject("subject", hit) for hit in seen[:6]],
            names=sorted({hit.name for hit in seen}),
            words=words | {"names": said, "end": end},
        )

    def _end(self) -> tuple[str, int]:
        """How the log goes on after a call that never returned, and the line to show."""
        panic = self.facts.markers.get("kernel.panic")
        if panic:
            return f"The kernel panicked at line {panic[0].line}.", panic[0].line
        begun = self.facts.last_edge(self.open[-1]).line
        last = self.facts.boot.last_line
        if last == begun:
            return "It is the last line: the log ends there.", begun
        more = last - begun
        follow = (
            "1 more line follows, not" if more == 1 else f"{more} more lines follow, none of them"
        )
        return f"{follow} its return.", last
