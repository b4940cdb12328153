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


def test_every_module_of_the_page_is_in_it() -> None:
    folder = ROOT / "app" / "static" / "js"
    text = bundle(folder, "timeline")
    elsewhere = {"early", "theme", "upload", "judged", "finder-worker"}
    ours = {path.stem for path in folder.glob("*.js")} - elsewhere
    missing = {name for name in ours if f"const ${name.replace('-', '_')} = " not in text}
    assert missing <= OTHER_PAGES


OTHER_PAGES = {"files", "recent", "redact", "redaction", "sending"}
"""Modules of the home page."""
