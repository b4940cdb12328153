"""Pages made of the Markdown files in docs/ that the running product links to."""

import re
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from markdown_it import MarkdownIt
from markdown_it.token import Token

from app.errors import NotFound

_FOLDER = Path(__file__).parents[1] / "documents"
_NO_WORD = re.compile(r"[^\w\- ]")


class Document(NamedTuple):
    """A page: its title and its text as HTML."""

    title: str
    html: str


class Documents:
    """The pages by name, read once. HTML in their text is shown, not run."""

    def __init__(self, folder: Path = _FOLDER) -> None:
        self._documents = {path.stem: _read(path) for path in sorted(folder.glob("*.md"))}

    def __getitem__(self, name: str) -> Document:
        """One page. Raises NotFound."""
        if name not in self._documents:
            known = ", ".join(f"/help/{name}" for name in self._documents)
            raise NotFound("There is no such page.", hint=f"There are {known}.")
        return self._documents[name]


def _read(path: Path) -> Document:
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = markdown.parse(path.read_text("utf-8"))
    title = path.stem
    for opening, inline in pairwise(tokens):
        if opening.type == "heading_open":
            opening.attrSet("id", anchor(inline.content))
            title = inline.content if opening.tag == "h1" else title
        elif opening.type in ("fence", "code_block", "table_open"):
            opening.attrSet("tabindex", "0")  # may be wider than the screen, and scrolls then
    return Document(title, _rendered(markdown, tokens))


def _rendered(markdown: MarkdownIt, tokens: list[Token]) -> str:
    html: str = markdown.renderer.render(tokens, markdown.options, {})
    return html


def anchor(heading: str) -> str:
    """What a link to a heading ends in, as GitHub has it: ``#the-command-line``."""
    return _NO_WORD.sub("", heading.lower()).replace(" ", "-")
