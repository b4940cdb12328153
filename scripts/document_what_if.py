"""Predict real boots from each other and write how that went into docs/what-if.md.

    PYTHONPATH=. python scripts/document_what_if.py

A boot's design is read off its own log (app/whatif/designs.py: design_of): the level and the
deferral of FF-A, the level at which IMA starts, what the command line blacklists. Every other
boot of the same kernel, in the same mode of KVM and with a TPM or without, is predicted from
it and compared with what was measured then.
"""

from collections.abc import Iterator, Sequence
from itertools import permutations
from pathlib import Path
from typing import NamedTuple

from app.analysis import Analysis, analyse
from app.errors import ChangeError
from app.predictions.run import source_of
from app.whatif.designs import design_of
from app.whatif.result import WhatIf
from app.whatif.what_if import what_if
from parsers import Initcall, Marker

ROOT = Path(__file__).parents[1]
SAMPLES, PAGE = ROOT / "sample_logs", ROOT / "docs" / "what-if.md"
MARK = "<!-- made by scripts/document_what_if.py -->\n"
Identity = tuple[str, int]


class Pair(NamedTuple):
    """One boot predicted from another, against what was measured of it.

    ``differ`` are (rule, predicted, measured); ``listed`` those of them that the prediction
    names as not predictable. ``subjects`` tells whether what rules speak of comes in the same
    order; ``tau`` is Kendall's over the initcalls that both have, of which there are ``common``.
    ``refused`` is why nothing is predicted.
    """

    made_from: str
    of: str
    changes: tuple[str, ...]
    outcomes: int
    differ: tuple[tuple[str, str, str], ...]
    listed: frozenset[str]
    subjects: bool
    tau: float
    common: int
    refused: str = ""


def boots() -> dict[str, Analysis]:
    """The sample logs that have symbols, initcalls and user space."""
    found = {}
    for symbols in sorted(SAMPLES.glob("*.System.map.xz")):
        case = symbols.name.partition(".")[0]
        log = (SAMPLES / f"{case}.log").read_bytes()
        done = analyse(log, name=case, symbols=symbols.read_bytes())
        if done.boot.initcalls and done.boot.coverage.userspace:
            found[case] = done
    return found


def pairs(measured: dict[str, Analysis]) -> Iterator[Pair]:
    """Every boot predicted from every other one that is alike but for its design."""
    for one, other in permutations(measured, 2):
        if _alike(measured[one]) == _alike(measured[other]):
            yield compare(measured[one], measured[other])


def compare(made_from: Analysis, of: Analysis) -> Pair:
    """Predict the design of one boot from another boot, and hold it against the real one."""
    changes = design_of(source_of(of))
    names = made_from.report.capture.name, of.report.capture.name
    try:
        found = what_if(source_of(made_from), made_from.report, changes)
    except ChangeError as error:
        told = tuple(map(str, changes))
        return Pair(*names, told, 0, (), frozenset(), True, 0, 0, error.message)
    predicted = {(f.pack, f.rule): f.outcome for f in found.predicted.findings}
    real = {(f.pack, f.rule): f.outcome for f in of.report.findings}
    differ = tuple(
        (rule, predicted[pack, rule], outcome)
        for (pack, rule), outcome in real.items()
        if predicted[pack, rule] != outcome
    )
    tau, common = kendall(found.predicted.initcalls, of.report.initcalls)
    listed = frozenset(one.what for one in found.unpredictable)
    subjects = _subjects(found, of)
    return Pair(*names, found.changes, len(real), differ, listed, subjects, tau, common)


def kendall(one: Sequence[Initcall], other: Sequence[Initcall]) -> tuple[float, int]:
    """Kendall's tau of two orders over what both have (1: the same), and how many these are."""
    places = {_identity(call): place for place, call in enumerate(other)}
    seen = [places[key] for call in one if (key := _identity(call)) in places]
    swapped = sum(a > b for place, a in enumerate(seen) for b in seen[place + 1 :])
    return 1 - 4 * swapped / (len(seen) * (len(seen) - 1)), len(seen)


def _alike(done: Analysis) -> tuple[object, ...]:
    kernel, markers = done.report.kernel, {one.marker for one in done.report.markers}
    words = (kernel.cmdline or "").split()
    modes = tuple(word for word in words if word.startswith("kvm-arm."))
    return kernel.release, modes, "tpm.registered" in markers


def _identity(call: Initcall) -> Identity:
    return call.function, call.occurrence


def _subjects(found: WhatIf, of: Analysis) -> bool:
    """Whether the markers that both have come in the same order, the first of each."""
    predicted, real = _firsts(found.predicted.markers), _firsts(of.report.markers)
    both = {*predicted}.intersection(real)
    return [m for m in predicted if m in both] == [m for m in real if m in both]


def _firsts(markers: Sequence[Marker]) -> list[str]:
    return [*dict.fromkeys(marker.marker for marker in markers)]


def table(rows: Sequence[Pair]) -> str:
    """The comparisons, a pair a row."""
    lines = [
        "| predicted from | boot | outcomes equal | not predictable (predicted, measured)"
        " | subjects | tau |",
        "|---|---|---|---|---|---|",
    ]
    for row in rows:
        if row.refused:
            lines.append(f"| {row.made_from} | {row.of} | - | refused: {row.refused} | - | - |")
            continue
        equal = row.outcomes - len(row.differ)
        told = ", ".join(
            f"{rule} ({mine}, {real})" + ("" if rule in row.listed else " **not named**")
            for rule, mine, real in row.differ
        )
        order = "same" if row.subjects else "**other**"
        lines.append(
            f"| {row.made_from} | {row.of} | {equal} of {row.outcomes} | {told or 'none'} | {order}"
            f" | {row.tau:.4f} ({row.common}) |"
        )
    return "\n".join(lines) + "\n"


def page(rows: Sequence[Pair]) -> str:
    """docs/what-if.md with the table made anew."""
    head, _, rest = PAGE.read_text("utf-8").partition(MARK)
    _, _, tail = rest.partition(MARK)
    return f"{head}{MARK}\n{table(rows)}\n{MARK}{tail}"


if __name__ == "__main__":
    PAGE.write_text(page([*pairs(boots())]), "utf-8")
