"""``bootscope push``: send logs to a server, and gate on what it says."""

import argparse
import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from app.cli.analyse import FORMATS, LINE, expand
from app.cli.arguments import add_gate, add_submitter, read_file
from app.cli.words import EXIT_CODES

if TYPE_CHECKING:
    from app.cli.answer import Answer
    from app.cli.server import Part, Server
    from app.report import Policy

PUSHED = (LINE, "json", *(name for name in FORMATS if name not in ("json", "html")))
"""What can be printed: a line, the server's answer, or the report in any of its forms."""
_EPILOG = f"""\
{EXIT_CODES}
A server that gives no verdict is 4, after every try; one that refuses token, label, rules
or address is 2, a log that it cannot read 3. With --no-wait nothing is decided: 5.
"""


def add(push: argparse.ArgumentParser) -> None:
    """Declare the command."""
    push.epilog = _EPILOG
    push.add_argument(
        "logs", nargs="+", metavar="LOG", help="a log, an archive or a folder of logs, or -"
    )
    push.add_argument(
        "--server", metavar="URL", help="its address (default: environment BOOTSCOPE_SERVER)"
    )
    push.add_argument(
        "--token-file", metavar="F", help="a token for it (default: environment BOOTSCOPE_TOKEN)"
    )
    push.add_argument(
        "--label", action="append", default=[], metavar="KEY=VALUE", help="branch=main and so on"
    )
    push.add_argument(
        "--symbols", metavar="FILE", help="the build's System.map, kallsyms, nm output or vmlinux"
    )
    push.add_argument("--trace", metavar="FILE", help="the same boot's ftrace text")
    push.add_argument(
        "--baseline", metavar="WHICH",
        help="only findings that are new since gate: the id of a log there, or"
        " latest:branch=main for the newest with these labels that passes",
    )  # fmt: skip
    push.add_argument("--framing", metavar="NAME", help="override detection")
    push.add_argument(
        "--pack", action="append", default=[], metavar="P",
        help="a rule file, or a folder of them, to judge this answer by, too",
    )  # fmt: skip
    push.add_argument(
        "--wait", action=argparse.BooleanOptionalAction, default=True,
        help="gate on the verdict; --no-wait only hands the log over",
    )  # fmt: skip
    push.add_argument("--retries", type=int, default=6, metavar="N", help="further tries (6)")
    push.add_argument(
        "--timeout", type=float, default=120, metavar="S", help="seconds for an answer (120)"
    )
    add_gate(push, PUSHED)
    add_submitter(push)
    push.set_defaults(run=_push)


def _push(arguments: argparse.Namespace) -> int:
    from app.cli.server import SERVER, Patience, Server, read_token
    from app.errors import SettingsError
    from app.labels import parse_labels
    from app.report import Policy, worst_code
    from parsers import InputError

    address = arguments.server or os.environ.get(SERVER)
    if not address:
        raise SettingsError("No server is named.", hint=f"Give --server URL, or set {SERVER}.")
    if arguments.retries < 0 or arguments.timeout <= 0:
        raise SettingsError("--retries is 0 or more, --timeout more than 0.")
    _check_format(arguments)
    labels = [str(label) for label in parse_labels(arguments.label)]
    patience = Patience(arguments.retries, arguments.timeout)
    server = Server(address, read_token(arguments.token_file), patience)
    policy = Policy(arguments.fail_on, arguments.fail_on_fragile, arguments.require_evidence)
    beside = _beside(arguments)
    logs = expand(arguments.logs)
    codes: list[int] = []
    for log in logs:
        try:
            answer = _send(server, log, labels, beside, arguments)
            codes += _judge(server, log, answer, policy, arguments)
        except InputError as error:
            print(f"bootscope: {log}: {error}", file=sys.stderr)
            codes.append(error.exit_code)
    return worst_code(codes)


def _check_format(arguments: argparse.Namespace) -> None:
    """Raises SettingsError where the format cannot be had."""
    from app.errors import SettingsError
    from app.reporters import REPORTERS
    from app.reporters.submitter import Submitter

    name = arguments.format
    if name in (LINE, "json"):
        return
    if arguments.pack:
        raise SettingsError(
            f"--format {name} shows what the server keeps, and that is without your rules.",
            hint="With --pack take --format line or json.",
        )
    if not REPORTERS[name].joins and len(arguments.logs) > 1:
        raise SettingsError(
            f"--format {name} makes one file of one log, and there are several.",
            hint="Name one log, or take --format line, json or text.",
        )
    if REPORTERS[name].submitted:
        Submitter(arguments.kcidb_origin, arguments.kcidb_build_id).build  # noqa: B018


def _beside(arguments: argparse.Namespace) -> "list[Part]":
    """What is sent with each log: symbols, trace and rules."""
    from pathlib import Path

    from parsers import MAX_BYTES, MAX_SYMBOL_BYTES, UnreadableInput

    parts: list[Part] = []
    for part, file, cap in (
        ("symbols", arguments.symbols, MAX_SYMBOL_BYTES), ("trace", arguments.trace, MAX_BYTES),
    ):  # fmt: skip
        if file:
            parts.append(_part(part, file, read_whole(file, cap)))
    for name in arguments.pack:
        folder = Path(name)
        files = sorted(folder.glob("*.y*ml")) if folder.is_dir() else [folder]
        if not files:
            raise UnreadableInput("There is no rule file in that folder.", where=name)
        parts += [_part("pack", str(one), read_whole(str(one), MAX_BYTES)) for one in files]
    return parts


def _part(part: str, name: str, data: bytes) -> "Part":
    return (part, (os.path.basename(name), data, "application/octet-stream"))  # noqa: PTH119


def read_whole(name: str, cap: int) -> bytes:
    """A file or standard input, all of it: what is cut is never sent.

    Raises UnreadableInput and InputTooLarge.
    """
    from parsers import InputTooLarge

    data = read_file(name, cap)
    if len(data) > cap:
        raise InputTooLarge(
            f"It has more than {cap} bytes.", hint="Pack it with xz or gzip.", where=name
        )
    return data


def _send(
    server: "Server",
    log: str,
    labels: Sequence[str],
    beside: "list[Part]",
    arguments: argparse.Namespace,
) -> "Answer":
    from app.cli.answer import read_answer
    from app.cli.server import warn
    from parsers import MAX_BYTES, EmptyInput

    data = read_whole(log, MAX_BYTES)
    if not data:
        raise EmptyInput("There is nothing in it.")
    name = "stdin" if log == "-" else os.path.basename(log)[:200]  # noqa: PTH119
    query = [("name", name), *(("label", label) for label in labels)]
    for asked in ("framing", "baseline"):
        if getattr(arguments, asked):
            query.append((asked, getattr(arguments, asked)))
    body = [_part("log", name, data), *beside] if beside else data
    answer = read_answer(server.post_log(query, body, arguments.wait))
    kept = {label for one in answer.judged for label in one.labels}
    if answer.judged and not kept >= {*labels}:
        warn("the server did not keep the labels; it may be older than this command")
    return answer


def _judge(
    server: "Server", log: str, answer: "Answer", policy: "Policy", arguments: argparse.Namespace
) -> list[int]:
    """The exit codes of one upload, which is shown unless that is not wanted."""
    from app.cli.answer import shown
    from app.cli.server import warn
    from app.printable import printable

    for refused in answer.refused:
        print(f"bootscope: {log}/{refused.name}: {refused.problem.detail}", file=sys.stderr)
    if not arguments.quiet:
        sys.stdout.write(shown(server, log, answer, policy, arguments))
    for one in answer.judged:
        if one.baseline is not None:
            print(f"bootscope: {log}: {printable(one.baseline.sentence)}", file=sys.stderr)
    if arguments.baseline and any(one.baseline is None for one in answer.judged):
        warn("the server did not look for a baseline; it may be older than this command")
    if not arguments.wait:
        return [5]
    codes = [one.code(policy) for one in answer.judged]
    return codes + [one.exit_code for one in answer.refused]
