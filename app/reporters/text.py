"""Plain text for a mail: 72 columns at most, log lines folded, never cut."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

from app.printable import printable
from app.report import Report
from app.reporters.folding import WIDTH, folded, log_line
from app.rules.finding import Cure, Finding, Outcome, Severity, Status, Waived

__all__ = ["WIDTH", "printable", "render_finding", "render_text"]

MAX_BOOTS = 20
HELP = "/help/capturing"
"""The page that says how to make a log that proves something."""
_WORDS: dict[Outcome, str] = {
    "fail": "FAIL", "fragile": "FRAGILE", "inconclusive": "UNKNOWN", "pass": "pass",
    "not_applicable": "n/a", "error": "ERROR",
}  # fmt: skip


def render_text(report: Report, permalink: str | None = None) -> str:
    """The verdict, what proves it, and one line for everything that holds."""
    lines = [*_head(report), ""]
    waived = [found for found in report.findings if found.waived]
    others = [found for found in report.findings if not found.waived]
    shown = [found for found in others if found.outcome in ("fail", "fragile", "error")]
    unknown = [f for f in others if f.outcome == "inconclusive" or f.undermined_by]
    for found in shown:
        lines.extend(_finding(found))
        lines.extend(_read_on(found, permalink))
        lines.append("")
    for found in unknown:
        lines.extend(_brief(found))
    if unknown:
        lines.extend(_cures(unknown, permalink))
        lines.append("")
    for found in waived:
        lines.extend(waived_lines(found))
    if waived:
        lines.append("")
    for outcome in ("pass", "not_applicable"):
        rules = [f for f in report.findings if f.outcome == outcome and f not in unknown]
        if rules:
            lines.extend(_compact(_WORDS[outcome], rules))
    if permalink:
        lines.extend(["", permalink])
    else:
        lead = [found.rule for found in shown if found.rule == report.lead and found.help]
        lines.extend(f"\nwhy, and what to do: bootscope rules show {rule}" for rule in lead)
    return "\n".join(lines).rstrip() + "\n"


def render_finding(found: Finding) -> str:
    """One finding by itself, in full whatever its outcome; no line feed at its end."""
    lines = [*_finding(found)]
    if found.cure is not None:
        lines += folded(f"cure: {found.cure.capture}", "  ", "    ")
    return "\n".join(lines)


def _head(report: Report) -> Iterator[str]:
    yield from folded(f"{report.verdict.upper()}: {printable(report.headline)}", "", "  ")
    kernel = report.kernel
    about = [f"Linux {kernel.release}" if kernel.release else "kernel unknown"]
    about += [part for part in (kernel.arch, kernel.machine) if part]
    yield from folded(printable(", ".join(about)), "", "  ")
    counts = report.counts
    packs = ", ".join(f"{pack.name} {pack.version}" for pack in report.packs)
    read = f"{counts.lines} lines, {counts.returned} initcalls returned, {counts.probes} probes"
    opened = f", {counts.open} open" if counts.open else ""
    yield from folded(f"{read}{opened}; judged with {packs}", "", "  ")
    for made in report.settings:
        text = f"Set: {made.rule}.{made.key} = {made.value} (the rule's own: {made.default})"
        yield from folded(printable(text), "", "  ")
    if report.capture.boots > 1:
        yield f"Boot {report.capture.boot_index + 1} of {report.capture.boots} in this log:"
        for boot in report.boots[:MAX_BOOTS]:
            place = f"lines {boot.first_line}-{boot.last_line}"
            text = f"{boot.index + 1}. {boot.verdict}, {place}: {printable(boot.headline)}"
            yield from folded(text, "  ", "     ")
        if len(report.boots) > MAX_BOOTS:
            yield f"  and {len(report.boots) - MAX_BOOTS} more"
    for note in report.coverage.notes:
        yield from folded(f"Note: {printable(note)}", "", "  ")


class Told(Protocol):
    """What is told alike of a finding on a boot and on a build."""

    @property
    def rule(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def status(self) -> Status: ...
    @property
    def counts(self) -> bool: ...
    @property
    def severity(self) -> Severity: ...
    @property
    def outcome(self) -> Outcome: ...
    @property
    def message(self) -> str: ...
    @property
    def waived(self) -> Sequence[Waived]: ...


def title_of(found: Told) -> str:
    """Outcome, severity where it is not the usual one, rule and requirement."""
    status = "" if found.status == "stable" else f"{found.status}, "
    preview = "" if found.counts else f" ({status}does not count)"
    plain = found.severity == "error" or found.outcome not in ("fail", "fragile", "error")
    severity = "" if plain else f" {found.severity}"
    return f"{_WORDS[found.outcome]}{severity} {found.rule}: {found.title}{preview}"


def _finding(found: Finding) -> Iterator[str]:
    yield from folded(title_of(found), "", "  ")
    yield from folded(printable(found.message), "  ", "  ")
    if found.basis is not None:
        yield from folded(f"basis: {found.basis}; levels: {found.level_source}", "  ", "  ")
    for evidence in found.evidence:
        yield from log_line(evidence.line, evidence.text)


def _read_on(found: Finding, permalink: str | None) -> Iterator[str]:
    """The page of what matters; a consequence is explained by that of its cause."""
    matters = found.counts and found.severity != "note" and found.caused_by is None
    if permalink is not None and found.help is not None and matters:
        yield f"  {_server(permalink)}{found.help}"


def _server(permalink: str) -> str:
    return permalink.rpartition("/l/")[0]


def _brief(found: Finding) -> Iterator[str]:
    preview = "" if found.counts else f" ({found.status})"
    text = f"{_WORDS[found.outcome]} {found.rule}{preview}: {printable(found.message)}"
    yield from folded(text, "", "  ")


def _cures(unknown: Iterable[Finding], permalink: str | None) -> Iterator[str]:
    """Each cure once, with the rules that it is for; where to read on, if that is known."""
    rules: dict[Cure, list[str]] = {}
    for found in unknown:
        if found.cure is not None:
            rules.setdefault(found.cure, []).append(found.rule)
    for cure, names in rules.items():
        yield from folded(f"cure: {cure.capture} ({', '.join(names)})", "  ", "    ")
        if permalink is not None:
            yield f"    {_server(permalink)}{HELP}#{cure.anchor}"


def waived_lines(found: Told) -> Iterator[str]:
    """What is let pass, with what it is, why and until when: never left out."""
    text = f"waived {_WORDS[found.outcome]} {found.rule}: {printable(found.message)}"
    yield from folded(text, "", "  ")
    for waiver in found.waived:
        why = f"until {waiver.expires} ({waiver.where}): {waiver.reason}"
        yield from folded(printable(why), "  ", "  ")


def _compact(word: str, findings: Iterable[Finding]) -> Iterator[str]:
    names = ", ".join(f.rule if f.counts else f"{f.rule} ({f.status})" for f in findings)
    yield from folded(f"{word}: {names}", "", "  ")
