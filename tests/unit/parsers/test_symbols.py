"""The initcall table of a build, from System.map and its like."""

import lzma
from pathlib import Path

import pytest

from parsers.errors import UnreadableInput
from parsers.symbols import Symbol, read_symbols

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


def ordered(lines: list[str]) -> list[tuple[str, str]]:
    found = (symbol for found in read_symbols(lines).by_function.values() for symbol in found)
    return [(s.function, s.level) for s in sorted(found, key=lambda s: s.link_order)]


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
