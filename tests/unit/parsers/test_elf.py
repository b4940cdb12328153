"""Symbols out of a vmlinux, whole or broken."""

import random
import struct
from pathlib import Path

import pytest

from parsers import elf
from parsers.elf import elf_symbols, is_elf
from parsers.errors import InputError, InputTooLarge, UnreadableInput

ELF = Path(__file__).parent / "elf"
KERNELS = ["arm64", "arm32", "ppc"]
SECTION_TABLE_AT, ENTRY_SIZE_AT, SECTIONS_AT = 0x28, 0x3A, 0x3C
SYMTAB = 2


def kernel(name: str = "arm64") -> bytearray:
    return bytearray((ELF / f"vmlinux-{name}.elf").read_bytes())


def section(data: bytearray, kind: int) -> int:
    """Where the header of the first section of a type stands (64 bits)."""
    (table,) = struct.unpack_from("<Q", data, SECTION_TABLE_AT)
    (count,) = struct.unpack_from("<H", data, SECTIONS_AT)
    places = (table + 64 * i for i in range(count))
    return next(at for at in places if struct.unpack_from("<I", data, at + 4)[0] == kind)


@pytest.mark.parametrize("name", KERNELS)
def test_symbols_have_the_addresses_that_nm_prints(name: str) -> None:
    symbols = {symbol: address for address, symbol in elf_symbols(bytes(kernel(name)))}
    assert "kvm_arm_init" not in symbols
    base = {"arm64": 0xFFFF800080000000, "arm32": 0xC0008000, "ppc": 0xC0000000}[name]
    assert base < symbols["__initcall_start"] < base + 0x1000
    if name == "arm64":
        for line in (ELF / "gnu-nm.txt").read_text().splitlines():
            address, _, symbol = line.split()
            if symbol in symbols:
                assert symbols.pop(symbol) == int(address, 16)
        assert symbols == {}


def test_elf_is_told_by_its_magic() -> None:
    assert is_elf(bytes(kernel()))
    assert not is_elf(b"MZ")


def test_a_stripped_kernel_is_refused() -> None:
    data = kernel()
    struct.pack_into("<I", data, section(data, SYMTAB) + 4, 1)
    with pytest.raises(UnreadableInput, match=r"no symbol table: it was stripped\. Give the vml"):
        elf_symbols(bytes(data))


@pytest.mark.parametrize(("at", "value"), [(ENTRY_SIZE_AT, 8), (SECTIONS_AT, 20_000)])
def test_a_section_table_of_nonsense_counts_as_none(at: int, value: int) -> None:
    data = kernel()
    struct.pack_into("<H", data, at, value)
    with pytest.raises(UnreadableInput, match="no symbol table"):
        elf_symbols(bytes(data))


def test_a_module_is_refused() -> None:
    data = kernel()
    struct.pack_into("<H", data, 16, 1)
    with pytest.raises(UnreadableInput, match="a module or an object file"):
        elf_symbols(bytes(data))


@pytest.mark.parametrize("length", [100, 1000, 2800])
def test_a_cut_kernel_is_refused(length: int) -> None:
    with pytest.raises(UnreadableInput, match=rf"cut: it ends at byte {length:,}"):
        elf_symbols(bytes(kernel()[:length]))


@pytest.mark.parametrize("length", [4, 5, 20, 60])
def test_a_cut_header_is_refused(length: int) -> None:
    with pytest.raises(UnreadableInput, match="header of this ELF file is broken"):
        elf_symbols(bytes(kernel()[:length]))


@pytest.mark.parametrize(("kind", "what"), [(SYMTAB, "symbols"), (3, "names")])
@pytest.mark.parametrize("offset", [24, 32])
def test_offsets_past_the_end_are_refused(kind: int, what: str, offset: int) -> None:
    data = kernel()
    at = section(data, kind)
    struct.pack_into("<Q", data, at + offset, 2**63)
    with pytest.raises(UnreadableInput, match=f"its {what} lie beyond its end"):
        elf_symbols(bytes(data))


def test_names_that_are_nowhere_are_passed_over() -> None:
    data = kernel()
    struct.pack_into("<I", data, section(data, SYMTAB) + 40, 99)
    assert list(elf_symbols(bytes(data))) == []


def test_a_name_without_an_end_is_passed_over() -> None:
    data = kernel()
    at = section(data, 3)
    (start, size) = struct.unpack_from("<QQ", data, at + 24)
    data[start : start + size] = bytes(data[start : start + size]).replace(b"\x00", b"_")
    assert list(elf_symbols(bytes(data))) == []


def test_symbols_are_capped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(elf, "MAX_SYMBOLS", 10)
    with pytest.raises(InputTooLarge, match=r"44 symbols; the cap is 10.*nm vmlinux"):
        elf_symbols(bytes(kernel()))


@pytest.mark.parametrize("seed", range(300))
def test_a_damaged_kernel_raises_nothing_but_input_errors(seed: int) -> None:
    generator = random.Random(seed)
    data = kernel(KERNELS[seed % 3])
    places = (*range(64), *range(len(data) - 400, len(data)))
    for _ in range(generator.randint(1, 6)):
        data[generator.choice(places)] = generator.choice((0, 1, 127, 128, 255))
    if seed % 5 == 0:
        del data[generator.randrange(len(data)) :]
    try:
        found = list(elf_symbols(bytes(data)))
    except InputError:
        return
    assert all(name.startswith("__") for _, name in found)
