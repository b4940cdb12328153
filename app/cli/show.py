"""A rule as text of 72 columns: what it asks, why, what to do, and how it answers."""

from collections.abc import Iterator
from textwrap import indent

from app.reporters.folding import WIDTH, folded
from app.reporters.text import printable
from app.rule_docs.conditions import kernels
from app.rule_docs.shelf import Shelved
from app.rules.examples import Tried
from app.rules.model import Pack, Rule
from app.rules.waivers import ABOUT


def render_rule(pack: Pack, rule: Rule, *, asked: str) -> str:
    """The whole text; ``asked`` is the id that was asked for, perhaps a former one."""
    lines = [*folded(f"{rule.id}: {rule.title}")]
    if asked != rule.id:
        lines.append(f"({asked} is its former id)")
    since = f", since {rule.since}" if rule.since else ""
    about = f"{rule.name}; {rule.severity}, {rule.status}{since}; kind {rule.check.kind}"
    lines += [*folded(f"{about}; pack {pack.header.pack} {pack.header.version}", "  ", "  ")]
    if rule.needs:
        lines += [*folded(f"needs: {', '.join(rule.needs)}", "  ", "  ")]
    about_kernels = kernels(rule.applies_when)
    if about_kernels != "any":
        lines += [*folded(f"kernels: {about_kernels}", "  ", "  ")]
    page = pack.page(rule.id)
    if page is not None:
        lines += [f"  on a server: {page}"]
    lines += ["", "Why", *_text(rule.why), "", "What to do", *_text(rule.fix)]
    if rule.references:
        lines += ["", "References"]
        lines += [line for text in rule.references for line in folded(f"- {text}", "  ", "    ")]
    if rule.examples:
        lines += ["", "Examples"]
        shelved = Shelved(pack, rule)
        lines += [line for tried in shelved.tried() for line in _example(tried)]
    return "\n".join(map(printable, lines)) + "\n"


def render_about_waivers(rule_id: str) -> str:
    """The same of what is wrong with a waiver, which is no rule of a pack."""
    about = ABOUT[rule_id]
    counts = "" if about.counts else ", does not count"
    lines = [*folded(f"{rule_id}: {about.title}")]
    lines += [*folded(f"{about.severity}{counts}; about waivers, in no pack", "  ", "  ")]
    lines += [f"  on a server: /rules/{rule_id}"]
    lines += ["", "Why", *_text(about.why), "", "What to do", *_text(about.fix)]
    return "\n".join(lines) + "\n"


def _example(tried: Tried) -> Iterator[str]:
    yield from folded(f"{tried.example.expect}: {tried.example.name}", "  ", "    ")
    if tried.finding is not None:
        yield from folded(printable(tried.finding.message), "    ", "    ")


def _text(text: str) -> Iterator[str]:
    """As the author broke its lines; a paragraph or point that is too wide is broken again."""
    for part in _parts(text):
        if all(len(line) <= WIDTH - 2 for line in part):
            yield from (indent(line, "  ") for line in part)
        else:
            yield from folded(
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
