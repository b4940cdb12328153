"""``bootscope redact``: take out of a log what names people, machines and networks."""

import argparse
import sys
from pathlib import Path

from app.cli.arguments import read_file
from app.errors import SettingsError
from app.redaction import Redacted, kinds, redact
from parsers.source import MAX_BYTES, unpack


def add(command: argparse.ArgumentParser) -> None:
    """Declare the command."""
    names = [kind.name.lower() for kind in kinds()]
    command.description = (
        "Write the log without MAC and IP addresses, UUIDs, serial numbers, host names and"
        " secrets; the page does the same before it sends a log."
    )
    command.add_argument("log", metavar="LOG", help="a log, packed or not, or -")
    command.add_argument(
        "-o", "--output", metavar="FILE", help="where to (default: standard output)"
    )
    command.add_argument(
        "--only", metavar="KIND,...", default=",".join(names), help=f"of: {', '.join(names)}"
    )
    command.add_argument(
        "--list", action="store_true", help="write no log, but what would be taken out"
    )
    command.set_defaults(run=_redact)


def _redact(arguments: argparse.Namespace) -> int:
    wanted = {name.strip().upper() for name in arguments.only.split(",")}
    if unknown := wanted - {kind.name for kind in kinds()}:
        print(
            f"bootscope redact: no such kind: {', '.join(sorted(unknown)).lower()}", file=sys.stderr
        )
        return 2
    done = redact(unpack(read_file(arguments.log, MAX_BYTES)), wanted)
    if arguments.list:
        sys.stdout.write(_listed(done))
        return 0
    if arguments.output:
        try:
            Path(arguments.output).write_bytes(done.data)
        except OSError as error:
            raise SettingsError(f"{error.strerror}.", where=arguments.output) from error
    else:
        sys.stdout.buffer.write(done.data)
    print(f"bootscope: {told(done)}", file=sys.stderr)
    return 0


def told(done: Redacted) -> str:
    """What was taken out, in a sentence."""
    return f"redacted {done.summary}" if done.found else "there was nothing to redact"


def _listed(done: Redacted) -> str:
    from app.printable import printable

    rows = [
        f"REDACTED-{kind}-{number}\t{printable(value.decode('latin-1'))}\n"
        for kind, values in done.values.items()
        for value, number in values.items()
    ]
    return "".join(rows) + told(done).replace("redacted", "found", 1) + "\n"
