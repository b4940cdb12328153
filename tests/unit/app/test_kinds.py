"""What each kind of check makes of a boot."""

from collections.abc import Callable

import pytest

from app.errors import RuleFileError
from app.rules.finding import Finding
from tests.lines import HEAD, USERSPACE, ran

Ask = Callable[..., Finding]

A_THEN_B = "{kind: order, first: {initcall: a, edge: end}, then: {initcall: b}}"


def test_order_held_by_nothing_that_is_known(ask: Ask) -> None:
    found = ask(A_THEN_B, HEAD, *ran("a", 1), *ran("b", 2), USERSPACE)
    assert (found.outcome, found.basis) == ("fragile", "observed")
    assert "Their levels are not known" in found.message
    assert found.gap_us == 999_000


def test_order_reversed(ask: Ask) -> None:
    found = ask(A_THEN_B, HEAD, *ran("b", 1), *ran("a", 2), USERSPACE)
    assert (found.outcome, found.gap_us) == ("fail", -1_001_000)
    assert [evidence.line for evidence in found.evidence] == [2, 5]


def test_order_by_level_by_link_order_and_by_interval(ask: Ask) -> None:
    check = "{kind: order, first: {initcall: misc_init}, then: {initcall: %s}}"
    late = ask(check % "late_trace_init", HEAD, *ran("misc_init", 1), *ran("late_trace_init", 2))
    assert (late.outcome, late.basis, late.level_source) == ("pass", "level", "known")
    same = ask(check % "net_dev_init", HEAD, *ran("misc_init", 1), *ran("net_dev_init", 2))
    assert (same.outcome, same.basis) == ("fragile", "link_order")
    assert "Both are at level 4: only link order decides, which is luck." in same.message
    lines = (*ran("misc_init", 1), *ran("mine", 2), *ran("late_trace_init", 3))
    interval = ask(check % "mine", HEAD, *lines)
    assert (interval.outcome, interval.basis, interval.level_source) == (
        "fragile",
        "link_order",
        "inferred",
    )
    assert "(4 and 4..7s)" in interval.message
    assert "System.map would settle it" in interval.message


@pytest.mark.parametrize("less", ["link_order", "observed"])
def test_no_rule_is_satisfied_by_less(ask: Ask, less: str) -> None:
    check = A_THEN_B.replace("}}", f"}}, guarantee: {less}}}")
    with pytest.raises(RuleFileError) as caught:
        ask(check, HEAD, *ran("a", 1), *ran("b", 2))
    (problem,) = caught.value.problems
    assert (problem.file, problem.line, problem.column) == ("MY001.yaml", 9, 8 + check.index("gua"))
    assert problem.text == (
        f"'check.guarantee': '{less}' is none of level, dependency; an order that rests on"
        " less is fragile, it never passes"
    )


def test_two_modules_are_kept_apart_by_nothing(ask: Ask) -> None:
    found = ask(A_THEN_B, HEAD, USERSPACE, *ran("a", 10, "70", "one"), *ran("b", 11, "71", "two"))
    assert (found.outcome, found.basis) == ("fragile", "observed")
    assert "anything enforces it" in found.message


def test_order_where_one_is_missing(ask: Ask) -> None:
    assert ask(A_THEN_B, HEAD, *ran("a", 1), USERSPACE).outcome == "not_applicable"
    assert ask(A_THEN_B, HEAD, *ran("a", 1)).outcome == "inconclusive"
    found = ask(A_THEN_B, HEAD, *ran("b", 1), USERSPACE)
    assert (found.outcome, "a is not in this log" in found.message) == ("inconclusive", True)
    silent = ask("{kind: order, first: {initcall: a}, then: {marker: ima.start}}", HEAD,
                 "[    1.000000] ima: x", USERSPACE)  # fmt: skip
    assert "initcall_debug was off" in silent.message


def test_order_where_the_first_hangs(ask: Ask) -> None:
    hung = "[    2.000000] calling  a+0x0/0x10 @ 1"
    before = ask(A_THEN_B, HEAD, *ran("b", 1), hung)
    assert (before.outcome, before.basis) == ("fail", None)
    assert "before the end of a() had even begun" in before.message
    inside = ask(A_THEN_B, HEAD, hung, *ran("b", 3, "7"))
    assert (inside.outcome, inside.basis) == ("fail", None)
    assert "in the middle of it. a() never returned in this log." in inside.message
    mild = ask(A_THEN_B.replace("}}", "}, overlap: inconclusive}"), HEAD, hung, *ran("b", 3, "7"))
    assert mild.outcome == "inconclusive"
    dropped = "[    2.500000] ** 3 printk messages dropped **"
    unsure = ask(A_THEN_B, HEAD, hung, dropped, *ran("b", 3, "7"))
    assert unsure.outcome == "inconclusive", "its return may be among the dropped"
    lost = ask(A_THEN_B, HEAD, "[    0.500000] calling  a+0x0/0x10 @ 1", *ran("b", 1))
    assert lost.outcome == "inconclusive"


def test_overlap_is_what_the_rule_says_it_is(ask: Ask) -> None:
    lines = (
        HEAD,
        "[    1.000000] calling  a+0x0/0x10 @ 1",
        *ran("b", 2, "7"),
        "[    3.000000] initcall a+0x0/0x10 returned 0 after 1 usecs",
    )
    assert ask(A_THEN_B, *lines).outcome == "fail"
    mild = ask(A_THEN_B.replace("}}", "}, overlap: inconclusive}"), *lines)
    assert mild.outcome == "inconclusive"
    assert "It came while that was still running." in mild.message


MISSING = (
    "{kind: order, first: {marker: ffa.up}, then: {marker: ima.start},"
    " first_missing: {outcome: fail, show: {marker: ffa.deferred}}}"
)


def test_a_first_that_never_came(ask: Ask) -> None:
    lines = (
        HEAD,
        "[    1.000000] probe of arm-ffa returned 517 after 1 usecs",
        "[    2.000000] ima: x",
    )
    found = ask(MISSING, *lines, USERSPACE)
    assert (found.outcome, [e.line for e in found.evidence]) == ("fail", [2, 3])
    assert ask(MISSING, *lines).outcome == "inconclusive"


WAITS = "markers: {p: {initcalls: [a]}, ffa.up: {probe: arm-ffa, waits_for: [p]}}"
UP_AFTER_A = "{kind: order, first: {initcall: a, edge: end}, then: {marker: ffa.up}}"


def retried(took_us: int) -> tuple[str, ...]:
    return (
        HEAD,
        "[    0.500000] probe of arm-ffa returned 517 after 1 usecs",
        *ran("a", 1),
        "[    2.000000] ARM FF-A: Driver version 1.1",
        f"[    2.100000] probe of arm-ffa returned 0 after {took_us} usecs",
    )


def test_a_dependency_needs_deferral_retry_and_the_packs_word(ask: Ask) -> None:
    proven = ask(UP_AFTER_A, *retried(200_000), header=WAITS)
    assert (proven.outcome, proven.basis) == ("pass", "dependency")
    assert [evidence.line for evidence in proven.evidence] == [2, 4, 5, 6]
    outside = ask(UP_AFTER_A, *retried(1_000), header=WAITS)
    assert outside.basis == "observed", "the marker was printed before that probe began"
    other = ask(UP_AFTER_A.replace("initcall: a", "initcall: net_dev_init"), HEAD,
                *ran("net_dev_init", 0.4), *retried(200_000)[1:], header=WAITS)  # fmt: skip
    assert other.basis == "observed", "the pack does not say that it waits for that"
    direct = [line for line in retried(200_000) if "517" not in line]
    assert ask(UP_AFTER_A, *direct, header=WAITS).basis == "observed"
    no_probe = retried(200_000)[:-1]
    assert ask(UP_AFTER_A, *no_probe, header=WAITS).basis == "observed"


def test_a_dependency_of_a_probe_itself(ask: Ask) -> None:
    check = "{kind: order, first: {marker: p}, then: {probe: arm-ffa, pick: last}}"
    header = "markers: {p: {}, ima.start: {}, ffa.up: {probe: arm-ffa, waits_for: [ima.start]}}"
    check = check.replace("marker: p", "marker: ima.start")
    lines = (
        HEAD,
        "[    0.500000] probe of arm-ffa returned 517 after 1 usecs",
        "[    1.000000] ima: x",
        "[    2.000000] probe of arm-ffa returned 0 after 10 usecs",
    )
    assert ask(check, *lines, header=header).basis == "dependency"


def test_selectors_pick_and_narrow(ask: Ask) -> None:
    lines = (HEAD, *ran("a", 1), *ran("b", 2), *ran("a", 3), *ran("drv_a", 4, "7", "m"))
    last = ask("{kind: order, first: {initcall: a, pick: last}, then: {initcall: b}}", *lines)
    assert last.outcome == "fail"
    every = ask("{kind: order, first: {initcall: a, pick: all}, then: {initcall: b}}", *lines)
    assert every.outcome == "fail", "the last of all must be before it"
    glob = ask("{kind: order, first: {initcall: b}, then: {initcall: 'drv_*', module: m}}", *lines)
    assert glob.outcome == "fragile"
    message = ask("{kind: order, first: {message: 'initcall a+*'}, then: {initcall: b}}", *lines)
    assert message.evidence[0].line == 3
    unstamped = ask("{kind: order, first: {message: 'NOTICE*'}, then: {initcall: b}}",
                    "NOTICE:  BL1", *lines)  # fmt: skip
    assert unstamped.evidence[0].line == 1
    alternatives = "{kind: order, first: [{initcall: nope}, {initcall: a}], then: {initcall: b}}"
    assert ask(alternatives, *lines).outcome == "fragile"


RETURNS = "{kind: returns, of: {initcall: '*'}, accept: any}"


def test_returns_with_a_hang(ask: Ask) -> None:
    hung = "[    2.000000] calling  hung+0x0/0x10 @ 1"
    last = ask(RETURNS, HEAD, *ran("a", 1), hung)
    assert last.outcome == "fail"
    assert "It is the last line: the log ends there." in last.message
    more = ask(RETURNS, HEAD, hung, "[    3.000000] rcu: stall", "x")
    assert "2 more lines follow" in more.message
    panic = ask(RETURNS, HEAD, hung, "[    3.000000] Kernel panic - not syncing: x", "y")
    assert "panicked at line 3" in panic.message
    assert [evidence.line for evidence in panic.evidence] == [2, 3]


def test_returns_by_value(ask: Ask) -> None:
    check = "{kind: returns, of: {initcall: '*'}, accept: 0, ignore: [-19]}"
    nodev = "[    2.000000] initcall nodev+0x0/0x10 returned -19 after 1 usecs"
    bad = "[    2.000000] initcall bad+0x0/0x10 returned -22 after 1 usecs"
    assert ask(check, HEAD, *ran("a", 1), nodev, USERSPACE).outcome == "pass"
    assert ask(check, HEAD, *ran("a", 1), nodev).outcome == "inconclusive"
    found = ask(check, HEAD, *ran("a", 1), nodev, bad)
    assert (found.outcome, found.message) == ("fail", "bad() returned -22 (EINVAL).")


def test_returns_cannot_tell_where_a_line_is_lost(ask: Ask) -> None:
    lost = "[    0.500000] calling  lost+0x0/0x10 @ 1"
    found = ask(RETURNS, HEAD, lost, *ran("a", 1))
    assert (found.outcome, found.signature) == ("inconclusive", "MY001:inconclusive:lost")


def test_returns_needs_as_many_good_ends_as_asked_for(ask: Ask) -> None:
    check = (
        "{kind: returns, of: {probe: 'dev*', driver: 'd*'}, at_least: 1,"
        " succeeded: [{marker: optee.up}], failed: [{message: 'dev: dead*'}]}"
    )
    later = "[    1.000000] probe of dev1 with driver drv returned 517 after 1 usecs"
    other = "[    1.000000] probe of dev1 with driver other returned 5 after 1 usecs"
    assert ask(check, HEAD, later, other).outcome == "inconclusive"
    bound = "[    1.000000] probe of dev1 with driver drv returned 0 after 1 usecs"
    assert ask(check, HEAD, bound).outcome == "pass"
    assert ask(check, HEAD, "[    1.000000] optee: initialized driver").outcome == "pass"
    assert ask(check, HEAD, bound, "[    1.500000] dev: dead at last").outcome == "fail"


PRESENT = (
    "{kind: present, what: {marker: pkvm.initialised}, contradicted_by: [{marker: pkvm.failed}]}"
)


def test_present(ask: Ask) -> None:
    up = "[    1.000000] kvm [1]: Protected nVHE mode initialized successfully"
    failed = "[    2.000000] Failed to finalize Hyp protection: -22"
    assert ask(PRESENT, HEAD, up).outcome == "pass"
    found = ask(PRESENT, HEAD, up, failed)
    assert (found.outcome, found.message) == (
        "fail",
        "The log says: Failed to finalize Hyp protection: -22",
    )
    assert ask(PRESENT, HEAD, USERSPACE).outcome == "fail"
    assert ask(PRESENT, HEAD, "[    1.000000] x").outcome == "inconclusive"


def test_deferral(ask: Ask) -> None:
    check = "{kind: deferral, device: 'dev*'}"
    later = "[    1.000000] probe of dev1 returned 517 after 1 usecs"
    other = "[    1.000000] probe of else returned 517 after 1 usecs"
    bound = "[    2.000000] probe of dev1 returned 0 after 1 usecs"
    pending = "[    3.000000] platform dev1: deferred probe pending: (reason unknown)"
    assert ask(check, HEAD, later, bound, other, USERSPACE).outcome == "pass"
    assert ask(check, HEAD, later, USERSPACE).outcome == "fail"
    assert ask(check, HEAD, later).outcome == "inconclusive"
    found = ask(check, HEAD, later, pending)
    assert (found.outcome, found.signature) == ("fail", "MY001:fail:dev1")
    assert found.message == "dev1 stayed deferred to the end of the boot (reason unknown)."


def test_needs_turn_a_pass_into_a_question(ask: Ask) -> None:
    lines = (*ran("a", 1), *ran("b", 2))
    found = ask(A_THEN_B, *lines, extra="needs: [initcall_debug, head, userspace]")
    assert found.outcome == "inconclusive"
    assert "the head of the log is lost and the log ends before user space" in found.message
    assert found.message.endswith("is lost and the log ends before user space.")
    panicked = ask(
        A_THEN_B,
        HEAD,
        *lines,
        "[    3.000000] Kernel panic - not syncing: x",
        extra="needs: [userspace]",
    )
    assert panicked.outcome == "fragile"


def test_deferral_by_a_moment(ask: Ask) -> None:
    check = "{kind: deferral, device: 'dev*', unless: dev9, before: {marker: ima.start}}"
    later = "[    1.000000] probe of dev1 returned 517 after 1 usecs"
    bound = "[    {}.000000] probe of dev1 returned 0 after 1 usecs"
    ima = "[    3.000000] ima: x"
    debug = ran("a", 0.5)
    assert ask(check, HEAD, *debug, later, bound.format(2), ima, USERSPACE).outcome == "pass"
    waiting = ask(check, HEAD, *debug, later, ima, bound.format(4), USERSPACE)
    assert waiting.outcome == "fail"
    assert waiting.message == "dev1 was still deferred when ima.start came."
    assert [evidence.line for evidence in waiting.evidence] == [4, 5]
    assert ask(check, HEAD, *debug, later, ima).outcome == "fail"
    assert ask(check, HEAD, *debug, ima, later).outcome == "pass", "it began after that"
    excused = later.replace("dev1", "dev9")
    assert ask(check, HEAD, *debug, excused, ima).outcome == "pass"
    assert ask(check, HEAD, ima).outcome == "inconclusive", "initcall_debug was off"
    assert ask(check, *debug, ima).outcome == "inconclusive", "the head is lost"
    assert ask(check, HEAD, *debug, USERSPACE).outcome == "not_applicable"
    assert ask(check, HEAD, *debug).outcome == "inconclusive"


def test_returns_accepts_by_name_and_by_sign(ask: Ask) -> None:
    check = (
        "{kind: returns, of: {initcall: '*'}, accept: non_negative,"
        " also_accept: {'dmi_*': [-61, -19], quirk: any}}"
    )
    end = "[    1.000000] initcall {}+0x0/0x10 returned {} after 1 usecs"
    good = (("a", 196), ("dmi_id_init", -61), ("quirk", -5))
    assert ask(check, HEAD, *(end.format(*x) for x in good), USERSPACE).outcome == "pass"
    for name, returned in (("a", -61), ("dmi_id_init", -22)):
        assert ask(check, HEAD, end.format(name, returned), USERSPACE).outcome == "fail"
    probes = "{kind: returns, of: {probe: '*'}, ignore: [19], also_accept: {'serial*': 6}}"
    probe = "[    1.000000] probe of {} returned {} after 1 usecs"
    lines = (HEAD, *ran("a", 1), probe.format("serial8250", 6), USERSPACE)
    assert ask(probes, *lines).outcome == "pass"
    assert ask(probes, *lines, probe.format("other", 6)).outcome == "fail"


def test_returns_may_leave_open_calls_to_another_rule(ask: Ask) -> None:
    check = "{kind: returns, of: {initcall: '*'}, unfinished: ignore}"
    hung = "[    2.000000] calling  hung+0x0/0x10 @ 1"
    assert ask(check, HEAD, *ran("a", 1), hung, USERSPACE).outcome == "pass"


def test_returns_of_nothing_is_no_pass(ask: Ask) -> None:
    check = "{kind: returns, of: {initcall: gone}}"
    assert ask(check, HEAD, *ran("a", 1), USERSPACE).outcome == "not_applicable"
    assert ask(check, HEAD, USERSPACE).outcome == "inconclusive", "initcall_debug was off"
    assert ask(check, HEAD, *ran("gone", 1)).outcome == "inconclusive", "it may run again"


def test_present_so_often(ask: Ask) -> None:
    check = "{kind: present, what: [{initcall: a}, {message: 'up: *'}], at_least: 2}"
    up = "[    1.000000] up: one"
    twice = ask(check, HEAD, *ran("a", 1), up, up, USERSPACE)
    assert (twice.outcome, twice.evidence[0].line) == ("pass", 4)
    once = ask(check, HEAD, *ran("a", 1), up, USERSPACE)
    assert (once.outcome, once.message) == ("fail", "a or up: * happened 1 times only.")
    cut = ask(check, HEAD, *ran("a", 1), up)
    assert cut.outcome == "inconclusive"
    assert cut.message.startswith("a or up: * is not, or only 1 times, in this log:")


def test_present_at_an_edge(ask: Ask) -> None:
    check = "{kind: present, what: {initcall: a, edge: end}}"
    hung = "[    1.000000] calling  a+0x0/0x10 @ 1"
    assert ask(check, HEAD, *ran("a", 1), USERSPACE).outcome == "pass"
    found = ask(check, HEAD, hung, USERSPACE)
    assert (found.outcome, "the returned line of a() is not in" in found.message) == (
        "inconclusive",
        True,
    )


def test_a_level_selects_what_is_known_to_be_there(ask: Ask) -> None:
    lines = (HEAD, *ran("misc_init", 1), *ran("mine", 2), *ran("late_trace_init", 3), USERSPACE)
    check = "{kind: deadline, of: {initcall: '*', level: %s}, at_most: 1 s}"
    assert ask(check % "[7s, module]", *lines).outcome == "pass", "mine is in time wherever it is"
    sleeps = (*lines[:4], "[    4.000000] initcall mine+0x0/0x10 returned 0 after 1 usecs")
    late = (*sleeps, *ran("late_trace_init", 5), USERSPACE)
    known = ask(check % "[7s, module]", *late)
    assert known.outcome == "inconclusive", "mine may be at 7s"
    assert "How long mine() took" in known.message
    assert "the level is not known" in known.message
    returns = "{kind: returns, of: {initcall: '*', level: 7s}}"
    passed_over = ask(returns, *lines)
    assert passed_over.outcome == "inconclusive"
    assert "1 more may be at the level asked for" in passed_over.message
    assert ask(check % "3", *lines).outcome == "not_applicable"
    slow = (
        lines[0],
        "[    0.500000] calling  misc_init+0x0/0x10 @ 1",
        "[    1.900000] initcall misc_init+0x0/0x10 returned 0 after 1 usecs",
        *lines[3:],
    )
    assert ask(check % "4", *slow).outcome == "fail"
    exact = (HEAD, *ran("misc_init", 1), *ran("net_dev_init", 2), USERSPACE)
    found = ask(check % "4", *exact)
    assert (found.outcome, found.message.startswith("None of 2")) == ("pass", True)
    order = "{kind: order, first: {initcall: '*', level: 4, edge: end}, then: {initcall: mine}}"
    assert ask(order, *lines).outcome == "inconclusive"


def test_a_message_runs_in_the_initcall_it_was_printed_in(ask: Ask) -> None:
    check = "{kind: level, of: {message: 'hello*'}, at: 4}"
    caller = "[    1.000000][%5s] %s"
    begun, ended = (
        "calling  misc_init+0x0/0x10 @ 1",
        "initcall misc_init+0x0/0x10 returned 0 after 1 usecs",
    )
    other = "calling  x_init+0x0/0x10 [m] @ 60"
    head = "[    0.000000][    T0] Linux version 6.12.117 (aarch64-linux-gnu-gcc)"
    end = "[    9.000000][    T1] Run /init as init process"

    def said(thread: str, *more: str) -> str:
        lines = [caller % ("T1", begun), *more, caller % (thread, "hello"), caller % ("T1", ended)]
        return ask(check, head, *lines, end).outcome

    assert said("T1") == "pass"
    assert said("T1", caller % ("T60", other)) == "pass", "the other one is on its own thread"
    assert said("T9") == "inconclusive"
    assert said("C0") == "inconclusive"
    plain = [
        line.replace("[   T1]", "") for line in (caller % ("T1", begun), caller % ("T1", "hello"))
    ]
    assert ask(check, HEAD, *plain, USERSPACE).outcome == "pass", "the only open call"
    two = [plain[0], "[    1.000000] " + other, plain[1]]
    assert ask(check, HEAD, *two, USERSPACE).outcome == "inconclusive", "which of the two?"
    firmware = [plain[0], "hello from BL31"]
    assert ask(check, HEAD, *firmware, USERSPACE).outcome == "inconclusive"


def test_a_message_of_a_retried_probe_is_at_level_7(ask: Ask) -> None:
    check = "{kind: level, of: {message: 'hello*', pick: %s}, at: 7}"
    lines = (
        "[    0.000000][    T0] Linux version 6.12.117 (aarch64-linux-gnu-gcc)",
        "[    0.500000][    T1] calling  lost+0x0/0x10 @ 1",
        "[    1.000000][    T1] calling  deferred_probe_initcall+0x0/0x10 @ 1",
        "[    1.100000][   T40] hello",
        "[    1.200000][    T1] initcall deferred_probe_initcall+0x0/0x10 returned 0 after 9 usecs",
        "[    1.300000][   T40] hello again",
        "[    9.000000][    T1] Run /init as init process",
    )
    assert ask(check % "first", *lines).outcome == "pass"
    assert ask(check % "last", *lines).outcome == "inconclusive"


def test_a_body_is_told_without_its_wrapping(ask: Ask) -> None:
    check = "{kind: absent, what: {message: '*oops*'}}"
    kmsg = ("6,1,0,-;Linux version 6.12.117 (aarch64-linux-gnu-gcc)", "4,2,1000000,-;dev: [1] oops")
    assert ask(check, *kmsg).message == "It happened: dev: [1] oops."
    inside = ask(check, HEAD, "NOTICE:  oops")
    assert inside.message == "It happened: NOTICE:  oops."


def test_a_level_selects_markers_by_where_they_were_printed(ask: Ask) -> None:
    begun, ended = ran("misc_init", 1)
    ffa = "[    1.000500] ARM FF-A: Driver version 1.1"
    check = "{kind: present, what: {marker: ffa.up, level: %s}}"
    assert ask(check % "4", HEAD, begun, ffa, ended, USERSPACE).outcome == "pass"
    assert ask(check % "6", HEAD, begun, ffa, ended, USERSPACE).outcome == "fail"
