"""Rule files into packs; every problem of every file at once."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from pydantic import ValidationError

from app.adapters import adapter
from app.errors import Problem, RuleFileError
from app.rules.files import CAPS, HEADER, WAIVERS, Caps, Given, RuleFile, from_path
from app.rules.globs import is_glob, matcher
from app.rules.kinds import PLACEHOLDERS
from app.rules.markers import MARKERS
from app.rules.model import Pack, PackHeader, Rule, wrong_messages
from app.rules.problems import did_you_mean, tell
from app.rules.schema import UPGRADES, Upgrade, upgrade
from app.rules.waivers import Placed, WaiverFile
from app.rules.yaml_nodes import Document, read_yaml
from app.rules.yaml_nodes import Path as Place

Model = TypeVar("Model")


def load_path(path: Path, upgrades: Mapping[int, Upgrade] = UPGRADES, caps: Caps = CAPS) -> Pack:
    """A pack from a folder, or from one rule file. Raises RuleFileError."""
    return load_given(from_path(path, caps), upgrades)


def load_given(given: Given, upgrades: Mapping[int, Upgrade] = UPGRADES) -> Pack:
    """A pack from its files. Raises RuleFileError."""
    reading = _Reading(given, upgrades)
    if not reading.problems and not reading.rules:
        raise RuleFileError([Problem(given.name, 1, 1, "there is no rule file (*.yaml) here")])
    if reading.problems:
        raise RuleFileError(reading.problems)
    return reading.pack()


def read_waivers(path: Path) -> tuple[Placed, ...]:
    """The waivers of one file. Raises RuleFileError."""
    read = read_given(from_path(path, with_header=False), waivers=True)
    if read.problems:
        raise RuleFileError(list(read.problems))
    return read.waivers


class Read(NamedTuple):
    """What files hold: rules; the ids that they or faulty ones have, or had; waivers;
    problems; the header or its stand-in.
    """

    rules: tuple[Rule, ...]
    ids: frozenset[str]
    waivers: tuple[Placed, ...]
    problems: tuple[Problem, ...]
    header: PackHeader


def read_given(given: Given, *, waivers: bool = False) -> Read:
    """Read files and tell what is in them, faulty or not.

    A file is taken for waivers where it has any, or with ``waivers``.
    """
    reading = _Reading(given, UPGRADES, waivers=waivers)
    ids = reading.named | frozenset(reading.redirects)
    pack = reading.pack()
    return Read(pack.rules, ids, pack.waivers, tuple(reading.problems), pack.header)


class _Reading:
    """What the files of one pack say, and what is wrong with them.

    A single rule file is read with the header of the pack that it lies in, and may
    name rules that are not read with it.
    """

    def __init__(
        self, given: Given, upgrades: Mapping[int, Upgrade], *, waivers: bool = False
    ) -> None:
        self.name = given.name
        self.problems: list[Problem] = []
        self.waivers: list[Placed] = []
        self.rules: dict[str, Rule] = {}
        self._upgrades = upgrades
        self._waivers = waivers
        self._header: PackHeader | None = None
        self._headed: Document | None = None
        self._of_rules: list[Document] = []
        self._files: dict[str, str] = {}
        if given.fault:
            self._complain(given.name, given.fault)
        if given.header is not None:
            self._take(given.header)
        read = [document for file in given.files if (document := self._take(file))]
        self._check(alone=given.alone)
        for document in read:
            self.problems.extend(sorted(document.problems, key=lambda one: (one.line, one.column)))

    @property
    def name_of_pack(self) -> str | None:
        """What the pack calls itself."""
        return self._header.pack if self._header is not None else None

    @property
    def named(self) -> frozenset[str]:
        """The ids of the rules, those of faulty files among them."""
        return frozenset(self._files)

    @property
    def redirects(self) -> Mapping[str, str]:
        """From former ids to those of today."""
        return self._header.redirects if self._header is not None else {}

    def pack(self) -> Pack:
        """The pack, where there are no problems."""
        header = self._header or PackHeader(
            schema_=1, pack="user", version="0.0.0", title=self.name
        )
        rules = tuple(self.rules[rule_id] for rule_id in sorted(self.rules))
        return Pack(header=header, rules=rules, waivers=tuple(self.waivers))

    def _take(self, file: RuleFile) -> Document | None:
        """Read one file: the header, waivers or a rule."""
        document = self._document(file)
        if document is None:
            return None
        holds_waivers = isinstance(document.data, dict) and "waivers" in document.data
        if file.name == HEADER:
            self._headed = document
            self._header = self._validate(PackHeader, document)
        elif self._waivers or holds_waivers or file.name == WAIVERS:
            found = self._validate(WaiverFile, document)
            for place, waiver in enumerate(found.waivers if found is not None else ()):
                line, _ = document.place(("waivers", place))
                self.waivers.append(Placed(waiver, f"{document.file}:{line}"))
        else:
            self._take_rule(document)
        return document

    def _take_rule(self, document: Document) -> None:
        self._of_rules.append(document)
        rule_id = _id_of(document)
        if rule_id in self._files and ("id",) in document.places:
            other = self._files[rule_id]
            document.problem(("id",), f"there is a rule {rule_id} already, in {other}")
        else:
            self._files[rule_id] = document.file
        if (rule := self._validate(Rule, document)) is not None:
            self.rules[rule.id] = rule

    def _document(self, file: RuleFile) -> Document | None:
        """A file as data of today's schema, or None where it cannot be read at all."""
        text = self._text(file)
        if text is None:
            return None
        document = read_yaml(text, file.name)
        if document.whole:
            document.whole = upgrade(document, self._upgrades)
        return document

    def _text(self, file: RuleFile) -> str | None:
        if file.fault:
            self._complain(file.name, file.fault)
            return None
        try:
            return file.data.decode("utf-8")
        except UnicodeDecodeError as error:
            line = file.data.count(b"\n", 0, error.start) + 1
            column = len(file.data[: error.start].rpartition(b"\n")[2].decode("utf-8")) + 1
            text = f"not UTF-8 here (byte {error.start}); save the file as UTF-8"
            self.problems.append(Problem(file.name, line, column, text))
            return None

    def _check(self, *, alone: bool) -> None:
        """Markers are known; redirects and consequences lead to rules that are there."""
        known = {*MARKERS, *(self._header.markers if self._header is not None else ())}
        for document in self._of_rules:
            if self._headed is None or self._header is not None:
                _check_markers(document, known)
            _check_messages(document)
            if not alone:
                self._check_consequences(document)
        if self._headed is None or alone:
            return
        for old, new in self.redirects.items():
            if new not in self._files:
                near = did_you_mean(new, self._files)
                self._headed.problem(("redirects", old), f"there is no rule {new}{near}")
            if old in self._files:
                self._headed.problem(("redirects", old), f"there is a rule {old} still")

    def _check_consequences(self, document: Document) -> None:
        for place, (rule_id, pack) in enumerate(_consequences(document.data)):
            here = pack in (None, self.name_of_pack)
            if here and isinstance(rule_id, str) and rule_id not in self._files:
                near = did_you_mean(rule_id, self._files)
                text = f"there is no rule {rule_id} in this pack{near}"
                document.problem(("consequences", place, "rule"), text)

    def _complain(self, name: str, text: str) -> None:
        self.problems.append(Problem(name, 1, 1, text))

    def _validate(self, model: type[Model], document: Document) -> Model | None:
        if not document.whole:
            return None
        try:
            found = adapter(model).validate_python(document.data)
        except ValidationError as error:
            tell(document, model, error)
            return None
        return found if not document.problems else None


def _id_of(document: Document) -> str:
    """The id of a rule, faulty or not; a file that does not say it is named after it."""
    given = document.data.get("id") if isinstance(document.data, dict) else None
    return given if isinstance(given, str) else document.file.rpartition(".")[0]


def _consequences(data: Any) -> Iterator[tuple[Any, Any]]:
    """The rule and the pack that each consequence names."""
    found = data.get("consequences") if isinstance(data, dict) else None
    for one in found if isinstance(found, list) else ():
        yield (one.get("rule"), one.get("pack")) if isinstance(one, dict) else (None, None)


def _check_messages(document: Document) -> None:
    """All of them, where a fault of another key may have hidden those of some."""
    data = document.data if isinstance(document.data, dict) else {}
    check, messages = data.get("check"), data.get("messages")
    kind = check.get("kind") if isinstance(check, dict) else None
    if isinstance(messages, dict) and isinstance(kind, str) and kind in PLACEHOLDERS:
        for outcome, wrong in wrong_messages(messages, kind):
            document.problem(("messages", outcome), f"'messages.{outcome}': {wrong}")


def _check_markers(document: Document, known: set[str]) -> None:
    for path, name in _marker_names(document.data, ()):
        fits = any(map(matcher((name,)), known)) if is_glob(name) else name in known
        if not fits:
            near = did_you_mean(name, known)
            document.problem(path, f"there is no marker '{name}'{near}")


def _marker_names(data: Any, path: Place) -> Iterator[tuple[Place, str]]:
    """Every marker that a rule's condition or check names, with its place."""
    if isinstance(data, dict):
        for key, value in data.items():
            here = (*path, key)
            if path and key in ("marker", "before") and isinstance(value, str):
                yield here, value
            elif key == "marker" and isinstance(value, list):
                named = ((place, name) for place, name in enumerate(value))
                yield from (((*here, i), name) for i, name in named if isinstance(name, str))
            elif path or key in ("applies_when", "check"):
                yield from _marker_names(value, here)
    elif isinstance(data, list):
        for place, item in enumerate(data):
            yield from _marker_names(item, (*path, place))
