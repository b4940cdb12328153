"""Outcomes, durations and order over boots, from digests made by hand."""

from collections.abc import Sequence

import pytest

from app.analysis import analyse
from app.history import Boot, Digest, History, RuleHistory, Wanted, digest_of, history_of
from app.history.digest import MAX_CALLS, Told
from app.rules.finding import Outcome
from tests.conftest import SAMPLES


def told(
    outcome: Outcome, signature: str = "", order: Sequence[str] = (), rule: str = "X1"
) -> Told:
    return Told(rule, "A before B", "error", True, outcome, signature or outcome, tuple(order))


def digest(
    *findings: Told, took: dict[str, int | None] | None = None, threaded: Sequence[int] = ()
) -> Digest:
    calls = took or {}
    return Digest(findings, tuple(calls), tuple(calls.values()), tuple(threaded), 0)


def past(*digests: Digest, wanted: Wanted | None = None) -> History:
    """Oldest first: their ids are b0, b1 ..."""
    boots = [
        Boot(
            id=f"b{n}", url="", name="", verdict="pass", headline="", created_at="", kernel=None,
            labels=(),
        )
        for n in range(len(digests))
    ]  # fmt: skip
    newest_first = [*zip(boots, digests, strict=True)][::-1]
    return history_of(["branch=main"], newest_first, wanted or Wanted())


P, L, F, Q, N = "pass", "fragile", "fail", "inconclusive", "not_applicable"


@pytest.mark.parametrize(
    ("outcomes", "state", "silent", "first", "since", "held", "fixed"),
    [
        ([P, P], "holds", 0, None, None, None, None),
        ([P, F, F], "fails", 0, "b1", "b1", "b0", None),
        ([F, F], "fails", 0, "b0", "b0", None, None),
        ([P, F, P], "fixed", 0, "b1", "b1", "b0", "b2"),
        ([F, P, P, F], "fails", 0, "b0", "b3", "b2", None),
        ([F, P, F, P, P], "fixed", 0, "b0", "b2", "b1", "b3"),
        # What cannot tell neither ends failing nor shows that it holds.
        ([P, Q, F, Q, F, Q], "fails", 1, "b2", "b2", "b0", None),
        ([P, Q, Q], "holds", 2, None, None, None, None),
        ([F, Q], "fails", 1, "b0", "b0", None, None),
        ([F, N, N], "fails", 2, "b0", "b0", None, None),
        ([Q, Q], "undecided", 2, None, None, None, None),
        ([N, Q], "undecided", 2, None, None, None, None),
        ([N, N], "not_applicable", 2, None, None, None, None),
        ([P, L], "fragile", 0, None, None, None, None),
        ([L, F, L], "fragile", 0, "b1", "b1", "b0", "b2"),
        (["error"], "fails", 0, "b0", "b0", None, None),
    ],
)
def test_since_when_a_rule_fails(
    outcomes: list[Outcome], state: str, silent: int, first: str, since: str, held: str, fixed: str
) -> None:
    (one,) = past(*(digest(told(outcome)) for outcome in outcomes)).rules
    got = (
        one.state,
        one.silent,
        one.first_failing,
        one.failing_since,
        one.held_until,
        one.fixed_in,
    )
    assert got == (state, silent, first, since, held, fixed)
    assert one.outcomes == tuple(reversed(outcomes))
    assert one.failed == sum(outcome in ("fail", "error") for outcome in outcomes)


def test_a_rule_that_judged_some_boots_only() -> None:
    (one,) = past(digest(), digest(told(P)), digest()).rules
    assert (one.outcomes, one.state, one.silent) == ((None, "pass", None), "holds", 1)


def test_faults_are_told_apart_by_signature() -> None:
    (one,) = past(*(digest(told(F, name)) for name in ("a", "a", "b", "a", "b"))).rules
    got = [(fault.signature, fault.first, fault.last, fault.boots) for fault in one.faults]
    assert got == [("b", "b2", "b4", 2), ("a", "b0", "b3", 3)]


def test_what_fails_comes_first() -> None:
    rows = [told(P, rule="A"), told(F, rule="B"), told(Q, rule="C")]
    assert [one.rule for one in past(digest(*rows)).rules] == ["B", "C", "A"]


def took(history: History, name: str) -> tuple[int | None, ...]:
    return next(one.took_us for one in history.durations.trends if one.initcall == name)


def test_a_trend_has_its_spread() -> None:
    boots = [digest(took={"a": value, "b": 1}) for value in (10, 30, 20, 50, 40)]
    (trend, _) = past(*boots).durations.trends
    assert (trend.initcall, trend.took_us) == ("a", (40, 50, 20, 30, 10))
    assert (trend.low_us, trend.quartile1_us, trend.median_us) == (10, 20, 30)
    assert (trend.quartile3_us, trend.high_us, trend.boots) == (40, 50, 5)
    # The newest, 40, against 10 20 30 50: median 20, the middle half 10 to 30.
    assert (trend.recent, trend.change_us, trend.outside_us) == (1, 20, 10)


def test_what_is_not_known_is_no_zero() -> None:
    history = past(digest(), digest(took={"a": None}), digest(took={"a": 7}))
    assert took(history, "a") == (7, None, None)
    (trend,) = history.durations.trends
    assert (trend.boots, trend.median_us, trend.change_us, trend.outside_us) == (1, 7, None, None)
    assert history.durations.known == 1


def test_the_slowest_are_those_of_most_boots() -> None:
    common = [digest(took={"a": 5, "b": 3}) for _ in range(3)]
    once = digest(took={"a": 5, "b": 3, "rare": 900})
    names = [one.initcall for one in past(*common, once).durations.trends]
    assert names == ["a", "b"]


def test_those_that_changed_most() -> None:
    boots = [digest(took={"slow": 900, "up": 10, "down": 50, "noise": n}) for n in (1, 9, 2, 8)]
    boots.append(digest(took={"slow": 900, "up": 35, "down": 10, "noise": 5}))
    trends = past(*boots, wanted=Wanted(show="changed")).durations.trends
    assert [(one.initcall, one.outside_us) for one in trends] == [("down", -40), ("up", 25)]


def test_asked_for_by_name() -> None:
    boot = digest(took={"f": 1, "f [m]": 2, "f (2)": 3, "ff": 4})
    asked = past(boot, wanted=Wanted(("f", "gone"))).durations
    assert [one.initcall for one in asked.trends] == ["f", "f (2)", "f [m]", "gone"]
    assert (asked.show, asked.trends[-1].boots, asked.trends[-1].took_us) == (None, 0, (None,))
    exact = past(boot, wanted=Wanted(("f [m]",))).durations
    assert [one.initcall for one in exact.trends] == ["f [m]"]


def test_moves_and_turns_between_neighbours() -> None:
    one = digest(told(P, order=["a", "b"]), took=dict.fromkeys("abcde", 1))
    other = digest(told(F, order=["b", "a"]), took=dict.fromkeys("bcdea", 1))
    order = past(one, one, other, digest()).order
    assert [(step.boot, step.since, step.matched, step.moved) for step in order.steps] == [
        ("b3", "b2", 0, None), ("b2", "b1", 5, 1), ("b1", "b0", 5, 0),
    ]  # fmt: skip
    assert (order.compared, order.changed) == (2, 1)
    (turns,) = order.rules
    assert (turns.rule, turns.compared, turns.turned) == ("X1", 2, 1)
    (turn,) = order.steps[1].turns
    assert (turn.before, turn.after) == (("a", "b"), ("b", "a"))


def test_other_subjects_are_no_turn_and_threads_no_move() -> None:
    one = digest(told(P, order=["a", "b"]), took=dict.fromkeys("abc", 1), threaded=[0])
    other = digest(told(P, order=["a", "x"]), took=dict.fromkeys("bca", 1), threaded=[2])
    order = past(one, other).order
    assert (order.steps[0].moved, order.steps[0].matched, order.rules) == (0, 2, ())
    assert past(digest(took={"a": 1}), digest(took={"b": 1})).order.steps[0].moved is None


def test_a_digest_comes_back_as_it_was() -> None:
    report = analyse((SAMPLES / "ff-rootfs-protected.log").read_bytes(), name="log").report
    made = digest_of(report)
    assert Digest.from_bytes(made.to_bytes()) == made
    assert len(made.calls) == 375
    took_us = dict(zip(made.calls, made.took_us, strict=True))
    assert took_us["kvm_arm_init"] == 1891921 - 1645616  # lines 613 and 623
    (ffa001,) = (one for one in made.findings if one.rule == "FFA001")
    assert (ffa001.outcome, ffa001.order) == ("fail", ("ffa.up", "kvm_arm_init"))


def test_an_empty_digest_comes_back(tmp_path: object) -> None:
    assert Digest.from_bytes(digest().to_bytes()) == digest()


def test_of_very_many_initcalls_the_longest_are_kept() -> None:
    lines = [
        f"[    {n / 1e3 + 1:.6f}] {line}"
        for n in range(MAX_CALLS + 10)
        for line in (
            f"calling  f{n}+0x0/0x1 @ 1",
            f"initcall f{n}+0x0/0x1 returned 0 after 0 usecs",
        )
    ]
    lines[-1] = lines[-1].replace(f"[    {(MAX_CALLS + 9) / 1e3 + 1:.6f}", "[    9.000000")
    made = digest_of(analyse("\n".join(lines).encode(), name="log").report)
    assert (len(made.calls), made.left_out) == (MAX_CALLS, 10)
    assert made.calls[-1] == f"f{MAX_CALLS + 9}" and made.calls[0] == "f0"


def test_a_rule_is_a_record_of_its_boots() -> None:
    history = past(digest(told(F)))
    assert isinstance(history.rules[0], RuleHistory)
    assert '"schema": "bootscope.history/1"' in history.to_json()
