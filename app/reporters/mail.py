"""An answer to paste into a mail: 72 columns, one finding, its subjects drawn to scale.

FAIL: FF-A came up 306 ms before pKVM traps SMCs
...
  must follow: ffa.up in ffa_init, at 1.585658 s, level 5s..6
  |=o==                                                           |
    ^------------------------------------------------------------'
  |             =================================================o|
  must be first: the end of kvm_arm_init, at 1.891921 s, level 6
"""

from collections.abc import Iterator

from app.phrases import basis_words, level_words
from app.printable import printable
from app.report import Report
from app.reporters.folding import WIDTH, folded, log_line
from app.rules.finding import Evidence, Finding
from app.timeline.strip import Role, Row, Strip, strip_of

_ROOM = WIDTH - 4
_ROLES: dict[Role, str] = {"first": "must be first: ", "then": "must follow: ", "subject": ""}
MAX_EVIDENCE = 2


def render_mail(report: Report, permalink: str | None = None) -> str:
    """Verdict, the finding behind it, its subjects on a scale, two lines of log, the link."""
    lines = [*_head(report), ""]
    finding = report.shown_finding
    if finding is not None:
        lines.extend(_finding(report, finding))
    if permalink:
        lines.append(permalink)
    return "\n".join(lines).rstrip() + "\n"


def _head(report: Report) -> Iterator[str]:
    yield from folded(f"{report.verdict.upper()}: {printable(report.headline)}", "", "  ")
    kernel = report.kernel
    about = [f"Linux {kernel.release}" if kernel.release else "kernel not named"]
    about += [part for part in (kernel.arch, kernel.machine) if part]
    about += [f"boot {report.capture.boot_index + 1} of {report.capture.boots}"] * (
        report.capture.boots > 1
    )
    yield from folded(printable(", ".join(about)), "", "  ")
    for made in report.settings:
        text = f"Set: {made.rule}.{made.key} = {made.value} (the rule's own: {made.default})"
        yield from folded(printable(text), "", "  ")
    for note in report.coverage.notes:
        yield from folded(f"Note: {printable(note)}", "", "  ")


def _finding(report: Report, finding: Finding) -> Iterator[str]:
    status = "" if finding.counts else f" ({finding.status}, does not count)"
    yield from folded(f"{finding.rule}: {finding.title}{status}", "", "  ")
    message = printable(finding.message)
    if message.rstrip(".") != printable(report.headline).rstrip("."):
        yield from folded(message, "  ", "  ")
    yield ""
    strip = strip_of(report, finding)
    if strip is not None:
        yield from drawn(strip)
        yield ""
    basis = basis_words(finding)
    if basis:
        yield from folded(f"Basis: {basis}", "", "  ")
    if finding.cure is not None:
        yield from folded(f"To decide it, {finding.cure.capture}", "", "  ")
    if basis or finding.cure is not None:
        yield ""
    shown = _evidence(finding)
    for evidence in shown:
        yield from log_line(evidence.line, evidence.text)
    if shown:
        yield ""


def _evidence(finding: Finding) -> list[Evidence]:
    """The lines of what must be first and what must follow, else the first two."""
    ends = {s.line for s in finding.subjects if s.role != "subject"}
    told = [evidence for evidence in finding.evidence if evidence.line in ends]
    return (told or list(finding.evidence))[:MAX_EVIDENCE]


def drawn(strip: Strip) -> Iterator[str]:
    """The strip in ASCII, 72 columns wide, with a scale below."""
    shown: list[Row | None] = [*strip.rows]
    if strip.missing:
        shown.insert(0 if strip.missing == "first" else len(shown), None)
    for place, row in enumerate(shown):
        label, bar = _label(strip, row), f"  |{_bar(strip, row)}|"
        last = place > 0 and place == len(shown) - 1
        if last:
            yield from filter(None, [_arrow(strip)])
            yield bar
            yield from label
        else:
            yield from label
            yield bar
    low, high = strip.place_words(strip.low), strip.place_words(strip.high)
    yield f"  {low}{high:>{WIDTH - 2 - len(low)}}"
    yield from folded(f"({'; '.join(_signs(strip))})", "  ", "   ")


def _signs(strip: Strip) -> Iterator[str]:
    if any(row.call is not None and not row.open for row in strip.rows):
        yield "= a call"
    if any(row.open for row in strip.rows):
        yield "~ a call whose end is not in this log"
    yield "o the instant meant"
    if strip.arrow is not None:
        yield "the arrow points back in time" if strip.reversed else "the arrow points on"


def _label(strip: Strip, row: Row | None) -> list[str]:
    if row is None:
        return [f"  {_ROLES[strip.missing or 'subject']}not in this log"]
    name = printable(row.name)
    if row.call is not None and printable(row.call.function) != name:
        name = f"{name} in {printable(row.call.function)}"
    elif row.at_end:
        name = f"the end of {name}"
    about = [f"{_ROLES[row.role]}{name}", f"at {strip.place_words(row.at)}"]
    if row.open:
        about[1] = f"began {about[1]}, {row.state}"
    if row.call is not None:
        about.append(level_words(row.call.levels).partition(" · ")[0])
    return list(folded(", ".join(about), "  ", "    "))


def _column(strip: Strip, place: int) -> int:
    return round(strip.share(place) * (_ROOM - 1))


def _bar(strip: Strip, row: Row | None) -> str:
    if row is None:
        return ("? " * _ROOM)[:_ROOM]
    cells = [" "] * _ROOM
    start, end, at = (_column(strip, place) for place in (row.start, row.end, row.at))
    if row.call is not None:
        cells[start : end + 1] = ("~" if row.open else "=") * (end + 1 - start)
        if row.open:
            cells[end] = ">"
    cells[at] = "o"
    return "".join(cells)


def _arrow(strip: Strip) -> str:
    """From the row that must be first to the other, between the two."""
    if strip.arrow is None:
        return ""
    first, then = (_column(strip, strip.rows[place].at) for place in strip.arrow)
    head, tail = ("^", "'") if strip.reversed else ("v", "`")
    if first == then:
        return f"   {' ' * then}{head}"
    low, high = sorted((first, then))
    ends = (head, tail) if then < first else (tail, head)
    return f"   {' ' * low}{ends[0]}{'-' * (high - low - 1)}{ends[1]}"
