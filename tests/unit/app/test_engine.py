"""The engine around the kinds: crashes, consequences, signatures, verdicts."""

from pathlib import Path

import pytest

from app.analysis import analyse
from app.digests import log_id
from app.report import Policy, exit_code, verdict_of
from app.rules.finding import Finding
from app.rules.kinds.order import OrderCheck
from app.rules.loader import DEFAULT_PACKS, load_shipped
from parsers import UnknownBoot
from parsers.record import replace

HEAD = b"[    0.000000] Linux version 6.12.117 (aarch64-linux-gnu-gcc)\n"
CALL = (
    b"[    0.500000] calling  a_init+0x0/0x8 @ 1\n"
    b"[    0.500010] initcall a_init+0x0/0x8 returned 0 after 9 usecs\n"
)
"""Without an initcall no exit code is 0."""


def made(outcome: str, severity: str = "error", *, counts: bool = True) -> Finding:
    return Finding(
        rule="X001", rule_version=1, pack="p", title="t", severity=severity, status="stable",
        counts=counts, outcome=outcome, basis=None, level_source=None, message="m.", why="w",
        fix="f", references=(), caused_by=None, undermined_by=None, evidence=(), subjects=(),
        gap_us=None, signature="s",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("findings", "verdict"),
    [
        ([], "not_applicable"),
        ([made("not_applicable")], "not_applicable"),
        ([made("pass"), made("not_applicable")], "pass"),
        ([made("pass"), made("inconclusive")], "inconclusive"),
        ([made("fragile"), made("inconclusive")], "fragile"),
        ([made("fail", "warning"), made("fragile")], "warning"),
        ([made("error"), made("fail", "warning")], "error"),
        ([made("fail"), made("error")], "fail"),
        ([made("fail", "note")], "pass"),
        ([made("fail", counts=False), made("pass")], "pass"),
    ],
)
def test_the_verdict_is_the_worst_that_counts(findings: list[Finding], verdict: str) -> None:
    assert verdict_of(findings) == verdict


@pytest.mark.parametrize(
    ("finding", "policy", "code"),
    [
        (made("fail"), Policy(), 1),
        (made("fail", "warning"), Policy(), 0),
        (made("fail", "warning"), Policy(fail_on="warning"), 1),
        (made("fail", "note"), Policy(fail_on="warning"), 0),
        (made("fail", "note"), Policy(fail_on="note"), 1),
        (made("fragile"), Policy(), 0),
        (made("fragile"), Policy(fail_on_fragile=True), 1),
        (made("error"), Policy(), 1),
        (made("inconclusive"), Policy(), 5),
        (made("inconclusive"), Policy(require_evidence=True), 1),
        (made("not_applicable"), Policy(require_evidence=True), 5),
        (made("fail", counts=False), Policy(fail_on="note"), 5),
        (made("pass"), Policy(fail_on="note", fail_on_fragile=True, require_evidence=True), 0),
    ],
)
def test_exit_codes(finding: Finding, policy: Policy, code: int) -> None:
    report = replace(analyse(HEAD + CALL).report, findings=(finding,))
    assert exit_code(report, policy) == code


def test_a_rule_that_crashes_does_not_take_the_others_along(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def crash(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(OrderCheck, "judge", crash)
    log = (
        HEAD + b"[    0.000000] Kernel command line: kvm-arm.mode=protected\n"
        b"[    0.500000] kvm [1]: Protected nVHE mode initialized successfully\n"
        b"[    1.000000] ARM FF-A: Driver version 1.1\n"
        b"[    2.000000] Run /init as init process\n"
    )
    report = analyse(log).report
    (found,) = (finding for finding in report.findings if finding.rule == "FFA001")
    assert (found.outcome, "ZeroDivisionError" in found.message) == ("error", True)
    assert report.verdict == "error"
    assert len(report.findings) == sum(len(load_shipped(pack).rules) for pack in DEFAULT_PACKS)
    assert exit_code(report, Policy()) == 1


def test_a_signature_stays_short() -> None:
    calls = b"".join(
        b"[    1.000000] calling  a_function_with_quite_a_long_name_%d+0x0/0x1 @ %d\n" % (i, i)
        for i in range(20)
    )
    report = analyse(HEAD + calls).report
    (found,) = (finding for finding in report.findings if finding.rule == "INIT001")
    assert found.outcome == "fail"
    assert len(found.signature) < 60


TWO_BOOTS = HEAD + b"[    2.000000] Run /init as init process\n" + HEAD + (
    b"[    1.000000] calling  hung+0x0/0x1 @ 1\n"
)  # fmt: skip


def test_of_several_boots_the_worst_is_shown() -> None:
    report = analyse(TWO_BOOTS).report
    assert (report.capture.boots, report.capture.boot_index, report.verdict) == (2, 1, "fail")
    assert analyse(TWO_BOOTS, boot=0).report.verdict == "inconclusive"
    with pytest.raises(UnknownBoot, match="no boot 3 in this log"):
        analyse(TWO_BOOTS, boot=2)
    assert [(b.index, b.first_line, b.last_line, b.verdict) for b in report.boots] == [
        (0, 1, 2, "inconclusive"),
        (1, 3, 4, "fail"),
    ]


def test_ids_are_made_of_content(samples: Path) -> None:
    data = (samples / "ff-rootfs-protected.log").read_bytes()
    alone = analyse(data).report
    assert alone.id == log_id(alone.capture.sha256)
    assert (len(alone.id), alone.id) == (26, alone.id.lower())
    symbols = (samples / "ff-rootfs-protected.System.map.xz").read_bytes()
    both = analyse(data, symbols=symbols).report
    assert both.capture.symbols_sha256 is not None
    assert both.id == log_id(both.capture.sha256, [both.capture.symbols_sha256]) != alone.id
