"""Our ES modules as one script, for a page that can load none.

They are plain: named imports from ``./name.js``, ``export`` before a declaration. Each
becomes a function that gives what others import of it; anything else is refused, so that
a new form is noticed by the tests and not by a reader of an archived page. Comments that
have lines to themselves are left out: a fifth of what would be sent.
"""

import re
from collections.abc import Callable

_IMPORT = re.compile(r'^import\s*\{([^}]*)\}\s*from\s*"\./([\w-]+)\.js";[ \t]*$', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async\s+)?function\b|class\b|const\b)", re.MULTILINE)
_COMMENT = re.compile(
    r"^[ \t]*(?:/\*\*(?:(?!\*/).)*\*/[ \t]*|//[^\n]*)\n", re.MULTILINE | re.DOTALL
)
_OTHER = re.compile(r"^\s*(?:import|export)\b[^\n]*", re.MULTILINE)


def link_modules(read: Callable[[str], str], entry: str) -> str:
    """One classic script that does what importing ``entry`` does.

    ``read`` gives a module's text by its name. Raises ValueError on what cannot be linked.
    """
    texts: dict[str, str] = {}
    order: list[str] = []
    _visit(read, entry, texts, order, ())
    wanted: dict[str, set[str]] = {name: set() for name in order}
    for text in texts.values():
        for names, source in _IMPORT.findall(text):
            wanted[source] |= {name for name, _ in _names(names)}
    parts = [_function(name, texts[name], sorted(wanted[name])) for name in order]
    return '"use strict";\n(() => {\n' + "".join(parts) + "})();\n"


def _visit(
    read: Callable[[str], str],
    name: str,
    texts: dict[str, str],
    order: list[str],
    above: tuple[str, ...],
) -> None:
    """Depth first, so that ``order`` has each module after those that it imports."""
    if name in above:
        raise ValueError(f"modules import each other: {' '.join([*above, name])}")
    if name in texts:
        return
    texts[name] = _COMMENT.sub("", read(name))
    for _, source in _IMPORT.findall(texts[name]):
        _visit(read, source, texts, order, (*above, name))
    order.append(name)


def _names(names: str) -> list[tuple[str, str]]:
    """``a, b as c`` as (a, a), (b, c)."""
    pairs = []
    for part in filter(None, (part.strip() for part in names.split(","))):
        name, _, other = part.partition(" as ")
        pairs.append((name.strip(), (other or name).strip()))
    return pairs


def _function(name: str, text: str, exported: list[str]) -> str:
    def bound(found: re.Match[str]) -> str:
        pairs = _names(found[1])
        taken = ", ".join(one if one == own else f"{one}: {own}" for one, own in pairs)
        return f"const {{ {taken} }} = {_variable(found[2])};"

    body = _EXPORT.sub("", _IMPORT.sub(bound, text))
    left = _OTHER.search(body)
    if left is not None:
        raise ValueError(f"{name}.js: cannot be linked: {left[0].strip()}")
    given = ", ".join(exported)
    return f"const {_variable(name)} = (() => {{\n{body}\nreturn {{ {given} }};\n}})();\n"


def _variable(name: str) -> str:
    return f"module_{name.replace('-', '_')}"
