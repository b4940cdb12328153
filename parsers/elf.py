"""The symbols of a vmlinux, 32 or 64 bits, either byte order.

pyelftools reads the headers; the symbols themselves, which may be a million, are
read here in one go. Nothing of the file is trusted: each offset and size is
checked against its end.
"""

import struct
from collections.abc import Iterator
from io import BytesIO

from parsers.errors import InputTooLarge, UnreadableInput
from parsers.symbol_names import MAX_NAME

MAX_SYMBOLS = 8_000_000
"""An allyesconfig kernel has between one and two million."""
_MAX_SECTIONS = 10_000
_WAY_OUT = "Give the vmlinux at the top of the build's folder, its System.map, or /proc/kallsyms."


def is_elf(data: bytes) -> bool:
    """Whether these bytes begin an ELF file."""
    return data.startswith(b"\x7fELF")


def elf_symbols(data: bytes) -> Iterator[tuple[int, str]]:
    """Address and name of each defined symbol that may be of an initcall.

    Raises UnreadableInput on an ELF file that is no linked kernel with its symbols, and
    InputTooLarge over MAX_SYMBOLS.
    """
    layout, symbols, names = _tables(data)
    size = struct.calcsize(layout)
    count = symbols[1] // size
    if count > MAX_SYMBOLS:
        raise InputTooLarge(
            f"This ELF file has {count:,} symbols; the cap is {MAX_SYMBOLS:,}.",
            hint="'nm vmlinux | grep initcall > symbols.txt' has all that is needed.",
        )
    table = memoryview(data)[symbols[0] : symbols[0] + count * size]
    return _named(data, layout, table, names)


def elf_has(data: bytes, name: str) -> bool:
    """Whether a defined symbol has this name, or this name and what a compiler adds to it.

    Raises as elf_symbols().
    """
    layout, (start, length), (first, size) = _tables(data)
    spelled = name.encode()
    places = set()
    found = data.find(spelled, first, first + size)
    while found >= 0:
        if data[found + len(spelled) : found + len(spelled) + 1] in (b"\x00", b"."):
            places.add(found - first)
        found = data.find(spelled, found + 1, first + size)
    step, wide = struct.calcsize(layout), layout.endswith("x")
    table = memoryview(data)[start : start + length // step * step]
    return bool(places) and any(
        offset in places and (one if wide else other) != 0
        for offset, one, other in struct.iter_unpack(layout, table)
    )


def _named(
    data: bytes, layout: str, table: memoryview, names: tuple[int, int]
) -> Iterator[tuple[int, str]]:
    first, length = names
    wide = layout.endswith("x")
    for name, one, other in struct.iter_unpack(layout, table):
        address, section = (other, one) if wide else (one, other)
        start = first + name
        if section == 0 or name >= length or not data.startswith(b"__", start):
            continue
        end = data.find(b"\x00", start, min(start + MAX_NAME, first + length))
        if end >= 0 and data.find(b"init", start, end) >= 0:
            yield address, data[start:end].decode("utf-8", errors="replace")


def _tables(data: bytes) -> tuple[str, tuple[int, int], tuple[int, int]]:
    """How symbols are laid out, and (offset, size) of the symbols and of their names."""
    from elftools.elf.elffile import ELFFile  # a log needs none of it

    try:
        elf = ELFFile(BytesIO(data))
        kind, offset = elf.header["e_type"], elf.header["e_shoff"]
        step, count = elf.header["e_shentsize"], elf.header["e_shnum"]
        shape, order = elf.elfclass, "<" if elf.little_endian else ">"
        form = elf.structs.Elf_Shdr
        if step < form.sizeof() or count > _MAX_SECTIONS:
            count = 0
        whole = offset + step * count <= len(data)
        headers = [
            form.parse(data[offset + step * i : offset + step * (i + 1)])
            for i in range(count if whole else 0)
        ]
        sections = [(h["sh_type"], h["sh_offset"], h["sh_size"], h["sh_link"]) for h in headers]
    except Exception as error:  # pyelftools raises errors of many kinds on broken headers
        raise UnreadableInput(
            f"The header of this ELF file is broken: {type(error).__name__}.", hint=_WAY_OUT
        ) from error
    if kind == "ET_REL":
        raise UnreadableInput("This ELF file is a module or an object file.", hint=_WAY_OUT)
    if not whole:
        raise UnreadableInput(
            f"This ELF file is cut: it ends at byte {len(data):,}, before its section table.",
            hint=_WAY_OUT,
        )
    table = next((section for section in sections if section[0] == "SHT_SYMTAB"), None)
    if table is None:
        raise UnreadableInput("This ELF file has no symbol table: it was stripped.", hint=_WAY_OUT)
    names = sections[table[3]] if table[3] < len(sections) else table
    for what, (_, start, size, _) in (("symbols", table), ("names", names)):
        if start + size > len(data):
            raise UnreadableInput(
                f"This ELF file is broken or cut: its {what} lie beyond its end.", hint=_WAY_OUT
            )
    # st_name, st_shndx, st_value for 64 bits; st_name, st_value, st_shndx for 32
    layout = f"{order}I2xHQ8x" if shape == 64 else f"{order}II6xH"
    return layout, (table[1], table[2]), (names[1], names[2])
