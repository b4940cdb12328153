"""A what-if as text of 72 columns, quotable in a mail."""

from collections.abc import Iterator, Sequence

from app.printable import printable
from app.reporters.folding import folded
from app.rules.finding import Outcome
from app.whatif.result import (
    Cure,
    DesignResult,
    DesignTable,
    Move,
    OutcomeChange,
    Unpredictable,
    WhatIf,
)

WORDS: dict[Outcome, str] = {
    "fail": "FAIL", "fragile": "FRAGILE", "inconclusive": "unknown", "pass": "pass",
    "not_applicable": "n/a", "error": "ERROR",
}  # fmt: skip
_MARKS: dict[str, str] = {
    "pass": "+", "fail": "F", "fragile": "g", "inconclusive": "?", "not_applicable": ".",
    "error": "E", "": "-",
}  # fmt: skip
_SECTION = "  - "


def render_what_if(found: WhatIf) -> str:
    """Outcomes before and after, what moves, what is assumed, what cannot be told."""
    before, after = found.measured, found.predicted
    changes = ", ".join(found.changes) or "nothing"
    lines = [*_wrapped(f"WHAT IF {changes}", "", "  ")]
    lines += _wrapped(f"{before.capture.name}, {before.kernel.release or 'kernel not known'}")
    lines += _wrapped(found.note)
    lines += ["", f"measured   {before.verdict.upper()}"]
    lines += _wrapped(before.headline, "           ", "           ")
    lines += [f"predicted  {after.verdict.upper()}"]
    lines += _wrapped(after.headline, "           ", "           ")
    lines += ["", *_outcomes(found.outcomes)]
    if found.moves:
        lines += ["", "It moves:"]
        lines += [line for one in found.moves for line in _wrapped(move_words(one), *_item())]
    for title, texts in (
        ("Assumed:", list(found.assumptions)),
        ("Not predictable:", [unpredictable_words(one) for one in found.unpredictable]),
    ):
        if texts:
            lines += ["", title, *(line for text in texts for line in _wrapped(text, *_item()))]
    if found.recommended:
        lines += ["", *_wrapped(f"Recommended for this boot: {found.recommended}", "", "  ")]
    return "\n".join(lines) + "\n"


def move_words(one: Move) -> str:
    """A move in a sentence."""
    where = f"from level {one.from_level} to level {one.to_level}"
    if one.inside is not None:
        where = f"its work from level {one.from_level} into {one.inside}() at {one.to_level}"
    if one.from_position and one.to_position and one.inside is None:
        where += f", place {one.from_position} to {one.to_position}"
    past = f", past {', '.join(one.passed)}" if one.passed else ""
    return f"{one.function}(): {where}{past}"


def unpredictable_words(one: Unpredictable) -> str:
    """What cannot be predicted, in a sentence."""
    return f"{one.what}: {one.reason}" + (f" (expected: {one.expected})" if one.expected else "")


def render_cures(found: Sequence[Cure]) -> str:
    """The changes that cure a boot, those that move least first."""
    if not found:
        return "No single change, and no pair of those tried, cures every rule of order.\n"
    lines = ["Changes that cure every rule of order, those that move least first:"]
    for one in found:
        arguments = " ".join(f"--change {change}" for change in one.changes)
        moved = f"moves {one.moves}, past {one.distance}"
        lines += _wrapped(f"{arguments} ({moved})", *_item())
        if one.open:
            lines += _wrapped(f"not predictable: {', '.join(one.open)}", "      ", "        ")
        if one.preview:
            lines += _wrapped(
                f"not cured, in preview: {', '.join(one.preview)}", "      ", "        "
            )
    return "\n".join(lines) + "\n"


def render_table(table: DesignTable) -> str:
    """Every design against every rule: a letter each, rules down, designs across."""
    lines = [*_wrapped(f"DESIGNS for {table.log}, pack {table.pack}", "", "  ")]
    lines += _wrapped(table.note)
    lines += ["", *_wrapped(f"Recommended: {table.reason}", "", "  "), ""]
    for number, one in enumerate(table.designs, 1):
        told = " (recommended)" if one.name == table.recommended else ""
        here = " (this boot, measured)" if one.measured else ""
        lines += _wrapped(f"{one.title}{told}{here}: {one.note}", f"{number:3} ", "    ")
        if one.error:
            lines += _wrapped(f"not predictable: {one.error}", "    ", "    ")
    head = "".join(f"{number:4}" for number in range(1, len(table.designs) + 1))
    lines += ["", f"{'rule':10}{head}"]
    for rule in table.rules:
        marks = "".join(f"{_mark(one, rule):>4}" for one in table.designs)
        lines.append(f"{rule[:9]:10}{marks}")
    lines += ["", *_wrapped(
        "+ pass, (+) pass that is worth nothing since another rule fails, F fail, g held by link"
        " order alone, ? cannot be told, . not applicable,"
        " - not predicted, E error"
    ), ""]  # fmt: skip
    for rule in table.rules:
        lines += _wrapped(table.titles[rule], f"{rule[:9]:10}", " " * 10)
    return "\n".join(lines) + "\n"


def _mark(one: DesignResult, rule: str) -> str:
    mark = _MARKS[one.outcomes.get(rule, "")]
    return f"({mark})" if rule in one.worthless else mark


def _outcomes(outcomes: Sequence[OutcomeChange]) -> Iterator[str]:
    yield f"{'rule':10}{'measured':11}{'predicted':11}basis"
    for one in outcomes:
        mark = "" if one.counts else " (preview)"
        basis = (one.basis or "-").replace("_", " ")
        after = "worthless" if one.undermined_by else WORDS[one.after]
        yield f"{one.rule[:9]:10}{WORDS[one.before]:11}{after:11}{basis}{mark}"
        if one.before != one.after:
            yield from _wrapped(one.title, " " * 10, " " * 10)


def _item() -> tuple[str, str]:
    return _SECTION, " " * len(_SECTION)


def _wrapped(text: str, first: str = "", rest: str = "") -> Iterator[str]:
    yield from folded(printable(text), first, rest)
