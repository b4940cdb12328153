"""The language as JSON Schemas, for editors (docs/schema)."""

import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from app.adapters import adapter
from app.rules.model import PackHeader, Rule
from app.rules.waivers import WaiverFile

MODELS: Mapping[str, type[object]] = MappingProxyType(
    {"rule": Rule, "pack": PackHeader, "waivers": WaiverFile}
)
_TITLES = {
    "rule": "A rule of Bootscope",
    "pack": "A pack of rules (pack.yaml)",
    "waivers": "Waivers (waivers.yaml)",
}


def json_schema(name: str) -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of ``rule``, ``pack`` or ``waivers``."""
    schema = adapter(MODELS[name]).json_schema(by_alias=True)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **schema,
        "title": _TITLES[name],
    }


def json_text(name: str) -> str:
    """The same as text."""
    return json.dumps(json_schema(name), indent=1, ensure_ascii=False) + "\n"
