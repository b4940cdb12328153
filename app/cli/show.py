"""A rule as text of 72 columns: what it asks, why, what to do, and how it answers."""

from collections.abc import Iterator
from textwrap import indent, wrap

from app.rules.examples import Tried, try_examples
from app.rules.model import Pack, Rule
from parsers.record import replace

WIDTH = 72


def render_rule(pack: Pack, rule: Rule, *, asked: str) -> str:
    """The whole text; ``asked`` is the id that was asked for, perhaps a former one."""
    lines = [*_wrapped(f"{rule.id}: {rule.title}", "")]
    if asked != rule.id:
        lines.append(f"({asked} is its former id)")
    since = f", since {rule.since}" if rule.since else ""
    about = f"{rule.name}; {rule.severity}, {rule.status}{since}; kind {rule.check.kind}"
    lines += [*_wrapped(f"{about}; pack {pack.header.pack} {pack.header.version}", "  ")]
    page = pack.page(rule.id)
    if page is not None:
        lines += [f"  on a server: {page}"]
    if rule.needs:
        lines += [*_wrapped(f"needs: {', '.join(rule.needs)}", "  ")]
    lines += ["", "Why", *_text(rule.why), "", "What to do", *_text(rule.fix)]
    if rule.references:
        lines += ["", "References"]
        lines += [line for text in rule.references for line in _wrapped(f"- {text}", "  ", "    ")]
    if rule.examples:
        lines += ["", "Examples"]
        own = replace(pack, rules=_with_causes(pack, rule))
        lines += [line for tried in try_examples(own) for line in _example(tried)]
    return "\n".join(lines) + "\n"


def _with_causes(pack: Pack, rule: Rule) -> tuple[Rule, ...]:
    causes = {consequence.rule for consequence in rule.consequences} | {rule.id}
    return tuple(
        one if one.id == rule.id else replace(one, examples=())
        for one in pack.rules
        if one.id in causes
    )


def _example(tried: Tried) -> Iterator[str]:
    from app.reporters.text import printable

    yield from _wrapped(f"{tried.example.expect}: {tried.example.name}", "  ", "    ")
    if tried.finding is not None:
        yield from _wrapped(printable(tried.finding.message), "    ")


def _text(text: str) -> Iterator[str]:
    """As the author broke its lines; only what is too wide is broken again."""
    for line in text.splitlines():
        if len(line) <= WIDTH - 2:
            yield indent(line, "  ")
        else:
            yield from _wrapped(line, "  ")


def _wrapped(text: str, first: str, rest: str | None = None) -> list[str]:
    return wrap(
        text, WIDTH, initial_indent=first, subsequent_indent=first if rest is None else rest,
        break_on_hyphens=False,
    )  # fmt: skip
