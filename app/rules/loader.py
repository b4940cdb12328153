"""Packs by name, or from a folder or a file of a user's own.

Shipped packs come from what was kept of them when they were read last (compiled.py);
reading rule files takes pydantic and YAML, which are imported only then.
"""

import os
from functools import cache
from typing import TYPE_CHECKING

from app.errors import UnknownPack
from app.rules.compiled import PACKS, load_compiled
from app.rules.problems import did_you_mean
from parsers.record import replace

if TYPE_CHECKING:
    from app.rules.model import Pack
    from app.rules.waivers import Placed

DEFAULT_PACKS = ("ffa-pkvm", "boot-hygiene")


def shipped_packs() -> tuple[str, ...]:
    """The names of the packs that come with Bootscope."""
    with os.scandir(PACKS) as entries:
        return tuple(sorted(entry.name for entry in entries if entry.is_dir()))


@cache
def load_shipped(name: str) -> "Pack":
    """A shipped pack. Raises UnknownPack, which lists the names."""
    if name not in shipped_packs():
        known = ", ".join(shipped_packs())
        raise UnknownPack(
            f"There is no pack '{name}'{did_you_mean(name, shipped_packs()).rstrip('?')}.",
            hint=f"Shipped packs: {known}; or give a rule file or a folder of them.",
        )
    return replace(load_compiled(os.path.join(PACKS, name)), shipped=True)


def load_pack(name_or_path: str) -> "Pack":
    """A shipped pack by name, or a user's own from a folder or one rule file.

    Raises RuleFileError with every problem, UnknownPack.
    """
    if name_or_path in shipped_packs() or not os.path.exists(name_or_path):
        return load_shipped(name_or_path)
    from pathlib import Path

    from app.rules.reading import load_path

    return load_path(Path(name_or_path))


def load_waivers(path: "str | os.PathLike[str]") -> "tuple[Placed, ...]":
    """The waivers of one file. Raises RuleFileError."""
    from pathlib import Path

    from app.rules.reading import read_waivers

    return read_waivers(Path(path))
