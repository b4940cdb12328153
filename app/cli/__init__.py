"""The command line. Imports what a command needs when it runs: a cold start is felt.

One module a command; each has ``add``, which declares its arguments, and is imported
where it is the one that was asked for.
"""

import argparse
import gc
import os
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import partial
from importlib import import_module
from io import TextIOWrapper
from typing import NoReturn

from app.cli.words import EXIT_CODES

__all__ = ["main", "run"]

_COMMANDS: Mapping[str, str] = {
    "analyse": "judge one log or several",
    "check": "judge logs in a line each; what cannot be told gates, too",
    "check-build": "judge the order of a build that was not booted",
    "compare": "tell what differs between boots",
    "push": "send logs to a server, and gate on its verdict",
    "redact": "take names, addresses and secrets out of a log",
    "rules": "check, try, show, list and begin rules",
    "what-if": "predict a boot with an initcall elsewhere",
    "serve": "serve pages and API (settings: BOOTSCOPE_*)",
    "tokens": "make, list and revoke the tokens that a server may ask for",
}


_NOT_READ = 141
"""Whoever read the output went away: what a shell says of SIGPIPE, and never clean."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    argv = sys.argv[1:] if argv is None else argv
    arguments = _parser(argv).parse_args(argv)
    try:
        code: int = arguments.run(arguments)
        return code
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return _NOT_READ
    except KeyboardInterrupt:
        return 130
    except Exception as error:  # the exit code promises that 4 means a fault of ours
        return _fault(error)


def run(argv: Sequence[str] | None = None) -> NoReturn:
    """What a shell starts. Raises SystemExit where a command waits for others.

    A command that only answers is over then: collecting its garbage and taking its
    objects down one by one would be an eighth of its time.
    """
    argv = sys.argv[1:] if argv is None else argv
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(line_buffering=True)  # in step with stderr where both go one way
    if argv[:1] == ["serve"]:
        sys.exit(main(argv))
    gc.disable()
    code = main(argv)
    with suppress(BrokenPipeError):
        sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def _fault(error: Exception) -> int:
    from parsers import BootscopeError

    if isinstance(error, BootscopeError):
        print(f"bootscope: {error}", file=sys.stderr)
        return error.exit_code
    print(f"bootscope: internal error: {type(error).__name__}: {error}", file=sys.stderr)
    return 4


def _parser(argv: Sequence[str]) -> argparse.ArgumentParser:
    """The arguments of the one command that is asked for, else all by name."""
    helper = partial(argparse.RawDescriptionHelpFormatter, width=_help_width())
    parser = argparse.ArgumentParser(
        prog="bootscope",
        description="Read a Linux boot log, judge the order of its initcalls.",
        epilog=EXIT_CODES,
        formatter_class=helper,
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="print the version")
    commands = parser.add_subparsers(required=True, metavar="COMMAND", prog="bootscope")
    wanted = argv[0] if argv else ""
    for name, summary in _COMMANDS.items():
        if wanted in _COMMANDS and name != wanted:
            continue
        command = commands.add_parser(name, help=summary, formatter_class=helper)
        if name == wanted:
            import_module(f"app.cli.{name.replace('-', '_')}").add(command)
    return parser


def _help_width() -> int:
    """Columns for help, told as shutil would, which brings with it all that unpacks archives."""
    with suppress(KeyError, ValueError):
        return int(os.environ["COLUMNS"]) - 2
    with suppress(OSError):
        return os.get_terminal_size().columns - 2
    return 78


class _Version(argparse.Action):
    """Looks the version up only when it is asked for."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        from importlib.metadata import version

        print(f"bootscope {version('bootscope')}")
        parser.exit()
