"""KTAP version 1 (Documentation/dev-tools/ktap.rst, Linux 6.12): a test a rule.

What is known of a test stands before its result, as KUnit has it. Each line that is not
ours begins with "# " and a word of ours, and each "#" in a result that begins no
directive is written as ``\\x23``: there is no other way to keep it from being one.
"""

from collections.abc import Iterator

from app.report import Policy, Report
from app.reporters.cases import case_of, one_line, proof, undecided, why_undecided


def render_ktap(report: Report, permalink: str | None = None, policy: Policy | None = None) -> str:
    """Version, plan, and a result for each rule in the order of the report."""
    return "\n".join(_lines(report, permalink, policy or Policy())) + "\n"


def _lines(report: Report, permalink: str | None, policy: Policy) -> Iterator[str]:
    nothing = undecided(report, policy)
    yield "KTAP version 1"
    yield f"1..{len(report.findings) + nothing}"
    yield f"# bootscope: {report.verdict}: {one_line(report.headline)}"
    yield f"# log: {report.id} {one_line(report.capture.name)}"
    if permalink:
        yield f"# url: {one_line(permalink)}"
    if nothing:
        yield f"# why: {why_undecided(report)}"
        yield "not ok 1 something was decided"
    for number, found in enumerate(report.findings, 1 + nothing):
        case = case_of(found, policy)
        if case.state != "passed" or case.reason:
            if case.state != "skipped":
                yield f"# {found.rule}: {case.reason}"
            yield from (f"# {line}" for line in proof(found))
        outcome = "not ok" if case.state in ("failed", "error") else "ok"
        directive = {"skipped": f" # SKIP {_plain(case.reason)}", "error": " # ERROR"}
        name = _plain(f"{found.rule} {one_line(found.title)}")
        yield f"{outcome} {number} {name}{directive.get(case.state, '')}"


def _plain(text: str) -> str:
    return text.replace("#", "\\x23")
