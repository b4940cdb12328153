"""JUnit XML, as Jenkins, GitLab and their like read it: a test case a rule.

Its elements and attributes are those that the schema of Jenkins' xUnit plugin
(junit-10) knows. What XML forbids cannot be in it: ``printable`` leaves no control
character and no half of a pair.
"""

from collections.abc import Iterator
from xml.etree import ElementTree as ET

from app.report import Policy, Report
from app.reporters.cases import Case, case_of, one_line, proof, undecided, why_undecided
from app.rules.finding import Finding

_ELEMENTS = {"failed": "failure", "error": "error", "skipped": "skipped"}


def render_junit(report: Report, permalink: str | None = None, policy: Policy | None = None) -> str:
    """One suite, its cases in the order of the report."""
    policy = policy or Policy()
    cases = [(found, case_of(found, policy)) for found in report.findings]
    states = [case.state for _, case in cases]
    nothing = undecided(report, policy)
    counted = {
        "tests": str(len(cases) + nothing),
        "failures": str(states.count("failed")),
        "errors": str(states.count("error") + nothing),
    }
    root = ET.Element("testsuites", {"name": "bootscope", **counted})
    name = one_line(report.capture.name) or "log"
    skipped = {"skipped": str(states.count("skipped"))}
    suite = ET.SubElement(root, "testsuite", {"name": name, **counted, **skipped})
    properties = ET.SubElement(suite, "properties")
    for key, value in _properties(report, permalink):
        ET.SubElement(properties, "property", {"name": key, "value": one_line(value)})
    if nothing:
        about = {"name": "something was decided", "classname": "bootscope"}
        element = ET.SubElement(suite, "testcase", about)
        why = {"message": why_undecided(report), "type": "nothing_decided"}
        ET.SubElement(element, "error", why)
    for found, case in cases:
        _add(suite, found, case, permalink)
    ET.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(root, encoding="unicode")}\n'


def _properties(report: Report, permalink: str | None) -> Iterator[tuple[str, str]]:
    yield "verdict", report.verdict
    yield "headline", report.headline
    yield "log", report.id
    if report.capture.boots > 1:
        yield "boot", f"{report.capture.boot_index + 1} of {report.capture.boots}"
    for key in ("release", "arch", "machine"):
        value = getattr(report.kernel, key)
        if value:
            yield f"kernel.{key}", value
    for pack in report.packs:
        yield f"pack.{pack.name}", pack.version
    if permalink:
        yield "url", permalink


def _add(suite: ET.Element, found: Finding, case: Case, permalink: str | None) -> None:
    about = {
        "name": f"{found.rule}: {one_line(found.title)}",
        "classname": f"bootscope.{one_line(found.pack)}",
    }
    element = ET.SubElement(suite, "testcase", about)
    lines = [*proof(found), *([f"{permalink}#{found.rule}"] if permalink else [])]
    kind = _ELEMENTS.get(case.state)
    if kind is None:
        shown = ([case.reason] if case.reason else []) + lines
        if shown:
            ET.SubElement(element, "system-out").text = "\n".join(shown)
        return
    told = {"message": case.reason}
    if kind != "skipped":
        told["type"] = f"{found.outcome}.{found.severity}"
    ET.SubElement(element, kind, told).text = "\n".join([case.reason, *lines])
