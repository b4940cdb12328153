"""``bootscope compare``: what differs between boots, in findings, order and durations."""

import argparse
import sys

from app.cli.arguments import add_gate, add_rules
from app.cli.words import EXIT_CODES

FORMATS = ("text", "json", "markdown")


def add(parser: argparse.ArgumentParser) -> None:
    """Declare the command."""
    parser.epilog = f"{EXIT_CODES}\nOnly findings that are new in AFTER gate.\n"
    parser.add_argument("before", metavar="BEFORE", help="a log, or a report as JSON; - for stdin")
    parser.add_argument("after", nargs="+", metavar="AFTER", help="what to compare with it")
    parser.add_argument(
        "--baseline", action="append", default=[], metavar="LOG",
        help="one more boot like BEFORE: its findings are known, its durations usual",
    )  # fmt: skip
    parser.add_argument("--symbols-a", metavar="FILE", help="the System.map of BEFORE's build")
    parser.add_argument("--symbols-b", metavar="FILE", help="that of AFTER's")
    parser.add_argument("--boot-a", type=int, metavar="N", help="which boot of BEFORE, from 1")
    parser.add_argument("--boot-b", type=int, metavar="N", help="which boot of AFTER, from 1")
    add_rules(parser)
    add_gate(parser, FORMATS)
    parser.set_defaults(run=_compare)


def _compare(arguments: argparse.Namespace) -> int:
    from app.cli.baseline import gate_code
    from app.cli.given import read_boot
    from app.compare import compare, firmware_versions
    from app.report import Policy, worst_code
    from app.rules.loader import load_pack, load_waivers
    from app.side_by_side import RENDERERS

    waivers = [waiver for name in arguments.waivers for waiver in load_waivers(name)]
    packs = [load_pack(name) for name in arguments.pack]
    policy = Policy(arguments.fail_on, arguments.fail_on_fragile, arguments.require_evidence)
    before = read_boot(
        arguments.before, symbols=arguments.symbols_a, boot=arguments.boot_a,
        packs=packs, waivers=waivers, today=arguments.today,
    )  # fmt: skip
    baseline = [
        read_boot(name, symbols=arguments.symbols_a, packs=packs, waivers=waivers,
                  today=arguments.today).report
        for name in arguments.baseline
    ]  # fmt: skip
    codes = []
    for place, name in enumerate(arguments.after):
        after = read_boot(
            name, symbols=arguments.symbols_b, boot=arguments.boot_b,
            packs=packs, waivers=waivers, today=arguments.today,
        )  # fmt: skip
        done = compare(
            before.report, after.report, baseline=baseline,
            firmware=(firmware_versions(before.lines), firmware_versions(after.lines)),
        )  # fmt: skip
        if place and arguments.format != "json":
            print(f"\n{'=' * 72}\n" if arguments.format == "text" else "\n---\n")
        sys.stdout.write(RENDERERS[arguments.format](done, None))
        codes.append(gate_code([before.report, *baseline], [after.report], policy))
    return worst_code(codes)
