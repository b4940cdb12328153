"""Failures of probes, grouped by their errno."""

from app.analysis import analyse
from app.rules.loader import load_shipped
from app.rules.wording import by_cause
from tests.lines import HEAD, USERSPACE


def test_failures_of_one_errno_are_told_together() -> None:
    lines = (
        HEAD,
        "[    1.000000] sdhci fe340000.mmc: probe with driver sdhci failed with error -22",
        "[    1.100000] dwmac fe300000.eth: probe with driver dwmac failed with error -110",
        "[    1.200000] old-style: probe of fe200000.usb failed with error -22",
        "[    1.300000] sdhci fe340000.mmc: probe with driver sdhci failed with error -22",
        USERSPACE,
    )
    report = analyse("\n".join(lines).encode(), packs=[load_shipped("boot-hygiene")]).report
    (found,) = (found for found in report.findings if found.rule == "PROBE001")
    assert found.outcome == "fail"
    assert found.message == (
        "Drivers failed to bind, by cause: -22 (EINVAL): sdhci fe340000.mmc and old-style"
        " fe200000.usb; -110 (ETIMEDOUT): dwmac fe300000.eth."
    )
    assert [evidence.line for evidence in found.evidence] == [2, 3, 4, 5]


def test_what_ends_in_no_errno() -> None:
    huge = "9" * 5000
    texts = ["a: probe with x", f"b: probe with driver b failed with error -{huge}", "c", ""]
    assert by_cause(texts) == "no errno: a, b, c"
    assert by_cause(["e: probe with driver e failed with error --5"]) == "no errno: e"
    assert len(by_cause(["x" * 2000] * 9)) < 120
    assert by_cause(["d: probe with driver d failed with error -²"]) == "no errno: d"
