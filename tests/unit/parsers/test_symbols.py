"""The initcall table of a build, from System.map and its like."""

import bz2
import gzip
import lzma
import sys
from pathlib import Path

import pytest

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

from parsers import read_symbol_table, symbol_kind, symbols
from parsers.errors import EmptyInput, InputTooLarge, UnreadableInput
from parsers.symbols import Symbol, SymbolTable, build_table, read_symbols

ELF = Path(__file__).parent / "elf"
KERNEL = [
    ("con_init", "vt", "con"),
    ("trace_init_flags_sys_enter", "ptrace", "early"),
    ("ipc_ns_init", "shm", "0"),
    ("init_vdso_image_64", "vdso", "4"),
    ("init_32bit_el0_mask", "cpufeature", "4s"),
    ("populate_rootfs", "initramfs", "rootfs"),
    ("kvm_arm_init", "kvm", "6"),
    ("ffa_init", "ffa_module", "6"),
    ("__rust_minimal_init", "rust_minimal", "6"),
    ("finalize_pkvm", "kvm", "6s"),
    ("clk_disable_unused", "clk", "7s"),
]
"""What runs in tests/unit/parsers/elf/initcalls.c, as the linker put it together."""

MARKED = """\
ffff800080000000 T _stext
ffff800080000100 D __initcall_start
ffff800080000100 d __initcall__kmod_ptrace__578_42_trace_init_flags_sys_enterearly
ffff800080000110 D __initcall0_start
ffff800080000110 d __initcall__kmod_ipc__1_2_ipc_ns_init0
ffff800080000120 D __initcall1_start
ffff800080000120 D __initcall3_start
ffff800080000130 D __initcall4_start
ffff800080000130 d __initcall__kmod_vdso__1_2_init_vdso_image_644
ffff800080000134 d __initcall__kmod_vdso__1_2_init_32bit_el0_mask4s
ffff800080000140 D __initcallrootfs_start
ffff800080000140 d __initcall__kmod_initramfs__599_779_populate_rootfsrootfs
ffff800080000150 D __initcall6_start
ffff800080000150 d __initcall__kmod_kvm__995_2946_kvm_arm_init6
ffff800080000154 d __initcall__kmod_kvm__624_270_finalize_pkvm6s
ffff800080000160 D __initcall7_start
ffff800080000170 D __initcall_end
ffff800080000170 D __con_initcall_start
ffff800080000170 d __initcall__kmod_vt__9_3549_con_initcon
"""


def test_levels_by_section_and_running_order() -> None:
    table = read_symbols(MARKED.splitlines())
    ordered = sorted(
        (s for found in table.by_function.values() for s in found), key=lambda s: s.link_order
    )
    assert [(symbol.function, symbol.level) for symbol in ordered] == [
        ("con_init", "con"),
        ("trace_init_flags_sys_enter", "early"),
        ("ipc_ns_init", "0"),
        ("init_vdso_image_64", "4"),
        ("init_32bit_el0_mask", "4s"),
        ("populate_rootfs", "rootfs"),
        ("kvm_arm_init", "6"),
        ("finalize_pkvm", "6s"),
    ]  # fmt: skip
    assert len(table) == 8
    assert table.by_function["kvm_arm_init"] == (Symbol("kvm_arm_init", "kvm", "6", 6),)


def test_without_marks_the_suffix_decides() -> None:
    lines = [line for line in MARKED.splitlines() if "_start" not in line and "_end" not in line]
    table = read_symbols(lines)
    assert table.by_function["finalize_pkvm"][0].level == "6s"
    assert table.by_function["con_init"][0].level == "con"


def test_a_suffix_that_no_level_of_the_section_has_is_taken_by_itself() -> None:
    lines = [
        "ffff000000000010 D __initcall4_start",
        "ffff000000000010 d __initcall__kmod_a__1_2_f7",
    ]
    assert read_symbols(lines).by_function["f"][0].level == "7"


def test_the_same_name_twice_is_kept_in_link_order() -> None:
    lines = [
        "ffff000000000014 d __initcall__kmod_b__1_2_probe_init6",
        "ffff000000000010 d __initcall__kmod_a__1_2_probe_init4",
    ]
    assert [s.module for s in read_symbols(lines).by_function["probe_init"]] == ["a", "b"]


def test_a_stub_is_refused() -> None:
    with pytest.raises(UnreadableInput, match=r"no initcall table.*Debian's /boot/System.map"):
        read_symbols(["ffffffffffffffff B The real System.map is in the linux-image-dbg package"])


def running(table: SymbolTable) -> list[Symbol]:
    found = [symbol for found in table.by_function.values() for symbol in found]
    return sorted((s for s in found if s.link_order is not None), key=lambda s: s.link_order)


def ordered(lines: list[str]) -> list[tuple[str, str | None]]:
    return [(symbol.function, symbol.level) for symbol in running(read_symbols(lines))]


@pytest.mark.parametrize("name", ["arm64", "arm32", "ppc"])
@pytest.mark.parametrize("pack", [bytes, gzip.compress, lzma.compress, bz2.compress, zstd.compress])
def test_a_vmlinux_has_the_table(name: str, pack: "type") -> None:
    packed = pack((ELF / f"vmlinux-{name}.elf").read_bytes())
    table = running(read_symbol_table(packed))
    assert [(s.function, s.module, s.level) for s in table] == KERNEL
    assert [symbol.link_order for symbol in table] == list(range(len(KERNEL)))
    assert symbol_kind(packed) == "vmlinux"


@pytest.mark.parametrize(
    "listing",
    [
        "gnu-nm", "gnu-nm-n", "gnu-nm-SA", "gnu-nm-posix", "gnu-nm-sysv", "gnu-readelf-sW",
        "gnu-objdump-t", "llvm-nm", "llvm-nm-n", "llvm-nm-SA", "llvm-nm-posix", "llvm-nm-sysv",
        "llvm-readelf-s", "llvm-objdump-t",
    ],
)  # fmt: skip
def test_every_listing_of_it_has_the_same_table(listing: str) -> None:
    data = (ELF / f"{listing}.txt").read_bytes()
    assert [(s.function, s.module, s.level) for s in running(read_symbol_table(data))] == KERNEL
    kept = b"".join(line for line in data.splitlines(keepends=True) if b"initcall" in line)
    assert [(s.function, s.module, s.level) for s in running(read_symbol_table(kept))] == KERNEL
    assert symbol_kind(data) in ("System.map", "symbol listing")


def test_names_that_readelf_cut_are_refused() -> None:
    with pytest.raises(
        UnreadableInput, match=r"symbols: The names in this listing are cut \(13 of"
    ):
        read_symbol_table((ELF / "gnu-readelf-s.txt").read_bytes())


@pytest.mark.parametrize("listing", ["gnu-nm-n", "llvm-nm-n"])
def test_without_addresses_the_lines_have_the_same_table(listing: str) -> None:
    lines = (ELF / f"{listing}.txt").read_text().splitlines()
    zeroed = ["0000000000000000" + line[16:] for line in lines]
    assert [(s.function, s.module, s.level) for s in running(read_symbols(zeroed))] == KERNEL


def test_the_symbols_of_modules_are_no_part_of_the_table() -> None:
    lines = [*MARKED.splitlines(), "ffff800090000000 d __initcall__kmod_x__1_2_x_init6\t[x]"]
    assert len(read_symbols(lines)) == 8


def test_what_is_listed_twice_counts_once() -> None:
    assert len(read_symbols(MARKED.splitlines() * 2)) == 8


def test_zeroed_kallsyms_count_by_the_order_of_their_lines() -> None:
    zeroed = ["0000000000000000" + line[16:] for line in MARKED.splitlines()]
    assert ordered(zeroed) == ordered(MARKED.splitlines())


def test_names_of_old_kernels() -> None:
    lines = [
        "ffff000000000010 D __initcall_start",
        "ffff000000000010 t __initcall_spawn_ksoftirqdearly",
        "ffff000000000020 D __initcall4_start",
        "ffff000000000020 t __initcall_init_vdso_image_644",
        "ffff000000000030 D __initcall_end",
    ]
    assert ordered(lines) == [("spawn_ksoftirqd", "early"), ("init_vdso_image_64", "4")]


OLD = """\
c0019000 T __initcall_start
c0019000 t __initcall_spawn_ksoftirqdearly
c0019004 T __early_initcall_end
c0019004 t __initcall_init_mmap_min_addr0
c0019008 t __initcall_populate_rootfsrootfs
c001900c t __initcall_msm_init6
c0019010 t __initcall_msm_init6
c0019014 t __initcall_clk_disable_unused7s
c0019018 T __con_initcall_start
c0019018 t __initcall_con_init
c0019018 T __initcall_end
c001901c t __initcall_console_v2
c0019020 T __con_initcall_end
c0019020 t __initcall_selinux_init
c0019020 T __security_initcall_start
c0019024 t __initcall_yama7
c0019028 T __security_initcall_end
"""
"""Of a kernel between 2.6.27 and 4.19, in the order of nm -n."""
OLD_TABLE = [
    ("con_init", "con"), ("console_v2", "con"), ("spawn_ksoftirqd", "early"),
    ("init_mmap_min_addr", "0"), ("populate_rootfs", "rootfs"),
    ("msm_init", "6"), ("msm_init", "6"), ("clk_disable_unused", "7s"),
]  # fmt: skip


def test_old_console_initcalls_are_told_by_their_section() -> None:
    assert ordered(OLD.splitlines()) == OLD_TABLE
    assert ordered(sorted(OLD.splitlines(), key=lambda line: line.split()[2])) == OLD_TABLE


def test_old_kallsyms_without_addresses_leave_open_what_stands_before_a_mark() -> None:
    lines = ["00000000" + line[8:] for line in OLD.splitlines()]
    assert ordered(lines) == OLD_TABLE
    assert read_symbols(lines).by_function["selinux_init"] == (
        Symbol("selinux_init", "", None, None),
    )


def test_without_marks_an_old_name_without_a_level_has_none() -> None:
    lines = [line for line in OLD.splitlines() if " T " not in line]
    table = read_symbols(lines)
    assert table.by_function["con_init"] == (Symbol("con_init", "", None, None),)
    assert [s.link_order for s in table.by_function["msm_init"]] == [3, 4]


def test_names_before_levels_were_in_them_have_order_alone() -> None:
    lines = [
        "c0019000 T __initcall_start",
        "c0019000 t __initcall_init_elf_binfmt",
        "c0019004 t __initcall_via_v2",
        "c0019008 t __initcall_pci_init",
        "c001900c T __con_initcall_start",
        "c001900c t __initcall_con_init",
        "c0019010 T __con_initcall_end",
    ]
    assert ordered(lines) == [
        ("con_init", "con"), ("init_elf_binfmt", None), ("via_v2", None), ("pci_init", None),
    ]  # fmt: skip


def test_only_security_initcalls_are_no_table() -> None:
    lines = ["c0019020 T __security_initcall_start", "c0019020 t __initcall_selinux_init"]
    with pytest.raises(UnreadableInput, match="no initcall table"):
        read_symbols(lines)


def test_stubs_alone_tell_levels_and_no_order() -> None:
    lines = [
        "ffff800080000300 t __initstub__kmod_a__3_4_probe_init7s",
        "ffff800080000100 T _stext",
        "ffff800080000200 t __initstub__kmod_b__1_2_probe_init6",
        "ffff800080000208 t __initstub__kmod_b__1_2_probe_init6.cfi_jt",
        "ffff800080000400 t __initstub__kmod_b__1_2_nothing",
    ]
    assert read_symbols(lines).by_function == {
        "probe_init": (
            Symbol("probe_init", "b", "6", None),
            Symbol("probe_init", "a", "7s", None),
        )
    }


def test_a_table_counts_more_than_its_stubs() -> None:
    lines = [
        "ffff800080000200 t __initstub__kmod_b__1_2_late_init7",
        "ffff800080000204 t __initstub__kmod_b__1_2_early_init3",
        "ffff800080000300 d __initcall__kmod_b__1_2_early_init3",
        "ffff800080000304 d __initcall__kmod_b__1_2_late_init7",
        "ffff800080000308 d __rust_unplaced_initcall",
    ]
    assert ordered(lines) == [("early_init", "3"), ("late_init", "7")]


def test_a_rust_module_before_a_mark_is_kept_without_addresses() -> None:
    lines = [
        "0000000000000000 D __initcall6_start",
        "0000000000000000 d __initcall__kmod_a__1_2_a_init6",
        "0000000000000000 d __rust_minimal_initcall",
        "0000000000000000 D __initcall7_start",
        "0000000000000000 d __initcall__kmod_b__1_2_b_init7",
    ]
    assert ordered(lines) == [("a_init", "6"), ("__rust_minimal_init", "6"), ("b_init", "7")]


def test_of_marks_at_one_address_the_last_counts() -> None:
    table = build_table([
        (16, "__initcall6_start"), (16, "__initcallrootfs_start"), (16, "__initcall5_start"),
        (16, "__initcall__kmod_a__1_2_a_init6"), (20, "__rust_x_initcall"),
        (24, "__initcall7_start"),
    ])  # fmt: skip
    assert len(table) == 2


def test_a_log_given_as_symbols_is_named(samples: Path) -> None:
    log = (samples / "ff-rootfs-protected.log").read_bytes()
    with pytest.raises(UnreadableInput, match=r"^symbols: This is a log, not a table of symbols"):
        read_symbol_table(log)
    assert symbol_kind(log) is None


def test_a_log_of_stubs_is_no_table() -> None:
    line = "initcall __initstub__kmod_a__1_2_f6+0x0/0x10 returned 0 after 12345678 usecs"
    with pytest.raises(UnreadableInput, match="This is a log"):
        read_symbols([line] * 3)


def test_a_kernel_image_is_named() -> None:
    with pytest.raises(
        UnreadableInput, match=r"symbols: This is a kernel to boot \(an x86 bzImage"
    ):
        read_symbol_table(bytes(0x202) + b"HdrS")


def test_empty_symbols_are_named() -> None:
    with pytest.raises(EmptyInput, match=r"symbols: There is nothing in it\. As symbols give"):
        read_symbol_table(b" \n")


def test_large_symbols_have_a_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    kernel = (ELF / "vmlinux-arm64.elf").read_bytes()
    with pytest.raises(
        InputTooLarge, match=r"symbols: It has 2,872 bytes.*nm vmlinux \| grep init"
    ):
        read_symbol_table(kernel, max_bytes=2000)
    with pytest.raises(InputTooLarge, match=r"symbols: It is over 2,000 bytes once unpacked.*nm v"):
        read_symbol_table(gzip.compress(kernel), max_bytes=2000)
    monkeypatch.setattr(symbols, "MAX_BYTES", 2000)
    assert len(read_symbol_table(kernel, max_bytes=3000)) == len(KERNEL)
    with pytest.raises(InputTooLarge, match="symbols: It has"):
        read_symbol_table(OLD.encode() * 4, max_bytes=3000)
    monkeypatch.setattr(symbols, "MAX_CANDIDATES", 10)
    with pytest.raises(InputTooLarge, match="More than 10 symbols are named like initcalls"):
        read_symbol_table(kernel)


def test_what_is_no_symbol_file_has_no_kind() -> None:
    assert symbol_kind(b"") is None
    assert symbol_kind(b"\x1f\x8bbroken") is None


@pytest.mark.parametrize("glued", ["nothing", "6"])
def test_a_name_without_a_level_is_refused(glued: str) -> None:
    with pytest.raises(UnreadableInput, match="names no initcall level"):
        read_symbols([f"ffff000000000010 d __initcall__kmod_a__1_2_{glued}"])


def test_a_real_table(samples: Path) -> None:
    packed = (samples / "ff-rootfs-protected.System.map.xz").read_bytes()
    table = read_symbols(lzma.decompress(packed).decode().splitlines())
    assert len(table) == 375
    assert table.by_function["ffa_init"][0].level == "rootfs"
    assert table.by_function["kvm_arm_init"][0].level == "6"
    places = [table.by_function[f][0].link_order for f in ("populate_rootfs", "ffa_init")]
    assert places[1] == places[0] + 1
