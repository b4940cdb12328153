"""Several things one after the other."""

from collections.abc import Callable

import pytest

from app.rules.finding import Finding
from tests.lines import HEAD, USERSPACE, ran

Ask = Callable[..., Finding]
STEPS = (
    "{kind: sequence, steps:"
    " [{initcall: net_dev_init}, {initcall: b}, {initcall: late_trace_init}]}"
)
A, B, C = ran("net_dev_init", 1), ran("b", 2), ran("late_trace_init", 3)


def test_it_rests_on_its_loosest_pair(ask: Ask) -> None:
    found = ask(STEPS, HEAD, *A, *B, *C, USERSPACE)
    assert (found.outcome, found.basis, found.level_source) == (
        "fragile",
        "link_order",
        "inferred",
    )
    assert found.message.startswith(
        "net_dev_init, b, late_trace_init came in this order. The loosest pair: b()"
    )
    assert [evidence.line for evidence in found.evidence] == [2, 3, 4, 6]
    assert found.signature == "MY001:fragile:net_dev_init:b:late_trace_init"


def test_two_that_levels_keep_apart(ask: Ask) -> None:
    check = "{kind: sequence, steps: [{initcall: net_dev_init}, {initcall: late_trace_init}]}"
    found = ask(check, HEAD, *A, *C, USERSPACE)
    assert (found.outcome, found.basis) == ("pass", "level")


def test_the_pair_that_fails_is_named(ask: Ask) -> None:
    swapped = (*A, *ran("late_trace_init", 2), *ran("b", 3))
    found = ask(STEPS, HEAD, *swapped, USERSPACE)
    assert (found.outcome, found.signature) == ("fail", "MY001:fail:b:late_trace_init")
    assert "late_trace_init() came 2.0 s before the end of b()" not in found.message
    assert "late_trace_init() came 1.0 s before the end of b()" in found.message
    assert [evidence.line for evidence in found.evidence] == [4, 7]


def test_a_step_without_an_end_fails_the_next(ask: Ask) -> None:
    hung = "[    2.000000] calling  b+0x0/0x10 @ 7"
    found = ask(STEPS, HEAD, *A, hung, *C, USERSPACE)
    assert (found.outcome, found.basis) == ("fail", None)
    assert "in the middle of it. b() never returned in this log." in found.message
    mild = ask(STEPS.replace("]}", "], overlap: inconclusive}"), HEAD, *A, hung, *C, USERSPACE)
    assert mild.outcome == "inconclusive"
    last = ask(STEPS, HEAD, *A, *B, "[    3.000000] calling  late_trace_init+0x0/0x10 @ 1")
    assert last.outcome == "fragile", "the last step is met by its start"
    early = ask(STEPS, HEAD, *A, *C, "[    5.000000] calling  b+0x0/0x10 @ 7")
    assert early.outcome == "fail"
    assert "before the end of b() had even begun" in early.message


def test_overlapping_steps(ask: Ask) -> None:
    begun, ended = ran("b", 2, "7")
    overlapping = (HEAD, *A, begun, *C, ended, USERSPACE)
    assert ask(STEPS, *overlapping).outcome == "fail"
    mild = ask(STEPS.replace("]}", "], overlap: inconclusive}"), *overlapping)
    assert mild.outcome == "inconclusive"
    edge = STEPS.replace("{initcall: b}", "{initcall: b, edge: start}")
    assert ask(edge, *overlapping).outcome == "fragile", "its start is what was meant"


def test_a_lost_end_is_no_end(ask: Ask) -> None:
    lost = B[0]
    found = ask(STEPS, HEAD, *A, lost, *C, USERSPACE)
    assert found.outcome == "inconclusive"
    assert "The returned line of b() is missing." in found.message
    behind = ask(STEPS, HEAD, *A, *C, "[    5.000000] calling  b+0x0/0x10 @ 1", *ran("d", 6))
    assert behind.outcome == "fail", "it even began after the next step"


@pytest.mark.parametrize(
    ("lines", "outcome"),
    [
        ((*A, *C, USERSPACE), "inconclusive"),
        ((*B, *C, USERSPACE), "inconclusive"),
        ((*A, *B), "inconclusive"),
        ((*A, *B, USERSPACE), "fragile"),
        ((*A, USERSPACE), "not_applicable"),
        ((*ran("other", 1), USERSPACE), "not_applicable"),
        ((*ran("late_trace_init", 1), *ran("net_dev_init", 2), USERSPACE), "fail"),
    ],
)
def test_missing_steps(ask: Ask, lines: tuple[str, ...], outcome: str) -> None:
    assert ask(STEPS, HEAD, *lines).outcome == outcome


def test_an_optional_step_may_be_missing(ask: Ask) -> None:
    check = STEPS.replace("{initcall: b}", "[{initcall: b, optional: true}]")
    found = ask(check, HEAD, *A, *C, USERSPACE)
    assert (found.outcome, found.basis) == ("pass", "level")
    assert ask(check, HEAD, *C, USERSPACE).outcome == "inconclusive"
    none = check.replace("{initcall: late_trace_init}", "{marker: ima.start, optional: true}")
    assert "All but one step did not happen" in ask(none, HEAD, *A, USERSPACE).message


def test_an_alternative_step(ask: Ask) -> None:
    check = STEPS.replace("{initcall: b}", "[{initcall: gone}, {marker: ffa.up}]")
    ffa = "[    2.000000] ARM FF-A: Driver version 1.1"
    assert ask(check, HEAD, *A, ffa, *C, USERSPACE).outcome == "fragile"
    assert ask(check, HEAD, *A, *C, ffa, USERSPACE).outcome == "fail"


def test_a_step_of_which_no_line_is_whole(ask: Ask) -> None:
    """Of all calls of b one lacks its start and one its end."""
    check = STEPS.replace("{initcall: b}", "{initcall: b, pick: all}")
    orphan, hung = B[1], "[    2.500000] calling  b+0x0/0x10 @ 7"
    found = ask(check, HEAD, *A, orphan, hung, *C, USERSPACE)
    assert found.outcome == "inconclusive"
    assert "the calling line of b() is not in this log" in found.message
