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


def stubs(*glued: str) -> str:
    return "\n".join(
        f"ffff8000800{i:05x} t __initstub__kmod_x__1_{i}_{name}" for i, name in enumerate(glued)
    )


def old_names(*names: str) -> str:
    return "\n".join(f"c00190{i:02x} t __initcall_{name}" for i, name in enumerate(names))


def test_stubs_alone_give_levels_and_are_checked_by_them(boot: Parse) -> None:
    log = (HEAD, *ran("a", 0.1), *ran("b", 0.2), *ran("c", 0.3))
    found = boot(*log, symbols=stubs("c7", "b6", "a6"))
    assert levels(found) == {
        "a": (("6", "6"), "system_map"),
        "b": (("6", "6"), "system_map"),
        "c": (("7", "7"), "system_map"),
    }
    assert {call.link_order for call in found.initcalls} == {None}
    other = boot(*log, symbols=stubs("a7", "b6", "c5"))
    assert [d.code for d in other.diagnostics] == ["symbols_mismatch"]
    assert only(other, "a").levels is None


def test_names_without_levels_give_link_order(boot: Parse) -> None:
    log = (HEAD, *ran("one_init", 0.1), *ran("two_v2", 0.2), *ran("three_init", 0.3))
    found = boot(*log, symbols=old_names("one_init", "two_v2", "three_init"))
    assert [(call.levels, call.link_order) for call in found.initcalls] == [
        (None, 0), (None, 1), (None, 2)
    ]  # fmt: skip
    other = boot(*log, symbols=old_names("three_init", "two_v2", "one_init"))
    assert [d.code for d in other.diagnostics] == ["symbols_mismatch"]


def test_a_symbol_that_tells_nothing_contradicts_nothing(boot: Parse) -> None:
    found = boot(
        HEAD, *ran("my_con_init", 0.1, "0"), *ran("a", 0.2), *ran("b", 0.3),
        symbols=old_names("a6", "b7", "my_con_init"),
    )  # fmt: skip
    assert found.diagnostics == ()
    assert levels(found)["my_con_init"] == (("con", "con"), "banner")
    assert [call.link_order for call in found.initcalls] == [None, 0, 1]


def test_a_log_that_names_stubs_has_the_functions(boot: Parse) -> None:
    found = boot(HEAD, *ran("__initstub__kmod_kvm__995_2946_kvm_arm_init6", 0.1))
    assert [call.function for call in found.initcalls] == ["kvm_arm_init"]


STUBS = (
    HEAD,
    *ran("__initstub__kmod_x__1_2_first_init5", 0.1),
    *ran("__initstub__kmod_vdso__12_31_init_vdso_image_646", 0.2),
    *ran("__initstub__kmod_x__1_3_last_init7s", 0.3),
)


def test_stubs_in_the_log_tell_their_levels(boot: Parse) -> None:
    assert levels(boot(*STUBS)) == {
        "first_init": (("5", "5"), "system_map"),
        "init_vdso_image_64": (("6", "6"), "system_map"),
        "last_init": (("7s", "7s"), "system_map"),
    }


def test_symbols_at_other_levels_than_the_stubs_in_the_log_are_not_used(boot: Parse) -> None:
    same = boot(*STUBS, symbols=old_names("first_init5", "init_vdso_image_646", "last_init7s"))
    assert [call.link_order for call in same.initcalls] == [0, 1, 2]
    assert same.diagnostics == ()
    other = boot(*STUBS, symbols=old_names("first_init5", "init_vdso_image_646", "last_init7"))
    assert [d.code for d in other.diagnostics] == ["symbols_mismatch"]
    assert other.diagnostics[0].detail.endswith(
        "0 ran against their order, 1 at another level. They were not used."
    )
    assert levels(other)["last_init"] == (("7s", "7s"), "system_map")
    assert {call.link_order for call in other.initcalls} == {None}


def test_stubs_in_a_trace_tell_their_levels(boot: Parse) -> None:
    def event(time: str, text: str) -> str:
        return f"[    {time}] {text}"

    stub = "__initstub__kmod_x__1_3_last_init7s+0x0/0x10"
    found = boot(
        HEAD,
        event("0.100000", f"initcall_start: func={stub}"),
        event("0.200000", f"initcall_finish: func={stub} ret=0"),
    )
    assert levels(found) == {"last_init": (("7s", "7s"), "system_map")}


def test_a_banner_against_a_known_name_counts_and_is_named(boot: Parse) -> None:
    parsed = boot(HEAD, "[    0.190000] entering initcall level: device", *ran("net_dev_init", 0.2))
    assert levels(parsed)["net_dev_init"] == (("6", "6s"), "banner")
    (note,) = parsed.diagnostics
    assert (note.code, note.line) == ("banner_contradiction", 3)
    assert note.detail.endswith("against what is known (4); the banner counts.")


def test_symbols_count_against_a_banner(boot: Parse) -> None:
    symbols = "ffff800000000000 d __initcall__kmod_x__1_1_mine4\n"
    parsed = boot(
        HEAD, "[    0.190000] entering initcall level: device", *ran("mine", 0.2), symbols=symbols
    )
    assert levels(parsed)["mine"] == (("4", "4"), "system_map")
    assert [note.code for note in parsed.diagnostics] == ["banner_contradiction"]
