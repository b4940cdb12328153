"""Strips and trends of a history, drawn on the server: the page needs no script.

What is drawn here is ours, figures and outcomes; no text of a log.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby

from markupsafe import Markup

from app.history import RuleHistory, Trend

CELL, TALL = 10, 16
"""A boot's width and height in a strip."""
_HEIGHTS = {"fail": 16, "error": 16, "warning": 12, "fragile": 9, "inconclusive": 9, "pass": 4}
"""By what was said: failing is tall, holding low. Nothing is drawn where nothing was asked."""
WIDTH, HEIGHT, EDGE = 320, 84, 6


def rule_strip(rule: RuleHistory) -> Markup:
    """What a rule said, oldest boot first; as wide as the page lets it."""
    shown = [_shown(rule, outcome) for outcome in reversed(rule.outcomes)]
    return _svg(len(shown) * CELL, TALL, "outcomes", "".join(_runs(shown)), stretched=True)


def _shown(rule: RuleHistory, outcome: str | None) -> str:
    if outcome == "fail" and rule.severity != "error":
        return "warning"
    return outcome or "not_applicable"


def _runs(shown: Sequence[str]) -> Iterator[str]:
    yield f'<rect class="ground" x="0" y="{TALL - 1}" width="{len(shown) * CELL}" height="1"/>'
    place = 0
    for what, run in groupby(shown):
        count = len([*run])
        if height := _HEIGHTS.get(what):
            inset = 1 if what == "inconclusive" else 0
            yield (
                f'<rect class="h-{what}" x="{place * CELL + inset}" y="{TALL - height + inset}" '
                f'width="{count * CELL - 1 - 2 * inset}" height="{height - 2 * inset}"/>'
            )
        place += count


def trend_svg(trend: Trend) -> Markup:
    """One initcall's durations, oldest boot first: points, quartiles as a band, the median."""
    values = [*reversed(trend.took_us)]
    if trend.median_us is None or trend.quartile1_us is None or trend.quartile3_us is None:
        return Markup("")
    top = max(trend.high_us or 0, 1)

    def y(value: int) -> float:
        return HEIGHT - EDGE - value / top * (HEIGHT - 2 * EDGE)

    def x(place: int) -> float:
        room = WIDTH - 2 * EDGE
        return EDGE + (place / (len(values) - 1) * room if len(values) > 1 else room / 2)

    low, high, middle = y(trend.quartile1_us), y(trend.quartile3_us), y(trend.median_us)
    line, dots = [], []
    for place, value in enumerate(values):
        if value is not None:
            spot = f"{x(place):.1f} {y(value):.1f}"
            joined = place > 0 and values[place - 1] is not None
            line.append(f"{'L' if joined else 'M'}{spot}")
            dots.append(f"M{spot}h0")
    body = (
        f'<rect class="spread" x="0" y="{high:.1f}" width="{WIDTH}" '
        f'height="{max(low - high, 1):.1f}"/>'
        f'<path class="floor" d="M0 {y(0):.1f}H{WIDTH}"/>'
        f'<path class="middle" d="M0 {middle:.1f}H{WIDTH}"/>'
        f'<path class="line" d="{"".join(line)}"/><path class="dots" d="{"".join(dots)}"/>'
    )
    return _svg(WIDTH, HEIGHT, "trend", body)


def _svg(width: int, height: int, kind: str, body: str, *, stretched: bool = False) -> Markup:
    ratio = ' preserveAspectRatio="none"' if stretched else ""
    return Markup(  # noqa: S704  # numbers and our own words
        f'<svg class="{kind}" viewBox="0 0 {width} {height}"{ratio} aria-hidden="true" '
        f'focusable="false">{body}</svg>'
    )
