"""A comparison as text of 72 columns, as Markdown, and as JSON."""

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

from app.compare import Comparison, Side
from app.phrases import VERDICTS
from app.printable import printable
from app.reporters.folding import folded
from app.reporters.markdown import code, harmless
from app.side_by_side.sections import sections


def render_text(done: Comparison, permalink: str | None = None) -> str:
    """Both verdicts, what is new, what moved: fit for a reply on a list."""
    lines = [*folded(printable(done.headline)), ""]
    for word, side in _sides(done):
        lines.extend(_side(word, side))
    for section in sections(done):
        lines.append("")
        lines.extend(folded(printable(section.title), "", "  "))
        for row in section.rows:
            lines.extend(folded(printable(row.text), "  ", "      "))
            for text in row.below:
                lines.extend(folded(printable(text), "    ", "      "))
        if section.rest:
            lines.append(f"  {section.rest}")
    if permalink:
        lines += ["", permalink]
    return "\n".join(lines) + "\n"


def render_markdown(done: Comparison, permalink: str | None = None) -> str:
    """The same for a merge request; whatever comes from a log stands in code."""
    lines = [f"**{harmless(done.headline)}**", ""]
    for word, side in _sides(done):
        about = f"{VERDICTS[side.verdict]}: {harmless(side.headline)}"
        release = f", {code(f'Linux {side.release}')}" if side.release else ""
        lines.append(f"- *{word}* {code(side.name)}{release}: {about}")
    if permalink:
        lines += ["", f"[Both timelines](<{permalink}>)"]
    for section in sections(done):
        lines += ["", f"### {harmless(section.title)}", ""]
        for row in section.rows:
            lines.append(f"- {harmless(row.text)}")
            lines.extend(f"  - {harmless(text)}" for text in row.below)
        if section.rest:
            lines.append(f"- {section.rest}")
    return "\n".join(lines) + "\n"


def render_json(done: Comparison, permalink: str | None = None) -> str:
    """Schema ``bootscope.comparison/1``, on one line."""
    return f"{done.to_json()}\n"


RENDERERS: Mapping[str, Callable[[Comparison, str | None], str]] = MappingProxyType(
    {"text": render_text, "json": render_json, "markdown": render_markdown}
)


def _sides(done: Comparison) -> Iterator[tuple[str, Side]]:
    yield "first", done.before
    for side in done.baseline:
        yield "baseline", side
    yield "second", done.after


def _side(word: str, side: Side) -> Iterator[str]:
    yield from folded(f"{word}: {printable(side.name)}", "", "  ")
    release = f"Linux {side.release}, " if side.release else ""
    text = f"{release}{side.verdict.upper()}: {printable(side.headline)}"
    yield from folded(printable(text), "  ", "    ")
