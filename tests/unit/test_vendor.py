"""The vendoring of the browser library: style rules, file names, staleness."""

import json
import runpy
from pathlib import Path

import pytest

# scripts/ is no package: its files run on a bare Python, before anything is installed.
VENDOR = runpy.run_path(str(Path(__file__).parents[2] / "scripts" / "vendor.py"))
style_rules = VENDOR["style_rules"]
style_sheet = VENDOR["style_sheet"]
vendor_plotly = VENDOR["vendor_plotly"]
is_current = VENDOR["is_current"]
VendorError = VENDOR["VendorError"]

LOOP = (
    'for(k in o)s=k.replace(/^,/," ,").replace(/X/g,".plot").replace(/Y/g,".note"),u.add(s,o[k]);'
)
SCRIPT = (
    'var o={"decoy":"color:red;"};var t=W(()=>{var u=z(),o={"X,X div":"margin:0;",'
    '"X a:before":\'content:"\\\\2014 {,}";\',Y:"top:\\x31px;"};' + LOOP
)


def test_rules_are_read_in_the_order_of_the_script() -> None:
    assert style_rules(SCRIPT) == [
        (".plot,.plot div", "margin:0;"),
        (".plot a:before", 'content:"\\2014 {,}";'),
        (".note", "top:1px;"),
    ]


def test_sheet_has_the_last_rule_first() -> None:
    lines = style_sheet(SCRIPT).splitlines()
    assert lines[0] == ".note{top:1px;}"
    assert lines[-1] == ".plot,.plot div{margin:0;}"


@pytest.mark.parametrize(
    ("literal", "value"),
    [
        ("bare", "bare"),
        (r'"a\"b"', 'a"b'),
        (r"'\u0041\u{1F600}\x42'", "A\N{GRINNING FACE}B"),
        (r"`a\\n`", "a\\n"),
        ('"a\\\nb"', "ab"),
    ],
)
def test_literals_are_unquoted_as_a_browser_would(literal: str, value: str) -> None:
    assert VENDOR["unquote"](literal) == value


@pytest.mark.parametrize(
    ("script", "message"),
    [
        ("", "no rule loop"),
        (LOOP, "no rule object"),
        ('o={"X":"a:b;",Y:f()};' + LOOP, "break off after 1"),
    ],
)
def test_an_unknown_script_is_refused_in_one_line(script: str, message: str) -> None:
    with pytest.raises(VendorError, match=message) as caught:
        style_rules(script)
    assert "\n" not in str(caught.value)


def test_folder_is_filled_and_goes_stale(tmp_path: Path) -> None:
    package, vendor = tmp_path / "package", tmp_path / "static" / "vendor"
    package.mkdir()
    (package / "plotly-basic.min.js").write_text(SCRIPT, "utf-8")
    (package / "LICENSE").write_text("free", "utf-8")
    assert not is_current(vendor, "one")

    vendor_plotly(package, vendor, "one")
    manifest = json.loads((vendor / "manifest.json").read_text("utf-8"))
    assert (vendor / manifest["plotly.js"]).read_text("utf-8") == SCRIPT
    assert (vendor / manifest["plotly.css"]).read_text("utf-8") == style_sheet(SCRIPT)
    assert (vendor / "plotly-LICENSE.txt").read_text("utf-8") == "free"
    assert is_current(vendor, "one")
    assert not is_current(vendor, "two")

    (vendor / manifest["plotly.css"]).write_text("changed", "utf-8")
    assert not is_current(vendor, "one")


def test_a_missing_script_is_told_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(VendorError, match="cannot be read"):
        vendor_plotly(tmp_path, tmp_path / "vendor", "one")


def test_the_locked_packages_name_no_host() -> None:
    lock = (Path(__file__).parents[2] / "package-lock.json").read_text("utf-8")
    assert "resolved" not in lock and "://" not in lock
    packages = json.loads(lock)["packages"]
    assert all(one["integrity"].startswith("sha512-") for path, one in packages.items() if path)
