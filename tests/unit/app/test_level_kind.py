"""At which level something runs: surely, possibly, never."""

from collections.abc import Callable

import pytest

from app.rules.finding import Finding
from tests.lines import HEAD, USERSPACE, ran

Ask = Callable[..., Finding]
BETWEEN = (HEAD, *ran("misc_init", 1), *ran("mine", 2), *ran("late_trace_init", 3), USERSPACE)
"""misc_init is at level 4, late_trace_init at 7s: mine is somewhere from 4 to 7s."""


@pytest.mark.parametrize(
    ("wanted", "function", "outcome"),
    [
        ("at: 4", "misc_init", "pass"),
        ("at: [3, 4s]", "misc_init", "fail"),
        ("min: 4", "misc_init", "pass"),
        ("min: rootfs", "misc_init", "fail"),
        ("max: 5", "misc_init", "pass"),
        ("min: 2, max: 3s", "misc_init", "fail"),
        ("min: 4", "mine", "pass"),
        ("max: 7s", "mine", "pass"),
        ("at: 6", "mine", "inconclusive"),
        ("max: 3s", "mine", "fail"),
        ("at: module", "mine", "fail"),
        ("at: 4", "gone", "not_applicable"),
    ],
)
def test_intervals_are_judged_as_intervals(
    ask: Ask, wanted: str, function: str, outcome: str
) -> None:
    found = ask(f"{{kind: level, of: {{initcall: {function}}}, {wanted}}}", *BETWEEN)
    assert found.outcome == outcome
    assert found.basis == ("level" if outcome in ("pass", "fail") else None)


def test_words_and_sources(ask: Ask) -> None:
    found = ask("{kind: level, of: {initcall: misc_init}, min: 6}", *BETWEEN)
    assert found.message == "misc_init ran at level 4; wanted is 6 or later."
    assert found.level_source == "known"
    assert [evidence.line for evidence in found.evidence] == [2]
    unsure = ask("{kind: level, of: {initcall: mine}, min: 5, max: 6}", *BETWEEN)
    assert unsure.message == (
        "mine may be at level 4..7s, wanted is 5 to 6: the level is not known."
        " It takes the build's System.map (--symbols)."
    )
    early = ask("{kind: level, of: {initcall: misc_init}, max: 3}", *BETWEEN)
    assert "wanted is 3 or earlier" in early.message
    several = ask("{kind: level, of: {initcall: misc_init}, at: [3, 5]}", *BETWEEN)
    assert "wanted is 3 or 5" in several.message


def test_the_worst_of_several_decides(ask: Ask) -> None:
    every = "{kind: level, of: {initcall: '*', pick: all}, max: 4}"
    found = ask(every, *BETWEEN)
    assert (found.outcome, found.signature) == ("fail", "MY001:fail:late_trace_init")
    unsure = ask("{kind: level, of: {initcall: ['m*'], pick: all}, max: 4}", *BETWEEN)
    assert unsure.outcome == "inconclusive"


def test_a_marker_has_the_level_of_its_initcall(ask: Ask) -> None:
    begun, ended = ran("misc_init", 1)
    ffa = "[    1.000500] ARM FF-A: Driver version 1.1"
    check = "{kind: level, of: {marker: ffa.up}, at: 4}"
    assert ask(check, HEAD, begun, ffa, ended, USERSPACE).outcome == "pass"
    assert ask(check, HEAD, begun, ended, ffa, USERSPACE).outcome == "inconclusive"


def test_an_orphan_and_what_is_not_there(ask: Ask) -> None:
    check = "{kind: level, of: {initcall: misc_init}, at: 4}"
    orphan = ran("misc_init", 1)[1]
    assert ask(check, HEAD, orphan, USERSPACE).outcome == "pass"
    assert ask(check, HEAD, *ran("x", 1)).outcome == "inconclusive"
    optional = check.replace("init}", "init, optional: true}")
    assert ask(optional, HEAD, *ran("x", 1)).outcome == "not_applicable"
