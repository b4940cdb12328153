"""What a link looks like where it is pasted: one picture, 1200 by 630, as SVG.

Everything is set in one monospaced font, so that what fits can be counted.
"""

from collections.abc import Iterator
from html import escape
from textwrap import wrap

from app.phrases import VERDICTS, basis_words, outcome_of
from app.printable import printable, shortened
from app.report import Report
from app.rules.finding import Finding
from app.timeline.strip import strip_of
from app.timeline.strip_svg import GROUND, HUES, LINE, MUTED, TEXT, nested_svg

WIDTH, HEIGHT = 1200, 630
FONT = "IBM Plex Mono"
_LEFT, _RIGHT = 60, 1150
_ADVANCE = 0.6
"""Width of a character, of its size."""
_SIZES = ((46, 2), (38, 2), (32, 3))
"""Sizes of the headline, and how many lines each may take."""
_SUNK = "#f4f6f9"
_LONGEST = 900
"""Characters of a sentence that are looked at; what fits is far less."""


def card_svg(report: Report, finding: Finding | None, *, lead: bool = True) -> str:
    """The card of a report; with ``lead`` false, of one of its findings."""
    if lead or finding is None:
        outcome, sentence = str(report.verdict), report.headline
    else:
        outcome, sentence = outcome_of(finding), finding.message.split(". ")[0].rstrip(".")
    hue = HUES[outcome]
    parts = [
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{GROUND}"/>',
        f'<rect width="18" height="{HEIGHT}" fill="{hue}"/>',
        *_badge(VERDICTS[outcome], finding, hue),
    ]
    size, lines = _headline(printable(sentence[:_LONGEST]))
    y = 110
    for line in lines:
        y += round(size * 1.22)
        parts.append(_text(_LEFT, y, line, size, TEXT, weight=700))
    y += 46
    parts.append(_text(_LEFT, y, _kernel(report), 24, MUTED))
    parts += _middle(report, finding, outcome, y + 24)
    parts += _foot(report, finding)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
        f'width="{WIDTH}" height="{HEIGHT}" font-family="{FONT}">{"".join(parts)}</svg>'
    )


def card_words(report: Report) -> str:
    """What the card shows, in words."""
    finding = report.shown_finding
    said = [f"{VERDICTS[report.verdict]}: {printable(report.headline)}.", f"{_kernel(report)}."]
    basis = basis_words(finding) if finding is not None else ""
    return shortened(" ".join([*said, f"{basis}."] if basis else said), 300)


def _room(size: float, width: int = _RIGHT - _LEFT) -> int:
    return int(width / (size * _ADVANCE))


def _text(x: float, y: float, text: str, size: float, fill: str, **more: object) -> str:
    given = "".join(f' {"font-" if k == "weight" else ""}{k}="{v}"' for k, v in more.items())
    shown = escape(shortened(text, _room(size)))
    return (
        f'<text x="{x}" y="{y}" font-size="{size}" fill="{fill}"{given} '
        f'xml:space="preserve">{shown}</text>'
    )


def _headline(sentence: str) -> tuple[int, list[str]]:
    """The largest size in which a sentence fits, and its lines; else it is cut."""
    for size, most in _SIZES:
        lines = wrap(sentence, _room(size))
        if len(lines) <= most:
            return size, lines
    return size, [*lines[: most - 1], shortened(f"{lines[most - 1]} {lines[most]}", _room(size))]


def _badge(word: str, finding: Finding | None, hue: str) -> Iterator[str]:
    width = 40 + round(len(word) * 28 * _ADVANCE)
    yield f'<rect x="{_LEFT}" y="42" width="{width}" height="50" rx="25" fill="{hue}"/>'
    yield _text(_LEFT + 20, 76, word, 28, GROUND, weight=700)
    if finding is not None:
        yield _text(_LEFT + width + 22, 75, shortened(printable(finding.rule), 24), 26, MUTED,
                    weight=600)  # fmt: skip
    yield f'<text x="{_RIGHT}" y="75" font-size="26" font-weight="700" fill="{MUTED}" ' + (
        'text-anchor="end">Bootscope</text>'
    )


def _kernel(report: Report) -> str:
    kernel = report.kernel
    about = [f"Linux {kernel.release}" if kernel.release else "Kernel not named"]
    about += [part for part in (kernel.arch, kernel.machine) if part]
    if report.capture.boots > 1:
        about.append(f"boot {report.capture.boot_index + 1} of {report.capture.boots}")
    return printable(", ".join(about))


def _middle(report: Report, finding: Finding | None, outcome: str, top: int) -> Iterator[str]:
    """The subjects to scale; where there is nothing to scale, the message and its lines."""
    bottom = 552
    strip = strip_of(report, finding) if finding is not None else None
    if strip is not None:
        height = bottom - top
        yield nested_svg(strip, outcome, _LEFT - 12, top, _RIGHT - _LEFT + 24, height)
        return
    yield f'<rect x="{_LEFT}" y="{top + 6}" width="{_RIGHT - _LEFT}" height="2" fill="{LINE}"/>'
    y, size = top + 52, 26
    message = printable(finding.message[:_LONGEST]) if finding is not None else ""
    evidence = finding.evidence[:2] if finding is not None else ()
    most = (bottom - y - 50 * len(evidence)) // 36 + 1
    lines = wrap(message, _room(size)) if message.rstrip(".") != report.headline else []
    for line in lines[: max(most, 1)]:
        yield _text(_LEFT, y, line, size, TEXT)
        y += 36
    for one in evidence:
        yield f'<rect x="{_LEFT}" y="{y - 22}" width="{_RIGHT - _LEFT}" height="42" rx="5" ' + (
            f'fill="{_SUNK}"/>'
        )
        yield _text(_LEFT + 14, y + 6, shortened(f"L{one.line} {printable(one.text)}", 84), 21,
                    TEXT)  # fmt: skip
        y += 50


def _foot(report: Report, finding: Finding | None) -> Iterator[str]:
    """The basis; without one, how the order could be told, or what was read."""
    counts = report.counts
    packs = ", ".join(f"{pack.name} {pack.version}" for pack in report.packs)
    basis = f"{counts.lines:,} lines, {counts.returned:,} initcalls returned; judged with {packs}"
    if finding is not None and finding.cure is not None:
        basis = f"To decide it, {finding.cure.capture}."
    if finding is not None and basis_words(finding):
        basis = basis_words(finding)
    for place, line in enumerate(wrap(basis, _room(22))[:2]):
        yield _text(_LEFT, 580 + 30 * place, line, 22, MUTED)
