"""The judged build as text of 72 columns and as JSON, schema ``bootscope.build/1``."""

import json
from collections.abc import Callable, Iterator

from app.build_check.result import BuildFinding, BuildReport
from app.printable import printable
from app.reporters.folding import folded
from app.reporters.text import title_of, waived_lines


def render_text(report: BuildReport) -> str:
    """The verdict, every order with its places, and what symbols cannot show."""
    symbols = report.symbols
    packs = ", ".join(f"{pack.name} {pack.version}" for pack in report.packs)
    kernel = f"Linux {report.kernel}" if report.kernel else "kernel release not given"
    about = f"{symbols.kind or 'symbols'} {symbols.name}: {symbols.initcalls} built-in initcalls"
    lines = [*folded(printable(f"{report.verdict.upper()}: {report.headline}"), "", "  ")]
    lines += folded(printable(f"{about}; {kernel}; judged with {packs}"), "", "  ")
    lines += [
        *folded("A build, not a boot: the order in the table is all that is judged."),
        "",
    ]
    for found in report.findings:
        if found.waived:
            lines += [*waived_lines(found), ""]
        elif found.outcome != "not_applicable":
            lines += [*_finding(found), ""]
    boot = [f"{f.rule}: {f.message}" for f in report.findings if f.outcome == "not_applicable"]
    lines += [line for text in boot for line in folded(printable(f"n/a {text}"), "", "  ")]
    lines += ["", "What no symbol shows:"] if boot else ["What no symbol shows:"]
    lines += [line for text in report.unseen for line in folded(text, "- ", "  ")]
    return "\n".join(lines) + "\n"


def render_json(report: BuildReport) -> str:
    """The report, indented, keys in the schema's order."""
    from app.adapters import adapter

    data = adapter(BuildReport).dump_python(report, mode="json", by_alias=True)
    return json.dumps(data, indent=1) + "\n"


def _finding(found: BuildFinding) -> Iterator[str]:
    yield from folded(printable(title_of(found)), "", "  ")
    yield from folded(printable(found.message), "  ", "  ")
    if found.basis is not None:
        yield from folded(f"basis: {found.basis}; levels: system_map", "  ", "  ")
    if found.assumed:
        yield from folded(printable(f"assumed: {'; '.join(found.assumed)}"), "  ", "    ")


RENDERERS: dict[str, Callable[[BuildReport], str]] = {"text": render_text, "json": render_json}
