"""Write the made parts of docs/rules.md, docs/schema and the pages of docs/rules, all from
the rules and what reads them: ``python scripts/document_rules.py``.
"""

import re
from collections.abc import Iterator
from inspect import getdoc
from pathlib import Path
from typing import Any, get_args

from app.adapters import adapter
from app.published import NAMES, schema_text
from app.rule_docs.listing import files
from app.rule_docs.shelf import Shelf
from app.rules.conditions import Condition
from app.rules.kinds import PLACEHOLDERS, Check
from app.rules.markers import MARKERS
from app.rules.model import Consequence, Example, PackHeader, Rule
from app.rules.selectors import Selector
from app.rules.waivers import Waiver

DOCS = Path(__file__).parents[1] / "docs"
PAGE, SCHEMAS, RULES = DOCS / "rules.md", DOCS / "schema", DOCS / "rules"
_MADE = re.compile(r"(<!-- made: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)


def page(text: str) -> str:
    """``text`` with its made parts made anew."""
    parts = {
        "rule": lambda: _model(Rule),
        "selector": lambda: _model(Selector),
        "condition": lambda: _model(Condition),
        "consequence": lambda: _model(Consequence),
        "example": lambda: _model(Example),
        "kinds": _kinds,
        "markers": _markers,
        "header": lambda: _model(PackHeader),
        "waiver": lambda: _model(Waiver),
    }
    return _MADE.sub(lambda found: f"{found[1]}{parts[found[2]]()}\n{found[3]}", text)


def schemas() -> dict[Path, str]:
    """The files of docs/schema."""
    return {SCHEMAS / f"{name}.schema.json": schema_text(name) for name in NAMES}


def rule_pages() -> dict[Path, str]:
    """The files of docs/rules: a page a rule, a list a pack."""
    return {RULES / path: text for path, text in files(Shelf.shipped()).items()}


def _kinds() -> str:
    union, *_ = get_args(Check)
    sections = []
    for model in get_args(union):
        (kind,) = get_args(model.__annotations__["kind"])
        words = ", ".join(f"`{{{word}}}`" for word in sorted(PLACEHOLDERS[kind]))
        sections.append(f"### {kind}\n\n{_model(model)}\n\nPlaceholders: {words}.\n")
    return "\n".join(sections).rstrip()


def _markers() -> str:
    rows = [f"| `{name}` | {meaning} |" for name, meaning in MARKERS.items()]
    return "\n".join(["| marker | meaning |", "|---|---|", *rows])


def _model(model: type[object]) -> str:
    schema = adapter(model).json_schema(by_alias=True)
    if "$ref" in schema:
        schema = schema["$defs"][schema["$ref"].rpartition("/")[2]]
    text = (getdoc(model) or "").replace("``", "`")
    required = schema.get("required", [])
    rows = []
    for name, part in schema["properties"].items():
        if name != "kind":
            takes = " or ".join(dict.fromkeys(_takes(part)))
            rows.append(f"| `{name}` | {takes} | {_default(name, part, required)} |")
    return "\n".join([text, "", "| key | takes | default |", "|---|---|---|", *rows])


def _default(name: str, part: dict[str, Any], required: list[str]) -> str:
    if name in required:
        return "required"
    default = part.get("default")
    return "" if default in (None, [], {}, "") else f"`{default}`".replace("'", "").lower()


def _takes(part: dict[str, Any]) -> Iterator[str]:
    """What a key takes, in words, from its JSON Schema."""
    if "$ref" in part:
        yield _NAMES.get(part["$ref"].rpartition("/")[2], "see below")
    elif "const" in part:
        yield f"`{part['const']}`"
    elif "rootfs" in part.get("enum", ()):
        yield "a level"
    elif "enum" in part:
        yield from (f"`{value}`" for value in part["enum"])
    elif "anyOf" in part:
        for branch in part["anyOf"]:
            yield from _takes(branch)
    elif "oneOf" in part:
        yield "a check, see Kinds"
    elif part.get("type") == "array":
        items = list(dict.fromkeys(_takes(part.get("items", {}))))
        several = " or ".join(_PLURALS.get(item, item) for item in items)
        yield f"a list ({several})" if len(items) > 1 else f"a list of {several}"
    elif part.get("type") == "object":
        yield "a mapping"
    elif part.get("type") != "null":
        yield _TYPES.get(part.get("format", part.get("type", "")), "a value")


_NAMES = {
    "Selector": "a selector", "Condition": "a condition", "Consequence": "a consequence",
    "Example": "an example", "FirstMissing": "`{outcome, show}`",
}  # fmt: skip
_PLURALS = {
    "text": "texts", "a number": "numbers", "a level": "levels", "a selector": "selectors",
    "a condition": "conditions", "a consequence": "consequences", "an example": "examples",
}  # fmt: skip
_TYPES = {
    "string": "text", "integer": "a number", "boolean": "true or false", "date": "a day"
}  # fmt: skip


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text("utf-8")), "utf-8")
    pages = rule_pages()
    for old in set(RULES.rglob("*.md")) - set(pages):
        old.unlink()
    for path, text in (schemas() | pages).items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
