"""Boots that a command is given: a log, which is judged, or a report that was kept."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from app.cli.arguments import read_file
from parsers.named import NamedTuple

if TYPE_CHECKING:
    from datetime import date

    from app.report import Report
    from app.rules.model import Pack
    from app.rules.waivers import Placed

_MARK = b'"bootscope.report/1"'
_LOOKED_AT = 4_096


class Given(NamedTuple):
    """A judged boot; ``lines`` of its log, none where a report is all there is.

    ``judged`` are the reports on all boots of the log that a gate looks at.
    """

    report: "Report"
    lines: Sequence[str]
    judged: Sequence["Report"]


def read_boot(
    name: str,
    *,
    symbols: str | None = None,
    boot: int | None = None,
    packs: Sequence["Pack"] = (),
    waivers: Sequence["Placed"] = (),
    today: "date | None" = None,
) -> Given:
    """Read a log and judge it, or take a report as ``--format json`` wrote it.

    ``boot`` counts from 1. Raises InputError.
    """
    from os.path import basename

    from parsers import MAX_BYTES, MAX_SYMBOL_BYTES

    data = read_file(name, MAX_BYTES)
    if data.lstrip()[:1] == b"{" and _MARK in data[:_LOOKED_AT]:
        report = _report(data, name)
        return Given(report, (), (report,))
    from app.analysis import analyse

    done = analyse(
        data, name=basename(name), packs=packs, waivers=waivers, today=today,
        symbols=read_file(symbols, MAX_SYMBOL_BYTES) if symbols else None,
        boot=None if boot is None else boot - 1, max_symbol_bytes=MAX_SYMBOL_BYTES,
    )  # fmt: skip
    capture = done.report.capture
    return Given(done.report, done.lines[capture.first_line - 1 : capture.last_line], done.judged)


def _report(data: bytes, name: str) -> "Report":
    """A report from outside: checked, its indices too. Raises UnreadableInput."""
    from pydantic import ValidationError

    from app.report import Report
    from parsers import UnreadableInput

    hint = "Give a report as 'bootscope analyse --format json' prints it, or the log."
    try:
        report = Report.from_json(data)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(map(str, first["loc"]))
        raise UnreadableInput(
            f"This report cannot be read: {where}: {first['msg']}.", where=name, hint=hint
        ) from error
    indices = [subject.initcall for found in report.findings for subject in found.subjects]
    indices += [marker.parent for marker in report.markers]
    count = len(report.initcalls)
    if any(index is not None and not 0 <= index < count for index in indices):
        raise UnreadableInput(
            "This report speaks of initcalls that it does not hold.", where=name, hint=hint
        )
    return report
