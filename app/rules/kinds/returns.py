"""``returns``: what was begun came to an end, and to a good one."""

from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from app.rules.facts import Facts, Seen
from app.rules.kinds.base import Context, Judgement, subject
from app.rules.selectors import Alternatives, Selector, labels
from app.rules.wording import errno_name, listed
from parsers import DEFERRED, Initcall, Probe

PLACEHOLDERS = frozenset({"names", "count", "good", "end"})
_SHOWN = 2
"""Good ends that a pass shows as its evidence."""


class ReturnsCheck(BaseModel):
    """Every initcall or probe that ``of`` names returned, with an accepted value.

    ``accept`` is ``any`` or the values that are good; ``ignore`` those that are
    neither good nor bad. Deferred attempts count as neither. ``failed`` and
    ``succeeded`` name messages or markers that prove one or the other by
    themselves; ``at_least`` is how many good ends it takes to pass.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["returns"]
    of: Alternatives
    accept: Annotated[
        Literal["any"] | tuple[int, ...],
        BeforeValidator(lambda value: [value] if isinstance(value, int) else value),
    ] = (0,)
    ignore: tuple[int, ...] = ()
    failed: tuple[Selector, ...] = ()
    succeeded: tuple[Selector, ...] = ()
    at_least: int = Field(0, ge=0)

    def judge(self, context: Context) -> Judgement:
        """Judge one boot."""
        facts = context.facts
        tally = _Tally(facts)
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
        if call.return_lost:
            tally.lost.append(call)
            return
        if call.returned is None:
            tally.open.append((call, tally.facts.last_edge(index)))
        elif self.accept == "any" or call.returned in self.accept:
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
        if self.accept == "any" or probe.returned in self.accept:
            tally.good_ends += 1
            tally.shown.append(seen)
        else:
            tally.bad.append((f"{probe.device} returned {errno_name(probe.returned)}", seen))

    def _verdict(self, tally: "_Tally") -> Judgement:
        words = {"good": str(tally.good_ends), "count": str(len(tally.open) + len(tally.bad))}
        if tally.open or tally.bad:
            return tally.failure(words)
        if tally.lost:
            names = sorted({call.function for call in tally.lost})
            message = (
                f"The returned line of {listed(names)} is missing, though its thread went on:"
                " this log cannot tell."
            )
            lines = [call.line_called for call in tally.lost[:3] if call.line_called is not None]
            return Judgement("inconclusive", message, evidence=lines, names=names, words=words)
        if tally.good_ends < self.at_least:
            return Judgement(
                "inconclusive",
                f"Neither a good end nor a failure of {labels(self.of)} is in this log.",
            )
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


class _Tally:
    """Good, bad and open ends, as they are found."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.good_ends = 0
        self.shown: list[Seen] = []
        self.bad: list[tuple[str, Seen]] = []
        self.open: list[tuple[Initcall, Seen]] = []
        self.lost: list[Initcall] = []

    def failure(self, words: dict[str, str]) -> Judgement:
        """The finding for what is open or went wrong, open calls first."""
        names = [f"{call.function}()" for call, _ in self.open]
        said = listed(names + list(dict.fromkeys(text for text, _ in self.bad)))
        seen = [hit for _, hit in self.open] + sorted(
            (hit for _, hit in self.bad), key=lambda hit: hit.line
        )
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
        begun = self.open[-1][1].line
        last = self.facts.boot.last_line
        if last == begun:
            return "It is the last line: the log ends there.", begun
        more = last - begun
        follow = (
            "1 more line follows, not" if more == 1 else f"{more} more lines follow, none of them"
        )
        return f"{follow} its return.", last
