"""Every initcall as a row of a spreadsheet (RFC 4180). docs/outputs.md has the columns.

Text that a spreadsheet would take for a formula gets an apostrophe in front; numbers are
ours and stay numbers.
"""

import csv
import io

from app.phrases import call_state
from app.printable import printable
from app.report import Report
from app.rules.wording import errno_symbol
from parsers import Initcall

COLUMNS: tuple[str, ...] = (
    "index", "function", "module", "occurrence", "state", "returned", "result",
    "level_low", "level_high", "level_source", "link_order", "thread", "parent",
    "start_us", "end_us", "span_us", "reported_us", "trace_us",
    "line_called", "line_returned", "rules",
)  # fmt: skip
_FORMULA = tuple("=+-@|%'\"\t\r\uff1d\uff0b\uff0d\uff20")
"""What may begin a formula, in full width too, and what would hide one behind it."""


def render_csv(report: Report, permalink: str | None = None) -> str:
    """A header, then one row an initcall in the order of the report; lines end with CR LF."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    rules: dict[int, list[str]] = {}
    for found in report.findings:
        for index in sorted({s.initcall for s in found.subjects if s.initcall is not None}):
            rules.setdefault(index, []).append(f"{found.rule}:{found.outcome}")
    for index, call in enumerate(report.initcalls):
        writer.writerow(_row(index, call, " ".join(rules.get(index, ()))))
    return out.getvalue()


def cell(text: str | None) -> str:
    """Text that no spreadsheet takes for a formula."""
    if not text:
        return ""
    shown = printable(text)
    return f"'{shown}" if shown.lstrip().startswith(_FORMULA) else shown


def _row(index: int, call: Initcall, rules: str) -> tuple[object, ...]:
    low, high = call.levels or ("", "")
    result = errno_symbol(call.returned or 0)
    return (
        index, cell(call.function), cell(call.module), call.occurrence, call_state(call),
        call.returned, result, low, high, call.level_source,
        call.link_order, cell(call.thread), call.parent, call.start_us, call.end_us, call.span_us,
        call.reported_us, call.trace_us, call.line_called, call.line_returned, cell(rules),
    )  # fmt: skip
