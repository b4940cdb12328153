"""Waivers: what they let pass, what they never do."""

from datetime import date
from pathlib import Path

import pytest

from app.analysis import Analysis, analyse
from app.errors import RuleFileError
from app.report import Policy, exit_code
from app.reporters.text import render_text
from app.rules.finding import Finding
from app.rules.loader import load_pack, load_waivers
from tests.conftest import SAMPLES
from tests.lines import HEAD, USERSPACE

TODAY = date(2026, 6, 1)
CALL = (
    "[    9.000000] calling  a_init+0x0/0x8 @ 1",
    "[    9.000010] initcall a_init+0x0/0x8 returned 0 after 9 usecs",
)
RULE = """\
schema: 1
id: {id}
name: mine
title: Mine
severity: error
why: w
fix: f
check: {check}
"""
FAILS = "{kind: absent, what: {message: '*oops*'}}"
RETURNS = "{kind: returns, of: {initcall: '*'}}"


def judged(
    folder: Path, waivers: str, check: str = FAILS, *lines: str, header: str = ""
) -> Analysis:
    (folder / "MY001.yaml").write_text(RULE.format(id="MY001", check=check), "utf-8")
    if header:
        (folder / "pack.yaml").write_text(header, "utf-8")
    file = folder.parent / f"{folder.name}-waivers.yaml"
    file.write_text(f"schema: 1\nwaivers:\n{waivers}", "utf-8")
    lines = lines or (HEAD, "[    1.000000] oops", USERSPACE)
    if not any("initcall" in line for line in lines):
        lines += CALL  # without an initcall no exit code is 0
    log = "\n".join(lines).encode()
    pack = load_pack(str(folder))
    return analyse(log, packs=[pack], waivers=load_waivers(file), today=TODAY)


def entry(**more: str) -> str:
    fields = {"rule": "MY001", "reason": "known", "expires": "2026-06-01"} | more
    return "  - {" + ", ".join(f"{key}: {value}" for key, value in fields.items()) + "}\n"


def only(done: Analysis, rule: str) -> Finding:
    (found,) = (one for one in done.report.findings if one.rule == rule)
    return found


def test_a_waived_finding_is_shown_and_closes_no_gate(tmp_path: Path) -> None:
    done = judged(tmp_path, entry())
    found = only(done, "MY001")
    assert (found.outcome, len(done.report.findings)) == ("fail", 1)
    (waived,) = found.waived
    assert (waived.reason, waived.expires) == ("known", TODAY)
    assert waived.where == f"{tmp_path.name}-waivers.yaml:3"
    assert done.report.verdict == "pass"
    assert done.report.headline == ("Every rule that applies holds, but for what is waived: MY001")
    assert exit_code(done.report, Policy(fail_on="note", require_evidence=True)) == 0
    text = render_text(done.report)
    assert "waived FAIL MY001: It happened: oops." in text
    assert f"until 2026-06-01 ({waived.where}): known" in " ".join(text.split())


def test_an_expired_waiver_lets_nothing_pass_and_is_a_finding(tmp_path: Path) -> None:
    done = judged(tmp_path, entry(expires="2026-05-31"))
    assert only(done, "MY001").waived == ()
    expired = only(done, "WAIVER001")
    assert (expired.severity, expired.outcome, expired.counts) == ("warning", "fail", True)
    assert "expired on 2026-05-31" in expired.message and "known" in expired.message
    assert (done.report.verdict, exit_code(done.report, Policy())) == ("fail", 1)
    clean = judged(tmp_path, entry(expires="2026-05-31"), FAILS, HEAD, USERSPACE)
    assert (clean.report.verdict, exit_code(clean.report, Policy())) == ("warning", 0)
    assert clean.report.lead == "WAIVER001"
    assert render_text(clean.report).endswith("bootscope rules show WAIVER001\n")


def test_a_waiver_that_matches_nothing_is_named_and_never_counts(tmp_path: Path) -> None:
    done = judged(tmp_path, entry(), FAILS, HEAD, USERSPACE)
    unused = only(done, "WAIVER002")
    assert (unused.severity, unused.counts) == ("note", False)
    assert "matches no finding of this boot" in unused.message
    assert (done.report.verdict, exit_code(done.report, Policy(fail_on="note"))) == ("pass", 0)
    assert "(does not count)" in " ".join(render_text(done.report).split())


def test_nothing_is_decided_by_waivers_alone(tmp_path: Path) -> None:
    never = "{kind: order, first: {marker: ima.start}, then: {marker: ffa.up}}"
    done = judged(tmp_path, entry(expires="2026-05-31"), never, HEAD, USERSPACE)
    assert exit_code(done.report, Policy()) == 5


@pytest.mark.parametrize(
    ("more", "waives"),
    [
        ({"subject": "oops"}, True),
        ({"subject": "'[op]*'"}, True),
        ({"subject": "other"}, False),
        ({"signature": "'MY001:fail:*'"}, True),
        ({"signature": "'MY001:pass:*'"}, False),
        ({"kernel": "'>=6.12'"}, True),
        ({"kernel": "'<6.12'"}, False),
        ({"machine": "'linux,*'"}, False),
        ({"outcomes": "[fragile]"}, False),
        ({"rule": "MY002"}, False),
    ],
)
def test_where_it_holds(tmp_path: Path, more: dict[str, str], waives: bool) -> None:
    done = judged(tmp_path, entry(**more))
    assert bool(only(done, "MY001").waived) is waives


def test_one_for_another_machine_is_not_named(tmp_path: Path) -> None:
    done = judged(tmp_path, entry(machine="other"))
    assert [found.rule for found in done.report.findings] == ["MY001"]


def test_every_subject_must_be_covered(tmp_path: Path) -> None:
    lines = (
        HEAD,
        "[    1.000000] initcall a+0x0/0x10 returned -5 after 1 usecs",
        "[    2.000000] initcall b+0x0/0x10 returned -5 after 1 usecs",
        USERSPACE,
    )
    half = judged(tmp_path, entry(subject="a"), RETURNS, *lines)
    assert only(half, "MY001").waived == ()
    assert len(half.report.findings) == 1, "it does match something"
    both = judged(tmp_path, entry(subject="a") + entry(subject="b"), RETURNS, *lines)
    assert len(only(both, "MY001").waived) == 2


def test_a_finding_without_subjects(tmp_path: Path) -> None:
    cut = entry(outcomes="[inconclusive]")
    done = judged(tmp_path, cut, FAILS, HEAD)
    assert only(done, "MY001").waived
    assert (done.report.verdict, exit_code(done.report, Policy(require_evidence=True))) == (
        "pass",
        5,
    )
    named = judged(tmp_path, entry(outcomes="[inconclusive]", subject="'*'"), FAILS, HEAD)
    assert only(named, "MY001").waived == ()


def test_a_former_id_goes_on_working(tmp_path: Path) -> None:
    header = (
        "schema: 1\npack: p\nversion: 1.0.0\ntitle: t\nredirects: {OLD001: MY001, OLD002: MY001}\n"
    )
    done = judged(tmp_path, entry(rule="OLD001"), header=header)
    found = only(done, "MY001")
    assert found.waived and found.former_ids == ("OLD001", "OLD002")


def test_those_of_a_pack_go_with_it(tmp_path: Path) -> None:
    (tmp_path / "MY001.yaml").write_text(RULE.format(id="MY001", check=FAILS), "utf-8")
    text = "schema: 1\nwaivers:\n" + entry(expires="9999-12-31")
    (tmp_path / "waivers.yaml").write_text(text, "utf-8")
    log = f"{HEAD}\n[    1.000000] oops\n{USERSPACE}".encode()
    done = analyse(log, packs=[load_pack(str(tmp_path))])
    assert only(done, "MY001").waived[0].where == "waivers.yaml:3"


def test_a_real_boot(tmp_path: Path) -> None:
    """FFA003 of the broken boot: one client failed, the other one is no fault."""
    file = tmp_path / "w.yaml"
    file.write_text(
        "schema: 1\nwaivers:\n"
        "  - {rule: FFA003, machine: 'linux,dummy-virt', reason: r, expires: 2026-12-31}\n"
    )
    data = (SAMPLES / "ff-rootfs-protected.log").read_bytes()
    report = analyse(data, waivers=load_waivers(file), today=TODAY).report
    assert report.verdict == "fail", "FFA001 failed all the same"
    assert {f.rule for f in report.findings if f.waived} == {"FFA003"}


def test_what_is_wrong_with_a_file_of_waivers(tmp_path: Path) -> None:
    file = tmp_path / "w.yaml"
    file.write_text(
        "schema: 1\nwaivers:\n  - {rule: x1, reason: '', expires: soon}\n  - {rule: MY001}\n"
    )
    with pytest.raises(RuleFileError) as caught:
        load_waivers(file)
    assert [str(problem) for problem in caught.value.problems] == [
        "w.yaml:3:6: 'waivers.0.rule': write capital letters and three digits, as in FFA001,"
        " not 'x1'",
        "w.yaml:3:16: 'waivers.0.reason' is empty; write something or leave it out",
        "w.yaml:3:28: 'waivers.0.expires': write a day, as in 2027-01-31, not 'soon'",
        "w.yaml:4:5: 'waivers.1.reason' is missing; write 'reason: ...'",
        "w.yaml:4:5: 'waivers.1.expires' is missing; write 'expires: ...'",
    ]
    with pytest.raises(RuleFileError, match="cannot be read: No such file"):
        load_waivers(tmp_path / "nothing.yaml")
