"""``bootscope analyse``: judge one log or several."""

import argparse
import os
import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from app.cli.arguments import add_gate, add_rules, add_submitter, read_file
from app.cli.baseline import add_baseline, closing, gate_code, read_baseline, tell_baseline
from app.cli.words import EXIT_CODES

if TYPE_CHECKING:
    from app.analysis import Analysis
    from app.archives import Packed
    from app.report import Policy, Report
    from app.reporters.submitter import Submitter
    from parsers.errors import InputError


FORMATS = (
    "text", "json", "mail", "markdown", "csv", "chrome-trace", "junit", "sarif", "ktap", "github",
    "gitlab", "kcidb", "badge", "prometheus", "html",
)  # fmt: skip
"""Those of app/reporters, and the page as one file; a test compares."""


LINE = "line"
"""The format of ``check``: one line a log."""


def add(analyse: argparse.ArgumentParser) -> None:
    """Declare the command."""
    declare(analyse, FORMATS)


def declare(analyse: argparse.ArgumentParser, formats: Sequence[str]) -> None:
    """Declare what it shares with ``check``; the first of ``formats`` is the usual one."""
    analyse.epilog = EXIT_CODES
    analyse.add_argument(
        "logs", nargs="+", metavar="LOG", help="a log, an archive or a folder of logs, or -"
    )
    analyse.add_argument(
        "--symbols", metavar="FILE", help="the build's System.map, kallsyms, nm output or vmlinux"
    )
    analyse.add_argument("--trace", metavar="FILE", help="the same boot's ftrace text")
    analyse.add_argument("--boot", type=int, metavar="N", help="which boot of the log, from 1")
    add_rules(analyse)
    analyse.add_argument(
        "--redact", action="store_true", help="judge and show the log as 'redact' would write it"
    )
    analyse.add_argument(
        "--set", action="append", default=[], metavar="RULE.KEY=VALUE", dest="settings",
        help="set what a rule lets be set: --set 'SLOW001.at_most=500 ms'",
    )  # fmt: skip
    analyse.add_argument("--framing", metavar="NAME", help="override detection")
    add_gate(analyse, formats)
    add_baseline(analyse)
    add_submitter(analyse)
    analyse.add_argument(
        "-v", "--verbose", action="store_true", help="tell on stderr what each step and rule took"
    )
    analyse.set_defaults(run=_analyse)


def _analyse(arguments: argparse.Namespace) -> int:
    from app.analysis import analyse
    from app.cli.timing import Stopwatch
    from app.report import Policy, exit_code, worst_code
    from app.reporters import REPORTERS
    from app.reporters.submitter import Submitter
    from app.rules.loader import load_pack, load_waivers
    from parsers import MAX_BYTES, MAX_SYMBOL_BYTES, InputError

    waivers = [waiver for name in arguments.waivers for waiver in load_waivers(name)]
    packs = [load_pack(name) for name in arguments.pack]
    symbols = read_file(arguments.symbols, MAX_SYMBOL_BYTES) if arguments.symbols else None
    trace = read_file(arguments.trace, MAX_BYTES) if arguments.trace else None
    policy = Policy(arguments.fail_on, arguments.fail_on_fragile, arguments.require_evidence)
    submitter = Submitter(arguments.kcidb_origin, arguments.kcidb_build_id)
    baseline = read_baseline(arguments)
    boot = None if arguments.boot is None else arguments.boot - 1
    codes = []
    logs = expand(arguments.logs)
    output = arguments.format
    for place, (log, given) in enumerate(_chosen(logs, output)):
        several = len(logs) > 1 or log != logs[0]
        watch = Stopwatch() if arguments.verbose else None
        try:
            if isinstance(given, InputError):
                raise given
            content = _redacted(log, given.content) if arguments.redact else given.content
            done = analyse(
                content, name=os.path.basename(log), packs=packs, boot=boot,
                symbols=symbols or (given.symbols.content if given.symbols else None),
                trace=trace or (given.trace.content if given.trace else None),
                framing=arguments.framing, max_symbol_bytes=MAX_SYMBOL_BYTES,
                waivers=waivers, today=arguments.today, settings=arguments.settings,
                done=watch.done if watch else None,
            )  # fmt: skip
        except InputError as error:
            if not several:
                raise
            print(f"bootscope: {log}: {error}", file=sys.stderr)
            codes.append(error.exit_code)
            continue
        if not arguments.quiet:
            if several and output not in ("json", LINE):
                print(f"{'' if place == 0 else chr(10)}{REPORTERS[output].heading(log)}")
            sys.stdout.write(_shown(output, log, done, policy, submitter, baseline))
        if baseline:
            if not arguments.quiet:
                tell_baseline(baseline, done.report, output)
            codes.append(gate_code(baseline, done.judged, policy))
        else:
            codes.extend(exit_code(report, policy) for report in done.judged)
        for line in watch.lines() if watch else ():
            print(f"{log}: {line}" if several else line, file=sys.stderr)
    return worst_code(codes)


def _shown(
    output: str, log: str, done: "Analysis", policy: "Policy", by: "Submitter",
    baseline: "Sequence[Report]",
) -> str:  # fmt: skip
    """One log in that format."""
    from app.reporters import REPORTERS

    if output == LINE:
        from app.cli.line import line_of

        report = done.report
        boots = closing(baseline, done.judged) if baseline else done.judged
        code = gate_code(baseline, done.judged, policy) if baseline else None
        return line_of(log, report.verdict, report.headline, boots, policy, None, code)
    if output == "html":
        from app.pages.standalone import render_page

        return render_page(done.report, done.lines)
    return REPORTERS[output](done.report, None, policy, by)


def _chosen(paths: Sequence[str], output: str) -> "Iterator[tuple[str, Packed | InputError]]":
    """Every log; raises SettingsError where there are several and ``output`` is of one."""
    from app.reporters import REPORTERS

    logs = _each(paths)
    if output == LINE or (output in REPORTERS and REPORTERS[output].joins):
        yield from logs
        return
    first = next(logs)
    if next(logs, None) is not None:
        from app.errors import SettingsError

        raise SettingsError(
            f"--format {output} makes one file of one log, and there are several.",
            hint="Name one log, or take --format json or text.",
        )
    yield first


def _each(paths: Sequence[str]) -> "Iterator[tuple[str, Packed | InputError]]":
    """Every log by name, those of an archive one by one; or why it cannot be read."""
    from app.archives import Packed, Refused, open_archive
    from parsers import MAX_BYTES, InputError, UnknownFraming
    from parsers.archive import MAX_MEMBERS

    for path in paths:
        try:
            data = read_file(path, MAX_BYTES)
            contents = open_archive(
                data, max_bytes=MAX_BYTES, max_logs=MAX_MEMBERS, deadline=float("inf")
            )
        except InputError as error:
            yield path, error
            continue
        if contents is None:
            yield path, Packed(path, data)
            continue
        for file in contents.set_aside:
            print(f"bootscope: {path}/{file.name}: {file.why}", file=sys.stderr)
        if not contents.logs:
            yield path, UnknownFraming("There is no log in this archive.")
        for log in contents.logs:
            yield f"{path}/{log.name}", log.error if isinstance(log, Refused) else log


def expand(names: Sequence[str]) -> list[str]:
    """The logs of folders, and what else was named. Raises EmptyInput where there is none."""
    logs: list[str] = []
    for name in names:
        logs.extend(_logs_in(name) if os.path.isdir(name) else [name])
    if not logs:
        from parsers import EmptyInput

        raise EmptyInput("There is no *.log in that folder.", where=names[0])
    return logs


def _logs_in(folder: str) -> list[str]:
    with os.scandir(folder) as entries:
        return sorted(entry.path for entry in entries if entry.name.endswith(".log"))


def _redacted(log: str, content: bytes) -> bytes:
    from app.cli.redact import told
    from app.redaction import redact
    from parsers.source import unpack

    done = redact(unpack(content))
    print(f"bootscope: {log}: {told(done)}", file=sys.stderr)
    return done.data
