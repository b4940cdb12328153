"""``bootscope.build/1`` as a JSON Schema (docs/schema)."""

from typing import Any

from app.adapters import adapter
from app.build_check.result import BuildReport
from app.rules.publish import published

VERSION = 1
"""Of ``bootscope.build/1``."""


def json_schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of what ``check-build --format json`` prints."""
    schema = adapter(BuildReport).json_schema(by_alias=True, mode="serialization")
    for part in (schema, *schema["$defs"].values()):  # a default is printed all the same
        part["required"] = list(part["properties"])
    title = f"A build judged by Bootscope (bootscope.build/{VERSION})"
    return published(schema, "build", VERSION, title)
