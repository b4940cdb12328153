"""Lists of rules, and all files of docs/rules."""

from collections.abc import Iterator

from app.rule_docs.page import FILES, Links, former_page, rule_page
from app.rule_docs.prose import cell, inline
from app.rule_docs.shelf import Shelf
from app.rules.model import Pack

_MADE = "<!-- made by scripts/document_rules.py; do not edit -->\n"


def pack_table(pack: Pack, links: Links) -> str:
    """The rules of a pack as a table, then the ids that they had before."""
    return "\n".join(_table(pack, links)) + "\n"


def _table(pack: Pack, links: Links) -> Iterator[str]:
    yield "| rule | what it asks | severity | status | since |"
    yield "|---|---|---|---|---|"
    for rule in sorted(pack.rules, key=lambda one: one.id):
        link = f"[{rule.id}]({links.rule(pack.header.pack, rule.id)})"
        about = f"{rule.severity} | {rule.status} | {rule.since or ''}"
        yield f"| {link} | {cell(rule.title)} | {about} |"
    if pack.header.redirects:
        yield ""
        yield "Former ids:"
        yield ""
        for old, new in sorted(pack.header.redirects.items()):
            yield f"- {old} is now [{new}]({links.rule(pack.header.pack, new)})"


def rules_page(shelf: Shelf, links: Links) -> str:
    """Every rule of every pack."""
    parts = [
        "# Rules",
        "What Bootscope asks of a boot. Rules of status draft or preview are reported, but"
        f" count neither in the verdict nor in the exit code. {_language(links)}",
    ]
    for pack in shelf.packs:
        header = pack.header
        parts += [f"## {header.pack}", f"{inline(header.title)}. Version {header.version}."]
        parts.append(pack_table(pack, links).rstrip())
    return "\n\n".join(parts) + "\n"


def _language(links: Links) -> str:
    return f"[How rules are written]({links.language('a-rule')})."


def files(shelf: Shelf) -> dict[str, str]:
    """Every file of docs/rules, by its path there."""
    made: dict[str, str] = {}
    here = FILES._replace(
        rule=lambda pack, rule: f"{pack}/{rule}.md",
        pack=lambda pack: f"{pack}/README.md",
        language=lambda anchor: f"../rules.md#{anchor}",
    )
    made["README.md"] = _MADE + rules_page(shelf, here)
    for pack in shelf.packs:
        header = pack.header
        title = f"# {header.pack} {header.version}: {inline(header.title)}"
        table = pack_table(pack, FILES)
        made[f"{header.pack}/README.md"] = f"{_MADE}{title}\n\n{table}"
        for old in header.redirects:
            page = former_page(old, shelf.find(old), FILES)
            made[f"{header.pack}/{old}.md"] = _MADE + page
    for one in shelf.rules:
        path = f"{one.pack.header.pack}/{one.rule.id}.md"
        made[path] = _MADE + rule_page(shelf, one, FILES)
    return made
