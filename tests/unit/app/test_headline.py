"""The verdict in a sentence that fits a mail's subject, led by the root of a chain."""

from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.report import (
    SUBJECT,
    Policy,
    Verdict,
    as_subject,
    chain_of,
    exit_code,
    headline_of,
    sort_findings,
)
from app.rules.finding import Finding
from app.rules.waivers import EXPIRED
from parsers.record import replace
from tests.unit.app.test_engine import made

TITLE = "It is as it should be"
LONG = "a driver that has a good deal to say " * 3


@pytest.mark.parametrize(
    ("sentence", "shorter", "subject"),
    [
        ("x" * SUBJECT, TITLE, "x" * SUBJECT),
        (f"pKVM is not there: {LONG}", TITLE, "pKVM is not there"),
        (LONG, TITLE, TITLE),
        (f"{LONG}: said", TITLE, TITLE),
        (LONG, LONG, "a driver that has a good deal to say a driver that has a good deal to..."),
        ("y" * 100, LONG, "y" * (SUBJECT - 3) + "..."),
    ],
)
def test_what_does_not_fit_is_shortened(sentence: str, shorter: str, subject: str) -> None:
    assert as_subject(sentence, shorter) == subject
    assert len(subject) <= SUBJECT


@given(st.text(max_size=300), st.text(min_size=1, max_size=100))
def test_a_headline_always_fits(sentence: str, title: str) -> None:
    for outcome in ("fail", "fragile", "error", "inconclusive"):
        found = replace(made(outcome), message=sentence, title=title)
        headline, lead = headline_of("fail" if outcome == "fail" else outcome, [found])
        assert (len(headline) <= SUBJECT, lead) == (True, "X001")


@pytest.mark.parametrize(("outcome", "said"), [("fail", "Not so"), ("fragile", "By luck")])
def test_a_long_message_gives_way_to_the_title(outcome: Verdict, said: str) -> None:
    found = replace(made(outcome), message=LONG, title=TITLE)
    assert headline_of(outcome, [found])[0] == f"{said}: {TITLE}"


def test_what_is_waived_is_named_or_counted() -> None:
    one = replace(made("fail"), waived=("a reason",))
    few = [replace(one, rule=f"X{n:03d}") for n in range(3)]
    many = [replace(one, rule=f"X{n:03d}") for n in range(30)]
    named = "Every rule that applies holds, but for what is waived: X000, X001, X002"
    assert headline_of("pass", few)[0] == named
    assert headline_of("pass", many)[0] == "Every rule that applies holds, with 30 waived"


def chain(*links: tuple[str, str | None]) -> list[Finding]:
    return [
        replace(made("fail"), rule=rule, caused_by=cause, message=f"{rule} says no. More.")
        for rule, cause in links
    ]


def test_the_root_of_a_chain_leads() -> None:
    found = chain(("C003", "B002"), ("B002", "A001"), ("A001", None))
    assert headline_of("fail", found) == ("A001 says no", "A001")
    assert [one.rule for one in chain_of(found[0], {one.rule: one for one in found})] == [
        "C003",
        "B002",
        "A001",
    ]
    severed = chain(("C003", "B002"), ("B002", EXPIRED))
    assert headline_of("fail", severed) == ("B002 says no", "B002"), "that is not among them"
    circle = chain(("A001", "B002"), ("B002", "A001"))
    assert headline_of("fail", circle)[1] in ("A001", "B002")


def test_a_cause_comes_before_what_follows_from_it_and_weighs_as_much() -> None:
    warned = replace(made("fail", "warning"), rule="Z001")
    follows = replace(made("fail"), rule="B001", caused_by="Z001")
    further = replace(made("fail"), rule="A001", caused_by="B001")
    other = replace(made("fail", "warning"), rule="A002")
    ranked = sort_findings([other, further, follows, warned])
    assert [found.rule for found in ranked] == ["Z001", "B001", "A001", "A002"]
    assert headline_of("fail", ranked)[1] == "Z001"


@pytest.mark.parametrize(
    ("rule", "code"),
    [("LOG001", 5), (EXPIRED, 5), ("LOGIN001", 0), ("WAIVERS001", 0), ("MYLOG001", 0)],
)
def test_what_is_about_the_log_alone_decides_nothing(rule: str, code: int) -> None:
    report = SimpleNamespace(findings=[replace(made("pass"), rule=rule)], has_initcalls=True)
    assert exit_code(report, Policy()) == code
