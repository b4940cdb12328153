"""What did not happen, where the log could not have missed it."""

from collections.abc import Callable

from app.rules.finding import Finding
from tests.lines import HEAD, USERSPACE, ran

Ask = Callable[..., Finding]
MESSAGE = "{kind: absent, what: {message: '*: error*'}, unless: {message: '*corrected'}}"
BAD, MENDED = "[    1.000000] dev: error 5", "[    2.000000] dev: error corrected"


def test_messages(ask: Ask) -> None:
    assert ask(MESSAGE, HEAD, MENDED, USERSPACE).outcome == "pass"
    assert ask(MESSAGE, HEAD, MENDED).outcome == "inconclusive"
    found = ask(MESSAGE, HEAD, BAD, MENDED)
    assert (found.outcome, found.message) == ("fail", "It happened: dev: error 5.")
    assert found.signature == "MY001:fail:: error", "of the rule, not of the text"
    assert [evidence.line for evidence in found.evidence] == [2]
    twice = ask(MESSAGE, HEAD, BAD, BAD.replace("5", "6"), BAD, USERSPACE)
    assert twice.message == "It happened 3 times: dev: error 5 and dev: error 6."


def test_some_may_be_let_pass(ask: Ask) -> None:
    check = MESSAGE.replace("}}", "}, at_most: 1}")
    found = ask(check, HEAD, BAD, USERSPACE)
    assert (found.outcome, found.message) == ("pass", "1 of *: error*, which is let pass.")
    cut = ask(check, HEAD, BAD)
    assert cut.outcome == "inconclusive"
    assert cut.message.startswith("No more *: error* is in this log, which may have missed it")
    assert ask(check, HEAD, BAD, BAD, USERSPACE).outcome == "fail"


def test_initcalls_take_initcall_debug(ask: Ask) -> None:
    check = "{kind: absent, what: [{initcall: mine}, {marker: ffa.failed}]}"
    assert ask(check, HEAD, *ran("x", 1), USERSPACE).outcome == "pass"
    silent = ask(check, HEAD, USERSPACE)
    assert (silent.outcome, "initcall_debug was off" in silent.message) == ("inconclusive", True)
    hung = ask(check, HEAD, "[    1.000000] calling  mine+0x0/0x10 @ 1")
    assert (hung.outcome, hung.evidence[0].line) == ("fail", 2)
    orphan = ask(check, HEAD, ran("mine", 1)[1], USERSPACE)
    assert orphan.outcome == "fail"


def test_the_second_alternative_counts_too(ask: Ask) -> None:
    check = "{kind: absent, what: [{marker: ima.bypass}, {marker: ffa.failed}]}"
    failed = "[    1.000000] ARM FF-A: failed to setup partitions"
    assert ask(check, HEAD, failed, USERSPACE).outcome == "fail"
    assert ask(check, HEAD, failed).outcome == "fail", "what is there is there"


def test_what_is_odd_about_the_log_needs_no_whole_log(ask: Ask) -> None:
    check = "{kind: absent, what: {marker: [log.dropped, log.head_lost, log.clock_back]}}"
    assert ask(check, HEAD).outcome == "pass"
    assert ask(check, BAD).outcome == "fail", "the head is lost"
    dropped = ask(check, HEAD, "[    1.000000] ** 3 printk messages dropped **")
    assert (dropped.outcome, dropped.evidence[0].line) == ("fail", 2)
    back = ask(check, HEAD, "[    1.000000] x", "[    0.900000] y")
    assert (back.outcome, back.signature) == ("fail", "MY001:fail:log.clock_back")


def test_a_message_is_called_by_the_glob_that_it_fits(ask: Ask) -> None:
    """Once by all of them: one name for every fault, cut to a digest where they are long."""
    check = "{kind: absent, what: {message: ['* of clocks', '*: error*', 'dev: *']}}"
    found = ask(check, HEAD, BAD, "[    1.500000] dev: out of clocks", MENDED, USERSPACE)
    assert found.signature == "MY001:fail:: error:of clocks"
    assert [one.name for one in found.subjects] == [": error", "of clocks", ": error"]
    alone = ask(check, HEAD, "[    1.000000] dev: hello", USERSPACE)
    assert alone.signature == "MY001:fail:dev:"
