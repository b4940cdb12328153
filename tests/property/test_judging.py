"""What holds for any boot, whatever a rule of the language asks."""

from itertools import pairwise
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from app.adapters import adapter
from app.analysis import analyse
from app.rules.finding import Finding
from app.rules.model import Pack, Rule
from app.rules.reading import load_path
from parsers.record import replace
from tests.lines import HEAD

NAMES = ("misc_init", "net_dev_init", "late_trace_init", "mine", "yours")
"""The first three are at levels 4, 4 and 7s."""
EVENTS = st.tuples(
    st.sampled_from(NAMES), st.sampled_from(("call", "return")), st.sampled_from(("1", "7"))
)
BOOTS = st.lists(EVENTS, max_size=12).flatmap(
    lambda events: st.tuples(st.just(events), st.booleans(), st.booleans(), st.booleans())
)
Boot = tuple[list[tuple[str, str, str]], bool, bool, bool]


def pack(*checks: dict[str, object]) -> Pack:
    rules = tuple(
        adapter(Rule).validate_python(
            {"schema": 1, "id": f"RR{n:03d}", "name": "r", "title": "r", "severity": "error",
             "why": "w", "fix": "f", "check": check}
        )
        for n, check in enumerate(checks)
    )  # fmt: skip
    shipped = load_path(Path(__file__).parents[2] / "app/rules/packs/ffa-pkvm")
    return replace(shipped, rules=rules)


def judge(boot: Boot, rules: Pack, shift_us: int = 0) -> list[Finding]:
    events, head, end, dropped = boot
    lines = [HEAD] if head else ["[    0.000000] x"]
    texts = [
        f"calling  {name}+0x0/0x10 @ {thread}"
        if what == "call"
        else f"initcall {name}+0x0/0x10 returned 0 after 5 usecs"
        for name, what, thread in events
    ]
    texts += ["** 3 printk messages dropped **"] * dropped + ["Run /init as init process"] * end
    for place, text in enumerate(texts):
        now = 1_000_000 + shift_us + place * 1_370
        lines.append(f"[{now // 10**6:5d}.{now % 10**6:06d}] {text}")
    found = analyse("\n".join(lines).encode(), packs=[rules]).report.findings
    return sorted(found, key=lambda finding: finding.rule)


def order(first: str, then: str, **more: object) -> dict[str, object]:
    return {
        "kind": "order", "first": {"initcall": first, "edge": "end"},
        "then": {"initcall": then}, **more,
    }  # fmt: skip


ORDERS = pack(
    *(order(a, b) for a in NAMES for b in NAMES if a != b),
    *(order(a, b, guarantee="level") for a in NAMES for b in NAMES if a != b),
)
PAIRS = [(a, b) for a in NAMES for b in NAMES if a != b]


@settings(max_examples=150)
@given(BOOTS)
def test_an_order_and_its_reverse_never_both_hold(boot: Boot) -> None:
    findings = judge(boot, ORDERS)
    for half in (findings[: len(PAIRS)], findings[len(PAIRS) :]):
        outcomes = {pair: found.outcome for pair, found in zip(PAIRS, half, strict=True)}
        for a, b in PAIRS:
            held = {"pass", "fragile"}
            assert not (outcomes[a, b] in held and outcomes[b, a] in held)


@settings(max_examples=150)
@given(BOOTS)
def test_no_order_passes_on_less_than_level_or_dependency(boot: Boot) -> None:
    for found in judge(boot, ORDERS)[: len(PAIRS)]:
        if found.outcome == "pass":
            assert found.basis in ("level", "dependency")
            assert found.level_source != "unknown" or found.basis == "dependency"
        if found.outcome == "fragile":
            assert found.basis in ("link_order", "observed")
            assert len(found.evidence) >= 2 and found.message
        if found.outcome == "inconclusive":
            assert found.basis is None


SEQUENCES = pack(
    *(
        {"kind": "sequence", "steps": [{"initcall": a}, {"initcall": b}]}
        for a, b in PAIRS
    ),
    *(order(a, b) for a, b in PAIRS),
)  # fmt: skip


@settings(max_examples=150)
@given(BOOTS)
def test_a_sequence_of_two_is_an_order(boot: Boot) -> None:
    findings = judge(boot, SEQUENCES)
    decided = {"pass", "fragile", "fail"}
    for sequence, one in zip(findings[: len(PAIRS)], findings[len(PAIRS) :], strict=True):
        if {sequence.outcome, one.outcome} & decided:
            assert (sequence.outcome, sequence.basis) == (one.outcome, one.basis), (
                sequence.message,
                one.message,
            )


TRIPLES = [(a, b, c) for a in NAMES[:3] for b in NAMES[:3] for c in NAMES[:3]]
CHAINS = pack(
    *(
        {"kind": "sequence", "steps": [{"initcall": name} for name in triple]}
        for triple in TRIPLES
    ),
    *(order(a, b) for a in NAMES[:3] for b in NAMES[:3]),
)  # fmt: skip
STRENGTH = ("fail", "inconclusive", "fragile", "pass")


@settings(max_examples=100)
@given(BOOTS)
def test_a_sequence_is_no_better_than_its_pairs(boot: Boot) -> None:
    findings = judge(boot, CHAINS)
    pairs = [(a, b) for a in NAMES[:3] for b in NAMES[:3]]
    single = dict(zip(pairs, findings[len(TRIPLES) :], strict=True))
    for triple, found in zip(TRIPLES, findings[: len(TRIPLES)], strict=True):
        if found.outcome not in ("pass", "fragile"):
            continue
        for pair in pairwise(triple):
            outcome = single[pair].outcome
            if outcome in STRENGTH:
                assert STRENGTH.index(found.outcome) <= STRENGTH.index(outcome), (pair, triple)


EVERYTHING = pack(
    {"kind": "absent", "what": {"initcall": "mine"}},
    {"kind": "present", "what": {"initcall": "mine", "edge": "end"}},
    {"kind": "returns", "of": {"initcall": "*"}},
    {"kind": "level", "of": {"initcall": "*", "pick": "all"}, "max": "7s"},
    {"kind": "deadline", "of": {"initcall": "*"}, "at_most": "5 ms"},
    {"kind": "deferral"},
    {"kind": "absent", "what": {"message": "*dropped*"}},
)


@settings(max_examples=150)
@given(BOOTS, st.integers(0, 10**9))
def test_no_kind_crashes_or_looks_at_the_hour(boot: Boot, shift_us: int) -> None:
    here, there = judge(boot, EVERYTHING), judge(boot, EVERYTHING, shift_us)
    assert [found.signature for found in here] == [found.signature for found in there]
    assert "error" not in {found.outcome for found in here}


@settings(max_examples=150)
@given(BOOTS)
def test_less_of_a_log_never_proves_absence(boot: Boot) -> None:
    _, head, end, dropped = boot
    absent, present, returns, *_ = judge(boot, EVERYTHING)
    if not (head and end) or dropped:
        assert absent.outcome != "pass"
        assert returns.outcome != "pass"
        assert present.outcome != "fail"
