"""What is wrong with a rule file, in words that say what to write instead."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from parsers import MACROS

if TYPE_CHECKING:
    from pydantic import ValidationError

    from app.rules.yaml_nodes import Document, Path

_MAX_NAME = 100
"""Characters of a word that may be somebody's mistake for another."""
_SHAPES = {
    "id": "capital letters and three digits, as in FFA001",
    "rule": "capital letters and three digits, as in FFA001",
    "name": "small words joined by dashes that name the fault, as in ffa-up-before-pkvm-traps",
    "pack": "small words joined by dashes, as in ffa-pkvm",
    "version": "three numbers, as in 1.0.0",
    "since": "three numbers, as in 1.0.0",
    "[key]": "capital letters and three digits, as in FFA001",
    "at_most": "a number and a unit, as in '500 ms' (us, ms, s)",
    "expires": "a day, as in 2027-01-31",
}

_NO_GUARANTEE = "; an order that rests on less is fragile, it never passes"


_LIKE = {
    "Selector": "{initcall: misc_init}", "Condition": "{marker: ffa.up}",
    "Example": "{name: ..., expect: fail, log: ...}",
}  # fmt: skip
_MISSHAPED = frozenset(
    {
        "string_pattern_mismatch",
        "date_type",
        "date_from_datetime_parsing",
        "date_from_datetime_inexact",
    }
)
_WANTED = {
    "string_type": "a text",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "finite_number": "a whole number",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "tuple_type": "a list, as in [a, b]",
    "dict_type": "a mapping, as in {key: value}",
}
"""What to write where pydantic found the wrong sort of value."""


class WrongInside(ValueError):
    """What a check of the whole finds wrong with a part of it, at ``path`` below it."""

    def __init__(self, path: "Path", text: str) -> None:
        super().__init__(text)
        self.path = path


def did_you_mean(name: object, known: Iterable[str]) -> str:
    """``; did you mean 'x'?``, or nothing where nothing is near."""
    from difflib import get_close_matches  # only a mistake needs it

    if len(str(name)) > _MAX_NAME:
        return ""
    near = get_close_matches(str(name), list(known), n=1, cutoff=0.6)
    return f"; did you mean '{near[0]}'?" if near else ""


def shape_of(key: str) -> str:
    """What to write for a key, in words."""
    return _SHAPES.get(key, "another value")


def tell(document: "Document", model: type, error: "ValidationError") -> None:
    """Put every fault of ``error`` into the document's problems, at its place."""
    from app.adapters import adapter

    schema: dict[str, Any] = {}
    details = error.errors(include_url=False)
    told = {one["loc"][:part] for one in details for part in range(len(one["loc"]))}
    for detail in details:
        if document.full:
            return
        if detail["type"] == "too_short" and detail["loc"] in told:
            continue  # its items are told already
        if detail["type"] == "unexpected_keyword_argument" and not schema:
            schema = adapter(model).json_schema()
        inside = getattr(detail.get("ctx", {}).get("error"), "path", ())
        path = place_of(document, (*detail["loc"], *inside))
        if _of_unread(document, detail["type"], path):
            continue
        document.problem(path, _words(detail, path, schema))


def _of_unread(document: "Document", kind: str, path: "Path") -> bool:
    """Whether the fault is with a value that is not known; that is told already.

    What a mapping lacks may be in what ``<<`` was to bring.
    """
    if kind.startswith("union_tag"):
        path = (*path, "kind")
    if kind in ("missing", "union_tag_not_found") and (*path[:-1], "<<") in document.unread:
        return True
    return any(path[: part + 1] in document.unread for part in range(len(path)))


def place_of(document: "Document", loc: "Path") -> "Path":
    """Where in the file pydantic's ``loc`` is: without union tags and made-up lists."""
    path: Path = ()
    for place, part in enumerate(loc):
        last = place == len(loc) - 1 and part != "[key]"
        if (*path, part) in document.places or (last and isinstance(part, str)):
            path = (*path, part)
    return path


def _words(detail: Any, path: "Path", schema: dict[str, Any]) -> str:
    name = ".".join(str(part) for part in path)
    key, given, context = str(path[-1]) if path else "", detail["input"], detail.get("ctx", {})
    if detail["loc"][-1:] == ("[key]",):
        key = "[key]"
    match detail["type"]:
        case "missing":
            return f"'{name}' is missing; write '{key}: ...'"
        case "unexpected_keyword_argument":
            known = sorted(_keys_at(schema, detail["loc"]))
            near = did_you_mean(key, known)
            return f"'{name}' is not a known key here{near or f'; known are {_listed(known)}'}"
        case "literal_error":
            known = [word.strip("'") for word in _alternatives(context["expected"])]
            near = _level_named(given) if "rootfs" in known else did_you_mean(given, known)
            near = _NO_GUARANTEE if key == "guarantee" else near
            return f"'{name}': {given!r} is none of {_listed(known)}{near}"
        case "union_tag_invalid":
            known = [word.strip("'") for word in _alternatives(context["expected_tags"])]
            tag = context["tag"]
            return f"'{name}.kind': '{tag}' is none of {_listed(known)}{did_you_mean(tag, known)}"
        case "union_tag_not_found":
            return f"'{name}.kind' is missing; write 'kind: order' or another kind"
        case kind if kind in _MISSHAPED:
            return f"'{name}': write {_SHAPES.get(key, 'another text')}, not {given!r}"
        case "too_short" | "string_too_short":
            return f"'{name}' is empty; write something or leave it out"
        case "too_long" | "string_too_long":
            return f"'{name}' is too long; at most {context['max_length']} are allowed"
        case "value_error":
            message = detail["msg"].removeprefix("Value error, ")
            return f"'{name}': {message}" if name else message
        case "dataclass_type":
            like = _LIKE.get(context["class_name"], "{key: value}")
            return f"'{name}': write a mapping, as in {like}, not {_shown(given)}"
        case kind if kind in _WANTED:
            return f"'{name}': write {_WANTED[kind]}, not {_shown(given)}"
        case "greater_than_equal":
            return f"'{name}': write {context['ge']} or more, not {_shown(given)}"
        case _:
            message = detail["msg"][0].lower() + detail["msg"][1:]
            return f"'{name}': {message}" if name else f"this file: {message}"


def _shown(given: object) -> str:
    """A value as it was written, or what it is where that is long."""
    if isinstance(given, list | dict):
        return "a list" if isinstance(given, list) else "a mapping"
    return "nothing" if given is None else repr(given)


def _level_named(given: object) -> str:
    """``device`` and ``device_initcall`` are 6 here."""
    for level, macro in MACROS.items():
        if given in (macro, macro.replace("_initcall", "")):
            return f"; write {level}"
    return ""


def _alternatives(expected: str) -> list[str]:
    return expected.replace(" or ", ", ").split(", ")


def _listed(words: list[str]) -> str:
    return ", ".join(words)


def _keys_at(schema: dict[str, Any], loc: "Path") -> set[str]:
    """The keys that the JSON Schema knows where ``loc`` has one too many."""
    definitions = schema.get("$defs", {})
    nodes = [schema]
    for part in loc[:-1]:
        nodes = [after for node in nodes for after in _step(_flat(node, definitions), part)]
    return {key for node in nodes for one in _flat(node, definitions) for key in _known(one)}


def _known(node: dict[str, Any]) -> Iterator[str]:
    yield from node.get("properties", {})


def _flat(node: dict[str, Any], definitions: dict[str, Any]) -> list[dict[str, Any]]:
    """A node with its references and alternatives opened up."""
    if "$ref" in node:
        return _flat(definitions[node["$ref"].rpartition("/")[2]], definitions)
    branches = [*node.get("anyOf", ()), *node.get("oneOf", ())]
    return [node, *(one for branch in branches for one in _flat(branch, definitions))]


def _step(nodes: list[dict[str, Any]], part: str | int) -> Iterator[dict[str, Any]]:
    """Where ``part`` leads: a key, a list's item, or the tag of a union."""
    for node in nodes:
        if part in node.get("properties", {}):
            yield node["properties"][part]
        elif part in node.get("discriminator", {}).get("mapping", {}):
            yield {"$ref": node["discriminator"]["mapping"][part]}
        elif isinstance(part, int) and isinstance(node.get("items"), dict):
            yield node["items"]
