"""What an OpenAPI document promises to clients, one promise a line.

A client of today goes on working while every line stays and no demand is added: a line that
begins with "demand" is something that a request must have.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

DEMAND = "demand "
_CHOICES = re.compile(r"\^\(([a-z|-]+)\)\$")


def promises(document: dict[str, Any]) -> list[str]:
    """The lines, sorted; the first is the version, which may change everything."""
    document = _by_title(document)
    said: set[str] = set()
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            said |= {*_operation(f"{method.upper()} {path}", operation)}
    for name, schema in document["components"]["schemas"].items():
        said |= {*_schema(schema.get("title", name), schema)}
    return [f"version {document['info']['version']}", *sorted(said)]


def broken(before: list[str], after: list[str]) -> list[str]:
    """What a client of ``before`` finds changed in ``after``; nothing where the version is."""
    if before[0] != after[0]:
        return []
    known, now = {*before}, {*after}
    demands = [line for line in after if line.startswith(DEMAND) and line not in known]
    return [f"gone: {line}" for line in before if line not in now] + [
        f"new: {line}" for line in demands if _operation_of(line) in known
    ]


def _operation_of(demand: str) -> str:
    return " ".join(demand.removeprefix(DEMAND).split(" ")[:2])


def _by_title(document: dict[str, Any]) -> dict[str, Any]:
    """Every ``$ref`` by its schema's title: the name of two of one title depends on both."""
    text = json.dumps(document)
    for name, schema in document["components"]["schemas"].items():
        text = text.replace(f'"#/components/schemas/{name}"', f'"#/{schema.get("title", name)}"')
    renamed: dict[str, Any] = json.loads(text)
    return renamed


def _operation(name: str, operation: dict[str, Any]) -> Iterator[str]:
    yield name
    for parameter in operation.get("parameters", []):
        place = f"{name} {parameter['in']} {parameter['name']}"
        if parameter.get("required"):
            yield DEMAND + place
        yield from _schema(place, parameter["schema"])
    body = operation.get("requestBody", {})
    if body.get("required"):
        yield f"{DEMAND}{name} body"
    for kind, content in body.get("content", {}).items():
        yield from _schema(f"{name} body {kind}", content.get("schema", {}), asked=True)
    for status, response in operation["responses"].items():
        yield f"{name} {status}"
        for kind, content in response.get("content", {}).items():
            yield from _schema(f"{name} {status} {kind}", content.get("schema", {}))


def _schema(place: str, schema: dict[str, Any], *, asked: bool = False) -> Iterator[str]:
    """``asked``: of a request, where a property that must be there is a demand."""
    yield place
    if "$ref" in schema:
        yield f"{place}: {schema['$ref'].rpartition('/')[2]}"
    elif "type" in schema and schema["type"] not in ("object", "array"):
        yield f"{place}: {schema['type']}"
    if "const" in schema:
        yield f"{place} = {schema['const']}"
    choices = _CHOICES.fullmatch(schema.get("pattern", ""))
    for choice in schema.get("enum") or (choices[1].split("|") if choices else ()):
        yield f"{place} = {choice}"
    for one in (*schema.get("anyOf", ()), *schema.get("oneOf", ())):
        yield from _schema(place, one, asked=asked)
    for at, one in enumerate(schema.get("prefixItems", ())):
        yield from _schema(f"{place}[{at}]", one, asked=asked)
    if isinstance(schema.get("items"), dict):
        yield from _schema(f"{place}[]", schema["items"], asked=asked)
    if isinstance(schema.get("additionalProperties"), dict):
        yield from _schema(f"{place}{{}}", schema["additionalProperties"], asked=asked)
    for name, one in schema.get("properties", {}).items():
        yield from _schema(f"{place}.{name}", one, asked=asked)
    for name in schema.get("required", ()):
        yield f"{DEMAND}{place}.{name}" if asked else f"{place}.{name} is there"
