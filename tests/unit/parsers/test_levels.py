"""How an initcall's level is known, and how much of it."""

from collections.abc import Callable

from parsers import Boot, Initcall

Parse = Callable[..., Boot]
HEAD = "[    0.000000] Linux version 6.12.117 (aarch64-linux-gnu-gcc)"


def ran(function: str, at: float, thread: str = "1") -> tuple[str, str]:
    return (
        f"[{at:12.6f}] calling  {function}+0x0/0x10 @ {thread}",
        f"[{at + 0.0001:12.6f}] initcall {function}+0x0/0x10 returned 0 after 1 usecs",
    )


def levels(boot: Boot) -> dict[str, tuple[tuple[str, str] | None, str]]:
    return {call.function: (call.levels, call.level_source) for call in boot.initcalls}


def only(boot: Boot, function: str) -> Initcall:
    (call,) = (call for call in boot.initcalls if call.function == function)
    return call


def test_known_names_and_what_lies_between_them(boot: Parse) -> None:
    found = levels(
        boot(
            HEAD,
            *ran("con_init", 0.1, "0"),
            *ran("my_console", 0.11, "0"),
            *ran("net_dev_init", 0.2),
            *ran("between_equals", 0.3),
            *ran("misc_init", 0.4),
            *ran("between_others", 0.5),
            *ran("deferred_probe_initcall", 0.6),
            *ran("after_all", 0.7),
        )
    )
    assert found["my_console"] == (("con", "con"), "banner")
    assert found["net_dev_init"] == (("4", "4"), "known")
    assert found["between_equals"] == (("4", "4"), "inferred")
    assert found["between_others"] == (("4", "7"), "inferred")
    assert found["after_all"] == (("7", "7s"), "inferred")


def test_banners_narrow_an_interval(boot: Parse) -> None:
    found = levels(
        boot(
            HEAD,
            "[    0.190000] entering initcall level: fs",
            *ran("mine", 0.2),
            *ran("populate_rootfs", 0.3),
            "[    0.390000] entering initcall level: device",
            *ran("yours", 0.4),
        )
    )
    assert found["mine"] == (("5", "rootfs"), "banner")
    assert found["yours"] == (("6", "6s"), "banner")


def test_a_name_that_its_banner_contradicts_counts_for_nothing(boot: Parse) -> None:
    found = levels(
        boot(HEAD, "[    0.100000] entering initcall level: late", *ran("net_dev_init", 0.2))
    )
    assert found["net_dev_init"] == (("7", "7s"), "banner")


def test_an_anchor_out_of_order_is_dropped_and_named(boot: Parse) -> None:
    parsed = boot(
        HEAD,
        *ran("net_dev_init", 0.2),
        *ran("deferred_probe_initcall", 0.3),
        *ran("misc_init", 0.4),
        *ran("kvm_arm_init", 0.5),
    )
    assert levels(parsed)["deferred_probe_initcall"] == (("4", "4"), "inferred")
    (note,) = (d for d in parsed.diagnostics if d.code == "anchor_out_of_order")
    assert (note.line, "deferred_probe_initcall" in note.detail) == (4, True)


def test_with_no_anchor_nothing_is_known(boot: Parse) -> None:
    assert levels(boot(HEAD, *ran("mine", 0.2)))["mine"] == (None, "unknown")


def test_a_module_is_after_all_built_in_ones_once_user_space_runs(boot: Parse) -> None:
    parsed = boot(
        HEAD,
        "[    0.200000] calling  early_mod+0x0/0x10 [early_mod] @ 40",
        "[    1.000000] Run /init as init process",
        "[    1.200000] calling  late_mod+0x0/0x10 [late_mod] @ 50",
    )
    assert levels(parsed) == {
        "early_mod": (None, "unknown"),
        "late_mod": (("module", "module"), "known"),
    }


SYMBOLS = """\
ffff000000000010 d __initcall__kmod_a__1_2_net_dev_init4
ffff000000000014 d __initcall__kmod_b__1_2_mine6
ffff000000000018 d __initcall__kmod_c__1_2_twice6
ffff00000000001c d __initcall__kmod_d__1_2_twice7
"""


def test_symbols_are_exact_by_occurrence(boot: Parse) -> None:
    parsed = boot(
        HEAD,
        *ran("net_dev_init", 0.1),
        *ran("mine", 0.2),
        *ran("twice", 0.3),
        *ran("twice", 0.4),
        symbols=SYMBOLS,
    )
    assert [call.levels for call in parsed.initcalls] == [
        ("4", "4"),
        ("6", "6"),
        ("6", "6"),
        ("7", "7"),
    ]
    assert {call.level_source for call in parsed.initcalls} == {"system_map"}
    assert [call.link_order for call in parsed.initcalls] == [0, 1, 2, 3]
    assert parsed.coverage.symbols


def test_symbols_of_another_build_are_not_used(boot: Parse) -> None:
    parsed = boot(HEAD, *ran("net_dev_init", 0.1), *ran("other", 0.2), symbols=SYMBOLS)
    assert {call.level_source for call in parsed.initcalls} == {"known", "inferred"}
    assert not parsed.coverage.symbols
    (note,) = (d for d in parsed.diagnostics if d.code == "symbols_mismatch")
    assert "name 1 of 2" in note.detail


def test_symbols_against_the_running_order_are_not_used(boot: Parse) -> None:
    parsed = boot(HEAD, *ran("mine", 0.1), *ran("net_dev_init", 0.2), symbols=SYMBOLS)
    assert not parsed.coverage.symbols


def test_a_call_that_symbols_lack_is_inferred_from_its_neighbours(boot: Parse) -> None:
    table = "".join(
        f"ffff0000000001{i:02x} d __initcall__kmod_a__1_2_f{i}_init6\n" for i in range(20)
    )
    parsed = boot(
        HEAD,
        *(line for i in range(10) for line in ran(f"f{i}_init", 0.1 + i / 100)),
        *ran("extra", 0.25),
        *(line for i in range(10, 20) for line in ran(f"f{i}_init", 0.2 + i / 100)),
        symbols=table,
    )
    extra = only(parsed, "extra")
    assert (extra.levels, extra.level_source, extra.link_order) == (("6", "6"), "inferred", None)
