"""Both timelines as one SVG, for who has no JavaScript: the moved bars joined by lines."""

from collections.abc import Callable, Iterator
from html import escape

from app.printable import printable, shortened
from app.side_by_side.bars import Anchor, Bars, Track

WIDTH, ROW, GAP, MARGIN, NAME = 1000, 14, 90, 12, 16
MAX_JOINED = 40
MAX_NAMED = 6


def both_svg(bars: Bars, anchor: Anchor) -> str:
    """The whole of both boots, shifted so that ``anchor`` is at one place."""
    low = min(-anchor.before, -anchor.after)
    high = max(bars.before.last - anchor.before, bars.after.last - anchor.after, low + 1)
    scale = (WIDTH - 2 * MARGIN) / (high - low)

    def x(place: int, zero: int) -> float:
        return MARGIN + (place - zero - low) * scale

    top = NAME
    below = top + bars.before.rows * ROW + GAP
    height = below + bars.after.rows * ROW + NAME
    zero = MARGIN - low * scale
    parts = [
        f'<line class="anchor" x1="{zero:.1f}" x2="{zero:.1f}" y1="{top}" y2="{height - NAME}"/>',
        *_track(bars.before, top, lambda place: x(place, anchor.before)),
        *_track(bars.after, below, lambda place: x(place, anchor.after)),
        *_joined(bars, anchor, (top, below), x),
        f'<text x="{MARGIN + 4}" y="{top - 4}">first</text>',
        f'<text x="{MARGIN + 4}" y="{height - 3}">second</text>',
    ]
    said = f"Both boots, aligned on {printable(anchor.label)}; {len(bars.moves)} moves"
    return (
        f'<svg class="both" viewBox="0 0 {WIDTH} {height}" role="img" '
        f'aria-label="{escape(said)}">{"".join(parts)}</svg>'
    )


def _track(track: Track, top: int, x: Callable[[int], float]) -> Iterator[str]:
    """Bars, those that would share a pixel as one."""
    drawn: dict[tuple[int, int], float] = {}
    for place, row in enumerate(track.row):
        if row < 0:
            continue
        left, right = x(track.start[place]), x(track.end[place])
        key = row, track.kind[place]
        if right <= drawn.get(key, -1.0):
            continue
        left = max(left, drawn.get(key, left))
        right = max(right, left + 1)
        drawn[key] = right
        kind = "alone" if track.kind[place] else "same"
        yield (
            f'<rect class="{kind}" x="{left:.1f}" y="{top + row * ROW}" '
            f'width="{right - left:.1f}" height="{ROW - 2}"/>'
        )


def _joined(
    bars: Bars, anchor: Anchor, tops: tuple[int, int], x: Callable[[int, int], float]
) -> Iterator[str]:
    """Moved bars and the lines between them; the first few have their name."""
    named = 0
    for one, other, _ in bars.moves[:MAX_JOINED]:
        rows = bars.before.row[one], bars.after.row[other]
        if min(rows) < 0:
            continue
        ends = []
        for track, place, top, row, zero in (
            (bars.before, one, tops[0], rows[0], anchor.before),
            (bars.after, other, tops[1], rows[1], anchor.after),
        ):
            left = x(track.start[place], zero)
            width = max(x(track.end[place], zero) - left, 3)
            ends.append((left + width / 2, top + row * ROW))
            yield (
                f'<rect class="moved" x="{left:.1f}" y="{top + row * ROW - 1}" '
                f'width="{width:.1f}" height="{ROW}"/>'
            )
        (from_x, from_y), (to_x, to_y) = ends
        yield (
            f'<line class="join" x1="{from_x:.1f}" y1="{from_y + ROW}" x2="{to_x:.1f}" '
            f'y2="{to_y}"/>'
        )
        if named < MAX_NAMED:
            name = escape(printable(shortened(bars.before.function[one], 30)))
            side = "start" if from_x < WIDTH / 2 else "end"
            y = from_y + ROW + 14 + 12 * named
            yield f'<text class="who" x="{from_x:.1f}" y="{y}" text-anchor="{side}">{name}</text>'
            named += 1
