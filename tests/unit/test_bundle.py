"""The browser's modules as one file."""

from pathlib import Path

import pytest

from app.errors import SettingsError
from app.pages.bundle import bundle
from tests.conftest import ROOT


def write(folder: Path, **modules: str) -> Path:
    for name, text in modules.items():
        (folder / f"{name}.js").write_text(text, "utf-8")
    return folder


def test_each_module_stands_once_after_what_it_needs(tmp_path: Path) -> None:
    write(
        tmp_path,
        entry='import { b } from "./mid.js";\n'
        'import {\n  a as first,\n} from "./low.js";\nb(first);\n',
        mid='import { a } from "./low.js";\nexport function b() { return a; }\n',
        low="export const a = 1, unused = 2;\n",
    )
    assert bundle(tmp_path, "entry") == (
        "const $low = (() => {\nconst a = 1, unused = 2;\nreturn { a };\n})();\n"
        "const $mid = (() => {\nconst { a } = $low;\nfunction b() { return a; }\n"
        "return { b };\n})();\n"
        "const $entry = (() => {\nconst { b } = $mid;\nconst { a: first, } = $low;\nb(first);\n"
        "return {  };\n})();\n"
    )


def test_what_is_not_understood_is_refused_by_its_line(tmp_path: Path) -> None:
    write(tmp_path, entry="export default 5;\n")
    with pytest.raises(SettingsError, match=r"entry\.js .*: export default 5;"):
        bundle(tmp_path, "entry")


def test_a_circle_is_refused(tmp_path: Path) -> None:
    write(
        tmp_path,
        entry='import { b } from "./b.js";\n',
        b='import { c } from "./c.js";\n',
        c='import { b } from "./b.js";\n',
    )
    with pytest.raises(SettingsError, match="entry imports b imports c imports b"):
        bundle(tmp_path, "entry")


def test_the_pages_modules_stand_in_it_once() -> None:
    text = bundle(ROOT / "app" / "static" / "js", "timeline")
    for name in ("text", "data", "chart", "log", "table", "page", "timeline"):
        assert text.count(f"const ${name} = (() => {{") == 1
    assert text.rindex("const $timeline") == text.rindex("const $")
    assert "$upload" not in text
