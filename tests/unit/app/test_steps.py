"""A rule that takes too long ends as its own error: counted, so the same everywhere."""

import time

import pytest

from app.rules.engine import evaluate
from app.rules.facts import Facts
from app.rules.files import from_bytes
from app.rules.finding import Finding
from app.rules.kinds.absent import AbsentCheck
from app.rules.loader import DEFAULT_PACKS, load_shipped
from app.rules.model import Pack
from app.rules.reading import load_given
from app.rules.steps import CALL, HIT, MAX_STEPS, Steps, TooManySteps, cost
from parsers import Capture, parse_log
from parsers.record import replace
from tests.conftest import SAMPLES

LONG = "a" * 1_000
HEAD = "[    0.000000] Linux version 6.12.0 (aarch64-linux-gnu-gcc)"
LINES = "\n".join([HEAD, *(f"[    {1 + i / 4e3:.6f}] {LONG}" for i in range(4_000))])
CALLS = "\n".join(
    [HEAD]
    + [f"[    1.{i:06d}] initcall f{i}+0x0/0x1 returned -5 after 1 usecs" for i in range(2_000)]
    + [f"[    2.{i:06d}] probe of d{i} returned 517 after 1 usecs" for i in range(2_000)]
    + ["[    9.000000] Run /init as init process"]
)


@pytest.fixture(scope="module")
def lines() -> Capture:
    return parse_log(LINES.encode())


@pytest.fixture(scope="module")
def calls() -> Capture:
    return parse_log(CALLS.encode())


def rule(number: int, check: str) -> tuple[str, bytes]:
    text = (
        f"schema: 1\nid: MY{number:03d}\nname: mine\ntitle: Mine\nseverity: error\nwhy: w\n"
        f"fix: f\ncheck: {check}\n"
    )
    return f"MY{number:03d}.yaml", text.encode()


def ask(capture: Capture, *checks: str, steps: int = MAX_STEPS) -> list[Finding]:
    given = from_bytes([rule(number, check) for number, check in enumerate(checks)])
    pack = replace(load_given(given), steps=steps)
    return evaluate(pack, Facts(capture.boots[0], capture.lines, capture.framing))


def costs(pack: Pack, facts: Facts) -> dict[str, int]:
    """The steps that each rule takes."""
    spent: dict[str, int] = {}
    evaluate(pack, facts, lambda name: spent.update({name: facts.steps.limit - facts.steps.left}))
    return spent


def spent_on(facts: Facts, *checks: str) -> list[int]:
    """The steps that each of these takes."""
    given = from_bytes([rule(number, check) for number, check in enumerate(checks)])
    return [*costs(load_given(given), facts).values()]


def names(*globs: str) -> str:
    return "[" + ", ".join(f"'{glob}'" for glob in globs) + "]"


SLOW = "*" + "[a-z]" * 38
"""Without a plain part that a line could lack."""


def test_a_rule_that_takes_too_long_is_its_own_error(lines: Capture) -> None:
    quick = "{kind: absent, what: {message: '*panic*'}}"
    slow = (
        f"{{kind: absent, what: {{message: {names(*[f'{SLOW}[b-{end}]' for end in 'cdefgh'])}}}}}"
    )
    before, stopped, after = ask(lines, quick, slow, quick)
    assert (stopped.outcome, stopped.counts) == ("error", True)
    assert stopped.message.startswith("The rule was stopped: it takes more than 1,000,000,000")
    assert before.outcome == after.outcome == "inconclusive"
    assert before.message == after.message, "what the slow one cost is not theirs to pay"


def test_the_same_log_gets_the_same_answer_whoever_asked_before(lines: Capture) -> None:
    check = "{kind: absent, what: {message: '*a?[B-Z]*'}}"
    facts = Facts(lines.boots[0], lines.lines, lines.framing)
    first, again = spent_on(facts, check, check)
    assert first == again > 4_000_000, "caches cost nothing and save nothing"
    enough, short = (ask(lines, check, steps=first - less)[0] for less in (0, 1))
    assert (enough.outcome, short.outcome) == ("inconclusive", "error")


def test_every_rule_costs_the_same_after_any_others() -> None:
    """Each one's answers are kept for the next, which pays for them all the same."""
    log = parse_log((SAMPLES / "ff-device-protected.log").read_bytes())
    packs = [load_shipped(name) for name in DEFAULT_PACKS]
    rules = [replace(pack, rules=(one,)) for pack in packs for one in pack.rules]

    def made() -> Facts:
        return Facts(log.boots[0], log.lines, log.framing)

    alone = [costs(one, made()) for one in rules]
    facts = made()
    assert [costs(one, facts) for one in rules] == alone
    facts = made()
    assert [costs(one, facts) for one in reversed(rules)] == alone[::-1]
    assert max(steps for one in alone for steps in one.values()) > 100_000


@pytest.mark.parametrize(
    "check",
    [
        "{kind: absent, what: {initcall: '*'}}",
        "{kind: absent, what: {initcall: '*', module: '*?x'}}",
        "{kind: absent, what: {probe: '*', driver: '?*'}}",
        "{kind: returns, of: {initcall: '*'}, also_accept: {'*?x': 1, 'y*': 2}}",
        "{kind: deferral, device: '*?x', unless: '?'}",
        "{kind: deadline, of: {initcall: '*'}, at_most: 1 s}",
        "{kind: order, first: {initcall: 'f*', pick: all}, then: {probe: 'd*', pick: all}}",
    ],
)
def test_whatever_is_done_for_each_thing_counts(calls: Capture, check: str) -> None:
    stopped, went_on = (ask(calls, check, steps=steps)[0] for steps in (90_000, MAX_STEPS))
    assert (stopped.outcome, went_on.outcome != "error") == ("error", True)


def test_looking_for_what_a_probe_waits_for_counts(calls: Capture) -> None:
    markers = ", ".join(
        f"m{i}: {{probe: d1999, waits_for: [m0], initcalls: [f1]}}" for i in range(9)
    )
    header = f"schema: 1\npack: p\nversion: 1.0.0\ntitle: t\nmarkers: {{{markers}}}\n"
    check = "{kind: order, first: {initcall: f1, edge: end}, then: {probe: d1999}}"
    given = from_bytes([("pack.yaml", header.encode()), rule(1, check)])
    pack = replace(load_given(given), steps=9 * 2_000 * CALL)
    (found,) = evaluate(pack, Facts(calls.boots[0], calls.lines, calls.framing))
    assert found.outcome == "error"


def test_conditions_count(lines: Capture) -> None:
    given = from_bytes(
        [
            ("MY001.yaml", rule(1, "{kind: present, what: {message: x}}")[1]
             + f"applies_when: {{any: [{{arch: '{SLOW}'}}, {{cmdline: '{SLOW}'}}]}}\n".encode()),
        ]
    )  # fmt: skip
    head = b"[    0.000000] Kernel command line: " + b"a" * 3_000
    log = parse_log(HEAD.encode() + b"\n" + head)
    pack = replace(load_given(given), steps=200_000)
    (found,) = evaluate(pack, Facts(log.boots[0], log.lines, log.framing))
    assert found.outcome == "error"


def test_asking_what_a_finding_follows_from_counts(calls: Capture) -> None:
    """It is asked when all rules are judged, and the cause may have many names."""
    cause = rule(0, "{kind: absent, what: {initcall: '*'}}")
    slow = names(*[f"{SLOW[:180]}[x-{end}]" for end in "yz"])
    name, text = rule(1, "{kind: present, what: {message: 'no such thing'}}")
    found = {}
    for about in ("f1999", slow):
        more = f"consequences: [{{rule: MY000, outcome: fail, message: Hence., about: {about}}}]\n"
        pack = load_given(from_bytes([cause, (name, text + more.encode())]))
        facts = Facts(calls.boots[0], calls.lines, calls.framing)
        found[about] = evaluate(replace(pack, steps=3_000_000), facts)
    assert [one.outcome for one in found["f1999"]] == ["fail", "fail"]
    assert found["f1999"][1].message.endswith(" Hence.")
    assert [one.outcome for one in found[slow]] == ["fail", "error"]
    assert found[slow][1].message.startswith("The rule was stopped")


def test_a_crash_is_told_apart(calls: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(*_: object) -> None:
        raise RecursionError

    monkeypatch.setattr(AbsentCheck, "judge", crash)
    absent, deferral = ask(calls, "{kind: absent, what: {message: x}}", "{kind: deferral}")
    assert absent.message == "The rule itself failed: RecursionError."
    assert deferral.outcome == "fail"


def test_shipped_rules_stay_far_below() -> None:
    """On a log of 1,314 initcalls no rule takes a hundredth of what it may."""
    log = parse_log((SAMPLES / "deb73-ffa-module-protected.log").read_bytes())
    facts = Facts(log.boots[0], log.lines, log.framing)
    for name in DEFAULT_PACKS:
        pack = replace(load_shipped(name), steps=MAX_STEPS // 100)
        assert [f.rule for f in evaluate(pack, facts) if f.outcome == "error"] == []


def test_time_is_bounded_too(lines: Capture) -> None:
    hostile = ["*" + "a" * 150 + f"b{i}" for i in range(50)]
    selectors = ", ".join(f"{{message: {names(*hostile)}}}" for _ in range(10))
    begun = time.process_time()
    ask(lines, f"{{kind: absent, what: [{selectors}]}}")
    assert time.process_time() - begun < 10


def test_what_a_glob_costs() -> None:
    assert cost(("a", "*b*")) == (0, 2)
    assert cost(("*a?c*",)) == (5_000, 3)
    steps = Steps(limit=100 * HIT)
    fits = steps.matcher(("a?",))
    assert fits("ab") and not fits("b")
    with pytest.raises(TooManySteps):
        fits("x" * 100 * HIT)


def test_one_boot_of_many_costs_what_it_costs_alone() -> None:
    """Each boot of a capture once looked at every line of it: 400 boots took 16 s."""
    boots = [
        f"[    0.000000] Booting Linux on physical CPU 0x0\n{HEAD.replace('6.12.0', f'6.12.{n}')}\n"
        + "\n".join(f"[    1.{i:03d}{n:03d}] hello {i} of {n}" for i in range(50))
        for n in range(40)
    ]
    alone, many = (parse_log("\n".join(some).encode()) for some in (boots[:1], boots))
    assert (len(alone.boots), len(many.boots)) == (1, 40)
    check = "{kind: absent, what: {message: '*hello*'}}"
    pack = load_given(from_bytes([rule(0, check)]))
    spent, found = [], []
    for capture in (alone, many):
        facts = Facts(capture.boots[0], capture.lines, capture.framing)
        found += evaluate(pack, facts)
        spent += spent_on(facts, check)
    assert spent[0] == spent[1]
    assert found[0] == found[1]
    last = Facts(many.boots[-1], many.lines, many.framing)
    (told,) = evaluate(pack, last)
    assert told.evidence[0].text.endswith("hello 0 of 39")
