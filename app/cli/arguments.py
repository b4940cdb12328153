"""Arguments that several commands take, and the files that they name."""

import argparse
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date
from collections.abc import Sequence


def add_rules(parser: argparse.ArgumentParser) -> None:
    """Packs, waivers, and the day on which those are judged."""
    parser.add_argument("--pack", action="append", default=[], metavar="P", help="rules to ask")
    parser.add_argument(
        "--waivers", action="append", default=[], metavar="FILE", help="findings to let pass"
    )
    parser.add_argument(
        "--today", type=_day, metavar="YYYY-MM-DD",
        help="judge waivers as on that day (default: now, UTC)",
    )  # fmt: skip


def add_gate(parser: argparse.ArgumentParser, formats: Sequence[str] = ("text", "json")) -> None:
    """The format, and what makes the exit code 1."""
    parser.add_argument("--format", choices=formats, default=formats[0])
    parser.add_argument("--fail-on", choices=("error", "warning", "note"), default="error")
    parser.add_argument("--fail-on-fragile", action="store_true")
    parser.add_argument("--require-evidence", action="store_true")
    parser.add_argument(
        "-q", "--quiet", action="store_true", help="print nothing but what went wrong"
    )


def add_submitter(parser: argparse.ArgumentParser) -> None:
    """What --format kcidb says of whoever submits it."""
    parser.add_argument(
        "--kcidb-build-id",
        metavar="ORIGIN:ID",
        help="for --format kcidb: the build that was booted",
    )
    parser.add_argument(
        "--kcidb-origin", metavar="NAME", default="bootscope",
        help="for --format kcidb: the CI system that submits (default: bootscope)",
    )  # fmt: skip


def read_file(name: str, cap: int) -> bytes:
    """A file, or standard input for ``-``; one byte more than ``cap`` at the most.

    Raises UnreadableInput.
    """
    from parsers import UnreadableInput

    try:
        if name == "-":
            return sys.stdin.buffer.read(cap + 1)
        with open(name, "rb") as file:
            return file.read(cap + 1)
    except OSError as error:
        raise UnreadableInput(f"{error.strerror}.", where=name) from error


def _day(text: str) -> "date":
    """A day as people write it. Raises ValueError."""
    from datetime import date

    return date.fromisoformat(text)
