"""The gate over all boots of a capture: what a summary keeps is enough for any policy."""

from itertools import product
from typing import Any

import pytest

from app.analysis import analyse
from app.gate import code_of, code_of_all, concerns_of
from app.report import Policy, Report, exit_code, worst_code
from parsers.record import replace
from tests.ci_reports import SAMPLE_NAMES, empty, sample, turned, waived
from tests.conftest import SAMPLES

POLICIES = [
    Policy(fail_on, fragile, evidence)
    for fail_on, fragile, evidence in product(
        ("error", "warning", "note"), (False, True), (False, True)
    )
]


@pytest.mark.parametrize("name", [*SAMPLE_NAMES, "empty"])
def test_a_summary_gates_as_its_report(name: str) -> None:
    report = empty() if name == "empty" else sample(name)
    variants = [report, turned(report, "FFA001", "error"), waived(report, "FFA001")]
    for severity in ("error", "warning", "note"):
        failed = turned(report, "FFA001", "fail")
        found = [replace(f, severity=severity) for f in failed.findings]
        variants.append(replace(failed, findings=tuple(found)))
    for one, policy in product(variants, POLICIES):
        assert code_of(concerns_of(one), policy) == exit_code(one, policy)


def two(first: bytes, second: bytes) -> Any:
    return analyse(first + second)


def log(name: str) -> bytes:
    return (SAMPLES / f"{name}.log").read_bytes()


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("ff-device-protected", "k612-nofw-protected-hyppanic"),
        ("k73-imalatesync-protected", "ff-rootfs-protected"),
        ("k73-imalatesync-protected", "k73-upstream-protected"),
    ],
)
def test_no_boot_hides_another(first: str, second: str) -> None:
    for done in (two(log(first), log(second)), two(log(second), log(first))):
        assert len(done.judged) == 2
        for policy in POLICIES:
            codes = [exit_code(report, policy) for report in done.judged]
            assert code_of_all(done.report, policy) == worst_code(codes)


def test_a_boot_that_proves_nothing_is_seen_behind_one_that_does() -> None:
    done = two(log("ff-device-protected"), b"[    0.000000] Linux version 6.12 (x)\n")
    report: Report = done.report
    assert report.verdict == "fragile" and exit_code(report, Policy()) == 0
    assert code_of_all(report, Policy()) == 5
    assert [boot.concerns for boot in report.boots] == [
        ("fragile",), ("inconclusive", "undecided"),
    ]  # fmt: skip
