"""Measure levels told from a log alone against the System.map of the same build.

    PYTHONPATH=. python scripts/measure_levels.py FOLDER

FOLDER holds linux-6.1.tsv, linux-6.12.tsv and linux-7.3.tsv: name and level of every
initcall of that source. The anchors are those whose level is one and the same in the
versions named, never in the boot's own. Prints a row of docs/levels.md a boot.
"""

import sys
from pathlib import Path

from parsers import RANK, levels, parse_log

SAMPLES = Path(__file__).parents[1] / "sample_logs"
VERSIONS = ("6.1", "6.12", "7.3")


def read_levels(table: Path) -> dict[str, set[str]]:
    """The levels of each name in one version."""
    found: dict[str, set[str]] = {}
    for row in table.read_text("ascii").splitlines():
        name, level, *_ = row.split("\t")
        found.setdefault(name, set()).add(level)
    return found


def anchors(tables: list[dict[str, set[str]]]) -> dict[str, str]:
    """The names with one level in all of ``tables``."""
    merged: dict[str, set[str]] = {}
    for table in tables:
        for name, found in table.items():
            merged.setdefault(name, set()).update(found)
    return {name: next(iter(s)) for name, s in merged.items() if len(s) == 1 and s <= set(RANK)}


def measure(log: bytes, symbols: bytes) -> tuple[int, int, int]:
    """Exact, an interval that holds the truth, wrong."""
    exact = within = wrong = 0
    truth = parse_log(log, symbols=symbols).boots[0].initcalls
    for known, told in zip(truth, parse_log(log).boots[0].initcalls, strict=True):
        if known.level_source != "system_map" or known.levels is None:
            continue
        low, high = told.levels or ("con", "7s")
        if told.levels == known.levels:
            exact += 1
        elif RANK[low] <= RANK[known.levels[0]] <= RANK[high]:
            within += 1
        else:
            wrong += 1
    return exact, within, wrong


def main(folder: Path) -> None:
    """Print the table."""
    tables = {v: read_levels(folder / f"linux-{v}.tsv") for v in VERSIONS}
    print(
        "| boot | anchors of | exact | interval | wrong | share exact |\n|---|---|---|---|---|---|"
    )
    for path in sorted(SAMPLES.glob("*.System.map.xz")):
        case = path.name.partition(".")[0]
        own = "7.3" if case.startswith("k73") else "6.12"
        for used in ([v for v in VERSIONS if v != own], ["6.1"]):
            known = anchors([tables[v] for v in used])
            levels.known_levels = lambda known=known: known
            counts = measure((SAMPLES / f"{case}.log").read_bytes(), path.read_bytes())
            share = f"{100 * counts[0] / sum(counts):.1f} %" if sum(counts) else "no calls"
            print(f"| {case} | {', '.join(used)} | {' | '.join(map(str, counts))} | {share} |")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
