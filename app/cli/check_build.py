"""``bootscope check-build``: judge the order of a build before it is booted."""

import argparse
import sys
from pathlib import Path

from app.cli.arguments import add_gate, add_rules, read_file
from app.cli.words import EXIT_CODES


def add(parser: argparse.ArgumentParser) -> None:
    """Declare the command."""
    parser.epilog = EXIT_CODES
    parser.add_argument(
        "symbols", metavar="SYMBOLS", help="System.map, kallsyms, nm output or vmlinux, or -"
    )
    parser.add_argument(
        "--kernel", metavar="RELEASE", help="the build's release (make kernelrelease), if known"
    )
    parser.add_argument(
        "--against", metavar="OLD", help="the symbols of an earlier build: what moved since,"
        " and only findings that it does not have gate"
    )  # fmt: skip
    add_rules(parser)
    add_gate(parser)
    parser.set_defaults(run=_check_build)


def _check_build(arguments: argparse.Namespace) -> int:
    from app.build_check import RENDERERS, BuildReport, check_build
    from app.build_check.against import RENDERERS as COMPARISONS
    from app.build_check.against import compare_builds, new_build_findings
    from app.report import Policy, exit_code, gates
    from app.rules.loader import DEFAULT_PACKS, load_pack, load_shipped, load_waivers
    from parsers import MAX_SYMBOL_BYTES, read_symbol_table

    waivers = [waiver for name in arguments.waivers for waiver in load_waivers(name)]
    packs = [load_pack(name) for name in arguments.pack]

    def judged(name: str, data: bytes) -> BuildReport:
        return check_build(
            data, name=Path(name).name, packs=packs, kernel=arguments.kernel,
            max_bytes=MAX_SYMBOL_BYTES, waivers=waivers, today=arguments.today,
        )  # fmt: skip

    policy = Policy(arguments.fail_on, arguments.fail_on_fragile, arguments.require_evidence)
    data = read_file(arguments.symbols, MAX_SYMBOL_BYTES)
    report = judged(arguments.symbols, data)
    if arguments.against is None:
        if not arguments.quiet:
            sys.stdout.write(RENDERERS[arguments.format](report))
        return exit_code(report, policy)
    old = read_file(arguments.against, MAX_SYMBOL_BYTES)
    before = judged(arguments.against, old)
    done = compare_builds(
        (before, read_symbol_table(old, max_bytes=MAX_SYMBOL_BYTES)),
        (report, read_symbol_table(data, max_bytes=MAX_SYMBOL_BYTES)),
        packs or [*map(load_shipped, DEFAULT_PACKS)],
    )
    if not arguments.quiet:
        sys.stdout.write(COMPARISONS[arguments.format](done))
    if any(gates(found, policy) for found in new_build_findings(before, report)):
        return 1
    return 5 if exit_code(report, policy) == 5 else 0
