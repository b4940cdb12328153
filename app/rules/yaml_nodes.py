"""YAML text into plain data, with the place of everything.

Stricter than YAML: no duplicate keys, no anchors and aliases, no tags, one document,
no deep nesting. It is built from the parser's events, so that nothing of a hostile file
is built before it is looked at. What is not allowed is told and read on past, so that it
hides nothing else that is wrong with the file; where YAML itself ends, so does reading.
"""

from dataclasses import dataclass, field
from typing import Any, NoReturn

import yaml

from app.errors import Problem

Path = tuple[str | int, ...]
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
MAX_DEPTH = 20
MAX_VALUES = 20_000
"""Keys, words, lists and mappings of one file."""
_MAX_NUMBER = 60
"""Characters of what is no text: ``1:1:1...`` is a number, and takes long to be made one."""
MAX_PROBLEMS = 100
"""Problems told of one file."""
MAX_WORDS = 400
"""Characters of one problem: it may quote what the file says."""


@dataclass(slots=True)
class Document:
    """The data of one file, the (line, column) of each path in it, its problems.

    It is ``whole`` where it could be read to its end, whatever is wrong with what it says.
    ``unread`` are the paths whose value is not known: an alias, what has a tag.
    """

    file: str
    data: Any = None
    whole: bool = False
    places: dict[Path, tuple[int, int]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    unread: set[Path] = field(default_factory=set)

    @property
    def full(self) -> bool:
        """Whether no further problem is told."""
        return len(self.problems) >= MAX_PROBLEMS

    def problem(self, path: Path, text: str) -> None:
        """Add a problem at ``path``, or at the nearest place above it that exists."""
        self.problem_at(self.place(path), text)

    def problem_at(self, place: tuple[int, int], text: str) -> None:
        """Add a problem at a (line, column)."""
        text = text if len(text) <= MAX_WORDS else f"{text[: MAX_WORDS - 1]}…"
        problem = Problem(self.file, *place, text)
        if not self.full and problem not in self.problems:
            self.problems.append(problem)

    def place(self, path: Path) -> tuple[int, int]:
        """The (line, column) of ``path``, or of the nearest place above it."""
        while path and path not in self.places:
            path = path[:-1]
        return self.places.get(path, (1, 1))

    def move(self, old: Path, new: Path) -> None:
        """Move what is at ``old``, if anything, with its place (for upgrades of schema)."""
        source = _holder(self.data, old)
        if source is None or old[-1] not in source:
            return
        value = source.pop(old[-1])
        target = self.data
        for part in new[:-1]:
            target = target.setdefault(part, {})
        target[new[-1]] = value
        for path in [path for path in self.places if path[: len(old)] == old]:
            self.places[(*new, *path[len(old) :])] = self.places.pop(path)


def _holder(data: Any, path: Path) -> dict[str, Any] | None:
    for part in path[:-1]:
        data = data.get(part) if isinstance(data, dict) else None
    return data if isinstance(data, dict) else None


class _Refused(Exception):
    """The file is more than a rule file may be; the problem is told already."""


class _Unread:
    """Stands for a value that is not known."""


_UNREAD = _Unread()
_ASIDE = -1
"""Where in a mapping that lies which is read, but not kept: no key is a number."""


def read_yaml(text: str, file: str) -> Document:
    """Read one file; whatever is wrong with it ends up in ``problems``."""
    document = Document(file)
    try:
        loader = _Loader(text)
        try:
            _Reader(loader, document).read()
        finally:
            loader.dispose()
    except _Refused:
        pass
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        document.problem_at((line, column), f"not YAML: {error.problem}")
    except yaml.reader.ReaderError as error:
        before = text.encode("utf-8", "replace")[: error.position].decode("utf-8", "ignore")
        line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
        document.problem_at((line, column), f"not YAML: {error.reason}")
    return document


class _Reader:
    """Turns a parser's events into data, one document."""

    def __init__(self, loader: Any, document: Document) -> None:
        self._loader = loader
        self._values = 0
        self._document = document

    def read(self) -> None:
        """Read all of it; raises _Refused where it is no use to go on."""
        self._loader.get_event()  # the stream starts
        if self._loader.check_event(yaml.StreamEndEvent):
            self._document.problem((), "the file is empty")
            return
        self._loader.get_event()  # a document starts
        self._document.data = self._value(self._loader.get_event(), ())
        self._loader.get_event()  # it ends
        self._document.whole = True
        if not self._loader.check_event(yaml.StreamEndEvent):
            place = _place(self._loader.get_event())
            text = "a second document begins here; write one rule a file"
            self._document.problem_at(place, text)

    def _value(self, event: Any, path: Path) -> Any:
        place = _place(event)
        self._document.places.setdefault(path, place)
        self._values += 1
        if self._values > MAX_VALUES:
            self._refuse(place, f"more than {MAX_VALUES:,} values in one file; split it")
        if len(path) > MAX_DEPTH:
            self._refuse(place, f"nested deeper than {MAX_DEPTH}")
        if not self._plain(event):
            self._document.unread.add(path)
        if isinstance(event, yaml.SequenceStartEvent):
            items: list[Any] = []
            while not isinstance(item := self._loader.get_event(), yaml.SequenceEndEvent):
                items.append(self._value(item, (*path, len(items))))
            return items
        if isinstance(event, yaml.MappingStartEvent):
            return self._mapping(path)
        return _UNREAD if path in self._document.unread else self._scalar(event, path)

    def _plain(self, event: Any) -> bool:
        """Whether what is written there is the value; what is not allowed is told."""
        place, told = _place(event), self._document.problem_at
        if isinstance(event, yaml.AliasEvent):
            told(place, "YAML aliases (*name) are not allowed; write the value out")
            return False
        if event.anchor is not None:
            told(place, "YAML anchors (&name) are not allowed; write the value out")
        if event.tag is None or event.tag == "!":
            return True
        told(place, f"YAML tags ({event.tag}) are not allowed; write a plain value")
        return False

    def _mapping(self, path: Path) -> dict[str, Any]:
        document = self._document
        result: dict[str, Any] = {}
        while not isinstance(key_event := self._loader.get_event(), yaml.MappingEndEvent):
            place = _place(key_event)
            if not isinstance(key_event, yaml.ScalarEvent):
                document.problem_at(place, "a key must be a plain word")
                self._value(key_event, (*path, _ASIDE))
                self._value(self._loader.get_event(), (*path, _ASIDE))
                continue
            self._plain(key_event)
            key = key_event.value
            if key in result:
                document.problem_at(place, f"'{key}' is given twice")
                self._value(self._loader.get_event(), (*path, _ASIDE))
                continue
            document.places.setdefault((*path, key), place)
            result[key] = self._value(self._loader.get_event(), (*path, key))
        return result

    def _scalar(self, event: Any, path: Path) -> Any:
        tag = self._loader.resolve(yaml.ScalarNode, event.value, event.implicit)
        if tag == "tag:yaml.org,2002:str":
            return event.value
        wrong = "a number or a day of so many characters is no value"
        if len(event.value) <= _MAX_NUMBER:
            node = yaml.ScalarNode(tag, event.value, event.start_mark, event.end_mark)
            try:
                return self._loader.construct_object(node)
            except ValueError as error:
                wrong = f"'{event.value[:40]}' is no value: {error}"
        self._document.problem_at(_place(event), wrong)
        self._document.unread.add(path)
        return _UNREAD

    def _refuse(self, place: tuple[int, int], text: str) -> NoReturn:
        self._document.problem_at(place, text)
        raise _Refused


def _place(event: Any) -> tuple[int, int]:
    return event.start_mark.line + 1, event.start_mark.column + 1
