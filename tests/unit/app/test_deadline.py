"""How long things take, by which clock."""

from collections.abc import Callable

import pytest

from app.adapters import adapter
from app.rules.finding import Finding
from tests.lines import HEAD, USERSPACE, ran

Ask = Callable[..., Finding]
EACH = "{kind: deadline, of: {initcall: '*'}, at_most: 1 s}"
REPORTED = EACH.replace("}", ", clock: reported}", 2).replace("*', clock: reported}", "*'}")


def took(function: str, begun: float, ended: float, reported: int) -> tuple[str, str]:
    return (
        f"[{begun:12.6f}] calling  {function}+0x0/0x10 @ 1",
        f"[{ended:12.6f}] initcall {function}+0x0/0x10 returned 0 after {reported} usecs",
    )


SLOW = took("slow", 2, 4.5, 900)


def test_each_initcall_by_its_stamps(ask: Ask) -> None:
    fine = ask(EACH, HEAD, *ran("a", 1), *took("b", 2, 2.5, 5_000_000), USERSPACE)
    assert (fine.outcome, fine.basis) == ("pass", None)
    assert fine.message == "None of 2 took longer than 1 s; the longest, b(), took 500 ms."
    found = ask(EACH, HEAD, *ran("a", 1), *SLOW, *took("slower", 5, 8, 1), USERSPACE)
    assert found.outcome == "fail"
    assert found.message == "slower() and slow() took longer than 1 s: slower() took 3.0 s."
    assert found.signature == "MY001:fail:slow:slower"


def test_the_other_clock_is_the_kernels_word(ask: Ask) -> None:
    assert REPORTED == "{kind: deadline, of: {initcall: '*'}, at_most: 1 s, clock: reported}"
    assert ask(REPORTED, HEAD, *SLOW, USERSPACE).outcome == "pass"
    assert ask(REPORTED, HEAD, *took("b", 1, 1.1, 2_000_000), USERSPACE).outcome == "fail"
    notime = [line.partition("] ")[2] for line in (HEAD, *SLOW, USERSPACE)]
    assert ask(REPORTED, *notime).outcome == "pass"


def test_without_times_the_stamps_tell_nothing(ask: Ask) -> None:
    notime = [line.partition("] ")[2] for line in (HEAD, *SLOW, USERSPACE)]
    found = ask(EACH, *notime)
    assert found.message == (
        "How long slow() took by the stamps of the two lines is not known: the log keeps no times."
    )
    assert found.outcome == "inconclusive"
    between = (
        "{kind: deadline, from: {marker: ima.start}, to: {marker: userspace.start}, at_most: 1 s}"
    )
    assert ask(between, *notime[:1], "ima: x", notime[-1]).outcome == "inconclusive"
    hung = ask(EACH, notime[0], "calling  hung+0x0/0x10 @ 1", "x")
    assert hung.outcome == "inconclusive"


def test_a_clock_that_steps_back_in_between(ask: Ask) -> None:
    stepped = (SLOW[0], "[    1.000000] x", SLOW[1])
    found = ask(EACH, HEAD, *stepped, USERSPACE)
    assert (found.outcome, found.evidence[0].line) == ("inconclusive", 4)
    assert "the clock steps back in between" in found.message
    elsewhere = ask(EACH, HEAD, "[    3.000000] x", *took("a", 1, 1.5, 1), USERSPACE)
    assert elsewhere.outcome == "pass", "the step is not inside"
    backwards = ask(EACH, HEAD, *took("a", 1.001, 1.0, 1), USERSPACE)
    assert backwards.outcome == "inconclusive", "too small a step to be told as one"


def test_the_slow_one_fails_whatever_is_unknown_of_others(ask: Ask) -> None:
    orphan = took("orphan", 1, 1.5, 5)[1]
    assert ask(EACH, HEAD, orphan, *SLOW, USERSPACE).outcome == "fail"
    found = ask(EACH, HEAD, orphan, USERSPACE)
    assert (found.outcome, "the calling line is lost" in found.message) == ("inconclusive", True)


def test_what_never_ended(ask: Ask) -> None:
    hung = "[    2.000000] calling  hung+0x0/0x10 @ 1"
    found = ask(EACH, HEAD, hung, "[    5.000000] rcu: stall")
    assert found.outcome == "fail"
    assert "hung() took 3.0 s and is still running at the end of the log" in found.message
    short = ask(EACH, HEAD, hung, "[    2.500000] x")
    assert (short.outcome, "the log ends before user space" in short.message) == (
        "inconclusive",
        True,
    )
    stepped = ask(EACH, HEAD, hung, "[    9.000000] x", "[    8.000000] y")
    assert "the clock steps back" in stepped.message
    lost = ask(EACH, HEAD, hung, *ran("a", 3), USERSPACE)
    assert (lost.outcome, "its end was lost" in lost.message) == ("inconclusive", True)


def test_probes_have_the_kernels_figure_only(ask: Ask) -> None:
    check = "{kind: deadline, of: {probe: 'dev*'}, at_most: 500 us}"
    probe = "[    1.000000] probe of dev1 returned 0 after {} usecs"
    other = "[    1.000000] probe of another returned 0 after 900 usecs"
    assert ask(check, HEAD, probe.format(500), other, USERSPACE).outcome == "pass"
    found = ask(check, HEAD, probe.format(501), USERSPACE)
    assert (found.outcome, found.message) == (
        "fail",
        "dev1 took longer than 500 us: dev1 took 501 us.",
    )


def test_a_trace_has_no_figure(ask: Ask) -> None:
    lines = (
        "# tracer: nop",
        "      init-1       [000] .....     1.000000: initcall_start: func=a+0x0/0x10",
        "      init-1       [000] .....     1.500000: initcall_finish: func=a+0x0/0x10 ret=0",
    )
    found = ask(REPORTED, *lines)
    assert (found.outcome, "the kernel says no length" in found.message) == ("inconclusive", True)
    one = ask(EACH.replace("'*'", "a"), *lines)
    assert one.outcome == "pass"
    every = ask(EACH, *lines)
    assert (every.outcome, "may lack one that took longer" in every.message) == (
        "inconclusive",
        True,
    )


def test_one_that_is_lost_may_have_taken_longer(ask: Ask) -> None:
    assert ask(EACH, *ran("a", 1), USERSPACE).outcome == "inconclusive"
    assert ask(EACH, HEAD, *ran("a", 1)).outcome == "inconclusive"
    assert ask(EACH.replace("'*'", "a"), *ran("a", 1), USERSPACE).outcome == "pass"
    assert ask(EACH.replace("'*'", "[a, b]"), *ran("a", 1), USERSPACE).outcome == "inconclusive"


def test_nothing_that_is_named(ask: Ask) -> None:
    check = EACH.replace("'*'", "gone")
    assert ask(check, HEAD, *ran("a", 1), USERSPACE).outcome == "not_applicable"
    assert ask(check, HEAD, *ran("a", 1)).outcome == "inconclusive"


BETWEEN = "{kind: deadline, from: {marker: ffa.up}, to: {initcall: b}, at_most: 1.5 s}"
FFA = "[    1.000000] ARM FF-A: Driver version 1.1"


def test_from_one_thing_to_another(ask: Ask) -> None:
    found = ask(BETWEEN, HEAD, FFA, *ran("b", 2), USERSPACE)
    assert (found.outcome, found.gap_us) == ("pass", 1_000_000)
    assert found.message == "b() came 1.0 s after ffa.up; the limit is 1.5 s."
    assert [evidence.line for evidence in found.evidence] == [2, 3]
    late = ask(BETWEEN, HEAD, FFA, *ran("b", 3), USERSPACE)
    assert (late.outcome, late.gap_us) == ("fail", 2_000_000)
    assert ask(BETWEEN, HEAD, *ran("b", 0.5), FFA, USERSPACE).outcome == "not_applicable"
    stepped = ask(BETWEEN, HEAD, FFA, "[    0.500000] x", *ran("b", 2), USERSPACE)
    assert (stepped.outcome, stepped.gap_us) == ("inconclusive", None)


def test_what_never_came(ask: Ask) -> None:
    other = ran("a", 0.5)
    found = ask(BETWEEN, HEAD, *other, FFA, "[    4.000000] x")
    assert found.outcome == "fail"
    assert found.message == "b did not come within 1.5 s of ffa.up; the log goes on for 3.0 s."
    assert found.signature == "MY001:fail:ffa.up:b"
    assert ask(BETWEEN, HEAD, *other, FFA, "[    2.000000] x").outcome == "inconclusive"
    assert ask(BETWEEN, HEAD, FFA, "[    4.000000] x").outcome == "inconclusive", (
        "no initcall_debug"
    )
    stepped = ask(BETWEEN, HEAD, *other, FFA, "[    0.100000] x", "[    4.000000] y")
    assert "the clock steps back" in stepped.message
    untimed = [line.partition("] ")[2] for line in (HEAD, *other, FFA, "[ 9] x")]
    assert "keeps no times" in ask(BETWEEN, *untimed).message
    assert ask(BETWEEN, HEAD, *other, USERSPACE).outcome == "not_applicable"
    assert ask(BETWEEN, HEAD, *other).outcome == "inconclusive"


@pytest.mark.parametrize(("text", "us"), [("250 us", 250), ("1.5ms", 1_500), ("2 s", 2_000_000)])
def test_lengths(text: str, us: int) -> None:
    from app.rules.kinds.deadline import DeadlineCheck

    check = adapter(DeadlineCheck).validate_python(
        {"kind": "deadline", "of": {"initcall": "a"}, "at_most": text}
    )
    assert check.limit_us == us


def test_of_several_probes_the_late_ones_and_the_longest_are_told(ask: Ask) -> None:
    check = "{kind: deadline, of: [{probe: 'dev*'}, {probe: 'other*'}], at_most: 500 us}"
    lines = [
        f"[    1.00000{n}] probe of {name} returned 0 after {took} usecs"
        for n, (name, took) in enumerate([("dev1", 100), ("dev2", 90), ("other1", 300)])
    ]
    found = ask(check, HEAD, *lines, USERSPACE)
    assert found.outcome == "pass"
    assert found.message.startswith("None of 3 took longer than 500 us; the longest, other1,")
    late = ask(check, HEAD, *lines, lines[0].replace("100 usecs", "700 usecs"), USERSPACE)
    assert (late.outcome, [one.line for one in late.evidence]) == ("fail", [5])
