"""System.map, kallsyms or ``nm`` output into the table of initcalls.

Linux 5.12 and later name each entry
``__initcall__kmod_<module>__<counter>_<line>_<function><level>``
(include/linux/init.h), older ones ``__initcall_<function><level>``; address order is
running order. The level is glued to the name, so it is told by the section marks
around the address; no mark separates N from Ns, there the suffix decides.

/proc/kallsyms read without privileges has zeros for addresses. Its lines are in
address order all the same (scripts/kallsyms.c sorts them), so that order counts.
"""

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from parsers.errors import UnreadableInput
from parsers.events import Level

_LINE = re.compile(r"^\s*([0-9a-fA-F]{8,16})\s+[a-zA-Z?]\s+(\S+)")
_ENTRY = re.compile(r"__initcall__kmod_(.+?)__\d+_\d+_(.+)$")
_OLD_ENTRY = re.compile(r"__initcall_(?!_kmod_|start$|end$|rootfs_start$)(\w+)$")
_MARK = re.compile(r"__initcall(\d|rootfs)?_start$")
_SUFFIX = re.compile(r"(early|rootfs|con|[0-7]s?)$")
_MARKED: dict[str, tuple[Level, ...]] = {
    "": ("early",),
    "rootfs": ("rootfs",),
    "0": ("0s", "0"), "1": ("1s", "1"), "2": ("2s", "2"), "3": ("3s", "3"),
    "4": ("4s", "4"), "5": ("5s", "5"), "6": ("6s", "6"), "7": ("7s", "7"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Symbol:
    """One built-in initcall. ``link_order`` is its 0-based place in running order."""

    function: str
    module: str
    level: Level
    link_order: int


@dataclass(frozen=True, slots=True)
class SymbolTable:
    """The initcalls of one build, by function in link order."""

    by_function: dict[str, tuple[Symbol, ...]]

    def __len__(self) -> int:
        return sum(len(found) for found in self.by_function.values())


def read_symbols(lines: Iterable[str]) -> SymbolTable:
    """Read the initcall table of a build. Raises UnreadableInput where there is none."""
    marks: list[tuple[int, str]] = []
    entries: list[tuple[int, str, str]] = []
    for line in lines:
        if "initcall" not in line or (found := _LINE.match(line)) is None:
            continue
        address, name = int(found[1], 16), found[2]
        if (entry := _ENTRY.match(name)) is not None:
            entries.append((address, entry[1], entry[2]))
        elif (old := _OLD_ENTRY.match(name)) is not None:
            entries.append((address, "", old[1]))
        elif (mark := _MARK.match(name)) is not None:
            marks.append((address, mark[1] or ""))
        elif name in ("__con_initcall_start", "__initcall_end"):
            marks.append((address, "con"))
    if not entries:
        raise UnreadableInput(
            "There is no initcall table in these symbols.",
            hint="Give the build's System.map, 'nm vmlinux', or /proc/kallsyms"
            " (Debian's /boot/System.map is a stub).",
        )
    if not any(address for address, _, _ in entries):
        marks = []
    marks = sorted({address: (address, mark) for address, mark in sorted(marks)}.values())
    entries.sort(key=lambda entry: entry[0])
    # The console's section lies behind the others and runs before them.
    leveled = [(module, *_level(address, glued, marks)) for address, module, glued in entries]
    leveled.sort(key=lambda entry: entry[2] != "con")
    table: defaultdict[str, list[Symbol]] = defaultdict(list)
    for place, (module, function, level) in enumerate(leveled):
        table[function].append(Symbol(function, module, level, place))
    return SymbolTable({function: tuple(found) for function, found in table.items()})


def _level(address: int, glued: str, marks: list[tuple[int, str]]) -> tuple[str, Level]:
    """Split ``<function><level>`` by the section that the address lies in."""
    place = bisect_right(marks, address, key=lambda mark: mark[0])
    if place:
        section = marks[place - 1][1]
        levels: tuple[Level, ...] = ("con",) if section == "con" else _MARKED[section]
        for level in levels:
            if glued.endswith(level) and glued != level:
                return glued[: -len(level)], level
    suffix = _SUFFIX.search(glued)
    if suffix is None or suffix.start() == 0:
        raise UnreadableInput(f"The symbol of '{glued}' names no initcall level.")
    level_name: Level = suffix[1]  # type: ignore[assignment]
    return glued[: suffix.start()], level_name
