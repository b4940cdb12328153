"""Which of two initcalls the linker puts first, as far as a boot and Kbuild tell.

Objects are linked in one order for all levels: that of directories in Kbuild and of
objects in their Makefiles. So two functions that ran one after the other at one level show
the order of the directories in which their paths part, and it holds at every other level.
Where a function stands in the tree is known from the sources of Linux 6.1, 6.12 and 7.3
(scripts/pack_sources.py).
"""

import lzma
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cache
from itertools import pairwise
from pathlib import Path

from parsers import Initcall

_TOP = (
    "init", "usr", "arch", "kernel", "certs", "mm", "fs", "ipc", "security", "crypto", "block",
    "io_uring", "rust", "lib", "drivers", "sound", "samples", "net", "virt",
)  # fmt: skip
"""The top directories in the order of Kbuild, Linux 6.12 and 7.3."""
_Split = tuple[str, str, str]
"""A directory, and the two names in it in which two paths part."""


def folder_of(function: str) -> str | None:
    """The folder of an initcall's file in the kernel's tree; None where it is not known."""
    path = source_files().get(function)
    return None if path is None else path.rpartition("/")[0]


@cache
def source_files() -> dict[str, str]:
    """The file of each initcall function that only one file of the kernel has."""
    packed = Path(__file__).with_name("sources.txt.xz").read_bytes()
    files: dict[str, str] = {}
    for line in lzma.decompress(packed).decode("ascii").splitlines():
        path, *functions = line.split(" ")
        files.update(dict.fromkeys(functions, path))
    return files


class LinkOrder:
    """The order of linking, learned from the initcalls of one boot."""

    def __init__(self, calls: Iterable[Initcall]) -> None:
        """``calls`` are those of one thread, in running order."""
        self._after: dict[str, defaultdict[str, set[str]]] = {}
        self._known: dict[_Split, bool | None] = {}
        for earlier, later in pairwise(_TOP):
            self._learn("", earlier, later)
        by_level: defaultdict[str, list[str]] = defaultdict(list)
        for call in calls:
            if call.levels is not None and call.levels[0] == call.levels[1]:
                path = source_files().get(call.function)
                if path is not None and call.levels[0] != "module":
                    by_level[call.levels[0]].append(path)
        for paths in by_level.values():
            for one, other in pairwise(paths):
                split = _split(one, other)
                if split is not None and split[0]:
                    self._learn(*split)

    def _learn(self, folder: str, earlier: str, later: str) -> None:
        self._after.setdefault(folder, defaultdict(set))[earlier].add(later)

    def before(self, one: str, other: str) -> bool | None:
        """Whether function ``one`` is linked before ``other``; None where it is not known."""
        files = source_files()
        if one not in files or other not in files:
            return None
        split = _split(files[one], files[other])
        if split is None:
            return None
        if split not in self._known:
            folder, earlier, later = split
            forth, back = self._leads(folder, earlier, later), self._leads(folder, later, earlier)
            self._known[split] = None if forth == back else forth
        return self._known[split]

    def _leads(self, folder: str, earlier: str, later: str) -> bool:
        after: Mapping[str, set[str]] = self._after.get(folder, {})
        seen, todo = {earlier}, [earlier]
        while todo:
            for name in after.get(todo.pop(), ()):
                if name == later:
                    return True
                if name not in seen:
                    seen.add(name)
                    todo.append(name)
        return False


def _split(one: str, other: str) -> _Split | None:
    """Where two paths part; None for one file."""
    ones, others = one.split("/"), other.split("/")
    for place, (left, right) in enumerate(zip(ones, others, strict=False)):
        if left != right:
            return "/".join(ones[:place]), left, right
    return None
