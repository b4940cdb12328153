"""One design system: colours, sizes of type and spaces are tokens of css/base.css."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT

CSS = ROOT / "app" / "static" / "css"
SHEETS = sorted(CSS.glob("*.css"))
_COMMENT = re.compile(r"/\*.*?\*/|@page\s*\{[^}]*\}", re.DOTALL)  # paper has millimetres
_DECLARATION = re.compile(r"(?<=[{;])\s*([a-z-]+)\s*:\s*([^;{}]+)")
_COLOUR = re.compile(r"#[0-9a-fA-F]{3,8}\b|\b(?:rgb|hsl|oklch|lab)a?\(|\b(?:white|black|red)\b")
_SPACED = re.compile(r"(?:padding|margin)(?:-[a-z-]+)?|(?:row-|column-)?gap|border-radius")
# A hairline, what depends on the text around it, and what is computed; -2px and the like
# place one thing over another.
_FREE = re.compile(r"var\(--[a-z0-9-]+\)|auto|inherit|0|1px|-\d+px|-?[\d.]+(?:em|%)|!important")
_COMPUTED = re.compile(r"calc\((?:[^()]|\([^()]*\))*\)")
_SIZE = re.compile(r"(?<![\w.-])(?:\d*\.)?\d+(?:px|r?em|pt)\b")


def declarations(sheet: Path) -> Iterator[tuple[str, str]]:
    """Each property and its value; custom properties, which are the tokens, left out."""
    text = _COMMENT.sub("", sheet.read_text("utf-8"))
    for name, value in _DECLARATION.findall(text):
        if not name.startswith("--"):
            yield name, value.strip()


def not_a_token(name: str, value: str) -> bool:
    """Whether a value says a colour, a size or a space itself."""
    if _COLOUR.search(value):
        return True
    if name in ("font-size", "font"):
        return _SIZE.search(re.sub(r"/\S+", "", value)) is not None
    return bool(_SPACED.fullmatch(name)) and not all(
        map(_FREE.fullmatch, _COMPUTED.sub("0", value).split())
    )


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_values_are_tokens(sheet: Path) -> None:
    said = [f"{name}: {value}" for name, value in declarations(sheet)]
    assert said
    assert [one for one in said if not_a_token(*one.split(": ", 1))] == []


def test_tokens_are_made_in_one_sheet() -> None:
    for sheet in SHEETS:
        made = re.findall(
            r"^\s*(?:--[a-z0-9-]+):", _COMMENT.sub("", sheet.read_text()), re.MULTILINE
        )
        assert bool(made) == (sheet.name == "base.css"), sheet.name


def test_every_token_that_is_used_is_made() -> None:
    made = set(re.findall(r"(--[a-z0-9-]+):", (CSS / "base.css").read_text("utf-8")))
    made |= {"--hue"}  # of the outcome, by .o-fail and its like
    for sheet in SHEETS:
        assert set(re.findall(r"var\((--[a-z0-9-]+)", sheet.read_text("utf-8"))) <= made


@pytest.mark.parametrize(
    ("name", "value", "fault"),
    [
        ("color", "#123456", True), ("border", "1px solid white", True),
        ("color", "var(--text)", False), ("font-size", "13px", True),
        ("font", "var(--t-log)/20px var(--mono)", False), ("padding", "3px var(--s1)", True),
        ("padding", "0 var(--s1)", False), ("gap", "1px", False), ("border-radius", "5px", True),
    ],
)  # fmt: skip
def test_what_is_no_token_is_noticed(name: str, value: str, fault: bool) -> None:
    assert not_a_token(name, value) is fault
