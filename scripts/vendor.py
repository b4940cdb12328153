"""Copies the browser library from node_modules into the served static folder.

Plotly adds its style rules to the page at run time, which a strict
Content-Security-Policy forbids; they are taken out of the minified script here
and served as an ordinary style sheet instead.
"""

import hashlib
import json
import re
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "node_modules" / "plotly.js-basic-dist-min"
VENDOR = ROOT / "app" / "static" / "vendor"
MANIFEST = "manifest.json"
LICENSE = "plotly-LICENSE.txt"
SOURCE = "source.txt"

_STRING = r'"(?:[^"\\]|\\.)*"' + r"|'(?:[^'\\]|\\.)*'" + r"|`(?:[^`\\$]|\\.)*`"
_RULE = re.compile(rf"\s*({_STRING}|[A-Za-z_$][\w$]*)\s*:\s*({_STRING})\s*([,}}])", re.DOTALL)
# The loop which hands each rule to the page names the object that holds the rules.
_LOOP = re.compile(
    r"for\s*\(\s*(?:(?:var|let|const)\s+)?[\w$]+\s+in\s+(?P<rules>[\w$]+)\s*\)[^;}]{0,200}?"
    r"""\.replace\(/X/g,\s*["'`](?P<x>[^"'`]+)["'`]\)\s*\.replace\(/Y/g,\s*["'`](?P<y>[^"'`]+)["'`]\)"""
)
_ESCAPE = re.compile(r"\\(u\{[0-9A-Fa-f]+\}|u[0-9A-Fa-f]{4}|x[0-9A-Fa-f]{2}|.)", re.DOTALL)
_CONTROL = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "0": "\0", "\n": ""}


class VendorError(Exception):
    """The browser library cannot be vendored; the message is one line for the user."""


def unquote(literal: str) -> str:
    """Return the value of a JavaScript string literal, or a bare property name as it is."""
    if literal[0] not in "\"'`":
        return literal

    def plain(match: re.Match[str]) -> str:
        code = match[1]
        if len(code) > 1:
            return chr(int(code[1:].strip("{}"), 16))
        return _CONTROL.get(code, code)

    return _ESCAPE.sub(plain, literal[1:-1])


def style_rules(script: str) -> list[tuple[str, str]]:
    """Return (selector, declarations) of each rule Plotly adds, in the order of its source."""
    loop = _LOOP.search(script)
    if loop is None:
        raise VendorError("the style rules were not found in the Plotly script: no rule loop")
    name = re.escape(loop["rules"])
    starts = list(re.finditer(rf"(?<![\w$.]){name}\s*=\s*\{{", script[: loop.start()]))
    if not starts:
        raise VendorError("the style rules were not found in the Plotly script: no rule object")
    rules: list[tuple[str, str]] = []
    position, closed = starts[-1].end(), False
    while not closed:
        rule = _RULE.match(script, position)
        if rule is None:
            raise VendorError(f"the style rules in the Plotly script break off after {len(rules)}")
        selector = re.sub(r"^,", " ,", unquote(rule[1]))
        selector = selector.replace("X", loop["x"]).replace("Y", loop["y"])
        rules.append((selector, unquote(rule[2])))
        position, closed = rule.end(), rule[3] == "}"
    return rules


def style_sheet(script: str) -> str:
    """Return the rules Plotly adds to a page as the text of a style sheet."""
    # Plotly inserts each rule before the earlier ones, so on equal specificity its first
    # rule wins; only the reverse of the source's order gives the same cascade.
    lines = [f"{selector}{{{body}}}\n" for selector, body in reversed(style_rules(script))]
    return "".join(lines)


def short_hash(content: bytes) -> str:
    """Return the part of a file's name that changes with the file's content."""
    return hashlib.sha256(content).hexdigest()[:12]


def source_key(root: Path) -> str:
    """Return a text that changes with the locked library and with this script."""
    digest = hashlib.sha256((root / "package-lock.json").read_bytes())
    digest.update(Path(__file__).read_bytes())
    return digest.hexdigest()


def is_current(vendor: Path, source: str) -> bool:
    """Tell whether the folder was made from this source and its files are there unchanged."""
    try:
        if (vendor / SOURCE).read_text("utf-8").strip() != source:
            return False
        manifest = json.loads((vendor / MANIFEST).read_text("utf-8"))
        return all(
            manifest[logical].split(".")[1] == short_hash((vendor / manifest[logical]).read_bytes())
            for logical in ("plotly.js", "plotly.css")
        )
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return False


def vendor_plotly(package: Path, vendor: Path, source: str) -> None:
    """Fill the vendor folder afresh from the installed npm package."""
    try:
        script = (package / "plotly-basic.min.js").read_bytes()
        sheet = style_sheet(script.decode("utf-8")).encode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise VendorError(f"the Plotly script cannot be read: {error}") from error
    files = {
        "plotly.js": (f"plotly-basic.{short_hash(script)}.min.js", script),
        "plotly.css": (f"plotly.{short_hash(sheet)}.css", sheet),
    }
    manifest = {logical: name for logical, (name, _) in files.items()}
    try:
        shutil.rmtree(vendor, ignore_errors=True)
        vendor.mkdir(parents=True)
        for name, content in files.values():
            (vendor / name).write_bytes(content)
        if (package / "LICENSE").is_file():
            shutil.copyfile(package / "LICENSE", vendor / LICENSE)
        (vendor / MANIFEST).write_text(json.dumps(manifest, indent=2) + "\n", "utf-8")
        # Last, because its presence says that the folder is whole.
        (vendor / SOURCE).write_text(source + "\n", "utf-8")
    except OSError as error:
        raise VendorError(f"the vendor folder cannot be written: {error}") from error


def main() -> int:
    """Vendor the library of this checkout's node_modules."""
    try:
        vendor_plotly(PACKAGE, VENDOR, source_key(ROOT))
    except (VendorError, OSError) as error:
        print(f"bootscope: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
