"""Asynchronous calls in rules: what selects them, and what a wait for them proves."""

from collections.abc import Callable

import pytest

from app.analysis import analyse
from app.rules.finding import Finding
from app.rules.loader import load_shipped
from tests.lines import HEAD, USERSPACE, ran

Ask = Callable[..., Finding]


def begun(name: str, at: float, cookie: int = 2, thread: int = 45) -> str:
    return f"[{at:12.6f}] calling  {cookie}_{name}+0x0/0x10 @ {thread}"


def ended(name: str, at: float, cookie: int = 2, usecs: int = 5) -> str:
    return f"[{at:12.6f}] initcall {cookie}_{name}+0x0/0x10 returned after {usecs} usecs"


def waits(at: float, thread: int = 1) -> str:
    return f"[{at:12.6f}] async_waiting @ {thread}"


def goes_on(at: float, thread: int = 1) -> str:
    return f"[{at:12.6f}] async_continuing @ {thread} after 5 usec"


SCAN_THEN_MINE = "{kind: order, first: {async: scan, edge: end}, then: {initcall: mine}}"


def test_a_thread_that_waited_depends_on_what_it_waited_for(ask: Ask) -> None:
    lines = (HEAD, begun("scan", 1), waits(2), ended("scan", 3), goes_on(3.1), *ran("mine", 4))
    found = ask(SCAN_THEN_MINE, *lines, USERSPACE)
    assert (found.outcome, found.basis) == ("pass", "dependency")
    assert [evidence.line for evidence in found.evidence] == [3, 4, 5, 6]
    assert "Thread 1 waited until asynchronous calls were over, scan() among them" in found.message
    assert [one.initcall for one in found.subjects] == [None, 0], "it is none of the initcalls"


@pytest.mark.parametrize(
    ("why", "lines"),
    [
        (
            "it was over before the wait began: it may be for another domain",
            (begun("scan", 1), ended("scan", 1.5), waits(2), goes_on(3), *ran("mine", 4)),
        ),
        (
            "another thread waited",
            (begun("scan", 1), waits(2, 7), ended("scan", 3), goes_on(3.1, 7), *ran("mine", 4)),
        ),
        (
            "another call, begun before, outlived the wait: it was not for all of them",
            (
                begun("other", 0.5, 1, 44), begun("scan", 1), waits(2), ended("scan", 3),
                goes_on(3.1), *ran("mine", 4), ended("other", 5, 1),
            ),
        ),
        (
            "it began after the wait did",
            (waits(0.5), begun("scan", 1), ended("scan", 3), goes_on(3.1), *ran("mine", 4)),
        ),
        (
            "the wait did not end",
            (begun("scan", 1), waits(2), ended("scan", 3), *ran("mine", 4)),
        ),
        (
            "the wait ended later",
            (begun("scan", 1), waits(2), ended("scan", 3), *ran("mine", 4), goes_on(5)),
        ),
        (
            "its first line is lost",
            (waits(2), ended("scan", 3), goes_on(3.1), *ran("mine", 4)),
        ),
    ],
)  # fmt: skip
def test_what_a_wait_does_not_prove(ask: Ask, why: str, lines: tuple[str, ...]) -> None:
    found = ask(SCAN_THEN_MINE, HEAD, *lines, USERSPACE)
    assert (found.outcome, found.basis) == ("fragile", "observed"), why


def test_a_probe_on_the_thread_of_a_call_is_a_part_of_it(ask: Ask) -> None:
    stamp = "[{:12.6f}][{:>5}] {}"
    tpm = "tpm_tis c.tpm: 2.0 TPM (device-id 0x1, rev-id 1)"
    lines = (
        stamp.format(0, "T0", "Linux version 6.12.117 (aarch64-linux-gnu-gcc)"),
        stamp.format(1, "T45", "calling  2_attach_async+0x0/0x10 @ 45"),
        stamp.format(2, "T1", "async_waiting @ 1"),
        stamp.format(3, "T45", tpm),
        stamp.format(3.1, "T45", "initcall 2_attach_async+0x0/0x10 returned after 9 usecs"),
        stamp.format(3.2, "T1", "async_continuing @ 1 after 9 usec"),
        stamp.format(4, "T1", "calling  init_ima+0x0/0x10 @ 1"),
        stamp.format(5, "T1", "initcall init_ima+0x0/0x10 returned 0 after 9 usecs"),
        stamp.format(9, "T1", "Run /init as init process"),
    )
    check = "{kind: order, first: {marker: tpm.registered}, then: {marker: ima.start}}"
    found = ask(check, *lines)
    assert (found.outcome, found.basis) == ("pass", "dependency")
    assert [evidence.line for evidence in found.evidence] == [3, 4, 5, 6, 7]
    elsewhere = (*lines[:3], lines[3].replace("T45", "T46"), *lines[4:])
    assert ask(check, *elsewhere).basis == "observed"


def test_a_marker_waits_on_the_thread_of_the_initcall_it_is_in(ask: Ask) -> None:
    check = "{kind: order, first: {async: scan, edge: end}, then: {message: 'mine: up'}}"
    first, last = ran("mine", 4)
    lines = (HEAD, begun("scan", 1), waits(2), ended("scan", 3), goes_on(3.1), first)
    inside = (*lines, "[    4.000500] mine: up", last, USERSPACE)
    assert ask(check, *inside).basis == "dependency"
    outside = (*lines, last, "[    4.100500] mine: up", USERSPACE)
    assert ask(check, *outside).basis == "observed"


def test_what_comes_before_user_space_waits_for_all(ask: Ask) -> None:
    check = (
        "{kind: order, first: {async: '*', edge: end, pick: all, before: userspace.start},"
        " then: {marker: userspace.start}}"
    )
    over = (HEAD, begun("scan", 1), ended("scan", 2), waits(3), goes_on(4))
    late = (begun("late", 10, 3), ended("late", 11, 3))
    found = ask(check, *over, USERSPACE, *late)
    assert (found.outcome, found.basis) == ("pass", "dependency")
    assert ask(check, *over[:3], USERSPACE).outcome == "fragile"
    open_still = ask(check, HEAD, begun("scan", 1), waits(3), goes_on(4), USERSPACE)
    assert open_still.outcome == "fail"
    assert "scan() never returned in this log" in open_still.message
    lost = ask(check, HEAD, begun("scan", 1), "** 3 printk messages dropped **", USERSPACE)
    assert lost.outcome == "inconclusive"


def test_a_wait_inside_an_initcall_is_not_that_before_user_space(ask: Ask) -> None:
    check = "{kind: order, first: {async: scan, edge: end}, then: {marker: userspace.start}}"
    first, last = ran("mine", 3)
    inside = (HEAD, begun("scan", 1), ended("scan", 2), first, waits(3.0002), goes_on(3.0004), last)
    assert ask(check, *inside, USERSPACE).basis == "observed"


def test_nothing_is_known_where_no_line_tells_of_them(ask: Ask) -> None:
    check = "{kind: absent, what: {async: 'scan*'}}"
    silent = ask(check, HEAD, *ran("misc_init", 1), USERSPACE)
    assert silent.outcome == "inconclusive"
    assert "no line tells of asynchronous calls" in silent.message
    assert silent.cure is not None
    assert silent.cure.capture == 'boot with dyndbg="file async.c +p"'
    told = ask(check, HEAD, begun("other", 1), ended("other", 2), USERSPACE)
    assert told.outcome == "pass"
    waited = ask(check, HEAD, waits(1), goes_on(2), USERSPACE)
    assert waited.outcome == "pass"
    found = ask(check, HEAD, ended("scan_all", 2), USERSPACE)
    assert (found.outcome, [e.line for e in found.evidence]) == ("fail", [2])


def test_how_long_they_take_and_whether_they_end(ask: Ask) -> None:
    lines = (HEAD, begun("scan", 1), ended("scan", 3, usecs=2_000_000), USERSPACE)
    slow = ask("{kind: deadline, of: {async: scan}, at_most: 1 s}", *lines)
    assert (slow.outcome, slow.message) == (
        "fail",
        "scan() took longer than 1 s: scan() took 2.0 s.",
    )
    kernels = ask("{kind: deadline, of: {async: scan}, at_most: 2 s, clock: reported}", *lines)
    assert kernels.outcome == "pass"
    assert ask("{kind: returns, of: {async: '*'}}", *lines).outcome == "pass"
    hangs = ask("{kind: returns, of: {async: '*'}}", *lines[:2])
    assert (hangs.outcome, hangs.message) == (
        "fail",
        "scan() never returned. It is the last line: the log ends there.",
    )
    narrowed = ask("{kind: returns, of: {async: '*', module: sd_mod}}", *lines)
    assert narrowed.outcome == "not_applicable"
    level = ask("{kind: level, of: {async: scan}, at: 6}", *lines)
    assert level.outcome == "inconclusive"


def test_a_sequence_takes_both_ends_of_a_call(ask: Ask) -> None:
    check = "{kind: sequence, steps: [{async: scan}, {initcall: mine}]}"
    lines = (HEAD, begun("scan", 1), waits(2), ended("scan", 3), goes_on(3.1), *ran("mine", 4))
    assert ask(check, *lines, USERSPACE).outcome == "pass"
    during = (HEAD, begun("scan", 1), *ran("mine", 2), ended("scan", 3), USERSPACE)
    assert ask(check, *during).outcome == "fail"


def test_a_lost_end_is_named(ask: Ask) -> None:
    orphan = ended("scan", 3)
    found = ask("{kind: order, first: {async: scan}, then: {initcall: mine}}", HEAD, orphan,
                *ran("mine", 4), USERSPACE)  # fmt: skip
    assert found.outcome == "inconclusive"
    assert "the calling line of scan()" in found.message
    steps = ask("{kind: sequence, steps: [{initcall: mine}, {async: scan}]}", HEAD,
                *ran("mine", 1), orphan, USERSPACE)  # fmt: skip
    assert steps.outcome == "inconclusive"
    assert "The calling line of scan() is missing." in steps.message


def test_a_message_after_a_lost_calling_line_is_in_no_call(ask: Ask) -> None:
    orphan = ran("gone", 1)[1]
    check = "{kind: level, of: {message: 'hello*'}, at: 4}"
    found = ask(check, HEAD, orphan, "[    2.000000] hello", USERSPACE)
    assert (found.outcome, "may be at level unknown" in found.message) == ("inconclusive", True)


def test_a_log_that_lost_lines_may_have_lost_these(ask: Ask) -> None:
    check, applies = "{kind: returns, of: {async: '*'}}", "applies_when: {marker: log.async}"
    assert ask(check, HEAD, USERSPACE, extra=applies).outcome == "not_applicable"
    assert ask(check, USERSPACE, extra=applies).outcome == "inconclusive"
    assert ask(check, HEAD, extra=applies).outcome == "inconclusive"


def test_before_keeps_what_comes_earlier(ask: Ask) -> None:
    check = "{kind: absent, what: {message: 'mine: *', before: userspace.start}}"
    after = "[   10.000000] mine: late"
    assert ask(check, HEAD, USERSPACE, after).outcome == "pass"
    assert ask(check, HEAD, "[    1.000000] mine: early", USERSPACE, after).outcome == "fail"
    assert ask(check, HEAD, "[    1.000000] mine: early").outcome == "fail", "it never came"
    calls = "{kind: returns, of: {initcall: '*', before: userspace.start}, accept: any}"
    open_later = "[   10.000000] calling  late_mod+0x0/0x10 [m] @ 70"
    assert ask(calls, HEAD, *ran("misc_init", 1), USERSPACE, open_later).outcome == "pass"


TPM = "tpm_tis c000000.tpm_tis: 2.0 TPM (device-id 0x1, rev-id 1)"
TPM_THEN_IMA = "{kind: order, first: {marker: tpm.registered}, then: {marker: ima.start}}"


def tpm_boot(text: str, command_line: str = "initcall_debug", caller: str = "") -> tuple[str, ...]:
    lines = (
        (0.0, "Linux version 6.8.0 (aarch64-linux-gnu-gcc)"),
        (0.0, f"Kernel command line: {command_line}"),
        (0.7, "calling  workingset_init+0x0/0x10 @ 1"),
        (0.8, text),
        (0.9, "initcall workingset_init+0x0/0x10 returned 0 after 5 usecs"),
        (1.4, "calling  init_ima+0x0/0xfc @ 1"),
        (1.5, "initcall init_ima+0x0/0xfc returned 0 after 5 usecs"),
        (2.0, "Run /init as init process"),
    )
    return tuple(f"[{at:12.6f}]{caller} {text}" for at, text in lines)


def test_a_probe_on_its_own_thread_is_not_in_the_initcall_beside_it(ask: Ask) -> None:
    """Which it is cannot be told of a line without its thread."""
    assert ask(TPM_THEN_IMA, *tpm_boot(TPM)).basis == "level"
    wanted = ("fragile", "observed")
    everywhere = ask(TPM_THEN_IMA, *tpm_boot(TPM, "initcall_debug driver_async_probe=*"))
    assert (everywhere.outcome, everywhere.basis) == wanted
    by_itself = ask(TPM_THEN_IMA, *tpm_boot(TPM.replace("tpm_tis ", "tpm_tis_spi ")))
    assert (by_itself.outcome, by_itself.basis) == wanted
    here = tpm_boot(TPM, "initcall_debug driver_async_probe=*", "[    T1]")
    assert ask(TPM_THEN_IMA, *here).basis == "level", "its thread is that of the initcall"
    probe = "{kind: order, first: {probe: '*tpm*'}, then: {marker: ima.start}}"
    line = "probe of c000000.tpm_tis returned 0 after 9 usecs"
    assert ask(probe, *tpm_boot(line)).basis == "level"
    assert ask(probe, *tpm_boot(line, "driver_async_probe=tpm_tis")).basis == "observed"


def test_the_shipped_rules_speak_of_them() -> None:
    lines = (HEAD, begun("scan", 1), waits(2), ended("scan", 3), goes_on(3.1), USERSPACE)
    packs = [load_shipped("boot-hygiene")]
    report = analyse("\n".join(lines).encode(), packs=packs).report
    outcomes = {found.rule: found.outcome for found in report.findings}
    assert (outcomes["ASYNC001"], outcomes["ASYNC002"]) == ("pass", "pass")
