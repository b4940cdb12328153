"""Every schema that Bootscope publishes: of rule files, reports, comparisons, what-ifs."""

from typing import Any

from app.adapters import adapter
from app.build_check import publish as build
from app.build_check.against import SCHEMA as BUILDS
from app.build_check.against import BuildComparison
from app.compare import Comparison
from app.compare.result import SCHEMA as COMPARISON
from app.report import SCHEMA, Report
from app.rules.publish import MODELS, address, as_text, json_schema, published
from app.rules.schema import CURRENT
from app.whatif import result as whatif

NAMES: tuple[str, ...] = (
    *MODELS, "report", "build", "comparison", "build-comparison", "whatif", "designs"
)  # fmt: skip
_PREDICTED: dict[str, tuple[Any, str]] = {
    "whatif": (whatif.WhatIf, "A boot predicted by Bootscope"),
    "designs": (whatif.DesignTable, "The designs of FF-A on one boot, predicted by Bootscope"),
}
_REPORT_VERSION = int(SCHEMA.rpartition("/")[2])
_COMPARISON_VERSION = int(COMPARISON.rpartition("/")[2])
_BUILDS_VERSION = int(BUILDS.rpartition("/")[2])


def schema(name: str) -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of one of ``NAMES``."""
    if name in MODELS:
        return json_schema(name)
    if name == "build":
        return build.json_schema()
    if name in _PREDICTED:
        model, title = _PREDICTED[name]
        made = adapter(model).json_schema(by_alias=True, mode="serialization")
        return published(made, name, 1, f"{title} (bootscope.{name}/1)")
    if name == "comparison":
        made = adapter(Comparison).json_schema(by_alias=True, mode="serialization")
        return published(made, name, _COMPARISON_VERSION, f"Two boots compared ({COMPARISON})")
    if name == "build-comparison":
        made = adapter(BuildComparison).json_schema(by_alias=True, mode="serialization")
        return published(made, name, _BUILDS_VERSION, f"Two builds compared ({BUILDS})")
    made = adapter(Report).json_schema(by_alias=True, mode="serialization")
    return published(made, "report", _REPORT_VERSION, f"A report of Bootscope ({SCHEMA})")


def schema_text(name: str) -> str:
    """The same as text."""
    return as_text(schema(name))


def addresses() -> dict[str, str]:
    """The names by the path that each schema has on a server."""
    return {
        address(name, version): name
        for name, version in [
            *((name, CURRENT) for name in MODELS),
            ("report", _REPORT_VERSION),
            ("build", build.VERSION),
            ("comparison", _COMPARISON_VERSION),
            ("build-comparison", _BUILDS_VERSION),
            *((name, 1) for name in _PREDICTED),
        ]
    }
