"""``bootscope what-if``: a boot with an initcall elsewhere, predicted from a real one."""

import argparse
import sys
from pathlib import Path

from app.cli.arguments import add_gate, add_rules, read_file
from app.cli.words import EXIT_CODES

_CHANGES = """\
changes (several apply together):
  level:FUNC=LEVEL    to another level: 6, 6s, rootfs, late_sync ...
  defer:FUNC=EVENT    its probe waits for an initcall or a marker; =nothing
                      for one that waits no more
  module:FUNC         built as a module
  after:FUNC=FUNC2    called at the end of another initcall (a notifier)
  drop:FUNC           on initcall_blacklist=
  ima:7s              IMA at late_initcall_sync (ima:7 for late_initcall)

The exit code is that of the predicted report; of --table and --cure it is 0.
"""


def add(parser: argparse.ArgumentParser) -> None:
    """Declare the command."""
    parser.epilog = f"{_CHANGES}{EXIT_CODES}"
    parser.add_argument("log", metavar="LOG", help="a log, or -")
    parser.add_argument(
        "--symbols", metavar="FILE", help="the build's System.map, kallsyms, nm output or vmlinux"
    )
    parser.add_argument("--trace", metavar="FILE", help="the same boot's ftrace text")
    parser.add_argument("--boot", type=int, metavar="N", help="which boot of the log, from 1")
    asked = parser.add_mutually_exclusive_group(required=True)
    asked.add_argument("--change", action="append", metavar="CHANGE", help="see below; repeatable")
    asked.add_argument(
        "--table", metavar="PACK", help="every design of FF-A against every rule (ffa-pkvm)"
    )
    asked.add_argument("--cure", action="store_true", help="search the least changes that cure it")
    add_rules(parser)
    add_gate(parser, ("text", "json", "markdown"))
    parser.set_defaults(run=_what_if)


def _what_if(arguments: argparse.Namespace) -> int:
    from app.analysis import analyse
    from app.predictions.output import CURES, TABLE, WHAT_IF
    from app.predictions.run import cures_of, predict_log, table_of
    from app.report import Policy, exit_code
    from app.rules.loader import load_pack, load_waivers
    from app.whatif.changes import parse_changes
    from parsers import MAX_BYTES, MAX_SYMBOL_BYTES

    changes = parse_changes(arguments.change or ())
    done = analyse(
        read_file(arguments.log, MAX_BYTES), name=Path(arguments.log).name,
        symbols=read_file(arguments.symbols, MAX_SYMBOL_BYTES) if arguments.symbols else None,
        trace=read_file(arguments.trace, MAX_BYTES) if arguments.trace else None,
        packs=[load_pack(name) for name in arguments.pack],
        waivers=[waiver for name in arguments.waivers for waiver in load_waivers(name)],
        today=arguments.today, max_symbol_bytes=MAX_SYMBOL_BYTES,
        boot=None if arguments.boot is None else arguments.boot - 1,
    )  # fmt: skip
    if arguments.table:
        sys.stdout.write(TABLE[arguments.format](table_of(done, arguments.table)))
        return 0
    if arguments.cure:
        sys.stdout.write(CURES[arguments.format](cures_of(done)))
        return 0
    found = predict_log(done, changes)
    sys.stdout.write(WHAT_IF[arguments.format](found))
    policy = Policy(arguments.fail_on, arguments.fail_on_fragile, arguments.require_evidence)
    return exit_code(found.predicted, policy)
