"""A what-if as Markdown, for a merge request or a list archive that renders it."""

from collections.abc import Iterator, Sequence

from app.predictions.text import move_words, unpredictable_words
from app.reporters.markdown import code, harmless
from app.whatif.result import Cure, DesignResult, DesignTable, OutcomeChange, WhatIf


def render_what_if(found: WhatIf) -> str:
    """Outcomes before and after, what moves, what is assumed, what cannot be told."""
    before, after = found.measured, found.predicted
    changes = ", ".join(map(code, found.changes)) or "nothing"
    lines = [f"## What if {changes}", ""]
    lines += [f"{code(before.capture.name)}: **{before.verdict}** → predicted **{after.verdict}**"]
    lines += ["", f"_{found.note}_", "", "| rule | measured | predicted | basis | it asks |"]
    lines += ["|---|---|---|---|---|"]
    for one in found.outcomes:
        bold = "**" if one.before != one.after else ""
        basis = (one.basis or "").replace("_", " ")
        title = harmless(one.title) + ("" if one.counts else " (preview)")
        lines.append(
            f"| {one.rule} | {_words(one.before)} | {bold}{_worth(one)}{bold} | {basis} | {title} |"
        )
    lines += _section("It moves", [move_words(one) for one in found.moves])
    lines += _section("Assumed", found.assumptions)
    lines += _section("Not predictable", [unpredictable_words(one) for one in found.unpredictable])
    if found.recommended:
        lines += ["", f"Recommended for this boot: {harmless(found.recommended)}"]
    return "\n".join(lines) + "\n"


def render_cures(found: Sequence[Cure]) -> str:
    """The changes that cure a boot, those that move least first."""
    if not found:
        return "No single change, and no pair of those tried, cures every rule of order.\n"
    lines = ["| changes | initcalls moved | places passed | not predictable | preview not cured |"]
    lines.append("|---|---|---|---|---|")
    for one in found:
        changes = " and ".join(map(code, one.changes))
        lines.append(
            f"| {changes} | {one.moves} | {one.distance} | {', '.join(one.open)}"
            f" | {', '.join(one.preview)} |"
        )
    return "\n".join(lines) + "\n"


def render_table(table: DesignTable) -> str:
    """Every design against every rule, a design a row."""
    lines = [f"## Designs for {code(table.log)}", "", f"_{table.note}_", ""]
    lines += [f"**Recommended:** {harmless(table.reason)}", ""]
    lines.append(f"| design | {' | '.join(table.rules)} | note |")
    lines.append("|---" * (len(table.rules) + 2) + "|")
    for one in table.designs:
        told = "**" if one.name == table.recommended else ""
        here = " (measured)" if one.measured else ""
        cells = [_cell(one, rule) for rule in table.rules]
        note = harmless(one.error or one.note)
        lines.append(f"| {told}{one.title}{told}{here} | {' | '.join(cells)} | {note} |")
    return "\n".join(lines) + "\n"


def _cell(one: DesignResult, rule: str) -> str:
    if rule in one.worthless:
        return "worthless"
    return _words(one.outcomes[rule]) if rule in one.outcomes else "not predicted"


def _worth(one: OutcomeChange) -> str:
    return f"worthless, {one.undermined_by} fails" if one.undermined_by else _words(one.after)


def _words(outcome: str) -> str:
    return {"not_applicable": "n/a", "inconclusive": "?"}.get(outcome, outcome)


def _section(title: str, texts: Sequence[str]) -> Iterator[str]:
    if texts:
        yield from ("", f"**{title}**", "")
        yield from (f"- {harmless(text)}" for text in texts)
