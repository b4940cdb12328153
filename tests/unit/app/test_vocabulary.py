"""The language as it is documented and published."""

import ast
import json
import runpy
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from app.adapters import adapter
from app.rules.compiled import PACKS
from app.rules.markers import FROM_DEBUG, FROM_DIAGNOSTICS, FROM_PROBES, MARKERS
from app.rules.publish import MODELS, json_schema
from app.rules.selectors import KINDS, Selector
from app.rules.skeleton import skeleton
from tests.conftest import ROOT


def made_by_the_parser() -> set[str]:
    """Every marker that parsers/ can make: ``Marked("...")``, and what markers.py returns."""
    names: set[str] = set()
    for path in (ROOT / "parsers").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Marked":
                names |= {a.value for a in node.args if isinstance(a, ast.Constant)}
            if path.name == "markers.py" and isinstance(node, ast.Return):
                names |= {
                    part.value
                    for part in ast.walk(node)
                    if isinstance(part, ast.Constant)
                    and isinstance(part.value, str)
                    and "." in part.value
                }
    return names


def test_every_marker_has_its_meaning() -> None:
    made_by_facts = {name for name in MARKERS if name.startswith("log.")} | {"probe.deferred"}
    assert set(MARKERS) - made_by_facts == made_by_the_parser()
    assert set(MARKERS) >= FROM_PROBES
    assert set(MARKERS) >= FROM_DEBUG
    assert set(MARKERS) >= set(FROM_DIAGNOSTICS.values())


def rule_files() -> list[Path]:
    return sorted(path for path in Path(PACKS).rglob("*.yaml") if path.name != "waivers.yaml")


@pytest.mark.parametrize("path", rule_files(), ids=lambda path: path.stem)
def test_every_shipped_file_fits_the_published_schema(path: Path) -> None:
    name = "pack" if path.name == "pack.yaml" else "rule"
    jsonschema.validate(yaml.safe_load(path.read_text("utf-8")), json_schema(name))


@pytest.mark.parametrize("name", MODELS)
def test_the_published_schemas_are_schemas(name: str) -> None:
    jsonschema.Draft202012Validator.check_schema(json_schema(name))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("first:", "frist:"),
        ("kind: order", "kind: ordre"),
        ("severity: warning", "severity: fatal"),
        ("schema: 1\nid", "id"),
        ("edge: end", "edge: over"),
    ],
)
def test_an_editor_sees_mistakes(old: str, new: str) -> None:
    text = skeleton("MY001", "order")
    jsonschema.validate(yaml.safe_load(text), json_schema("rule"))
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(yaml.safe_load(text.replace(old, new)), json_schema("rule"))


def made() -> dict[str, Any]:
    return runpy.run_path(str(ROOT / "scripts" / "document_rules.py"))


def test_the_page_of_rules_is_up_to_date() -> None:
    text = (ROOT / "docs" / "rules.md").read_text("utf-8")
    assert made()["page"](text) == text
    assert text.count("<!-- made:") == 9


def test_the_schemas_in_docs_are_up_to_date() -> None:
    for path, text in made()["schemas"]().items():
        assert path.read_text("utf-8") == text, path.name
        assert json.loads(text)


def test_a_selector_says_what_it_points_at() -> None:
    for kind in KINDS:
        label = "asynchronous call of x" if kind == "async" else "x"
        assert adapter(Selector).validate_python({kind: "x"}).label == label
