"""The language as JSON Schemas, for editors (docs/schema)."""

import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from app.adapters import adapter
from app.rules.model import PackHeader, Rule
from app.rules.schema import CURRENT
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
    made = adapter(MODELS[name]).json_schema(by_alias=True)
    return published(made, name, CURRENT, _TITLES[name])


def published(made: dict[str, Any], name: str, version: int, title: str) -> dict[str, Any]:
    """A schema with its name. ``$id`` is the path at which every server has it, so that
    it is the schema's own address wherever it was fetched.
    """
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": address(name, version),
        **made,
        "title": title,
    }


def address(name: str, version: int = CURRENT) -> str:
    """The path of a schema on a server: ``/schema/rule/1.json``."""
    return f"/schema/{name}/{version}.json"


def json_text(name: str) -> str:
    """The same as text."""
    return as_text(json_schema(name))


def as_text(schema: dict[str, Any]) -> str:
    """A schema as its file has it."""
    return json.dumps(schema, indent=1, ensure_ascii=False) + "\n"
