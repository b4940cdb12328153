"""A comparison in a sentence that fits a mail's subject."""

from collections.abc import Sequence

from app.compare.result import FindingChange, LevelChange, Move
from app.report import SUBJECT


def headline_of(
    findings: Sequence[FindingChange],
    moves: Sequence[Move],
    levels: Sequence[LevelChange],
    only: Sequence[tuple[int, str]],
    *,
    debug: bool,
) -> str:
    """As many parts as fit, what matters most first.

    ``only`` are how many initcalls appeared and vanished, in words; without ``debug`` no initcall
    was compared.
    """
    told = _findings(findings)
    parts = [*told]
    across = next((move for move in moves if move.subject and move.across), None)
    if across is not None:
        parts.append(f"{across.function} moved across {_some(across.across)}")
    elif one_by_one := sum(not move.parallel for move in moves):
        parts.append(_count(one_by_one, "move"))
    if levels and across is None:
        parts.append(f"{levels[0].function} changed its level")
    for count, word in only:
        if count:
            parts.append(f"{_count(count, 'initcall')} {word}")
    if not debug:
        parts.append("no initcalls to compare")
    if not parts:
        return "No rule, order or level differs"
    said = parts[0][0].upper() + parts[0][1:] if parts[0] in told else parts[0]
    for part in parts[1:]:
        if len(said) + 2 + len(part) <= SUBJECT:
            said = f"{said}; {part}"
    return said if len(said) <= SUBJECT else f"{said[: SUBJECT - 3]}..."


def _findings(findings: Sequence[FindingChange]) -> list[str]:
    parts = []
    for words, state in (
        ("new", "new"), ("changed", "changed"), ("can no longer tell", "undecided"),
        ("fixed", "fixed"),
    ):  # fmt: skip
        rules = [f.rule for f in findings if f.state == state and _counts(f)]
        if rules:
            parts.append(f"{words}: {_some(rules)}")
    return parts


def _counts(change: FindingChange) -> bool:
    said = change.after or change.before
    return said is not None and said.counts


def _some(names: Sequence[str]) -> str:
    """Two names, and how many more there are."""
    rest = f" and {len(names) - 2} more" if len(names) > 2 else ""
    return f"{', '.join(names[:2])}{rest}"


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"
