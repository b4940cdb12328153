"""What a checker must say of every real boot, with symbols and without.

The table was written from the logs themselves, before there was code. P pass,
F fail, G fragile (held by luck), n not applicable, i inconclusive, - not asked.
"""

from pathlib import Path

import pytest

from app.analysis import analyse
from app.report import Policy, Report, exit_code
from app.rules.finding import Finding
from parsers import RANK
from tests.conftest import SAMPLES

RULES = ("FFA001", "FFA002", "FFA003", "PKVM001", "TPM001", "TPM002", "DEF001", "INIT001")
TABLE_TEXT = """
ff-rootfs-protected                 F F F P n P P P  fail    1
ff-rootfs-protected-caller          F F F P n P P P  fail    1
ff-rootfs-nvhe                      n n P n n P P P  pass    0
ff-rootfs-protected-noinitcalldebug F - F P n - P i  fail    1
ff-rootfs-protected-tpm             F F F P P n P P  fail    1
ff-device-protected                 G F P P n P P P  fragile 0
ff-defer-device-protected           P P P P n F P P  warning 0
k73-upstream-protected              P P P P n F P P  warning 0
k73-imalatesync-protected           P P P P n P P P  pass    0
k73-upstream-nokvm-stuck            n n n F n F F P  fail    1
ff-module-protected                 P P P P n F - P  warning 0
deb73-ffa-module-protected          P P P P n F - P  warning 0
deb612-arm64-protected              n n n P n n - P  pass    0
deb612-arm64-trace                  n n n P n n - P  pass    0
deb612-amd64                        n n n n n n - P  pass    0
k612-nofw-protected-hyppanic        n n n F n n i F  fail    1
"""
TABLE = [line for line in TABLE_TEXT.splitlines() if line]
RETURNED = {
    "ff-module-protected": 370, "ff-rootfs-protected-noinitcalldebug": 0,
    "k73-imalatesync-protected": 411, "k73-upstream-protected": 411,
    "k73-upstream-nokvm-stuck": 410, "deb73-ffa-module-protected": 1314,
    "deb612-arm64-protected": 1090, "deb612-arm64-trace": 1090, "deb612-amd64": 744,
    "k612-nofw-protected-hyppanic": 218,
}  # fmt: skip
LETTERS = {
    "P": "pass", "F": "fail", "G": "fragile", "n": "not_applicable", "i": "inconclusive"
}  # fmt: skip


def judge(samples: Path, case: str, *, symbols: bool = False) -> Report:
    data = (samples / f"{case}.log").read_bytes()
    table = (samples / f"{case}.System.map.xz").read_bytes() if symbols else None
    return analyse(data, symbols=table).report


WITH_SYMBOLS = [row for row in TABLE if (SAMPLES / f"{row.split()[0]}.System.map.xz").exists()]


@pytest.mark.parametrize(
    ("row", "symbols"),
    [(row, False) for row in TABLE] + [(row, True) for row in WITH_SYMBOLS],
    ids=lambda value: value.split()[0] if isinstance(value, str) else f"symbols {value}",
)
def test_truth(samples: Path, row: str, symbols: bool) -> None:
    case, *letters, verdict, code = row.split()
    report = judge(samples, case, symbols=symbols)
    got = {finding.rule: finding.outcome for finding in report.findings}
    expected = {r: LETTERS[x] for r, x in zip(RULES, letters, strict=True) if x != "-"}
    assert {rule: got[rule] for rule in expected} == expected
    assert report.verdict == verdict
    assert exit_code(report, Policy()) == int(code)
    assert report.counts.returned == RETURNED.get(case, 375)


def test_fragile_and_warning_close_the_gate_when_asked_to(samples: Path) -> None:
    fragile = judge(samples, "ff-device-protected")
    assert exit_code(fragile, Policy(fail_on_fragile=True)) == 1
    warning = judge(samples, "ff-defer-device-protected")
    assert exit_code(warning, Policy(fail_on="warning")) == 1
    lost = judge(samples, "deb612-arm64-smallbuf")
    assert lost.verdict == "inconclusive"
    assert exit_code(lost, Policy(require_evidence=True)) == 1


def finding(report: Report, rule: str) -> Finding:
    (found,) = (finding for finding in report.findings if finding.rule == rule)
    return found


def test_on_what_the_orders_rest(samples: Path) -> None:
    broken = finding(judge(samples, "ff-rootfs-protected", symbols=True), "FFA001")
    assert (broken.basis, broken.level_source) == ("level", "system_map")
    assert [evidence.line for evidence in broken.evidence] == [602, 623]
    assert broken.gap_us == 1_585_658 - 1_891_921
    for symbols, source in ((False, "inferred"), (True, "system_map")):
        luck = finding(judge(samples, "ff-device-protected", symbols=symbols), "FFA001")
        assert (luck.basis, luck.level_source) == ("link_order", source)
    deferred = finding(judge(samples, "ff-defer-device-protected"), "FFA001")
    assert deferred.basis == "dependency"
    assert [evidence.line for evidence in deferred.evidence] == [618, 860, 991, 998]
    late_sync = finding(judge(samples, "k73-imalatesync-protected"), "TPM002")
    assert (late_sync.basis, late_sync.level_source) == ("level", "known")
    messages = finding(judge(samples, "ff-rootfs-protected-noinitcalldebug"), "FFA001")
    assert [evidence.line for evidence in messages.evidence] == [170, 182]


def test_causes_are_named(samples: Path) -> None:
    report = judge(samples, "ff-rootfs-protected")
    assert finding(report, "FFA003").caused_by == "FFA001"
    worthless = finding(report, "TPM002")
    assert (worthless.outcome, worthless.undermined_by) == ("pass", "FFA001")
    assert "Worth nothing here" in worthless.message
    assert report.lead == "FFA001"


def test_the_open_call_is_shown_first(samples: Path) -> None:
    report = judge(samples, "k612-nofw-protected-hyppanic")
    assert report.findings[0].rule == "INIT001"
    assert "kvm_arm_init() never returned" in report.headline
    assert report.counts.called == 219
    (opened,) = (call for call in report.initcalls if call.returned is None)
    assert (opened.function, opened.line_called, opened.line_returned) == (
        "kvm_arm_init",
        588,
        None,
    )


def test_another_tpm_is_named(samples: Path) -> None:
    found = finding(judge(samples, "ff-rootfs-protected-tpm"), "TPM002")
    assert "tpm_tis c000000.tpm_tis: 2.0 TPM" in found.message


def test_signatures_do_not_depend_on_the_framing(samples: Path) -> None:
    plain, caller = (
        judge(samples, case) for case in ("ff-rootfs-protected", "ff-rootfs-protected-caller")
    )
    assert plain.capture.framing != caller.capture.framing
    assert sorted(f.signature for f in plain.findings) == sorted(
        f.signature for f in caller.findings
    )


@pytest.mark.parametrize("case", [row.split()[0] for row in WITH_SYMBOLS])
def test_inferred_levels_hold_the_truth(samples: Path, case: str) -> None:
    """Levels told without symbols are never wrong, and almost always exact."""
    exact = judge(samples, case, symbols=True)
    inferred = judge(samples, case)
    hits = total = 0
    for known, told in zip(exact.initcalls, inferred.initcalls, strict=True):
        if known.level_source != "system_map" or known.levels is None:
            continue
        total += 1
        assert told.levels is not None
        assert RANK[told.levels[0]] <= RANK[known.levels[0]] <= RANK[told.levels[1]], told
        hits += told.levels == known.levels
    assert hits >= 0.97 * total
