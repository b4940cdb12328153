"""What the names of initcalls' symbols say."""

import pytest

from parsers.levels import known_levels
from parsers.symbol_names import Entry, named, plain_name, read_name, undecorated


@pytest.mark.parametrize(
    ("symbol", "entry"),
    [
        (
            "__initcall__kmod_ffa_module__991_1971_ffa_initrootfs",
            ("kmod", "ffa_module", "ffa_init", "rootfs"),
        ),
        (
            "__initcall__kmod_vdso__12_31_init_vdso_image_644",
            ("kmod", "vdso", "init_vdso_image_64", "4"),
        ),
        ("__initcall__kmod_a__1_2_foo_devs6", ("kmod", "a", "foo_devs", "6")),
        ("__initcall__kmod_a__1_2_foo_dev6s", ("kmod", "a", "foo_dev", "6s")),
        ("__initcall__kmod_a__1_2_foo6s6", ("kmod", "a", "foo6s", "6")),
        ("__initcall__kmod_a__1_2_foo_early7", ("kmod", "a", "foo_early", "7")),
        ("__initcall__kmod_a__1_2_foo_v2early", ("kmod", "a", "foo_v2", "early")),
        ("__initcall__kmod_vt__9_3549_con_initcon", ("kmod", "vt", "con_init", "con")),
        ("__initcall__kmod_a__1_2_init__3_4_x5s", ("kmod", "a", "init__3_4_x", "5s")),
        ("__initcall__kmod_a__1_2_nothing", ("kmod", "a", "nothing", None)),
        ("__initcall__kmod_a__1_2_6", ("kmod", "a", "6", None)),
        ("__initcall_clk_disable_unused7s", ("old", "", "clk_disable_unused", "7s")),
        ("__initcall_con_init", ("old", "", "con_init", None)),
        (
            "__initstub__kmod_gpu_sched__180_178_drm_sched_fence_slab_init6",
            ("stub", "gpu_sched", "drm_sched_fence_slab_init", "6"),
        ),
        ("__rust_minimal_initcall", ("rust", "rust_minimal", "__rust_minimal_init", "6")),
    ],
)
def test_a_name_is_taken_apart(symbol: str, entry: tuple[str, str, str, str | None]) -> None:
    assert read_name(symbol) == entry
    if entry[0] in ("kmod", "stub"):
        assert symbol.endswith(f"_{read_name(symbol).glued}")  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "symbol", ["__initcall_start", "__initcall6_start", "__initcall_end", "ffa_init", "__initcall_"]
)
def test_other_symbols_are_no_initcalls(symbol: str) -> None:
    assert read_name(symbol) is None


def test_no_known_function_is_taken_apart_wrongly() -> None:
    """12,000 functions of real kernels, each glued to its level as the macros do it."""
    known = known_levels()
    assert len(known) > 12_000
    for function, level in known.items():
        glued = f"__1_2_{function}{level}"
        assert read_name(f"__initcall__kmod_a{glued}") == Entry("kmod", "a", function, level)
        assert read_name(f"__initcall_{function}{level}") == Entry("old", "", function, level)
        assert plain_name(f"__initstub__kmod_a{glued}.cfi_jt") == function


@pytest.mark.parametrize(
    ("symbol", "plain"),
    [
        ("ffa_init", "ffa_init"),
        ("ffa_init.cfi_jt", "ffa_init"),
        ("ffa_init.0123456789abcdef0123456789abcdef.cfi_jt", "ffa_init"),
        ("ffa_init.isra.0", "ffa_init"),
        ("ffa_init.llvm.1234567890", "ffa_init"),
        ("__initstub__kmod_pci_dma__250_136_pci_iommu_initrootfs", "pci_iommu_init"),
        ("__initstub__kmod_vdso__12_31_init_vdso_image_644", "init_vdso_image_64"),
        ("__initstub__kmod_a__1_2_f6.cfi_jt", "f"),
        ("__initstub__kmod_a__1_2_f6.llvm.12", "f"),
        ("__initstub__something_else", "__initstub__something_else"),
    ],
)
def test_the_plain_name_is_the_function_that_runs(symbol: str, plain: str) -> None:
    assert plain_name(symbol) == plain


def test_a_symbol_without_decoration_stays() -> None:
    assert undecorated("__initcall__kmod_a__1_2_f6.llvm.77") == "__initcall__kmod_a__1_2_f6"
    assert undecorated("a.b") == "a.b"


@pytest.mark.parametrize(
    ("symbol", "level"),
    [
        ("__initstub__kmod_a__1_2_f6s.cfi_jt", "6s"),
        ("__initstub__kmod_a__1_2_f", None),
        ("__initstub__else", None),
        ("f6", None),
    ],
)
def test_a_stub_names_its_level(symbol: str, level: str | None) -> None:
    assert named(symbol)[1] == level
