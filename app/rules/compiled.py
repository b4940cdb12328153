"""Shipped packs, kept as Python keeps bytecode: read and checked once, then loaded.

What is kept lies in a pack's ``__pycache__`` and counts only while every file of the
pack, and every module that says what a rule is, has the size and time that it had. It
is never made of a user's own rules. ``python -m app.rules.compiled`` makes it ahead,
for an installation that nobody may write to later.
"""

import os
import sys
import zlib
from os.path import dirname, join
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from app.rules.model import Pack

_RULES = dirname(__file__)
PACKS = join(_RULES, "packs")
_LANGUAGE = (_RULES, join(_RULES, "kinds"), join(dirname(dirname(_RULES)), "parsers"))
"""Where the modules are that a kept pack depends on."""


def load_compiled(folder: str) -> "Pack":
    """The pack in ``folder``: the kept one, else read anew and kept where that is allowed."""
    file = join(folder, "__pycache__", f"pack.{sys.implementation.cache_tag}.pickle")
    key = _key(folder)
    pack = _kept(file, key)
    if pack is None:
        from pathlib import Path

        from app.rules.reading import load_path

        pack = load_path(Path(folder))
        if not sys.dont_write_bytecode:
            _keep(file, key, pack)
    return pack


def _key(folder: str) -> bytes:
    """A text that changes with the pack's files and with the modules that read them."""
    parts = []
    for place in (folder, *_LANGUAGE):
        with os.scandir(place) as entries:
            for entry in sorted(entries, key=lambda one: one.name):
                if entry.name.endswith((".yaml", ".yml", ".py")):
                    about = entry.stat()
                    parts.append(f"{entry.name} {about.st_size} {about.st_mtime_ns}")
    return "\n".join([*parts, "\n"]).encode()


def _kept(file: str, key: bytes) -> "Pack | None":
    try:
        with open(file, "rb") as opened:
            data = opened.read()
        checksum, content = data[:4], data[4:]
        if zlib.crc32(content).to_bytes(4) != checksum or not content.startswith(key):
            return None
        pack: Pack = _loads(content[len(key) :])
    except Exception:  # whatever is wrong with it, it is made anew
        return None
    return pack


def _loads(data: bytes) -> Any:
    """As ``pickle.loads``, which brings what is written in Python with it."""
    try:
        from _pickle import loads
    except ImportError:  # pragma: no cover - no CPython
        from pickle import loads
    return loads(data)  # noqa: S301 - as trusted as a .pyc beside it


def _keep(file: str, key: bytes, pack: "Pack") -> None:
    from pickle import dumps

    content = key + dumps(pack, protocol=5)
    part = f"{file}.{os.getpid()}"
    try:
        os.makedirs(dirname(file), exist_ok=True)
        with open(part, "wb") as opened:
            opened.write(zlib.crc32(content).to_bytes(4) + content)
        os.replace(part, file)
    except OSError:  # an installation that is read only is slower, not broken
        return


if __name__ == "__main__":
    for pack_name in os.listdir(PACKS):
        load_compiled(join(PACKS, pack_name))
