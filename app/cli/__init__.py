"""The command line. Imports what a command needs when it runs: a cold start is felt.

One module a command; each has ``add``, which declares its arguments.
"""

import argparse
import os
import sys
from collections.abc import Sequence

from app.cli import analyse, check_build, rules
from app.cli.words import EXIT_CODES

__all__ = ["main"]


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    arguments = _parser().parse_args(argv)
    try:
        code: int = arguments.run(arguments)
        return code
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        return 130
    except Exception as error:  # the exit code promises that 4 means a fault of ours
        return _fault(error)


def _fault(error: Exception) -> int:
    from parsers import BootscopeError

    if isinstance(error, BootscopeError):
        print(f"bootscope: {error}", file=sys.stderr)
        return error.exit_code
    print(f"bootscope: internal error: {type(error).__name__}: {error}", file=sys.stderr)
    return 4


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="bootscope",
        description="Read a Linux boot log, judge the order of its initcalls.",
        epilog=EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="print the version")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    analyse.add(commands)
    check_build.add(commands)
    rules.add(commands)
    serve = commands.add_parser("serve", help="serve pages and API (settings: BOOTSCOPE_*)")
    serve.set_defaults(run=_serve)
    return parser


def _serve(_: argparse.Namespace) -> int:
    from app.main import serve

    return serve()


class _Version(argparse.Action):
    """Looks the version up only when it is asked for."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        from importlib.metadata import version

        print(f"bootscope {version('bootscope')}")
        parser.exit()
