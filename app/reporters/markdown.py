"""Markdown for a merge request or an issue (CommonMark with tables, as GitHub and GitLab).

Whatever may come from a log stands in code, where nothing is a link, a mention, a tag or
an image. Words of a sentence that are plain letters and figures stay plain.
"""

import re
from collections.abc import Iterator

from app.phrases import VERDICTS, basis_words, outcome_of
from app.printable import printable
from app.report import Report
from app.rules.finding import Evidence, Finding

_PLAIN = re.compile(r"[(\"']?(?:[A-Za-z0-9]+(?:[-'/][A-Za-z0-9]+)*|\d+\.\d+)[\"')]*[.,;:?!]*")
"""A word that no dialect of Markdown reads anything into."""
_RUN = re.compile(r"`+")
_SHOWN = ("fail", "fragile", "error")


def render_markdown(report: Report, permalink: str | None = None) -> str:
    """Verdict, why, the lines that prove it, and a table of all rules."""
    lines = [*_head(report, permalink)]
    for finding in _told(report):
        lines += ["", *_finding(report, finding, permalink)]
    lines += ["", "| rule | outcome | basis | it asks |", "|---|---|---|---|"]
    lines += [_table_row(finding) for finding in report.findings]
    return "\n".join(lines) + "\n"


def harmless(text: str) -> str:
    """A sentence, each word that is not plain in code."""
    return " ".join(_word(word) for word in printable(text.replace("\n", " ")).split())


def heading(name: str) -> str:
    """The line above a log's output, where there are several."""
    return f"## {harmless(name)}"


def code(text: str) -> str:
    """Text as a code span, whatever backticks it holds."""
    shown = printable(text)
    fence = "`" * (1 + max((len(run) for run in _RUN.findall(shown)), default=0))
    pad = " " if shown.startswith(("`", " ")) or shown.endswith(("`", " ")) else ""
    return f"{fence}{pad}{shown}{pad}{fence}" if shown else ""


def block(evidence: tuple[Evidence, ...]) -> Iterator[str]:
    """Lines of the log in a fence that none of them closes."""
    texts = [f"L{one.line} {printable(one.text)}" for one in evidence]
    longest = max((len(run) for text in texts for run in _RUN.findall(text)), default=0)
    fence = "`" * max(3, longest + 1)
    yield f"{fence}text"
    yield from texts
    yield fence


def _word(word: str) -> str:
    if _PLAIN.fullmatch(word) and not word.lower().startswith("www"):
        return word
    begin = len(word) - len(word.lstrip("("))
    end = len(word.rstrip(").,;:?!" if begin else ".,;:?!"))
    return word[:begin] + code(word[begin:end]) + word[end:] if begin < end else code(word)


def _head(report: Report, permalink: str | None) -> Iterator[str]:
    yield f"**{VERDICTS[report.verdict]}**: {harmless(report.headline)}"
    yield ""
    kernel, counts = report.kernel, report.counts
    about = [code(f"Linux {kernel.release}") if kernel.release else "kernel not named"]
    about += [code(part) for part in (kernel.arch, kernel.machine) if part]
    of = f", boot {report.capture.boot_index + 1} of {report.capture.boots}"
    about.append(code(report.capture.name) + (of if report.capture.boots > 1 else ""))
    yield f"{', '.join(about)}."
    opened = f", {counts.open} open" if counts.open else ""
    read = f"{counts.lines} lines, {counts.returned} initcalls returned{opened}"
    packs = ", ".join(code(f"{pack.name} {pack.version}") for pack in report.packs)
    yield f"Read {read}, {counts.probes} probes; judged with {packs}."
    if permalink:
        yield ""
        yield f"[Timeline and log](<{permalink}>)"
    for made in report.settings:
        yield ""
        yield (
            f"*Set:* {code(f'{made.rule}.{made.key} = {made.value}')}"
            f" (the rule's own: {code(made.default)})"
        )
    for note in report.coverage.notes:
        yield ""
        yield f"*Note:* {harmless(note)}"


def _told(report: Report) -> list[Finding]:
    """What is told in full: all that did not hold, and the finding that the verdict is from."""
    shown = [found for found in report.findings if found.outcome in _SHOWN and found.counts]
    first = report.shown_finding
    if first is None:
        return shown
    return [first, *(found for found in shown if found is not first)]


def _finding(report: Report, finding: Finding, permalink: str | None) -> Iterator[str]:
    waived = "".join(
        f", waived until {waiver.expires}: {harmless(waiver.reason)}" for waiver in finding.waived
    )
    rule = code(finding.rule)
    if permalink:
        rule = f"[{rule}](<{permalink}#{finding.rule}>)"
    yield f"### {rule} {VERDICTS[outcome_of(finding)]}: {harmless(finding.title)}"
    yield ""
    yield f"Says: {harmless(finding.message)}{waived}"
    basis = basis_words(finding)
    if basis:
        yield ""
        yield f"Basis: {harmless(basis)}"
    if finding.cure is not None:
        yield ""
        yield f"To decide it: {harmless(finding.cure.capture)}"
    if finding.evidence:
        yield ""
        yield from block(finding.evidence)
    if finding.outcome in _SHOWN and finding is report.shown_finding:
        for title, text in (("Why it matters", finding.why), ("Ways out", finding.fix)):
            yield ""
            yield f"**{title}**"
            yield from _paragraphs(text)


def _paragraphs(text: str) -> Iterator[str]:
    """Text of a rule file: lists stay lists, all else is folded into paragraphs."""
    for part in re.split(r"\n\s*\n|\n(?=- )", text.strip()):
        yield ""
        item = part.startswith("- ")
        yield f"- {harmless(part[2:])}" if item else harmless(part)


def _table_row(finding: Finding) -> str:
    outcome = VERDICTS[outcome_of(finding)]
    notes: list[str] = [] if finding.counts else [finding.status]
    notes += ["waived"] if finding.waived else []
    notes += [f"undone by {code(finding.undermined_by)}"] if finding.undermined_by else []
    told = f"{outcome} ({', '.join(notes)})" if notes else outcome
    basis = (finding.basis or "").replace("_", " ")
    cells = (code(finding.rule), told, basis, harmless(finding.title))
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"
