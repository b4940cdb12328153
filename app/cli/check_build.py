"""``bootscope check-build``: judge the order of a build before it is booted."""

import argparse
import sys
from pathlib import Path

from app.cli.words import EXIT_CODES


def add(parser: argparse.ArgumentParser) -> None:
    """Declare the command."""
    parser.epilog = EXIT_CODES
    parser.add_argument(
        "symbols", metavar="SYMBOLS", help="System.map, kallsyms, nm output or vmlinux, or -"
    )
    parser.add_argument("--pack", action="append", default=[], metavar="P", help="rules to ask")
    parser.add_argument(
        "--kernel", metavar="RELEASE", help="the build's release (make kernelrelease), if known"
    )
    parser.add_argument("--format", choices=("text", "json"), default="text")
    parser.add_argument("--fail-on", choices=("error", "warning", "note"), default="error")
    parser.add_argument("--fail-on-fragile", action="store_true")
    parser.add_argument("--require-evidence", action="store_true")
    parser.set_defaults(run=_check_build)


def _check_build(arguments: argparse.Namespace) -> int:
    from app.build_check import RENDERERS, check_build
    from app.report import Policy, exit_code
    from app.rules.loader import load_pack
    from parsers import MAX_SYMBOL_BYTES

    packs = [load_pack(name) for name in arguments.pack]
    report = check_build(
        _read(arguments.symbols, MAX_SYMBOL_BYTES + 1),
        name=Path(arguments.symbols).name,
        packs=packs,
        kernel=arguments.kernel,
        max_bytes=MAX_SYMBOL_BYTES,
    )
    sys.stdout.write(RENDERERS[arguments.format](report))
    return exit_code(
        report, Policy(arguments.fail_on, arguments.fail_on_fragile, arguments.require_evidence)
    )


def _read(name: str, size: int) -> bytes:
    from parsers import UnreadableInput

    try:
        if name == "-":
            return sys.stdin.buffer.read(size)
        with Path(name).open("rb") as file:
            return file.read(size)
    except OSError as error:
        raise UnreadableInput(f"{error.strerror}.", where=name) from error
