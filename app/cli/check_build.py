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
    add_rules(parser)
    add_gate(parser)
    parser.set_defaults(run=_check_build)


def _check_build(arguments: argparse.Namespace) -> int:
    from app.build_check import RENDERERS, check_build
    from app.report import Policy, exit_code
    from app.rules.loader import load_pack, load_waivers
    from parsers import MAX_SYMBOL_BYTES

    waivers = [waiver for name in arguments.waivers for waiver in load_waivers(name)]
    packs = [load_pack(name) for name in arguments.pack]
    report = check_build(
        read_file(arguments.symbols, MAX_SYMBOL_BYTES),
        name=Path(arguments.symbols).name,
        packs=packs,
        kernel=arguments.kernel,
        max_bytes=MAX_SYMBOL_BYTES,
        waivers=waivers,
        today=arguments.today,
    )
    if not arguments.quiet:
        sys.stdout.write(RENDERERS[arguments.format](report))
    return exit_code(
        report, Policy(arguments.fail_on, arguments.fail_on_fragile, arguments.require_evidence)
    )
