"""Write docs/framings.md from parsers/framings: ``python scripts/document_framings.py``."""

import importlib
import pkgutil
from pathlib import Path

import parsers.framings
from parsers.framings.registry import FRAMINGS

PAGE = Path(__file__).parents[1] / "docs" / "framings.md"
HEAD = """\
# Framings

How the lines of a log may be wrapped. Detection looks at the content and prefers
what most lines fit, the more specific of equals; `--framing NAME` overrides it.
Made by scripts/document_framings.py; do not edit.

What a framing *keeps* is the kernel's stamp to the microsecond, a stamp in
milliseconds, or the order of lines alone: then no time is shown, and no rule gets
one. `sample_logs/framings/` has a small log of each.

| name | how to make one | keeps | loses | a line of it |
|---|---|---|---|---|
"""


def page() -> str:
    """The whole page: a table, then what each framing's own module says of it."""
    notes: dict[str, str] = {}
    modules = {found.name for found in pkgutil.iter_modules(parsers.framings.__path__)}
    for name in sorted(modules - {"registry"}):
        module = importlib.import_module(f"parsers.framings.{name}")
        for framing in FRAMINGS:
            if framing in vars(module).values():
                notes[framing.name] = (module.__doc__ or "").strip()
    rows = [
        f"| [`{f.name}`](#{f.name}) | {_text(f.made_by)} | {f.keeps} | "
        f"{_text(f.loses) or 'nothing'} | `{_cell(f.example)}` |"
        for f in FRAMINGS
    ]
    sections = [f"## {f.name}\n\n{notes[f.name]}\n\nRead from: {f.source}.\n" for f in FRAMINGS]
    return HEAD + "\n".join(rows) + "\n\n" + "\n".join(sections)


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _text(text: str) -> str:
    return _cell(text).replace("<", "&lt;")


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
