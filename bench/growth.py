"""How CPU and memory grow with the number of initcalls; ``plot`` draws docs/growth.svg."""

import sys
import tempfile
from collections.abc import Iterator
from math import log10
from pathlib import Path
from typing import NamedTuple

from bench.measure import ROOT, child, made_up

SIZES = (1_000, 3_000, 10_000, 30_000, 100_000, 300_000)
BUDGETS = ((30_000, 1.0, 150), (300_000, 10.0, 400))
"""Initcalls, seconds of CPU, MiB."""
PLOT = ROOT / "docs" / "growth.svg"
_CODE = "import sys; from app.analysis import analyse; analyse(open(sys.argv[1], 'rb').read())"
_WIDTH, _HEIGHT, _LEFT, _TOP = 640, 360, 70, 30
_PLOT_WIDTH, _PLOT_HEIGHT = 500, 270


class Point(NamedTuple):
    """One size, measured."""

    initcalls: int
    cpu: float
    mib: float


def run() -> Iterator[str]:
    """One line a size."""
    for point in measure():
        yield (
            f"analyse {point.initcalls:,} made-up initcalls: {point.cpu:.2f} s CPU,"
            f" {point.cpu / point.initcalls * 1e6:.1f} us each, peak {point.mib:.0f} MiB"
        )


def plot() -> Iterator[str]:
    """Measure, and draw what was measured."""
    points = list(measure())
    PLOT.write_text(drawing(points), "utf-8")
    yield f"wrote {PLOT.relative_to(ROOT)}"


def measure() -> Iterator[Point]:
    """The whole process, for each size."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "boot.log"
        for initcalls in SIZES:
            path.write_bytes(made_up(initcalls))
            cpu, _, peak = child([sys.executable, "-c", _CODE, str(path)])
            yield Point(initcalls, cpu, peak)


def drawing(points: list[Point]) -> str:
    """Seconds and MiB over initcalls, both axes logarithmic; budgets as hollow marks."""
    marks = [
        *_series([(p.initcalls, p.cpu) for p in points], -2, "#1f77b4", "CPU, s", 20),
        *_series([(p.initcalls, p.mib) for p in points], 0, "#d95f02", "peak memory, MiB", -12),
    ]
    for initcalls, seconds, mib in BUDGETS:
        for value, floor, colour in ((seconds, -2, "#1f77b4"), (mib, 0, "#d95f02")):
            x, y = _place(initcalls, value, floor)
            marks.append(
                f'<circle cx="{x}" cy="{y}" r="6" fill="none" stroke="{colour}"/>'
                f"<title>budget at {initcalls:,}: {value:g}</title>"
            )
    ticks = []
    for size in SIZES:
        x, _ = _place(size, 1, 0)
        ticks.append(f'<text x="{x}" y="{_TOP + _PLOT_HEIGHT + 18}">{size:,}</text>')
    for decade in range(4):
        y = _TOP + _PLOT_HEIGHT - decade * _PLOT_HEIGHT / 3
        ticks.append(
            f'<path d="M{_LEFT} {y}h{_PLOT_WIDTH}" stroke="#ddd"/>'
            f'<text x="{_LEFT - 26}" y="{y + 4}">{10 ** (decade - 2):g} s</text>'
            f'<text x="{_LEFT + _PLOT_WIDTH + 32}" y="{y + 4}">{10**decade:,} MiB</text>'
        )
    title = "Reading and judging made-up boots (rings: budgets)"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}"'
        ' font-family="sans-serif" font-size="12" text-anchor="middle">\n'
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#fff"/>\n'
        f'<text x="{_WIDTH / 2}" y="18" font-size="14">{title}</text>\n'
        + "\n".join([*ticks, *marks])
        + f'\n<text x="{_WIDTH / 2}" y="{_HEIGHT - 14}">initcalls</text>\n</svg>\n'
    )


def _series(
    values: list[tuple[int, float]], floor: int, colour: str, name: str, below: int
) -> list[str]:
    places = [_place(initcalls, value, floor) for initcalls, value in values]
    line = " ".join(f"{x},{y}" for x, y in places)
    x, y = places[1]
    return [
        f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2"/>',
        *(f'<circle cx="{x}" cy="{y}" r="3" fill="{colour}"/>' for x, y in places),
        f'<text x="{x}" y="{y + below}" fill="{colour}">{name}</text>',
    ]


def _place(initcalls: int, value: float, floor: int) -> tuple[float, float]:
    """Where a value stands; both scales have three decades from 10**floor on."""
    first, last = log10(SIZES[0]), log10(SIZES[-1])
    x = _LEFT + (log10(initcalls) - first) / (last - first) * _PLOT_WIDTH
    y = _TOP + _PLOT_HEIGHT * (1 - (log10(value) - floor) / 3)
    return round(x, 1), round(y, 1)
