"""The measured boot beside the predicted one, as SVG.

One row a subject of rules; left what was measured, in solid bars, right what is predicted, in
hatched ones under a watermark. Both sides have one scale. Colours are attributes and classes,
since a strict policy forbids styles in a page.
"""

from collections.abc import Callable, Iterator, Sequence
from html import escape

from app.printable import printable, shortened
from app.report import Report
from app.rules.wording import seconds
from app.whatif.result import WhatIf
from parsers.named import NamedTuple

NAMES, SIDE, GAP, ROW, HEAD = 190, 430, 24, 24, 46
WIDTH = NAMES + 2 * SIDE + GAP
MAX_ROWS = 24
_MARKERS = (
    "pkvm.initialised", "pkvm.finalised", "ffa.up", "tpm.registered", "ima.start", "optee.up",
    "userspace.start",
)  # fmt: skip
_LONGEST = 26
Scale = Callable[[int, int], float]
"""A time on a side (0, 1), as a distance from the left."""


class Row(NamedTuple):
    """A subject: where it is on either side, in µs, None where it is not there.

    A moment has one time twice.
    """

    name: str
    measured: tuple[int, int] | None
    predicted: tuple[int, int] | None
    moved: bool


def rows_of(found: WhatIf, asked_for: frozenset[str]) -> list[Row]:
    """The rows, in the order of the predicted boot; what is gone comes where it was."""
    moved = {move.function for move in found.moves} | {
        move.inside for move in found.moves if move.inside
    }
    before, after = _calls(found.measured), _calls(found.predicted)
    names = [name for name in {**before, **after} if name in asked_for or name in moved]
    rows = [Row(f"{n}()", before.get(n), after.get(n), n in moved) for n in names]
    first, then = _moments(found.measured), _moments(found.predicted)
    for name in _MARKERS:
        if name in first or name in then:
            hosts = _host(found.measured, name), _host(found.predicted, name)
            elsewhere = hosts[0] != hosts[1] or hosts[1] in moved
            rows.append(Row(name, first.get(name), then.get(name), elsewhere))
    rows.sort(key=lambda row: _order_key(row.predicted or row.measured))
    return rows[:MAX_ROWS]


def picture(rows: Sequence[Row]) -> str:
    """The two boots as SVG; empty where there is no time to draw by."""
    times = [time for row in rows for span in row[1:3] if isinstance(span, tuple) for time in span]
    if not times:
        return ""
    height = HEAD + len(rows) * ROW + 26
    said = "; ".join(_said(row) for row in rows)
    return (
        f'<svg class="two-boots" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}"'
        f' role="img" aria-label="{escape(said)}">{"".join(_parts(rows, times, height))}</svg>'
    )


def _parts(rows: Sequence[Row], times: Sequence[int], height: int) -> Iterator[str]:
    low, high = min(times), max(times)
    room = max(high - low, 1)

    def x(time: int, side: int) -> float:
        return NAMES + side * (SIDE + GAP) + 8 + (time - low) / room * (SIDE - 20)

    yield (
        '<defs><pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse"'
        ' patternTransform="rotate(45)"><rect class="hatch-ground" width="6" height="6"/>'
        '<rect class="hatch-line" width="2.4" height="6"/></pattern></defs>'
    )
    for side, title in enumerate(("Measured", "Predicted, not measured")):
        left = NAMES + side * (SIDE + GAP)
        yield (
            f'<rect class="side side-{side}" x="{left}" y="{HEAD - 8}" width="{SIDE}"'
            f' height="{len(rows) * ROW + 10}" rx="4"/>'
            f'<text class="side-title" font-size="14" x="{left}" y="20">{title}</text>'
        )
        for time, anchor, at in ((low, "start", left), (high, "end", left + SIDE)):
            yield (
                f'<text class="axis" font-size="11" x="{at}" y="{height - 6}"'
                f' text-anchor="{anchor}">{seconds(time)}</text>'
            )
    middle = NAMES + SIDE + GAP + SIDE / 2
    lowest = HEAD + len(rows) * ROW
    for y in range(HEAD + 70, max(lowest, HEAD + 71), 150):
        yield (
            f'<text class="watermark" font-size="44" x="{middle}" y="{y}" text-anchor="middle"'
            f' transform="rotate(-14 {middle} {y})">PREDICTED</text>'
        )
    for place, row in enumerate(rows):
        y = HEAD + place * ROW
        name = escape(printable(shortened(row.name, _LONGEST)))
        kind = "name moved" if row.moved else "name"
        yield f'<text class="{kind}" font-size="12" x="0" y="{y + 12}">{name}</text>'
        for side, span in enumerate((row.measured, row.predicted)):
            yield from _bar(span, side, y, x, moved=row.moved)


def _bar(
    span: tuple[int, int] | None, side: int, y: int, x: Scale, *, moved: bool
) -> Iterator[str]:
    if span is None:
        left = NAMES + side * (SIDE + GAP) + 8
        yield f'<text class="gone" font-size="11" x="{left}" y="{y + 12}">not there</text>'
        return
    begun, over = x(span[0], side), x(span[1], side)
    kind = ("solid", "hatched")[side] + (" moved" if moved else "")
    if span[0] == span[1]:
        corners = ((0, 1), (6, 8), (0, 15), (-6, 8))
        points = " ".join(f"{begun + right:.1f},{y + down}" for right, down in corners)
        yield f'<polygon class="{kind}" points="{points}"/>'
    else:
        wide = max(over - begun, 3)
        yield f'<rect class="{kind}" x="{begun:.1f}" y="{y + 2}" width="{wide:.1f}" height="13"/>'


def _said(row: Row) -> str:
    at = seconds(row.measured[0]) if row.measured else "not there"
    to = seconds(row.predicted[0]) if row.predicted else "not there"
    return f"{printable(row.name)}: measured {at}, predicted {to}"


def _calls(report: Report) -> dict[str, tuple[int, int]]:
    found: dict[str, tuple[int, int]] = {}
    for call in report.initcalls:
        if call.start_us is not None:
            end = call.end_us if call.end_us is not None else call.start_us
            found.setdefault(call.function, (call.start_us, max(end, call.start_us + 1)))
    return found


def _moments(report: Report) -> dict[str, tuple[int, int]]:
    found: dict[str, tuple[int, int]] = {}
    for marker in report.markers:
        if marker.time_us is not None:
            found.setdefault(marker.marker, (marker.time_us, marker.time_us))
    return found


def _host(report: Report, name: str) -> str | None:
    """The initcall that a marker first comes in."""
    parent = next((one.parent for one in report.markers if one.marker == name), None)
    return None if parent is None else report.initcalls[parent].function


def _order_key(span: tuple[int, int] | None) -> tuple[int, int]:
    return span if span is not None else (0, 0)
