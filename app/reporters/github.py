"""Workflow commands of GitHub Actions: what a step prints, shown as annotations.

The runner takes a line for a command where it begins with ``::``, and looks for ``##[``
anywhere in others. Each line here is a command of ours, and what stands in it is escaped,
so that neither a log nor a file's name ends it or begins another.
"""

from collections.abc import Iterator

from app.report import Policy, Report, gates
from app.reporters.cases import file_name, first_line, one_line, proof, undecided, why_undecided
from app.rules.finding import Finding

_QUIET = ("pass", "not_applicable")


def render_github(
    report: Report, permalink: str | None = None, policy: Policy | None = None
) -> str:
    """A command for each finding that is to be seen, and the verdict as a last one."""
    return "".join(f"{line}\n" for line in _commands(report, permalink, policy or Policy()))


def harmless(text: str) -> str:
    """A line that is no command, whatever it says."""
    return f"bootscope: {one_line(text)}".replace("##[", "#\\x23[")


heading = harmless


def _commands(report: Report, permalink: str | None, policy: Policy) -> Iterator[str]:
    file = file_name(report)
    for found in report.findings:
        if found.outcome in _QUIET:
            continue
        title = f"{found.rule}: {one_line(found.title)}"
        where = {"file": file, "line": str(first_line(report, found)), "title": title}
        waived = [f"waived until {one.expires}: {one_line(one.reason)}" for one in found.waived]
        status = [] if found.counts else [f"{found.status} rule, does not count"]
        link = [f"{permalink}#{found.rule}"] if permalink else []
        told = [f"{found.outcome}: {one_line(found.message)}", *status, *waived]
        yield _command(_level(found, policy), where, [*told, *proof(found), *link])
    nothing = undecided(report, policy)
    verdict = {"title": f"boot order: {report.verdict}"}
    told = [one_line(report.headline), *([why_undecided(report)] if nothing else [])]
    told += [permalink] if permalink else []
    yield _command("error" if nothing else "notice", verdict, told)


def _level(found: Finding, policy: Policy) -> str:
    if gates(found, policy):
        return "error"
    seen = found.counts and not found.waived and found.severity != "note"
    return "warning" if seen and found.outcome in ("fail", "fragile") else "notice"


def _command(name: str, properties: dict[str, str], lines: list[str]) -> str:
    shown = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
    return f"::{name} {shown}::{_data(chr(10).join(lines))}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
