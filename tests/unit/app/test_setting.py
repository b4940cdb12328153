"""What a rule lets be set from outside, and what it does not."""

from pathlib import Path

import pytest

from app.analysis import analyse
from app.errors import RuleError, RuleFileError, UnknownRule
from app.report import Report
from app.reporters import REPORTERS
from app.rules.loader import DEFAULT_PACKS, load_pack, load_shipped
from app.rules.setting import with_settings
from tests.conftest import SAMPLES

LOG = (SAMPLES / "ff-rootfs-protected.log").read_bytes()
PACKS = [load_shipped(name) for name in DEFAULT_PACKS]


def outcome(report: Report, rule: str) -> str:
    (found,) = (found for found in report.findings if found.rule == rule)
    return found.outcome


def test_a_budget_judges_and_stands_in_the_report() -> None:
    """The longest of that boot is kvm_arm_init, with 246,115 us at line 623."""
    for budget, expected in (("246115 us", "pass"), ("246114 us", "fail"), ("0.2 s", "fail")):
        report = analyse(LOG, settings=[f"SLOW001.at_most={budget}"]).report
        assert outcome(report, "SLOW001") == expected
        (made,) = report.settings
        assert (made.rule, made.key, made.value, made.default) == (
            "SLOW001",
            "at_most",
            budget,
            "3 s",
        )
        assert f"Set: SLOW001.at_most = {budget} (the rule's own: 3 s)" in REPORTERS["text"](report)
        assert Report.from_json(report.to_json()) == report
    assert analyse(LOG).report.settings == ()


def test_the_last_of_a_key_counts_and_others_stay() -> None:
    settings = ["SLOW001.at_most=1 us", " SLOW002.at_most = 2 s ", "SLOW001.at_most=5 s"]
    report = analyse(LOG, packs=PACKS, settings=settings).report
    assert outcome(report, "SLOW001") == "pass"
    assert [(made.rule, made.value, made.default) for made in report.settings] == [
        ("SLOW001", "5 s", "3 s"),
        ("SLOW002", "2 s", "1 s"),
    ]
    assert outcome(analyse(LOG, packs=PACKS).report, "SLOW001") == "pass", "packs are not changed"


@pytest.mark.parametrize(
    ("text", "error", "message", "hint"),
    [
        ("SLOW001.at_most", RuleError, "sets nothing", "RULE.KEY=VALUE"),
        ("SLOW001=3 s", RuleError, "sets nothing", "RULE.KEY=VALUE"),
        ("SLOW001.at_most= ", RuleError, "sets nothing", "RULE.KEY=VALUE"),
        ("SLOW01.at_most=3 s", UnknownRule, "There is no rule 'SLOW01'; did you", "rules list"),
        ("SLOW001.of=x", RuleError, "SLOW001.of cannot be set", "It lets be set: SLOW001.at_most."),
        ("FFA001.guarantee=level", RuleError, "cannot be set", "It lets be set: nothing."),
        ("SLOW001.at_most=soon", RuleError, "cannot be 'soon'", "a unit, as in '500 ms'"),
        ("SLOW001.at_most=-1 s", RuleError, "cannot be '-1 s'", "a unit, as in '500 ms'"),
    ],
)
def test_what_cannot_be_set(text: str, error: type[RuleError], message: str, hint: str) -> None:
    with pytest.raises(error) as caught:
        analyse(LOG, packs=PACKS, settings=[text])
    assert message in str(caught.value)
    assert hint in caught.value.hint
    assert caught.value.exit_code == 2


RULE = """schema: 1
id: MY001
name: mine
title: Mine
severity: warning
why: w
fix: f
check: {kind: absent, what: {message: "mine*"}, at_most: 0}
settable: [%s]
"""


def test_a_users_rule_may_let_a_count_be_set(tmp_path: Path) -> None:
    (tmp_path / "MY001.yaml").write_text(RULE % "at_most", "utf-8")
    log = b"[    0.000000] Linux version 6.12.0 (x)\n[    1.000000] mine\n[    2.000000] Run /init"
    log += b" as init process\n"
    packs = [load_pack(str(tmp_path))]
    assert analyse(log, packs=packs).report.verdict == "warning"
    assert analyse(log, packs=packs, settings=["MY001.at_most=1"]).report.verdict == "pass"
    with pytest.raises(RuleError, match="cannot be 'many'"):
        analyse(log, packs=packs, settings=["MY001.at_most=many"])


def test_of_two_packs_with_one_id_the_first_is_set_alone(tmp_path: Path) -> None:
    packs = []
    for name, severity in (("one", "warning"), ("two", "error")):
        folder = tmp_path / name
        folder.mkdir()
        text = (RULE % "at_most").replace("severity: warning", f"severity: {severity}")
        (folder / "MY001.yaml").write_text(text, "utf-8")
        packs.append(load_pack(str(folder)))
    (one, two), (made,) = with_settings(packs, ["MY001.at_most=7"])
    assert (one.rules[0].check.at_most, made.value) == (7, "7")
    assert two is packs[1], "what is not named is not touched"
    (two, one), _ = with_settings(packs[::-1], ["MY001.at_most=8", "MY001.at_most=9"])
    assert (two.rules[0].check.at_most, one) == (9, packs[0])


def test_only_what_the_check_has_is_settable(tmp_path: Path) -> None:
    file = tmp_path / "MY001.yaml"
    file.write_text(RULE % "at_least", "utf-8")
    with pytest.raises(RuleFileError, match="a check of kind absent has no 'at_least'"):
        load_pack(str(file))
    file.write_text(RULE % "what", "utf-8")
    with pytest.raises(RuleFileError, match=r"MY001.yaml:9:12: .*'what' is none of at_most, at_"):
        load_pack(str(file))
