"""The strip of a finding's subjects as SVG, by itself or in a page.

Every colour and font is an attribute, so that it needs no style sheet (which a strict
policy would forbid); a page's rules for its classes win over them.
"""

from collections.abc import Iterator
from html import escape

from app.phrases import level_words
from app.printable import printable, shortened
from app.timeline.strip import Role, Row, Strip

WIDTH, ROW, MARGIN = 420, 50, 12
_ROOM = WIDTH - 2 * MARGIN
_LONGEST_NAME = 28
HUES = {
    "fail": "#b3341b", "error": "#b3341b", "warning": "#8a5a00", "fragile": "#8a5a00",
    "pass": "#00705a", "inconclusive": "#5b4b9a", "not_applicable": "#59626f",
}  # fmt: skip
"""By outcome or verdict, on a light ground; base.css has the same."""
TEXT, MUTED, LINE, CALL, OPEN, GROUND = (
    "#1a1f27", "#59626f", "#e6e9ef", "#86aede", "#b3341b", "#ffffff"
)  # fmt: skip
DASHES = {"fail": "2 3", "error": "2 3", "warning": "2 3", "fragile": "7 4"}
MISSING: dict[Role, str] = {
    "first": "what must be first: not in this log",
    "then": "what must follow: not in this log",
    "subject": "not in this log",
}


def strip_svg(strip: Strip, outcome: str, rule: str) -> str:
    """A strip in a page; ``rule`` tells its marks from those of other strips there."""
    height = _height(strip)
    return (
        f'<svg viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{said(strip)}">'
        f"{''.join(_parts(strip, outcome, rule))}</svg>"
    )


def svg_file(strip: Strip, outcome: str, rule: str, title: str) -> str:
    """The strip as a file of its own, on a light ground, with a title above."""
    height = _height(strip) + 28
    name = escape(printable(title))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 -28 {WIDTH} {height}" '
        f'width="{2 * WIDTH}" height="{2 * height}" role="img">'
        f"<title>{name}</title><desc>{said(strip)}</desc>"
        f'<rect y="-28" width="{WIDTH}" height="{height}" fill="{GROUND}"/>'
        f'<text x="{MARGIN}" y="-9" font-family="sans-serif" font-size="12" font-weight="700" '
        f'fill="{HUES[outcome]}">{escape(printable(shortened(title, 66)))}</text>'
        f"{''.join(_parts(strip, outcome, rule))}</svg>\n"
    )


def nested_svg(strip: Strip, outcome: str, x: int, y: int, width: int, height: int) -> str:
    """The strip as part of a larger picture, as large as fits; levels told by number."""
    return (
        f'<svg x="{x}" y="{y}" width="{width}" height="{height}" viewBox="0 0 {WIDTH} '
        f'{_height(strip)}" preserveAspectRatio="xMidYMid meet">'
        f"{''.join(_parts(strip, outcome, 'card', brief=True))}</svg>"
    )


def empty_svg(title: str) -> str:
    """What stands for a finding that has no picture."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} 40" '
        f'width="{2 * WIDTH}" height="80" role="img"><rect width="{WIDTH}" height="40" '
        f'fill="{GROUND}"/><text x="{MARGIN}" y="25" font-family="sans-serif" font-size="12" '
        f'fill="{TEXT}">{escape(printable(shortened(title, 66)))}</text></svg>\n'
    )


def said(strip: Strip) -> str:
    """The strip in words, escaped, for who cannot see it."""
    told = [f"{printable(row.name)} at {strip.place_words(row.at)}" for row in strip.rows]
    if strip.missing:
        told.append(MISSING[strip.missing])
    return escape(", ".join(told))


def _height(strip: Strip) -> int:
    rows = len(strip.rows) + (strip.missing is not None)
    return rows * ROW + (14 if _label_below(strip) else -6)


def _label_below(strip: Strip) -> bool:
    """The last row's label stands below it where an arrow comes in from above."""
    return strip.arrow is not None or strip.missing is not None


def _parts(strip: Strip, outcome: str, rule: str, brief: bool = False) -> Iterator[str]:
    hue, mark = HUES[outcome], escape(rule)
    yield (
        f'<defs><marker id="head-{mark}" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" '
        f'markerHeight="7" orient="auto-start-reverse"><path class="arrow-head" fill="{hue}" '
        f'd="M0 0l10 5-10 5z"/></marker><pattern id="hatch-{mark}" width="6" height="6" '
        f'patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect class="hatch-ground" '
        f'fill="{GROUND}" width="6" height="6"/><rect class="hatch-line" fill="{OPEN}" width="2" '
        f'height="6"/></pattern></defs>'
    )
    shown: list[Row | None] = [*strip.rows]
    if strip.missing:
        shown.insert(0 if strip.missing == "first" else len(shown), None)
    for place, row in enumerate(shown):
        below = _label_below(strip) and place == len(shown) - 1
        y = place * ROW + 24
        yield _track(y)
        if row is None:
            yield _missing(strip, y, below)
        else:
            yield from _row(strip, row, y, hue, mark, (below, brief))
    yield _arrow(strip, shown, outcome, mark)


def _track(y: int) -> str:
    return (
        f'<line class="track" stroke="{LINE}" x1="{MARGIN}" x2="{WIDTH - MARGIN}" '
        f'y1="{y + 8}" y2="{y + 8}"/>'
    )


def _missing(strip: Strip, y: int, below: bool) -> str:
    text = escape(MISSING[strip.missing or "subject"])
    x = WIDTH / 2
    return (
        f'<line class="missing" stroke="{MUTED}" stroke-dasharray="2 5" stroke-width="2" '
        f'x1="{MARGIN}" x2="{WIDTH - MARGIN}" y1="{y + 8}" y2="{y + 8}"/>'
        f'<text class="gone" x="{x}" y="{y + 31 if below else y - 6}" text-anchor="middle" '
        f'font-family="sans-serif" font-size="11" font-style="italic" fill="{MUTED}">{text}</text>'
        f'<text class="gone" x="{x}" y="{y + 13}" text-anchor="middle" font-family="sans-serif" '
        f'font-size="14" font-weight="700" fill="{MUTED}" stroke="{GROUND}" stroke-width="5" '
        f'paint-order="stroke">?</text>'
    )


def _row(
    strip: Strip, row: Row, y: int, hue: str, mark: str, how: tuple[bool, bool]
) -> Iterator[str]:
    x = MARGIN + strip.share(row.start) * _ROOM
    width = max((strip.share(row.end) - strip.share(row.start)) * _ROOM, 3)
    at = _x(strip, row)
    if row.call is not None:
        kind, fill = ("call open", f"url(#hatch-{mark})") if row.open else ("call", CALL)
        edge = f' stroke="{OPEN}"' if row.open else ""
        yield (
            f'<rect class="{kind}" x="{x:.1f}" y="{y}" width="{width:.1f}" height="16" rx="2" '
            f'fill="{fill}"{edge}/>'
        )
    below, brief = how
    level = level_words(row.call.levels) if row.call else ""
    about = [row.state or (level.partition(" · ")[0] if brief else level)]
    about.append(f"{row.at / 1e6:.3f} s" if strip.unit == "us" else f"line {row.at}")
    left = x < WIDTH / 2
    name = escape(shortened(printable(row.name), _LONGEST_NAME))
    yield (
        f'<text class="who" x="{x if left else min(x + width, WIDTH - MARGIN):.1f}" '
        f'y="{y + 31 if below else y - 6}" text-anchor="{"start" if left else "end"}" '
        f'font-family="monospace" font-size="12" font-weight="600" fill="{TEXT}">{name} '
        f'<tspan class="level" font-family="sans-serif" font-size="11" font-weight="400" '
        f'fill="{MUTED}">{escape(" · ".join(filter(None, about)))}</tspan></text>'
        f'<circle class="point" cx="{at:.1f}" cy="{y + 8}" r="4" fill="{hue}" '
        f'stroke="{GROUND}" stroke-width="1.5"/>'
    )


def _x(strip: Strip, row: Row) -> float:
    return MARGIN + strip.share(row.at) * _ROOM


def _arrow(strip: Strip, shown: list[Row | None], outcome: str, mark: str) -> str:
    if strip.arrow is None:
        return ""
    first, then = (strip.rows[place] for place in strip.arrow)
    y1, y2 = (shown.index(row) * ROW + 32 for row in (first, then))
    step = 6 if y2 > y1 else -6
    dashes = f' stroke-dasharray="{DASHES[outcome]}"' if outcome in DASHES else ""
    return (
        f'<line class="arrow" stroke="{HUES[outcome]}" stroke-width="2"{dashes} '
        f'x1="{_x(strip, first):.1f}" y1="{y1 + step}" x2="{_x(strip, then):.1f}" '
        f'y2="{y2 - step}" marker-end="url(#head-{mark})"/>'
    )
