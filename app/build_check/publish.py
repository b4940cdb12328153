"""``bootscope.build/1`` as a JSON Schema (docs/schema)."""

from app.adapters import adapter
from app.build_check.result import BuildReport
from app.rules.publish import as_text, titled


def json_text() -> str:
    """The JSON Schema (draft 2020-12) of what ``check-build --format json`` prints."""
    schema = adapter(BuildReport).json_schema(by_alias=True, mode="serialization")
    for part in (schema, *schema["$defs"].values()):  # a default is printed all the same
        part["required"] = list(part["properties"])
    return as_text(titled(schema, "A build judged by Bootscope (bootscope.build/1)"))
