"""Rule files into packs; every problem of every file at once."""

from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from app.errors import Problem, RuleFileError, UnknownPack
from app.rules.model import Pack, PackHeader, Rule
from app.rules.yaml_nodes import Document, read_yaml

Model = TypeVar("Model", bound=BaseModel)

DEFAULT_PACK = "ffa-pkvm"
MAX_FILES = 500
MAX_FILE_BYTES = 256 * 1024


def shipped_packs() -> tuple[str, ...]:
    """The names of the packs that come with Bootscope."""
    return tuple(sorted(entry.name for entry in _packs_folder().iterdir() if entry.is_dir()))


@cache
def load_shipped(name: str) -> Pack:
    """A shipped pack. Raises UnknownPack, which lists the names."""
    if name not in shipped_packs():
        known = ", ".join(shipped_packs())
        raise UnknownPack(
            f"There is no pack '{name}'.",
            hint=f"Shipped packs: {known}; or give a rule file or a folder of them.",
        )
    return _load(_packs_folder() / name, name)


def load_pack(name_or_path: str) -> Pack:
    """A shipped pack by name, or a user's own from a folder or one rule file."""
    if name_or_path in shipped_packs():
        return load_shipped(name_or_path)
    path = Path(name_or_path)
    if path.exists():
        return _load(path, path.stem)
    return load_shipped(name_or_path)


def _packs_folder() -> Traversable:
    return files("app.rules") / "packs"


def _load(place: Traversable, name: str) -> Pack:
    problems: list[Problem] = []
    header: PackHeader | None = None
    rules: dict[str, Rule] = {}
    for file in _rule_files(place):
        text = _read(file, problems)
        if text is None:
            continue
        document = read_yaml(text, file.name)
        if file.name == "pack.yaml":
            header = _validate(PackHeader, document)
        elif (rule := _validate(Rule, document)) is not None:
            if rule.id in rules:
                document.problem(("id",), f"there is a rule {rule.id} already in this pack")
            rules[rule.id] = rule
        problems.extend(document.problems)
    if not problems and not rules:
        problems.append(Problem(name, 1, 1, "there is no rule file (*.yaml) here"))
    if problems:
        raise RuleFileError(problems)
    header = header or PackHeader(schema=1, pack="user", version="0.0.0", title=name)
    return Pack(header=header, rules=tuple(rules[rule_id] for rule_id in sorted(rules)))


def _rule_files(place: Traversable) -> Iterable[Traversable]:
    if place.is_file():
        return [place]
    found = [entry for entry in place.iterdir() if entry.name.endswith(".yaml")]
    return sorted(found, key=lambda entry: entry.name)[:MAX_FILES]


def _read(file: Traversable, problems: list[Problem]) -> str | None:
    data = file.read_bytes()
    if len(data) > MAX_FILE_BYTES:
        problems.append(Problem(file.name, 1, 1, f"larger than {MAX_FILE_BYTES:,} bytes"))
        return None
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        problems.append(Problem(file.name, 1, 1, f"not UTF-8 at byte {error.start}"))
        return None


def _validate(model: type[Model], document: Document) -> Model | None:
    if document.problems:
        return None
    try:
        return model.model_validate(document.data)
    except ValidationError as error:
        for detail in error.errors(include_url=False):
            path = tuple(part for part in detail["loc"] if (part not in _UNION_TAGS))
            document.problem(path, _words(path, detail["type"], detail["msg"]))
        return None


_UNION_TAGS = frozenset({"order", "returns", "present", "deferral"})


def _words(path: tuple[str | int, ...], kind: str, message: str) -> str:
    name = ".".join(str(part) for part in path)
    match kind:
        case "missing":
            return f"'{name}' is missing"
        case "extra_forbidden":
            return f"'{name}' is not a known key here"
        case _:
            return f"'{name}': {message.removeprefix('Value error, ')}" if name else message
