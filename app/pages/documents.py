"""Markdown as pages: the files of docs/ that the running product links to, and what is
written like them.
"""

import re
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from app.errors import NotFound

_FOLDER = Path(__file__).parents[1] / "documents"
_NO_WORD = re.compile(r"[^\w\- ]")
_NOTE = re.compile(r"^<!-- .* -->\n", re.MULTILINE)
_LOG = re.compile(r"log(?: marks=([\d,]+))?")
_NEIGHBOUR = re.compile(r"([\w-]+)\.md(#.*)?")


class Document(NamedTuple):
    """A page: its title and its text as HTML."""

    title: str
    html: str


class Documents:
    """The pages by name, read once. HTML in their text is shown, not run."""

    def __init__(self, folder: Path = _FOLDER) -> None:
        self._documents = {
            path.stem: as_document(path.read_text("utf-8"), path.stem)
            for path in sorted(folder.glob("*.md"))
        }

    def __getitem__(self, name: str) -> Document:
        """One page. Raises NotFound."""
        if name not in self._documents:
            known = ", ".join(f"/help/{name}" for name in self._documents)
            raise NotFound("There is no such page.", hint=f"There are {known}.")
        return self._documents[name]


def as_document(text: str, title: str = "") -> Document:
    """Markdown as a page; the title is its first heading's, else ``title``.

    HTML is shown as it is written, links between files of docs/ become links between
    pages, and lines that are comments (marks of what is made by a script) are left out.
    """
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = markdown.parse(_NOTE.sub("", text))
    anchors: dict[str, int] = {}
    for opening, inline in pairwise(tokens):
        if opening.type == "heading_open":
            said = _plain(inline)
            opening.attrSet("id", _unique(anchor(said), anchors))
            title = said if opening.tag == "h1" else title
        elif opening.type in ("fence", "code_block", "table_open"):
            opening.attrSet("tabindex", "0")  # may be wider than the screen, and scrolls then
    for token in tokens:
        for child in token.children or ():
            if child.type == "link_open":
                child.attrSet("href", _on_server(str(child.attrGet("href") or "")))
    return Document(title, _rendered(markdown, tokens))


def _rendered(markdown: MarkdownIt, tokens: list[Token]) -> str:
    markdown.add_render_rule("fence", _fence)
    html: str = markdown.renderer.render(tokens, markdown.options, {})
    return html


def _fence(
    renderer: RendererHTML, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType
) -> str:
    """A fence; of a log (``log marks=5,8``) each line by itself, those that are marked so."""
    token = tokens[index]
    marked = _LOG.fullmatch(token.info)
    if marked is None:
        return renderer.fence(tokens, index, options, env)
    marks = (marked[1] or "").split(",")
    lines = "\n".join(
        f'<span class="line{" marked" if str(number) in marks else ""}">{escapeHtml(line)}</span>'
        for number, line in enumerate(token.content.removesuffix("\n").split("\n"), 1)
    )
    return f'<pre tabindex="0" class="numbered"><code>{lines}</code></pre>\n'


def _plain(inline: Token) -> str:
    """The words of a heading without their marks."""
    return "".join(child.content for child in inline.children or ())


def _unique(name: str, seen: dict[str, int]) -> str:
    """As GitHub tells headings of the same words apart: ``name``, ``name-1``."""
    again = seen.get(name, 0)
    seen[name] = again + 1
    return f"{name}-{again}" if again else name


def _on_server(href: str) -> str:
    if href == "rules/README.md":
        return "/rules"
    found = _NEIGHBOUR.fullmatch(href)
    return href if found is None else f"/help/{found[1]}{found[2] or ''}"


def anchor(heading: str) -> str:
    """What a link to a heading ends in, as GitHub has it: ``#the-command-line``."""
    return _NO_WORD.sub("", heading.lower()).replace(" ", "-")
