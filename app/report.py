"""The report: one boot judged. Schema ``bootscope.report/1``.

Every face shows this model: the API returns it, pages and reporters are given
it. Times are integers in µs; names and meanings are fixed by the schema's version.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Literal, Protocol, TypeVar

from app.rules.finding import Finding, Outcome, Severity
from app.rules.setting import Setting
from parsers import (
    AsyncCall,
    AsyncWait,
    Boot,
    Counts,
    Coverage,
    Deferral,
    Diagnostic,
    Initcall,
    Kernel,
    LevelBanner,
    Marker,
    Phase,
    Probe,
)
from parsers.named import NamedTuple
from parsers.record import record, replace

SCHEMA = "bootscope.report/1"
Verdict = Literal["fail", "error", "warning", "fragile", "inconclusive", "pass", "not_applicable"]
VERDICTS: tuple[Verdict, ...] = (
    "fail", "error", "warning", "fragile", "inconclusive", "pass", "not_applicable"
)  # fmt: skip
SUBJECT = 72
"""The longest headline, in characters: what list archives show of a subject."""
_SEVERITIES: tuple[Severity, ...] = ("error", "warning", "note")
_ABOUT_THE_LOG = frozenset({"LOG", "WAIVER"})
"""Ids, without their three digits, of rules that decide nothing about the boot."""
_HEADLINES: dict[Verdict, str] = {
    "inconclusive": "This log cannot prove the order",
    "pass": "Every rule that applies holds",
    "not_applicable": "No rule applies to this boot",
}


@record
class PackVersion:
    """The pack that judged, by name and version."""

    name: str
    version: str


@record
class FramingGuess:
    """A framing that may wrap the log's lines, and the share (0 to 1) of lines it fits."""

    name: str
    confidence: float


@record
class CaptureInfo:
    """The log as given, and which of its boots this report is about (0-based).

    ``framing`` is how it was read; ``framing_guesses`` are detection's, best first.
    """

    sha256: str
    size_bytes: int
    name: str
    framing: str
    framing_confidence: float
    framing_guesses: tuple[FramingGuess, ...] = ()
    boots: int
    boot_index: int
    first_line: int
    last_line: int
    symbols_sha256: str | None = None
    trace_sha256: str | None = None

    @property
    def framing_overridden(self) -> bool:
        """Whether somebody asked for another framing than detection prefers."""
        return bool(self.framing_guesses) and self.framing_guesses[0].name != self.framing


Concern = Literal["error", "fail", "warning", "note", "fragile", "inconclusive", "undecided"]
"""What a gate may close for: ``fail``, ``warning`` and ``note`` are failed rules by severity."""


@record
class BootSummary:
    """One boot of the capture, in a line: where it lies, what it was judged.

    ``concerns`` is all of it that some gate may close for, of whatever rule.
    """

    index: int
    first_line: int
    last_line: int
    release: str | None
    verdict: Verdict
    headline: str
    concerns: tuple[Concern, ...] = ()


@record
class Report:
    """One boot, judged by packs of rules.

    ``headline`` is the verdict in a sentence, ``lead`` the rule it comes from.
    ``findings`` are sorted, what matters most first. ``boots`` are all boots of the
    capture, this one among them. ``settings`` are what was set of the packs' rules.
    """

    schema_: Literal["bootscope.report/1"] = "bootscope.report/1"
    id: str
    packs: tuple[PackVersion, ...]
    capture: CaptureInfo
    boots: tuple[BootSummary, ...] = ()
    kernel: Kernel
    counts: Counts
    coverage: Coverage
    verdict: Verdict
    headline: str
    lead: str | None
    findings: tuple[Finding, ...]
    initcalls: tuple[Initcall, ...]
    probes: tuple[Probe, ...]
    deferrals: tuple[Deferral, ...]
    markers: tuple[Marker, ...]
    banners: tuple[LevelBanner, ...]
    diagnostics: tuple[Diagnostic, ...]
    last_time_us: int | None
    async_calls: tuple[AsyncCall, ...] = ()
    async_waits: tuple[AsyncWait, ...] = ()
    phases: tuple[Phase, ...] = ()
    settings: tuple[Setting, ...] = ()

    @property
    def has_initcalls(self) -> bool:
        """Whether any initcall was read: begun, returned, or both."""
        return self.counts.initcalls > 0

    @property
    def lead_finding(self) -> Finding | None:
        """The finding that the headline comes from."""
        return next((found for found in self.findings if found.rule == self.lead), None)

    @property
    def shown_finding(self) -> Finding | None:
        """The finding to show first: the lead; where all holds, an order that does."""
        if self.verdict == "pass":
            for found in self.findings:
                held = found.outcome == "pass" and found.basis is not None
                if held and found.counts and found.undermined_by is None:
                    return found
        return self.lead_finding

    def to_json(self) -> str:
        """The report as JSON, the same for the same boot."""
        from app.adapters import adapter

        return adapter(Report).dump_json(self, by_alias=True).decode()

    @classmethod
    def from_json(cls, text: str | bytes) -> "Report":
        """Read what ``to_json`` wrote. Raises pydantic's ValidationError on anything else."""
        from app.adapters import adapter

        return adapter(Report).validate_json(text)


def brief(report: Report) -> Report:
    """A report with those initcalls only that its findings speak of, and no probes.

    Their indices are those of the shortened list; ``counts`` stay those of the log.
    """
    meant = sorted(
        {s.initcall for f in report.findings for s in f.subjects if s.initcall is not None}
    )
    places = {old: new for new, old in enumerate(meant)}
    findings = tuple(
        replace(found, subjects=tuple(
            subject if subject.initcall is None
            else replace(subject, initcall=places[subject.initcall])
            for subject in found.subjects
        ))
        for found in report.findings
    )  # fmt: skip
    calls = tuple(replace(report.initcalls[place], parent=None) for place in meant)
    return replace(
        report, findings=findings, initcalls=calls, probes=(), deferrals=(), async_calls=(),
        async_waits=(), diagnostics=(),
    )  # fmt: skip


class Policy(NamedTuple):
    """What makes a gate close, beside outcome ``error``, which always does."""

    fail_on: Severity = "error"
    fail_on_fragile: bool = False
    require_evidence: bool = False


class Judged(Protocol):
    """What a verdict is made of: a finding on a boot, or on a build."""

    @property
    def rule(self) -> str: ...
    @property
    def counts(self) -> bool: ...
    @property
    def outcome(self) -> Outcome: ...
    @property
    def severity(self) -> Severity: ...
    @property
    def waived(self) -> Sequence[object]: ...


class Told(Judged, Protocol):
    """What a headline is made of."""

    @property
    def title(self) -> str: ...
    @property
    def message(self) -> str: ...
    @property
    def caused_by(self) -> str | None: ...


One = TypeVar("One", bound=Told)


class Gated(Protocol):
    """What a gate looks at."""

    @property
    def findings(self) -> Sequence[Judged]: ...
    @property
    def has_initcalls(self) -> bool: ...


def verdict_of(findings: Iterable[Judged]) -> Verdict:
    """The verdict over all findings that count; notes and previews never do.

    A waived one is worth a pass, no more.
    """
    seen: set[Verdict] = set()
    for found in findings:
        if not found.counts:
            continue
        if found.waived:
            seen.add("pass")
        elif found.outcome == "fail":
            by_severity: dict[Severity, Verdict] = {"error": "fail", "warning": "warning"}
            seen.add(by_severity.get(found.severity, "pass"))
        else:
            seen.add(found.outcome)
    return next((verdict for verdict in VERDICTS if verdict in seen), "not_applicable")


def gates(found: Judged, policy: Policy) -> bool:
    """Whether this finding closes the gate by itself."""
    failing = _SEVERITIES[: _SEVERITIES.index(policy.fail_on) + 1]
    return (
        found.counts
        and not found.waived
        and (
            found.outcome == "error"
            or (found.outcome == "fail" and found.severity in failing)
            or (found.outcome == "fragile" and policy.fail_on_fragile)
            or (found.outcome == "inconclusive" and policy.require_evidence)
        )
    )


def exit_code(report: Gated, policy: Policy) -> int:
    """0 clean, 1 findings that gate, 5 nothing decided.

    A log of which no initcall was read is never clean, though messages may decide rules.
    """
    if any(gates(found, policy) for found in report.findings):
        return 1
    return 0 if is_decided(report) else 5


def is_decided(report: Gated) -> bool:
    """Whether a rule was decided that is not about the log itself, of initcalls that were read."""
    return report.has_initcalls and any(
        found.counts
        and found.outcome in ("pass", "fragile", "fail")
        and found.rule[:-3] not in _ABOUT_THE_LOG
        for found in report.findings
    )


def worst_code(codes: Iterable[int]) -> int:
    """Of several exit codes the one that is reported: 2 > 3 > 4 > 1 > 5 > 0."""
    return min(codes, key=(2, 3, 4, 1, 5, 0).index)


def sort_findings(
    findings: Iterable[One], hangs: Callable[[One], bool] = lambda _: False
) -> list[One]:
    """What matters most first: severity, what ``hangs``, causes before consequences.

    A cause weighs as much as the worst that follows from it.
    """
    order = ("fail", "error", "fragile", "inconclusive", "pass", "not_applicable")
    findings = list(findings)
    weighing = [found for found in findings if found.counts and not found.waived]
    by_rule = {found.rule: found for found in weighing}
    chains = {found.rule: chain_of(found, by_rule) for found in weighing}
    weight: dict[str, int] = {}
    for chain in chains.values():
        for found in chain:
            own = _SEVERITIES.index(chain[0].severity)
            weight[found.rule] = min(weight.get(found.rule, own), own)

    def key(found: One) -> tuple[bool, bool, int, int, bool, int, str]:
        return (
            not found.counts,
            bool(found.waived),
            order.index(found.outcome),
            weight.get(found.rule, _SEVERITIES.index(found.severity)),
            not hangs(found),
            len(chains.get(found.rule, ())),
            found.rule,
        )

    return sorted(findings, key=key)


def shows_a_hang(found: Finding, initcalls: Sequence[Initcall]) -> bool:
    """Whether it is about an initcall that never returned, and fails for that."""
    opened = any(
        subject.initcall is not None and initcalls[subject.initcall].returned is None
        for subject in found.subjects
    )
    return found.outcome == "fail" and opened and found.rule.startswith("INIT")


def first_sentence(found: Told) -> str:
    """What a finding says first."""
    return found.message.split(". ")[0].rstrip(".")


def headline_of(
    verdict: Verdict,
    findings: Sequence[One],
    in_short: Callable[[One], str] = first_sentence,
    headlines: Mapping[Verdict, str] = _HEADLINES,
) -> tuple[str, str | None]:
    """The verdict in a sentence that fits a mail's subject, and the rule it comes from.

    Of a fault and its consequences the fault leads, and ``in_short`` says it. ``headlines``
    are what is said of the verdicts that no fault makes.
    """
    wanted = "fail" if verdict in ("fail", "warning") else verdict
    counted = [f for f in findings if f.counts and not f.waived]
    lead = next((f for f in counted if f.outcome == wanted), None)
    if lead is not None and verdict in ("fail", "error", "warning", "fragile"):
        lead = chain_of(lead, {one.rule: one for one in counted})[-1]
        said = f"{'By luck' if lead.outcome == 'fragile' else 'Not so'}: {lead.title}"
        return as_subject(in_short(lead), said), lead.rule
    sentence = headlines.get(verdict, verdict)
    waived = [f.rule for f in findings if f.counts and f.waived]
    if verdict == "pass" and waived:
        named = f"{sentence}, but for what is waived: {', '.join(waived)}"
        sentence = named if len(named) <= SUBJECT else f"{sentence}, with {len(waived)} waived"
    if verdict == "inconclusive" and lead is not None:
        return as_subject(f"{sentence}: {lead.title}", sentence), lead.rule
    return sentence, lead.rule if lead is not None else None


def chain_of(found: One, by_rule: Mapping[str, One]) -> list[One]:
    """A finding, what it follows from (``caused_by``), and so on, as far as these have it."""
    chain = {found.rule: found}
    while (cause := by_rule.get(found.caused_by or "")) is not None and cause.rule not in chain:
        chain[cause.rule] = found = cause
    return [*chain.values()]


def as_subject(sentence: str, shorter: str) -> str:
    """``sentence`` if it fits, else what it says before a colon, else ``shorter``.

    What still does not fit is cut between words, or where there are none.
    """
    if len(sentence) <= SUBJECT:
        return sentence
    said, colon, _ = sentence.partition(": ")
    for one in (said if colon else sentence, shorter):
        if len(one) <= SUBJECT:
            return one
    cut = sentence[: SUBJECT - 2]
    space = cut.rfind(" ")
    return f"{cut[:space] if space > SUBJECT // 2 else cut[:-1]}..."


def build_report(
    *,
    report_id: str,
    packs: Sequence[PackVersion],
    capture: CaptureInfo,
    boot: Boot,
    findings: Iterable[Finding],
    settings: tuple[Setting, ...] = (),
) -> Report:
    """Put a judged boot together."""
    ranked = sort_findings(findings, lambda found: shows_a_hang(found, boot.initcalls))
    verdict = verdict_of(ranked)
    headline, lead = headline_of(verdict, ranked)
    return Report(
        id=report_id,
        packs=tuple(packs),
        capture=capture,
        kernel=boot.kernel,
        counts=boot.counts,
        coverage=boot.coverage,
        verdict=verdict,
        headline=headline,
        lead=lead,
        findings=tuple(ranked),
        initcalls=boot.initcalls,
        probes=boot.probes,
        deferrals=boot.deferrals,
        markers=boot.markers,
        banners=boot.banners,
        diagnostics=boot.diagnostics,
        last_time_us=boot.last_time_us,
        async_calls=boot.async_calls,
        async_waits=boot.async_waits,
        phases=boot.phases,
        settings=settings,
    )
