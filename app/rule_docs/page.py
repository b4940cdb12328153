"""The page of one rule, as Markdown: what it asks, why, what to do, and how it answers."""

from collections.abc import Callable, Iterator
from inspect import getdoc
from typing import NamedTuple

from app.reporters.text import render_finding
from app.rule_docs.check import check_yaml
from app.rule_docs.conditions import kernels, told
from app.rule_docs.prose import block, code, inline, prose
from app.rule_docs.references import linked
from app.rule_docs.shelf import Shelf, Shelved
from app.rules.examples import Tried


class Links(NamedTuple):
    """Where pages lie: of a rule (pack, id), of a pack's index, of the language's headings."""

    rule: Callable[[str, str], str]
    pack: Callable[[str], str]
    language: Callable[[str], str]


FILES = Links(
    rule=lambda pack, rule: f"../{pack}/{rule}.md",
    pack=lambda pack: f"../{pack}/README.md",
    language=lambda anchor: f"../../rules.md#{anchor}",
)
"""Between the files of docs/rules."""
PAGES = Links(
    rule=lambda _, rule: f"/rules/{rule}",
    pack=lambda pack: f"/rules#{pack}",
    language=lambda anchor: f"/help/rules#{anchor}",
)
"""Between the pages of a server."""
_SEVERITIES = {
    "error": "error (a failure makes the verdict fail)",
    "warning": "warning (a failure makes the verdict a warning)",
    "note": "note (never changes the verdict)",
}
_STATUSES = {
    "draft": "draft: reported, but neither verdict nor exit code count it",
    "preview": "preview: reported, but neither verdict nor exit code count it",
    "stable": "stable",
    "deprecated": "deprecated: still counted, to be removed",
}
_NEEDS = {
    "initcall_debug": "a boot with `initcall_debug`",
    "head": "the head of the log",
    "userspace": "a log that reaches user space",
    "times": "a log with times",
}


def rule_page(shelf: Shelf, shelved: Shelved, links: Links) -> str:
    """The whole page; its log excerpts are the rule's examples, its findings the engine's."""
    return "\n".join(_page(shelf, shelved, links)).rstrip() + "\n"


def former_page(old: str, shelved: Shelved, links: Links) -> str:
    """What stands at an id that a rule had before."""
    rule = shelved.rule
    target = links.rule(shelved.pack.header.pack, rule.id)
    return f"# {old} is now {rule.id}\n\n[{rule.id}: {inline(rule.title)}]({target})\n"


def _page(shelf: Shelf, shelved: Shelved, links: Links) -> Iterator[str]:
    rule = shelved.rule
    yield f"# {rule.id}: {inline(rule.title)}"
    yield ""
    yield from _facts(shelved, links)
    yield from ("", "## Why", "", prose(rule.why))
    yield from ("", "## What to do", "", prose(rule.fix))
    yield from ("", "## What it asks", "")
    first, _, _ = (getdoc(rule.check) or "").replace("``", "`").partition("\n\n")
    sentence = " ".join(first.split())
    yield f"Kind [{rule.check.kind}]({links.language(rule.check.kind)}): {sentence}"
    yield from ("", block(check_yaml(rule), "yaml"), "")
    if rule.applies_when is not None:
        yield "It applies when"
        yield ""
        yield from told(rule.applies_when)
    else:
        yield "It applies to every boot."
    yield from _relations(shelf, shelved, links)
    if rule.references:
        yield from ("", "## References", "")
        yield from (f"- {linked(reference)}" for reference in rule.references)
    if rule.examples:
        yield from ("", "## Examples", "", "Each is a log, and what Bootscope says of it.")
        for tried in shelved.tried():
            yield from _example(tried)


def _facts(shelved: Shelved, links: Links) -> Iterator[str]:
    rule, header = shelved.rule, shelved.pack.header
    yield f"- **Fault:** {code(rule.name)}"
    yield f"- **Severity:** {_SEVERITIES[rule.severity]}"
    yield f"- **Status:** {_STATUSES[rule.status]}"
    yield f"- **Kernels:** {kernels(rule.applies_when)}"
    needs = ", ".join(_NEEDS.get(need, code(need)) for need in rule.needs)
    yield f"- **Needs for a pass:** {needs or 'nothing but what it speaks of'}"
    since = f", since {rule.since}" if rule.since else ""
    changed = f"; version {rule.version} of the rule" if rule.version > 1 else ""
    yield f"- **Pack:** [{header.pack}]({links.pack(header.pack)}) {header.version}{since}{changed}"
    if rule.tags:
        yield f"- **Tags:** {', '.join(map(inline, rule.tags))}"
    if shelved.former_ids:
        yield f"- **Former ids:** {', '.join(shelved.former_ids)}"
    yield f"- **To let it pass for a while:** [a waiver]({links.language('waivers')})"


def _relations(shelf: Shelf, shelved: Shelved, links: Links) -> Iterator[str]:
    rule = shelved.rule
    lines = []
    for consequence in rule.consequences:
        name = _named(shelf, consequence.rule, links)
        word = "follows from" if consequence.cause else "is worth nothing after"
        said = inline(consequence.message)
        lines.append(f"- {consequence.outcome} {word} a failure of {name}: {said}")
    for other, consequence in shelf.follow(rule):
        name = _named(shelf, other.rule.id, links)
        word = "explains" if consequence.cause else "makes worthless"
        lines.append(f"- A failure {word} {consequence.outcome} of {name}.")
    if lines:
        yield from ("", "## What goes with it", "", *dict.fromkeys(lines))


def _named(shelf: Shelf, rule_id: str, links: Links) -> str:
    for one in shelf.rules:
        if one.rule.id == rule_id:
            link = links.rule(one.pack.header.pack, rule_id)
            return f"[{rule_id}]({link}) ({inline(one.rule.title)})"
    return rule_id


def _example(tried: Tried) -> Iterator[str]:
    yield from ("", f"### {tried.example.expect}: {inline(tried.example.name)}", "")
    proof = tried.finding.evidence if tried.finding is not None else ()
    marks = ",".join(str(line) for line in sorted({evidence.line for evidence in proof}))
    yield block(tried.example.log, f"log marks={marks}" if marks else "log")
    yield ""
    if tried.finding is None:
        yield block("\n".join(tried.problems), "finding")
    else:
        yield block(render_finding(tried.finding), "finding")
