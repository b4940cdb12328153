"""Rule files as they are given: from a folder or a file, or sent by a stranger."""

from collections.abc import Iterable
from itertools import islice
from pathlib import Path
from typing import NamedTuple

HEADER, WAIVERS = "pack.yaml", "waivers.yaml"


class Caps(NamedTuple):
    """How much one pack may be."""

    files: int = 500
    file_bytes: int = 256 * 1024
    pack_bytes: int = 4 * 1024 * 1024


CAPS = Caps()


class RuleFile(NamedTuple):
    """One file by its bare name; ``fault`` says why it could not be read."""

    name: str
    data: bytes = b""
    fault: str = ""


class Given(NamedTuple):
    """The files of one pack.

    ``alone``: a single rule, which may speak of rules that are not read with it;
    ``header`` is then the ``pack.yaml`` that it lies beside, if any.
    """

    name: str
    files: tuple[RuleFile, ...]
    alone: bool = False
    header: RuleFile | None = None
    fault: str = ""


def from_path(path: Path, caps: Caps = CAPS, *, with_header: bool = True) -> Given:
    """The YAML files of a folder by name, or the one file."""
    if path.is_dir():
        found = (
            entry
            for entry in path.iterdir()
            if entry.suffix in (".yaml", ".yml") and not entry.name.startswith(".")
        )
        some = sorted(islice(found, caps.files + 1))
        if len(some) > caps.files:
            return Given(path.stem, (), fault=_too_many(caps))
        return Given(path.stem, tuple(_within((_read(file, caps) for file in some), caps)))
    beside = path.with_name(HEADER)
    headed = with_header and path.name != HEADER and beside.is_file()
    files = tuple(
        _within([_read(file, caps) for file in ([path, beside] if headed else [path])], caps)
    )
    return Given(path.stem, files[:1], alone=True, header=files[1] if headed else None)


def from_bytes(given: Iterable[tuple[str, bytes]], caps: Caps = CAPS) -> Given:
    """Files that were sent, by the names that they were sent under."""
    files = [RuleFile(name, data) for name, data in given]
    rules = [file for file in files if file.name not in (HEADER, WAIVERS)]
    if len(files) > caps.files:
        return Given("pack", (), fault=_too_many(caps))
    return Given("pack", tuple(_within(files, caps)), alone=len(files) == len(rules) == 1)


def _too_many(caps: Caps) -> str:
    return f"more than {caps.files} rule files; split the pack"


def _read(path: Path, caps: Caps) -> RuleFile:
    try:
        with path.open("rb") as opened:
            return RuleFile(path.name, opened.read(caps.file_bytes + 1))
    except OSError as error:
        return RuleFile(path.name, fault=f"cannot be read: {error.strerror}")


def _within(files: Iterable[RuleFile], caps: Caps) -> Iterable[RuleFile]:
    """The files, those that are too much without what is in them."""
    size = 0
    for file in files:
        size += len(file.data)
        if len(file.data) > caps.file_bytes:
            yield RuleFile(file.name, fault=f"larger than {caps.file_bytes:,} bytes")
        elif size > caps.pack_bytes:
            yield RuleFile(file.name, fault=f"the pack is larger than {caps.pack_bytes:,} bytes")
        else:
            yield file
