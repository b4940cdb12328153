"""A gate with a baseline: what it knows already does not close it."""

import argparse
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.cli.line import Closing
    from app.report import Policy, Report


def add_baseline(parser: argparse.ArgumentParser) -> None:
    """Declare ``--baseline``."""
    parser.add_argument(
        "--baseline", action="append", default=[], metavar="FILE",
        help="a boot as it was, log or JSON report: only findings that are new since gate",
    )  # fmt: skip


def read_baseline(arguments: argparse.Namespace) -> "list[Report]":
    """The reports on the boots named, judged by the same packs. Raises InputError."""
    from app.cli.given import read_boot
    from app.rules.loader import load_pack

    packs = [load_pack(name) for name in arguments.pack] if arguments.baseline else []
    return [read_boot(name, packs=packs).report for name in arguments.baseline]


def gate_code(baseline: "Sequence[Report]", judged: "Sequence[Report]", policy: "Policy") -> int:
    """The exit code by what is new since the baseline; 5 where nothing at all was decided."""
    from app.compare import code_since
    from app.report import worst_code

    return worst_code([code_since(baseline, report, policy) for report in judged])


def closing(baseline: "Sequence[Report]", judged: "Sequence[Report]") -> "list[Closing]":
    """Of each boot what is new since the baseline."""
    from app.cli.line import Closing
    from app.compare import new_findings

    return [Closing(new_findings(baseline, report), report.has_initcalls) for report in judged]


def tell_baseline(baseline: "Sequence[Report]", report: "Report", output: str) -> None:
    """Say what is new, changed, fixed and known: below a text, else on standard error."""
    from app.compare import compare
    from app.reporters.folding import folded

    done = compare(baseline[-1], report, baseline=baseline[:-1])
    names: dict[str, list[str]] = {}
    for change in done.findings:
        names.setdefault(change.state, []).append(change.rule)
    moved = [move.function for move in done.moves if move.subject and not move.parallel]
    named = {**names, "moved": moved}
    said = "; ".join(f"{state}: {', '.join(rules)}" for state, rules in named.items() if rules)
    text = f"Since the baseline ({done.before.name}): {said or 'nothing new'}"
    stream = sys.stdout if output == "text" else sys.stderr
    print("\n".join(folded(text, "", "  ")), file=stream)
