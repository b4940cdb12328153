"""A predicted boot judged by the engine, and made no surer than the model is."""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain

from app.rules.engine import judge
from app.rules.facts import Facts
from app.rules.finding import Evidence, Finding, Outcome
from app.rules.globs import matcher
from app.rules.model import Consequence, Pack, Rule
from app.rules.told import signature
from app.whatif.draft import Built
from app.whatif.result import Unpredictable
from app.whatif.scene import Scene
from app.whatif.source import Source
from parsers.named import NamedTuple
from parsers.record import replace

_LINE = re.compile(r"\bline (\d{1,9})\b", re.ASCII)
_SURE = ("level", "dependency")


class _Doubt(NamedTuple):
    """Why an outcome is open, and whether a failure that is new speaks against it."""

    why: str
    caused: bool


class Judged(NamedTuple):
    """The findings of one scene on its boot, by (pack, rule), and what they cannot tell."""

    findings: dict[tuple[str, str], Finding]
    unknown: tuple[Unpredictable, ...]


def judge_scene(
    source: Source, scene: Scene, built: Built, measured: Mapping[tuple[str, str], Finding]
) -> Judged:
    """Judge one scene, and take back what a prediction cannot know."""
    if built.boot is source.boot:
        return Judged(dict(measured), ())
    facts = Facts(built.boot, built.lines, source.framing)
    found = {(one.pack, one.rule): one for one in judge(source.packs, facts)}
    found = {key: _called(one, scene, built) for key, one in found.items()}
    unknown: list[Unpredictable] = []
    doubts = _doubts(source.packs, measured, found)
    told: dict[tuple[str, str], Finding] = {}
    for key, one in found.items():
        before = measured.get(key)
        why = doubts[key].why if key in doubts else None
        if why is None and one.outcome == "pass" and before is not None:
            why = _unsupported(one, before, built)
        if why is not None:
            one = _as(one, "inconclusive", why)
            expected: Outcome | None = "fail" if key in doubts and doubts[key].caused else None
            unknown.append(Unpredictable(what=one.rule, reason=why, expected=expected))
        if before is not None and before.waived and before.signature == one.signature:
            one = replace(one, waived=before.waived)
        told[key] = _on_measured(one, built)
    return Judged(told, tuple(unknown))


def _called(one: Finding, scene: Scene, built: Built) -> Finding:
    """Work that an initcall calls at its end rests on that call, which no line shows."""
    lines = [s.line - built.boot.first_line for s in one.subjects if s.line is not None]
    if one.outcome != "fragile" or len(lines) != 2:
        return one
    here, there = (built.origins[line] for line in lines)
    for place, ran in scene.ran_by.items():
        if here == scene.draft.calls[place].line_returned and there in ran:
            name = scene.name(place)
            message = f"{name} calls it as the last thing that it does: this order is guaranteed."
            return replace(_as(one, "pass", message), basis="dependency")
    return one


def _doubts(
    packs: Sequence[Pack],
    measured: Mapping[tuple[str, str], Finding],
    found: Mapping[tuple[str, str], Finding],
) -> dict[tuple[str, str], _Doubt]:
    """What a failure brings about that is cured or caused: by (pack, rule), why it is open."""
    doubts: dict[tuple[str, str], _Doubt] = {}
    asked: dict[str, _Doubt] = {}
    for pack, rule in _rules(packs):
        key = (pack.header.pack, rule.id)
        for one in rule.consequences:
            if not one.cause or one.outcome != "fail":
                continue
            cause = (one.pack or pack.header.pack, one.rule)
            before, after = measured.get(cause), found.get(cause)
            if before is None or after is None:
                continue
            failed, fails = before.outcome == "fail", after.outcome == "fail"
            own = (measured[key].outcome, found[key].outcome)
            if failed == fails or set(own) == {"not_applicable"}:
                continue
            if own[1] == "not_applicable" or (failed and measured[key].caused_by != one.rule):
                continue
            if fails and (own[1] == "fail" or not _speaks_of(one, after)):
                continue
            doubts[key] = doubt = _Doubt(_why(one.rule, after.message, caused=fails), fails)
            asked |= {glob: doubt for s in rule.selectors for glob in s.probe or ()}
    for pack, rule in _rules(packs):
        key = (pack.header.pack, rule.id)
        for name in _markers(rule):
            meaning = pack.header.markers.get(name)
            if meaning is not None and meaning.found_by and meaning.probe in asked:
                doubts.setdefault(key, asked[meaning.probe or ""])
    return doubts


def _speaks_of(one: Consequence, cause: Finding) -> bool:
    """Whether a consequence is of this failure, by what the failure is about."""
    return one.about is None or any(map(matcher(one.about), _names(cause)))


def _names(one: Finding) -> list[str]:
    """The subjects that a finding's signature is made of."""
    return one.signature.split(":")[2:]


def _why(cause: str, message: str, *, caused: bool) -> str:
    if caused:
        return (
            f"Here {cause} fails, which it did not when this was measured, and this is expected to"
            f" fail with it. {cause}: {message}"
        )
    return (
        f"What was measured was the consequence of {cause}, which is cured here. What is answered"
        " then was not measured."
    )


def _rules(packs: Sequence[Pack]) -> Iterator[tuple[Pack, Rule]]:
    return ((pack, rule) for pack in packs for rule in pack.rules)


def _markers(rule: Rule) -> Iterator[str]:
    """The markers that a rule's check speaks of."""
    return chain.from_iterable(s.marker or () for s in rule.selectors)


def _unsupported(one: Finding, before: Finding, built: Built) -> str | None:
    """Why a pass that was none before is not to be believed; None where it is."""
    if one.basis in _SURE or before.outcome == "pass":
        return None
    shown = one.evidence and not any(evidence.line in built.made for evidence in one.evidence)
    if one.basis is not None or (shown and before.outcome == "not_applicable"):
        return None  # what was measured is there, and is now asked for
    return "Whether this holds then is no matter of order: only a boot shows it."


def _as(one: Finding, outcome: Outcome, message: str) -> Finding:
    return replace(
        one, outcome=outcome, message=message,
        basis=one.basis if outcome in ("pass", "fragile", "fail") else None,
        signature=signature(one.rule, outcome, _names(one)),
    )  # fmt: skip


def _on_measured(one: Finding, built: Built) -> Finding:
    """A finding with the lines of the measured log that it rests on."""
    first = built.boot.first_line

    def origin(line: int) -> int:
        return built.origins[line - first] if 0 <= line - first < len(built.origins) else line

    evidence = {
        (origin(e.line), e.text): Evidence(
            line=origin(e.line), time_us=e.time_us,
            text=f"(predicted) {e.text}" if e.line in built.made else e.text,
        )
        for e in one.evidence
    }  # fmt: skip
    shown = {str(e.line): str(origin(e.line)) for e in one.evidence}
    return replace(
        one,
        message=_LINE.sub(lambda said: f"line {shown.get(said[1], said[1])}", one.message),
        evidence=tuple(evidence.values()),
        subjects=tuple(
            replace(s, line=None if s.line is None else origin(s.line)) for s in one.subjects
        ),
    )


def merge(judged: Sequence[Judged], level: str) -> Judged:
    """One judgement over all places that something may get: what differs is fragile."""
    first, *others = judged
    unknown = {one: None for each in judged for one in each.unknown}
    findings = dict(first.findings)
    for key, one in first.findings.items():
        seen = {
            one.outcome,
            *(other.findings[key].outcome for other in others if key in other.findings),
        }
        if len(seen) == 1:
            continue
        words = " or ".join(sorted(seen))
        message = (
            f"It depends on the place inside level {level}, where link order is not known: {words}."
        )
        fragile = seen & {"pass", "fail", "fragile"} == seen
        findings[key] = replace(
            _as(one, "fragile" if fragile else "inconclusive", message),
            basis="link_order" if fragile else None,
        )
    return Judged(findings, tuple(unknown))
