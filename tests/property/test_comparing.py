"""What holds of the comparison of any two boots."""

from itertools import combinations, pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from app.analysis import analyse
from app.compare import Comparison, compare
from app.compare.order import kept_places
from app.report import Report
from tests.lines import HEAD

NAMES = (
    "ffa_init", "kvm_arm_init", "finalize_pkvm", "init_ima", "a_init", "b_init", "c_init",
    "misc_init",
)  # fmt: skip
CALLS = st.tuples(
    st.sampled_from(NAMES), st.sampled_from(("1", "1", "1", "66", "67")), st.integers(1, 90_000)
)
MESSAGES = (
    "ARM FF-A: Driver version 1.1", "kvm [1]: Protected hVHE mode initialized successfully",
    "Kernel command line: kvm-arm.mode=protected", "Run /init as init process",
)  # fmt: skip
BOOTS = st.tuples(
    st.booleans(),
    st.lists(st.one_of(CALLS, st.sampled_from(MESSAGES)), max_size=14),
    st.sets(st.integers(0, 13), max_size=2),
)
Boot = tuple[bool, list[tuple[str, str, int] | str], set[int]]


def judged(boot: Boot) -> Report:
    head, events, unfinished = boot
    lines, now = [HEAD] if head else [], 1_000_000
    for place, event in enumerate(events):
        if isinstance(event, str):
            lines.append(f"[{now // 10**6:5d}.{now % 10**6:06d}] {event}")
            continue
        name, thread, took = event
        module = " [mod]" if thread != "1" else ""
        lines.append(
            f"[{now // 10**6:5d}.{now % 10**6:06d}] calling  {name}+0x0/0x10{module} @ {thread}"
        )
        now += took
        if place not in unfinished:
            lines.append(
                f"[{now // 10**6:5d}.{now % 10**6:06d}] initcall {name}+0x0/0x10{module}"
                f" returned 0 after {took} usecs"
            )
    return analyse("\n".join([*lines, "[    9.000000] x"]).encode()).report


@settings(max_examples=50)
@given(BOOTS)
def test_a_boot_does_not_differ_from_itself(boot: Boot) -> None:
    report = judged(boot)
    same = compare(report, report)
    assert same.is_empty
    assert {change.state for change in same.findings} <= {"known"}


def mirrored(one: Comparison) -> tuple[object, ...]:
    """What the comparison the other way round must hold."""
    return (
        {(m.function, m.before, m.after, m.follows_before, m.follows_after, m.passed, m.across)
         for m in one.moves},
        one.vanished, one.appeared, one.vanished_proved, one.appeared_proved,
        {(c.function, c.before, c.after) for c in one.levels},
        sorted((o.functions, o.now) for o in one.overlaps),
        {(m.marker, m.before, m.after, m.across) for m in one.markers},
        {(d.function, d.before, d.after, d.low_us, d.after_us) for d in one.durations},
        {(h.kind, h.what, h.before, h.after) for h in one.hints},
        {f.rule for f in one.findings if f.state == "known"},
        {(f.rule, f.before, f.after) for f in one.findings if f.state != "known"},
        one.matched, one.kept,
    )  # fmt: skip


@settings(max_examples=80)
@given(BOOTS, BOOTS)
def test_the_other_way_round_is_the_mirror_image(one: Boot, other: Boot) -> None:
    before, after = judged(one), judged(other)
    back = compare(after, before)
    turned = (
        {(m.function, m.after, m.before, m.follows_after, m.follows_before, -m.passed, m.across)
         for m in back.moves},
        back.appeared, back.vanished, back.appeared_proved, back.vanished_proved,
        {(c.function, c.after, c.before) for c in back.levels},
        sorted((o.functions, not o.now) for o in back.overlaps),
        {(m.marker, m.after, m.before, m.across) for m in back.markers},
        {(d.function, d.after, d.before, d.after_us, d.low_us) for d in back.durations},
        {(h.kind, h.what, h.after, h.before) for h in back.hints},
        {f.rule for f in back.findings if f.state == "known"},
        {(f.rule, f.after, f.before) for f in back.findings if f.state != "known"},
        back.matched, back.kept,
    )  # fmt: skip
    assert mirrored(compare(before, after)) == turned


@settings(max_examples=80)
@given(BOOTS, BOOTS)
def test_every_initcall_is_accounted_for_once(one: Boot, other: Boot) -> None:
    before, after = judged(one), judged(other)
    done = compare(before, after)
    if before.initcalls and after.initcalls:
        assert done.matched + len(done.vanished) == len(before.initcalls)
        assert done.matched + len(done.appeared) == len(after.initcalls)
    moved_from = [move.before.initcall for move in done.moves]
    moved_to = [move.after.initcall for move in done.moves]
    assert len({*moved_from}) == len(moved_from) and len({*moved_to}) == len(moved_to)
    assert Comparison.from_json(done.to_json()) == done
    assert len(done.headline) <= 72


@settings(max_examples=50)
@given(BOOTS, BOOTS)
def test_a_boot_of_the_baseline_is_never_new(one: Boot, other: Boot) -> None:
    before, after = judged(one), judged(other)
    done = compare(before, after, baseline=[after])
    assert not {change.rule for change in done.findings if change.state in ("new", "changed")}
    assert not done.durations


@given(st.permutations(range(7)), st.lists(st.integers(1, 3), min_size=7, max_size=7))
def test_what_is_kept_is_the_heaviest_of_all_that_are_in_order(
    ranks: list[int], weights: list[int]
) -> None:
    kept = kept_places(ranks, weights)
    in_order = [ranks[place] for place in sorted(kept)]
    assert in_order == sorted(in_order)
    every = (
        chosen
        for size in range(8)
        for chosen in combinations(range(7), size)
        if all(ranks[a] < ranks[b] for a, b in pairwise(chosen))
    )
    best = max(sum(weights[place] for place in chosen) for chosen in every)
    assert sum(weights[place] for place in kept) == best


@given(st.permutations(range(30)), st.data())
def test_one_move_is_told_as_one(order: list[int], data: st.DataObject) -> None:
    """An initcall taken out and put elsewhere: everything else is kept."""
    place = data.draw(st.integers(0, 29))
    spot = data.draw(st.integers(0, 29))
    moved = [*range(30)]
    moved.insert(spot, moved.pop(place))
    ranks = [0] * 30
    for rank, item in enumerate(moved):
        ranks[item] = rank
    assert len(kept_places(ranks, [1] * 30)) >= 29
