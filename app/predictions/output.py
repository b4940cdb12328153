"""What-ifs in the formats of the command line and the API."""

from collections.abc import Callable, Sequence
from typing import Any

from app.predictions import markdown, text
from app.whatif.result import Cure, DesignTable, WhatIf

FORMATS = ("text", "json", "markdown")


def as_json(found: WhatIf | DesignTable | Sequence[Cure]) -> str:
    """As JSON, the keys in the schema's order."""
    import json

    from app.adapters import adapter

    kind: Any = tuple[Cure, ...] if isinstance(found, tuple | list) else type(found)
    data = adapter(kind).dump_python(found, mode="json", by_alias=True)
    return json.dumps(data, indent=1) + "\n"


WHAT_IF: dict[str, Callable[[WhatIf], str]] = {
    "text": text.render_what_if, "json": as_json, "markdown": markdown.render_what_if,
}  # fmt: skip
TABLE: dict[str, Callable[[DesignTable], str]] = {
    "text": text.render_table, "json": as_json, "markdown": markdown.render_table,
}  # fmt: skip
CURES: dict[str, Callable[[Sequence[Cure]], str]] = {
    "text": text.render_cures, "json": as_json, "markdown": markdown.render_cures,
}  # fmt: skip
