"""On what an order rests: each basis, and what must not pass for it."""

from collections.abc import Callable

import pytest

from app.rules.finding import Finding
from tests.lines import HEAD, USERSPACE, ran

Ask = Callable[..., Finding]
ORDER = "{{kind: order, first: {}, then: {}}}"
SYMBOLS = """\
ffff800080000000 D __initcall_start
ffff800080000000 d __initcall__kmod_core__1_10_alpha4
ffff800080000008 D __initcall6_start
ffff800080000008 d __initcall__kmod_core__2_10_beta6
ffff800080000010 d __initcall__kmod_core__3_10_gamma6
ffff800080000018 D __initcall7_start
ffff800080000018 D __initcall_end
"""


def test_symbols_give_levels_and_places(ask: Ask) -> None:
    symbols = SYMBOLS.replace("__initcall_start\n", "__initcall4_start\n")
    lines = (HEAD, *ran("alpha", 1), *ran("beta", 2), *ran("gamma", 3), USERSPACE)
    level = ask(
        ORDER.format("{initcall: alpha, edge: end}", "{initcall: gamma}"), *lines, symbols=symbols
    )
    assert (level.outcome, level.basis, level.level_source) == ("pass", "level", "system_map")
    luck = ask(
        ORDER.format("{initcall: beta, edge: end}", "{initcall: gamma}"), *lines, symbols=symbols
    )
    assert (luck.outcome, luck.basis) == ("fragile", "link_order")
    assert "only link order decides (places 1 and 2 of the build), which is luck" in luck.message
    turned = ask(
        ORDER.format("{initcall: gamma, edge: end}", "{initcall: beta}"), *lines, symbols=symbols
    )
    assert (turned.outcome, turned.basis) == ("fail", "link_order")
    assert "luck" not in turned.message


INSIDE = (
    HEAD,
    "[    1.000000] calling  ffa_init+0x0/0x10 @ 1",
    "[    1.100000] ARM FF-A: Driver version 1.1",
    "[    1.200000] optee: initialized driver",
    "[    1.300000] initcall ffa_init+0x0/0x10 returned 0 after 300000 usecs",
    USERSPACE,
)


def test_what_an_initcall_prints_comes_after_its_start(ask: Ask) -> None:
    found = ask(ORDER.format("{initcall: ffa_init}", "{marker: ffa.up}"), *INSIDE)
    assert (found.outcome, found.basis) == ("pass", "dependency")
    assert "inside ffa_init()" in found.message
    assert [evidence.line for evidence in found.evidence] == [2, 3, 5]
    outside = ask(ORDER.format("{initcall: ffa_init}", "{marker: userspace.start}"), *INSIDE)
    assert outside.basis == "observed", "the level of ffa_init is not known here"


def test_what_runs_in_the_call_that_the_pack_names_is_nested_in_it(ask: Ask) -> None:
    check = ORDER.format("{marker: ffa.up}", "{marker: optee.up}")
    header = "markers: {ffa.up: {initcalls: [ffa_init]}}"
    nested = ask(check, *INSIDE, header=header)
    assert (nested.outcome, nested.basis) == ("pass", "dependency")
    assert [evidence.line for evidence in nested.evidence] == [3, 4, 5]
    unnamed = ask(check, *INSIDE, header="markers: {ffa.up: {initcalls: [other]}}")
    assert (unnamed.outcome, unnamed.basis) == ("fragile", "observed")
    assert "Both happened inside ffa_init()" in unnamed.message
    later = (*INSIDE[:3], INSIDE[4], INSIDE[3], USERSPACE)
    assert ask(check, *later, header=header).basis == "observed", "it ran after that call"


def test_two_things_in_one_call_are_not_kept_apart_by_link_order(ask: Ask) -> None:
    lines = (
        HEAD,
        "[    1.000000] calling  misc_init+0x0/0x10 @ 1",
        *INSIDE[2:4],
        "[    1.300000] initcall misc_init+0x0/0x10 returned 0 after 300000 usecs",
        USERSPACE,
    )
    found = ask(ORDER.format("{marker: ffa.up}", "{marker: optee.up}"), *lines)
    assert (found.outcome, found.basis, found.level_source) == ("fragile", "observed", "known")


PROBED = (
    HEAD,
    "[    1.000000] ARM FF-A: Driver version 1.2",
    "[    1.100000] optee: initialized driver",
    "[    1.200000] probe of arm-ffa returned 0 after 300000 usecs",
    "[    1.300000] tpm_tis c.tpm: 2.0 TPM (device-id 0x1, rev-id 1)",
    USERSPACE,
)


def test_a_clients_probe_is_nested_in_the_probe_that_made_it(ask: Ask) -> None:
    header = "markers: {ffa.up: {probe: arm-ffa}}"
    nested = ask(ORDER.format("{marker: ffa.up}", "{marker: optee.up}"), *PROBED, header=header)
    assert (nested.outcome, nested.basis) == ("pass", "dependency")
    assert [evidence.line for evidence in nested.evidence] == [2, 3, 4]
    after = ask(
        ORDER.format("{marker: ffa.up}", "{marker: tpm.registered}"), *PROBED, header=header
    )
    assert (after.outcome, after.basis) == ("fragile", "observed")
    other = ask(ORDER.format("{marker: optee.up}", "{marker: tpm.registered}"), *PROBED,
                header=header)  # fmt: skip
    assert other.basis == "observed"


FOUND = "markers: {ffa.up: {}, optee.up: {probe: 'arm-ffa-[0-9]*', found_by: [ffa.up]}}"
FOUND_LINES = (
    HEAD,
    "[    1.000000] ARM FF-A: Driver version 1.1",
    "[    2.100000] optee: initialized driver",
    "[    2.150000] probe of arm-ffa-2 returned 19 after 5 usecs",
    "[    2.200000] probe of arm-ffa-1 returned 0 after 150000 usecs",
    USERSPACE,
)


def test_a_device_is_not_there_before_it_is_found(ask: Ask) -> None:
    check = ORDER.format("{marker: ffa.up}", "{marker: optee.up}")
    found = ask(check, *FOUND_LINES, header=FOUND)
    assert (found.outcome, found.basis) == ("pass", "dependency")
    assert [evidence.line for evidence in found.evidence] == [2, 3, 5]
    assert "the probe of arm-ffa-1, a device that is only found by then" in found.message
    itself = ask(ORDER.format("{marker: ffa.up}", "{probe: arm-ffa-1}"), *FOUND_LINES, header=FOUND)
    assert (itself.outcome, itself.basis) == ("pass", "dependency")
    strict = ask(check[:-1] + ", guarantee: level}", *FOUND_LINES, header=FOUND)
    assert strict.outcome == "fragile", "a device is no level"


def test_what_its_probe_did_not_print_is_not_found_by_it(ask: Ask) -> None:
    check = ORDER.format("{marker: ffa.up}", "{marker: optee.up}")
    elsewhere = (*FOUND_LINES[:4], FOUND_LINES[4].replace("150000", "5"), USERSPACE)
    assert ask(check, *elsewhere, header=FOUND).basis == "observed"
    other = FOUND.replace("found_by: [ffa.up]", "found_by: []")
    assert ask(check, *FOUND_LINES, header=other).basis == "observed"
    turned = (HEAD, FOUND_LINES[2], *FOUND_LINES[3:5], FOUND_LINES[1].replace(" 1.0", " 3.0"))
    assert ask(check, *turned, header=FOUND).outcome == "fail"


def test_a_missing_supplier_is_not_what_the_pack_says_it_waits_for(ask: Ask) -> None:
    header = "markers: {ima.start: {}, ffa.up: {probe: arm-ffa, waits_for: [ima.start]}}"
    check = ORDER.format("{marker: ima.start}", "{marker: ffa.up}")
    lines = (
        HEAD,
        "[    0.500000] probe of arm-ffa returned {} after 1 usecs",
        "[    1.000000] ima: x",
        "[    2.000000] ARM FF-A: Driver version 1.2",
        "[    2.100000] probe of arm-ffa returned 0 after 200000 usecs",
        USERSPACE,
    )
    asked = ask(check, *(line.format(517) for line in lines), header=header)
    assert (asked.outcome, asked.basis) == ("pass", "dependency")
    supplier = ask(check, *(line.format(-517) for line in lines), header=header)
    assert (supplier.outcome, supplier.basis) == ("fragile", "observed")


def test_user_space_is_after_every_built_in_initcall(ask: Ask) -> None:
    check = ORDER.format("{initcall: misc_init, edge: end}", "{marker: userspace.start}")
    found = ask(check, HEAD, *ran("misc_init", 1), USERSPACE)
    assert (found.outcome, found.basis) == ("pass", "level")
    assert "User space starts after every built-in initcall (level 4)" in found.message


def test_what_is_printed_after_user_space_is_not_a_module_by_that(ask: Ask) -> None:
    check = ORDER.format("{initcall: misc_init, edge: end}", "{marker: ffa.up}")
    late = "[   10.000000] ARM FF-A: Driver version 1.1"
    found = ask(check, HEAD, *ran("misc_init", 1), USERSPACE, late)
    assert (found.outcome, found.basis) == ("fragile", "observed")
    begun, ended = ran("ffa_init", 9.5, "70", "ffa")
    module = ask(check, HEAD, *ran("misc_init", 1), USERSPACE, begun, late, ended)
    assert (module.outcome, module.basis) == ("pass", "level")
    assert "A module runs after every built-in initcall (level 4)" in module.message


def test_every_pair_counts_where_all_are_asked(ask: Ask) -> None:
    """The nearest pair is apart by level; another one of them is not."""
    lines = (HEAD, *ran("mod", 1, "60", "m"), *ran("misc_init", 2), *ran("late_trace_init", 3))
    check = ORDER.format(
        "{initcall: [mod, misc_init], edge: end, pick: all}", "{initcall: late_trace_init}"
    )
    found = ask(check, *lines, USERSPACE)
    assert (found.outcome, found.basis) == ("fragile", "observed")
    assert "the end of mod()" in found.message
    one = ask(check.replace("pick: all", "pick: last"), *lines, USERSPACE)
    assert (one.outcome, one.basis) == ("pass", "level")


def test_one_line_tells_no_order(ask: Ask) -> None:
    bypass = "[    1.000000] ima: No TPM chip found, activating TPM-bypass!"
    check = ORDER.format("{marker: ima.start}", "{message: 'ima: *'}")
    found = ask(check, HEAD, bypass, USERSPACE)
    assert (found.outcome, found.basis) == ("inconclusive", None)
    assert "They are one line." in found.message


@pytest.mark.parametrize(
    ("first", "then", "outcome"),
    [
        ("{initcall: gone, optional: true}", "{initcall: here}", "not_applicable"),
        ("{initcall: here}", "{initcall: gone, optional: true}", "not_applicable"),
        ("{initcall: here}", "{initcall: gone}", "not_applicable"),
        ("{initcall: gone}", "{initcall: here}", "inconclusive"),
        ("{initcall: here}", "{initcall: orphan}", "inconclusive"),
        ("{initcall: orphan}", "{initcall: here}", "inconclusive"),
        ("{initcall: orphan, optional: true}", "{initcall: here}", "inconclusive"),
    ],
)
def test_what_is_missing_in_a_whole_log(ask: Ask, first: str, then: str, outcome: str) -> None:
    orphan = "[    2.000000] initcall orphan+0x0/0x10 returned 0 after 5 usecs"
    found = ask(ORDER.format(first, then), HEAD, *ran("here", 1), orphan, USERSPACE)
    assert found.outcome == outcome
    assert ("the calling line of orphan()" in found.message) == ("orphan" in first + then)


def test_what_did_not_happen_is_not_told_without_initcall_debug(ask: Ask) -> None:
    check = ORDER.format("{marker: ima.start}", "{initcall: gone}")
    found = ask(check, HEAD, "[    1.000000] ima: x", USERSPACE)
    assert found.outcome == "inconclusive"
    assert "initcall_debug was off" in found.message
    optional = ask(check.replace("gone", "gone, optional: true"), HEAD, USERSPACE)
    assert optional.outcome == "not_applicable"
