"""check_build(): symbols and packs into a report."""

from collections.abc import Mapping, Sequence
from datetime import date

from app.build_check.assumptions import assume
from app.build_check.orders import Answer, judge_level, judge_order, judge_sequence
from app.build_check.placing import Build
from app.build_check.result import UNSEEN, BuildFinding, BuildReport, SymbolsInfo
from app.digests import sha256_hex
from app.report import PackVersion, Verdict, headline_of, sort_findings, verdict_of
from app.rules.finding import Finding
from app.rules.globs import is_glob, matcher
from app.rules.kinds.level import LevelCheck
from app.rules.kinds.order import OrderCheck
from app.rules.kinds.sequence import SequenceCheck
from app.rules.loader import DEFAULT_PACKS, load_shipped
from app.rules.model import Pack, Rule
from app.rules.told import about, explain, followed, signature
from app.rules.waivers import Placed, Waivers, utc_day
from parsers import MAX_BYTES, Kernel, listed_functions, read_symbol_table, symbol_kind
from parsers.record import values

_HEADLINES: dict[Verdict, str] = {
    "inconclusive": "Symbols alone cannot tell every order of this build",
    "pass": "Every order that symbols can tell holds by level",
    "not_applicable": "No rule can be judged without a boot",
}
_SHARED = {*BuildFinding.__annotations__} - {"basis"}
Answers = dict[str, tuple[Answer, tuple[str, ...]]]
"""By rule id."""


def check_build(
    data: bytes,
    *,
    name: str = "symbols",
    packs: Sequence[Pack] = (),
    kernel: str | None = None,
    max_bytes: int = MAX_BYTES,
    waivers: Sequence[Placed] = (),
    today: date | None = None,
) -> BuildReport:
    """Judge the order of a build by its symbols, packed or not: a listing or a vmlinux.

    ``kernel`` is its release, where it is known: conditions on it are tested then, and
    assumed otherwise. ``waivers`` are let pass beside those of the packs, as analyse()
    does; one for a machine holds for no build, which may run on any. Raises InputError on
    what is no table of initcalls.
    """
    packs = packs or tuple(map(load_shipped, DEFAULT_PACKS))
    placed = (*waivers, *(waiver for pack in packs for waiver in pack.waivers))
    allowed = Waivers(placed, today or utc_day())
    table = read_symbol_table(data, max_bytes=max_bytes)
    functions = listed_functions(data, _asked(packs), max_bytes=max_bytes)
    release = Kernel(release=kernel)
    answers = [
        _answers(pack, Build(table, functions, pack.header.markers), release) for pack in packs
    ]
    everything = {rule: one for own in answers for rule, (one, _) in own.items()}
    findings = [
        finding
        for pack, own in zip(packs, answers, strict=True)
        for finding in _tell(pack, own, everything, release, allowed)
    ]
    findings += [_of_waiver(one) for one in allowed.expired_ones()]
    findings = sort_findings(findings)
    verdict = verdict_of(findings)
    headline, lead = headline_of(verdict, findings, _in_short, _HEADLINES)
    return BuildReport(
        symbols=SymbolsInfo(
            name=name,
            sha256=sha256_hex(data),
            size_bytes=len(data),
            kind=symbol_kind(data, max_bytes=max_bytes),
            initcalls=len(table),
        ),
        kernel=kernel,
        packs=tuple(PackVersion(name=p.header.pack, version=p.header.version) for p in packs),
        verdict=verdict,
        headline=headline,
        lead=lead,
        unseen=UNSEEN,
        findings=tuple(findings),
    )


def _asked(packs: Sequence[Pack]) -> set[str]:
    """The functions beside the table that tell whether a marker comes from a probe."""
    return {
        function
        for pack in packs
        for meaning in pack.header.markers.values()
        if meaning.probe is not None
        for function in (*meaning.probed_by, *meaning.initcalls)
        if not is_glob(function)
    }


def _answers(pack: Pack, build: Build, kernel: Kernel) -> Answers:
    """What symbols say to each rule, and what was assumed for it."""
    answers: Answers = {}
    for rule in pack.rules:
        try:
            answers[rule.id] = _answer(rule, build, kernel.release)
        except Exception as error:  # one faulty rule must not hide the others
            failed = f"The rule itself failed: {type(error).__name__}."
            answers[rule.id] = Answer("error", failed), ()
    return answers


def _tell(
    pack: Pack, answers: Answers, others: Mapping[str, Answer], kernel: Kernel, waivers: Waivers
) -> list[BuildFinding]:
    """One finding a rule, in the pack's order. ``others`` are the answers to all packs."""
    causes = {**others, **{rule_id: answer for rule_id, (answer, _) in answers.items()}}
    findings = []
    for rule in pack.rules:
        answer, assumed = answers[rule.id]
        signed = signature(rule.id, answer.outcome, answer.names)
        ids = frozenset({rule.id, *pack.header.former_ids(rule.id)})
        waived, _ = waivers.matching(ids, answer.outcome, answer.names, signed, kernel)
        reasons = followed(rule, answer, causes, matcher)
        message, caused_by, undermined_by = explain(answer.message, reasons)
        findings.append(
            BuildFinding(
                **about(pack, rule),
                outcome=answer.outcome,
                basis=answer.basis,
                message=message,
                places=answer.places,
                assumed=assumed,
                caused_by=caused_by,
                undermined_by=undermined_by,
                signature=signed,
                waived=waived,
            )
        )
    return findings


def _of_waiver(found: Finding) -> BuildFinding:
    """What is wrong with a waiver, as of a boot."""
    same = {name: value for name, value in values(found).items() if name in _SHARED}
    return BuildFinding(**same, basis=None, places=(), assumed=())


def _answer(rule: Rule, build: Build, kernel: str | None) -> tuple[Answer, tuple[str, ...]]:
    check = rule.check
    if not isinstance(check, OrderCheck | SequenceCheck | LevelCheck):
        return Answer("not_applicable", f"Needs a boot: it is of kind {check.kind}."), ()
    assumed = assume(rule.applies_when, kernel)
    if assumed.holds is False:
        return Answer("not_applicable", f"Does not apply to {kernel}: {assumed.words[0]}."), ()
    if isinstance(check, OrderCheck):
        answer = judge_order(check, build)
    elif isinstance(check, SequenceCheck):
        answer = judge_sequence(check, build)
    else:
        answer = judge_level(check, build)
    return answer, assumed.words if answer.outcome != "not_applicable" else ()


def _in_short(found: BuildFinding) -> str:
    if found.basis is None or len(found.places) != 2:
        return f"{found.title}: not so"
    first, then = (f"{place.function}()" for place in found.places)
    if found.outcome == "fragile":
        return f"Only link order keeps {first} before {then}"
    how = "by level" if found.basis == "level" else "by link order"
    return f"{then} runs before {first}, {how}"
