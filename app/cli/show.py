"""A rule as text of 72 columns: what it asks, why, what to do, and how it answers."""

from collections.abc import Iterator
from textwrap import indent, wrap

from app.reporters.text import printable
from app.rule_docs.conditions import kernels
from app.rule_docs.shelf import Shelved
from app.rules.examples import Tried
from app.rules.model import Pack, Rule

WIDTH = 72


def render_rule(pack: Pack, rule: Rule, *, asked: str) -> str:
    """The whole text; ``asked`` is the id that was asked for, perhaps a former one."""
    lines = [*_wrapped(f"{rule.id}: {rule.title}", "")]
    if asked != rule.id:
        lines.append(f"({asked} is its former id)")
    since = f", since {rule.since}" if rule.since else ""
    about = f"{rule.name}; {rule.severity}, {rule.status}{since}; kind {rule.check.kind}"
    lines += [*_wrapped(f"{about}; pack {pack.header.pack} {pack.header.version}", "  ")]
    if rule.needs:
        lines += [*_wrapped(f"needs: {', '.join(rule.needs)}", "  ")]
    about_kernels = kernels(rule.applies_when)
    if about_kernels != "any":
        lines += [*_wrapped(f"kernels: {about_kernels}", "  ")]
    page = pack.page(rule.id)
    if page is not None:
        lines += [f"  on a server: {page}"]
    lines += ["", "Why", *_text(rule.why), "", "What to do", *_text(rule.fix)]
    if rule.references:
        lines += ["", "References"]
        lines += [line for text in rule.references for line in _wrapped(f"- {text}", "  ", "    ")]
    if rule.examples:
        lines += ["", "Examples"]
        shelved = Shelved(pack, rule)
        lines += [line for tried in shelved.tried() for line in _example(tried)]
    return "\n".join(map(printable, lines)) + "\n"


def _example(tried: Tried) -> Iterator[str]:
    yield from _wrapped(f"{tried.example.expect}: {tried.example.name}", "  ", "    ")
    if tried.finding is not None:
        yield from _wrapped(printable(tried.finding.message), "    ")


def _text(text: str) -> Iterator[str]:
    """As the author broke its lines; a paragraph or point that is too wide is broken again."""
    for part in _parts(text):
        if all(len(line) <= WIDTH - 2 for line in part):
            yield from (indent(line, "  ") for line in part)
        else:
            yield from _wrapped(
                " ".join(map(str.strip, part)),
                "  ",
                "    " if part[0].lstrip().startswith("- ") else "  ",
            )


def _parts(text: str) -> Iterator[list[str]]:
    """Paragraphs and points of lists, each as its lines."""
    part: list[str] = []
    for line in text.splitlines():
        if part and (not line.strip() or line.lstrip().startswith("- ") or not part[0].strip()):
            yield part
            part = []
        part.append(line)
    if part:
        yield part


def _wrapped(text: str, first: str, rest: str | None = None) -> list[str]:
    return wrap(
        text, WIDTH, initial_indent=first, subsequent_indent=first if rest is None else rest,
        break_on_hyphens=False,
    )  # fmt: skip
