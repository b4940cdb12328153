"""YAML text into plain data, with the place of everything.

Stricter than YAML: no duplicate keys, no anchors and aliases, one document.
"""

from dataclasses import dataclass, field
from typing import Any

import yaml

from app.errors import Problem

Path = tuple[str | int, ...]
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
MAX_DEPTH = 20


@dataclass(slots=True)
class Document:
    """The data of one file, the (line, column) of each path in it, its problems."""

    file: str
    data: Any = None
    places: dict[Path, tuple[int, int]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def problem(self, path: Path, text: str) -> None:
        """Add a problem at ``path``, or at the nearest place above it that exists."""
        while path and path not in self.places:
            path = path[:-1]
        line, column = self.places.get(path, (1, 1))
        self.problems.append(Problem(self.file, line, column, text))


def read_yaml(text: str, file: str) -> Document:
    """Read one file; whatever is wrong with it ends up in ``problems``."""
    document = Document(file)
    try:
        if any(isinstance(token, yaml.AliasToken) for token in yaml.scan(text, Loader=_Loader)):
            document.problem((), "YAML aliases (*name) are not allowed; write the value out")
            return document
        loader = _Loader(text)
        try:
            node = loader.get_single_node()
            if node is None:
                document.problem((), "the file is empty")
                return document
            document.data = _convert(loader, node, (), document)
        finally:
            loader.dispose()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        document.problems.append(Problem(file, line, column, f"not YAML: {error.problem}"))
    except yaml.YAMLError as error:
        document.problem((), f"not YAML: {error}")
    return document


def _convert(loader: Any, node: yaml.Node, path: Path, document: Document) -> Any:
    document.places[path] = (node.start_mark.line + 1, node.start_mark.column + 1)
    if len(path) > MAX_DEPTH:
        document.problem(path, f"nested deeper than {MAX_DEPTH}")
        return None
    if isinstance(node, yaml.SequenceNode):
        return [
            _convert(loader, item, (*path, index), document)
            for index, item in enumerate(node.value)
        ]
    if isinstance(node, yaml.MappingNode):
        result: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = key_node.value if isinstance(key_node, yaml.ScalarNode) else None
            if key is None:
                document.problem(path, "a key must be a plain word")
                continue
            here = (*path, key)
            if key in result:
                document.places[here] = (
                    key_node.start_mark.line + 1,
                    key_node.start_mark.column + 1,
                )
                document.problem(here, f"'{key}' is given twice")
                continue
            result[key] = _convert(loader, value_node, here, document)
            document.places[here] = (key_node.start_mark.line + 1, key_node.start_mark.column + 1)
        return result
    return loader.construct_object(node, deep=True)
