"""A badge (SVG) for a page that others own: "boot order: pass".

Nothing of the log is in it. It is green only where rules were decided and hold, and says
where that is so for what is waived alone.
"""

from html import escape

from app.report import Policy, Report, Verdict
from app.reporters.cases import undecided

LABEL = "boot order"
_SHOWN: dict[Verdict, tuple[str, str]] = {
    "fail": ("fail", "#b42318"), "error": ("rule error", "#b42318"),
    "warning": ("warning", "#8a5300"), "fragile": ("fragile", "#8a5300"),
    "inconclusive": ("cannot tell", "#57606a"), "pass": ("pass", "#1a7f37"),
    "not_applicable": ("does not apply", "#57606a"),
}  # fmt: skip
"""The word and the colour behind it; white on each has a contrast of 5 or more."""
UNKNOWN = ("unknown", "#57606a")
"""Where there is no report."""
_PAD = 6
_ADVANCE = 6.7
_NARROW = {"i": 3.0, "l": 3.0, "f": 3.9, " ": 3.9, ",": 4.0, "t": 4.3, "r": 4.7, "w": 9.0}
"""Widths of letters in pixels; ``textLength`` makes any font keep to their sum."""


def render_badge(report: Report, permalink: str | None = None) -> str:
    """An SVG of 20 pixels in height; ``permalink`` is for whoever shows it to link to."""
    return draw(LABEL, *said(report))


def draw(label: str, word: str, colour: str) -> str:
    """Any label and word, as text of a log or of a stranger may be."""
    left, right = _width(label), _width(word)
    label, word = escape(label), escape(word)
    texts = "".join(
        f'<text x="{x:g}" y="14" textLength="{width - 2 * _PAD:g}"'
        f' lengthAdjust="spacingAndGlyphs">{text}</text>'
        for x, width, text in ((_PAD, left, label), (left + _PAD, right, word))
    )
    title = f"{label}: {word}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{left + right:g}" height="20"'
        f' role="img" aria-label="{title}"><title>{title}</title>'
        f'<rect width="{left:g}" height="20" fill="#3b434b"/>'
        f'<rect x="{left:g}" width="{right:g}" height="20" fill="{colour}"/>'
        f'<g fill="#fff" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11">'
        f"{texts}</g></svg>\n"
    )


def said(report: Report) -> tuple[str, str]:
    """The word and its colour."""
    if report.verdict == "pass" and undecided(report, Policy()):
        return _SHOWN["inconclusive"]
    word, colour = _SHOWN[report.verdict]
    waived = sum(1 for found in report.findings if found.counts and found.waived)
    return (f"{word}, {waived} waived" if waived else word), colour


def _width(text: str) -> float:
    return round(sum(_NARROW.get(char, _ADVANCE) for char in text) + 2 * _PAD, 1)
