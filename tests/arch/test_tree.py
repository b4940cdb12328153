"""Sizes, and that what there is is documented."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from app.rules.loader import shipped_packs
from tests.conftest import ROOT

MODULES = sorted([*(ROOT / "parsers").rglob("*.py"), *(ROOT / "app").rglob("*.py")])
OURS = sorted((ROOT / "app" / "static").glob("js/**/*.js"))
TEMPLATES = sorted((ROOT / "app" / "templates").rglob("*.html"))
MODULE_CAP, FUNCTION_CAP, RULE_CAP, TEMPLATE_CAP = 450, 60, 80, 150


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", [*MODULES, *OURS], ids=name)
def test_no_module_is_too_long(path: Path) -> None:
    assert len(path.read_text("utf-8").splitlines()) <= MODULE_CAP


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_no_template_is_too_long(path: Path) -> None:
    assert len(path.read_text("utf-8").splitlines()) <= TEMPLATE_CAP


def functions(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_functions_are_short_and_public_things_documented(path: Path) -> None:
    tree = ast.parse(path.read_text("utf-8"))
    if path.stat().st_size:
        assert ast.get_docstring(tree), "a module says what it is for"
    for function in functions(tree):
        length = (function.end_lineno or 0) - function.lineno + 1
        assert length <= FUNCTION_CAP, f"{function.name} has {length} lines"
    for node in tree.body:
        public = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        if public and not node.name.startswith("_"):
            assert ast.get_docstring(node), f"{node.name} has no docstring"


@pytest.mark.parametrize("pack", shipped_packs())
def test_rule_files_are_short_without_their_examples(pack: str) -> None:
    for path in (ROOT / "app" / "rules" / "packs" / pack).glob("*.yaml"):
        text = path.read_text("utf-8")
        assert len(text.partition("\nexamples:")[0].splitlines()) <= RULE_CAP, path.name


def test_every_dependency_says_what_it_is_for() -> None:
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    names = project["dependencies"] + project["optional-dependencies"]["dev"]
    text = (ROOT / "docs" / "dependencies.md").read_text("utf-8")
    for requirement in names:
        bare = requirement.split(">")[0].split("[")[0].strip()
        assert f"| {bare} " in text, f"{bare} is missing in docs/dependencies.md"
    assert "| plotly.js-basic-dist-min " in text


def test_every_sample_has_its_card() -> None:
    samples = ROOT / "sample_logs"
    logs = {path.stem for path in samples.glob("*.log")}
    cards = {path.name.removesuffix(".meta.yaml") for path in samples.glob("*.meta.yaml")}
    assert logs == cards
    assert len(logs) >= 8
    for path in samples.glob("*.meta.yaml"):
        card = yaml.safe_load(path.read_text("utf-8"))
        assert card["shows"].endswith("."), path.name


def test_there_are_no_catch_all_modules() -> None:
    assert not [path for path in MODULES if path.stem in ("utils", "helpers", "misc", "common")]


def test_the_page_of_framings_is_up_to_date() -> None:
    import runpy

    script = runpy.run_path(str(ROOT / "scripts" / "document_framings.py"))
    assert (ROOT / "docs" / "framings.md").read_text("utf-8") == script["page"]()
