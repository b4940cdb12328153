"""``returns``: what was begun came to an end, and to a good one."""

from collections.abc import Sequence
from typing import Annotated, Literal

from app.rules.facts import Facts, Seen
from app.rules.globs import Matches
from app.rules.hints import Before, Limits
from app.rules.kinds.base import Context, Judgement, subject, unknown
from app.rules.lack import LOST
from app.rules.selectors import Alternatives, Glob, Selectors, labels, lacks_of_any
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
class ReturnsCheck:
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
        tally = _Tally(facts, also)
        for selector in self.of:
            for index in selector.indices(facts):
                self._take_initcall(tally, index)
            if selector.probe is not None:
                matches = {seen.line for seen in selector.find_all(facts)}
                for probe in facts.boot.probes:
                    if probe.line in matches:
                        self._take_probe(tally, probe)
        for selector in self.failed:
            for seen in selector.find_all(facts):
                tally.bad.append((facts.body(seen.line), seen))
        for selector in self.succeeded:
            hits = selector.find_all(facts)
            tally.good_ends += len(hits)
            tally.shown.extend(hits)
        return self._verdict(tally)

    def _take_initcall(self, tally: "_Tally", index: int) -> None:
        call = tally.facts.boot.initcalls[index]
        if call.returned is None:
            if self.unfinished == "fail":
                (tally.lost if call.return_lost else tally.open).append(index)
        elif self._accepts(tally, call.function, call.returned):
            tally.good_ends += 1
            if len(tally.shown) < _SHOWN:
                tally.shown.append(tally.facts.last_edge(index))
        elif call.returned not in self.ignore:
            said = f"{call.function}() returned {errno_name(call.returned)}"
            tally.bad.append((said, tally.facts.last_edge(index)))

    def _take_probe(self, tally: "_Tally", probe: Probe) -> None:
        if probe.returned in DEFERRED or probe.returned in self.ignore:
            return
        seen = tally.facts.probe(probe)
        if self._accepts(tally, probe.device, probe.returned):
            tally.good_ends += 1
            tally.shown.append(seen)
        else:
            tally.bad.append((f"{probe.device} returned {errno_name(probe.returned)}", seen))

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
            calls = [tally.facts.boot.initcalls[index] for index in tally.lost]
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
    """Good, bad and open ends, as they are found; ``also`` are further good values by name."""

    def __init__(self, facts: Facts, also: Sequence[tuple[Matches, Values]]) -> None:
        self.facts = facts
        self.also = also
        self.good_ends = 0
        self.shown: list[Seen] = []
        self.bad: list[tuple[str, Seen]] = []
        self.open: list[int] = []
        self.lost: list[int] = []

    def failure(self, words: dict[str, str]) -> Judgement:
        """The finding for what is open or went wrong, open calls first."""
        calls = self.facts.boot.initcalls
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
