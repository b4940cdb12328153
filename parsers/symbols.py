"""The initcall table of a build: System.map, kallsyms, a listing of symbols, a vmlinux.

Address order is running order. What a symbol's name leaves open is told by the section
marks around its address (include/asm-generic/vmlinux.lds.h): console and security
initcalls of old kernels, built-in modules of Rust. Security initcalls do not go
through do_one_initcall() and are left out.

/proc/kallsyms read without privileges has zeros for addresses. Its lines are in
address order all the same (scripts/kallsyms.c sorts them), so that order counts.
"""

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import get_args

from parsers.elf import elf_symbols, is_elf
from parsers.errors import EmptyInput, InputError, InputTooLarge, UnreadableInput
from parsers.events import Level
from parsers.named import NamedTuple
from parsers.pattern import pattern
from parsers.record import record
from parsers.source import MAX_BYTES, read_source, unpack
from parsers.symbol_kinds import SymbolKind, kernel_image, listing_kind, looks_like_log
from parsers.symbol_names import MAX_NAME, Entry, read_name, undecorated

MAX_CANDIDATES = 400_000
"""Symbols named like initcalls; a kernel has some thousand."""

_SAMPLE_BYTES = 256 * 1024
_WIDTH = 2 * MAX_NAME
_NAME = pattern(r"(?<![\w.$])__\w*init(?:call|stub)[\w.$]*")
_ADDRESS = pattern(r"(?:^|[\s:|])(?:0x)?([0-9a-fA-F]{8,16})(?=[\s|]|$)")
_MARK = pattern(r"__(con_|security_)?initcall([0-7]|rootfs)?_(start|end)")
_RANK: dict[Level, int] = {level: rank for rank, level in enumerate(get_args(Level))}
_SECTIONS = ("end", "", "0", "1", "2", "3", "4", "5", "rootfs", "6", "7", "con", "security")
"""By address; of marks at one address the last begins a section that is not empty."""
_WAY_OUT = (
    "As symbols give the build's System.map or vmlinux, the output of nm, or /proc/kallsyms"
    " (Debian's /boot/System.map is a stub)."
)
_SMALLER = "'nm vmlinux | grep initcall > symbols.txt' has all that is needed; give that."

_Entries = dict[tuple[int, str], Entry]
"""By address and symbol, so that what is listed twice counts once."""


class Symbol(NamedTuple):
    """One built-in initcall. ``link_order`` is its 0-based place in running order.

    ``level`` is None where neither name nor place tells it, ``link_order`` where only
    the function is listed, whose address says nothing of when it runs.
    """

    function: str
    module: str
    level: Level | None
    link_order: int | None


@record
class SymbolTable:
    """The initcalls of one build, by function in the order in which they run."""

    by_function: dict[str, tuple[Symbol, ...]]

    def __len__(self) -> int:
        return sum(len(found) for found in self.by_function.values())


class _Found(NamedTuple):
    """An initcall; ``address`` is None where it says nothing of the order."""

    address: int | None
    function: str
    module: str
    level: Level | None


def read_symbol_table(data: bytes, *, max_bytes: int = MAX_BYTES) -> SymbolTable:
    """The initcall table out of a symbol file, packed or not: a listing or a vmlinux.

    Raises EmptyInput, InputTooLarge (over ``max_bytes``; a listing over MAX_BYTES too)
    and UnreadableInput (no symbols, or none of initcalls).
    """
    try:
        plain = unpack(data, max_bytes=max_bytes)
        if is_elf(plain):
            return build_table(elf_symbols(plain))
        if (image := kernel_image(plain)) is not None:
            raise UnreadableInput(
                f"This is a kernel to boot ({image}); it holds no symbols.", hint=_WAY_OUT
            )
        return read_symbols(read_source(plain, max_bytes=min(max_bytes, MAX_BYTES)).lines)
    except EmptyInput as error:
        raise EmptyInput("There is nothing in it.", hint=_WAY_OUT, where="symbols") from error
    except InputTooLarge as error:
        message = error.message.replace("The log", "It")
        raise InputTooLarge(message, hint=_SMALLER, where="symbols") from error
    except InputError as error:
        error.where = f"symbols {error.where}".strip()
        raise


def symbol_kind(data: bytes, *, max_bytes: int = MAX_BYTES) -> SymbolKind | None:
    """What kind of symbol file these bytes are, packed or not; None for anything else."""
    try:
        plain = unpack(data, max_bytes=max_bytes)
        if is_elf(plain):
            return "vmlinux"
        return listing_kind(read_source(plain[:_SAMPLE_BYTES], max_bytes=max_bytes).lines)
    except InputError:
        return None


def read_symbols(lines: Sequence[str]) -> SymbolTable:
    """Read the initcall table out of a listing. Raises UnreadableInput where there is none."""
    if listing_kind(lines) is None and looks_like_log(lines):
        raise UnreadableInput(
            "This is a log, not a table of symbols.", hint=f"Give it as the log. {_WAY_OUT}"
        )
    named: list[tuple[int, int, str]] = []
    cut = 0
    for number, line in enumerate(lines):
        if "__" not in line or (name := _NAME.search(line, 0, _WIDTH)) is None:
            continue
        if line.startswith("[...]", name.end()):
            cut += 1
        elif (address := _ADDRESS.search(line, 0, _WIDTH)) and not line.endswith("]"):
            named.append((int(address[1], 16), number, name[0]))
    if cut:
        raise UnreadableInput(
            f"The names in this listing are cut ({cut:,} of them).",
            hint="Give the output of nm, or of readelf with -W.",
        )
    if any(address for address, _, _ in named):
        return build_table((address, name) for address, _, name in named)
    return build_table(((number, name) for _, number, name in named), by_line=True)


def build_table(symbols: Iterable[tuple[int, str]], *, by_line: bool = False) -> SymbolTable:
    """The initcalls among symbols, given as (address, name).

    With ``by_line`` the addresses are places in a list that is in address order.
    Raises UnreadableInput where there are none.
    """
    marks: dict[int, str] = {}
    entries: defaultdict[str, _Entries] = defaultdict(dict)
    for count, (address, symbol) in enumerate(symbols):
        if count == MAX_CANDIDATES:
            raise InputTooLarge(
                f"More than {MAX_CANDIDATES:,} symbols are named like initcalls.", hint=_SMALLER
            )
        name = undecorated(symbol)
        if (mark := _MARK.fullmatch(name)) is not None:
            _set_mark(marks, address, mark)
        elif (entry := read_name(name)) is not None:
            entries[entry.kind][(address, name)] = entry
    sections = _Sections(marks, by_line=by_line)
    if entries["kmod"]:
        found = _kmod(entries["kmod"], entries["rust"], sections)
    else:
        found = _old(entries["old"], sections) or _stubs(entries["stub"])
    if not found:
        raise UnreadableInput("There is no initcall table in these symbols.", hint=_WAY_OUT)
    return _tabled(found)


class _Sections:
    """Which section of the table an address lies in."""

    def __init__(self, marks: dict[int, str], *, by_line: bool) -> None:
        self._places = sorted(marks)
        self._marks = marks
        self._by_line = by_line

    def around(self, address: int) -> tuple[str, ...]:
        """The sections it may lie in, as in their marks ("" is early); mostly one.

        In a list without addresses a symbol may stand in the line before a mark that
        has its own address, so that either section may be meant.
        """
        place = bisect_right(self._places, address)
        around = [self._marks[self._places[place - 1]]] if place else []
        if self._by_line and self._marks.get(address + 1, "end") != "end":
            around.append(self._marks[address + 1])
        return tuple(around)


def _set_mark(marks: dict[int, str], address: int, mark: re.Match[str]) -> None:
    whose, number, edge = mark.groups()
    if edge == "start":
        section = whose.rstrip("_") if whose else number or ""
    elif whose:
        section = "end"
    else:  # __initcall_end, where the console's section begins
        return
    marks[address] = max(marks.get(address, section), section, key=_SECTIONS.index)


def _kmod(entries: _Entries, rust: _Entries, sections: _Sections) -> list[_Found]:
    """Entries of 5.12 and later."""
    for entry in entries.values():
        if entry.level is None:
            raise UnreadableInput(
                f"The symbol of '{entry.function}' names no initcall level.", hint=_WAY_OUT
            )
    listed = {key: entry for key, entry in rust.items() if "6" in sections.around(key[0])}
    return [
        _Found(address, entry.function, entry.module, entry.level)
        for (address, _), entry in (entries | listed).items()
    ]


def _old(entries: _Entries, sections: _Sections) -> list[_Found]:
    """Entries before 5.12.

    Console and security initcalls have no level in their names. Where their sections
    are not marked, a name without a level is of one of them, unless no name has any.
    """
    found = []
    others = []
    for (address, _), entry in entries.items():
        around = sections.around(address)
        if around == ("con",):
            found.append(_Found(address, entry.glued, "", "con"))
        elif around != ("security",):
            others.append((address, entry))
    with_level = sum(entry.level is not None for _, entry in others)
    if with_level * 2 < len(others):
        return [*found, *(_Found(address, entry.glued, "", None) for address, entry in others)]
    for address, entry in others:
        place = None if entry.level is None else address
        found.append(_Found(place, entry.function, "", entry.level))
    return found


def _stubs(entries: _Entries) -> list[_Found]:
    """Functions of an LTO build whose table is not listed: levels, and no order in them."""
    found = {name: entry for (_, name), entry in entries.items() if entry.level is not None}
    return [_Found(None, entry.function, entry.module, entry.level) for entry in found.values()]


def _tabled(found: list[_Found]) -> SymbolTable:
    """In running order: the console's section lies behind the others and runs before them."""
    placed = sorted(
        ((one.level != "con", one.address, one) for one in found if one.address is not None),
        key=lambda one: one[:2],
    )
    loose = sorted(
        (one for one in found if one.address is None),
        key=lambda one: _RANK[one.level] if one.level else len(_RANK),
    )
    table: defaultdict[str, list[Symbol]] = defaultdict(list)
    for order, (_, _, one) in enumerate(placed):
        table[one.function].append(Symbol(one.function, one.module, one.level, order))
    for one in loose:
        table[one.function].append(Symbol(one.function, one.module, one.level, None))
    by_function = {function: tuple(symbols) for function, symbols in table.items()}
    return SymbolTable(by_function=by_function)
