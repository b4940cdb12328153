"""The browser's modules as one file: a page that asks for each by itself waits for each.

Our modules keep to a few forms, which is all that is understood here: imports of names
at the beginning, ``export`` before a function, class or const, no circles. What they say
is left as it is: each becomes a function that returns what others import from it.
"""

import re
from pathlib import Path

from app.errors import SettingsError

_IMPORT = re.compile(r'^import\s*\{([^}]*)\}\s*from\s*"\./([\w-]+)\.js";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?function |class |const )", re.MULTILINE)
_OTHER = re.compile(r"^(?:import|export)\b", re.MULTILINE)


def bundle(folder: Path, entry: str) -> str:
    """The module ``entry`` and all that it imports, each after what it needs.

    Raises SettingsError where a module is written in a form that is not understood.
    """
    sources: dict[str, str] = {}
    wanted: dict[str, set[str]] = {entry: set()}
    order: list[str] = []

    def visit(name: str, path: tuple[str, ...]) -> None:
        if name in path:
            raise SettingsError(f"{' imports '.join((*path, name))}: modules in a circle.")
        if name in sources:
            return
        sources[name] = (folder / f"{name}.js").read_text("utf-8")
        for names, other in _IMPORT.findall(sources[name]):
            wanted.setdefault(other, set()).update(_names(names))
            visit(other, (*path, name))
        order.append(name)

    visit(entry, ())
    return "".join(_wrapped(name, sources[name], wanted[name]) for name in order)


def _names(names: str) -> list[str]:
    """What is imported, by the name that its own module gives it."""
    return [one.split(" as ")[0].strip() for one in names.split(",") if one.strip()]


def _wrapped(name: str, source: str, wanted: set[str]) -> str:
    body = _IMPORT.sub(_destructured, source)
    body = _EXPORT.sub("", body)
    if odd := _OTHER.search(body):
        line = body[odd.start() :].partition("\n")[0]
        raise SettingsError(f"{name}.js has a line that cannot be joined with others: {line}")
    returned = ", ".join(sorted(wanted))
    return f"const {_variable(name)} = (() => {{\n{body}return {{ {returned} }};\n}})();\n"


def _destructured(found: re.Match[str]) -> str:
    names = " ".join(found[1].split()).replace(" as ", ": ")
    return f"const {{ {names} }} = {_variable(found[2])};\n"


def _variable(name: str) -> str:
    return "$" + name.replace("-", "_")
