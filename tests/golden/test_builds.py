"""Builds judged by symbols alone agree with what their boots showed, deferral apart.

The table was written from the real System.maps: level, place and ``ffa_probe``.
P pass, F fail, G fragile, i open.
"""

from pathlib import Path

import pytest

from app.analysis import analyse
from app.build_check import check_build
from app.report import Policy, exit_code
from tests.conftest import SAMPLES

RULES = ("FFA001", "FFA002", "TPM002")
LETTERS = {"P": "pass", "F": "fail", "G": "fragile", "i": "inconclusive"}
TABLE_TEXT = """
ff-rootfs-protected                 F F P 1
ff-rootfs-protected-caller          F F P 1
ff-rootfs-nvhe                      F F P 1
ff-rootfs-protected-noinitcalldebug F F P 1
ff-rootfs-protected-tpm             F F P 1
k612-nofw-protected-hyppanic        F F P 1
ff-device-protected                 G F P 0
ff-defer-device-protected           i i i 0
ff-module-protected                 i i i 5
k73-upstream-protected              i i i 0
k73-imalatesync-protected           i i i 0
k73-upstream-nokvm-stuck            i i i 0
"""
TABLE = [line for line in TABLE_TEXT.splitlines() if line]
DECIDED = ("pass", "fragile", "fail")


def test_the_table_has_every_build() -> None:
    maps = {path.name.partition(".")[0] for path in SAMPLES.glob("*.System.map.xz")}
    assert maps == {row.split()[0] for row in TABLE}


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.split()[0])
def test_truth_of_builds(samples: Path, row: str) -> None:
    case, *letters, code = row.split()
    symbols = (samples / f"{case}.System.map.xz").read_bytes()
    report = check_build(symbols)
    got = {found.rule: found for found in report.findings}
    expected = {rule: LETTERS[letter] for rule, letter in zip(RULES, letters, strict=True)}
    assert {rule: got[rule].outcome for rule in RULES} == expected
    assert exit_code(report, Policy()) == int(code)
    assert any(text.startswith("deferral: ") for text in report.unseen)
    booted = analyse((samples / f"{case}.log").read_bytes(), symbols=symbols).report
    for seen in booted.findings:
        built = got.get(seen.rule)
        if built and built.outcome in DECIDED and seen.outcome in DECIDED:
            assert (built.outcome == "fail") == (seen.outcome == "fail"), seen.rule
            if seen.basis != "observed":  # as without initcall_debug
                assert (built.outcome, built.basis) == (seen.outcome, seen.basis), seen.rule


def test_a_table_without_functions_does_not_tell_the_design(samples: Path) -> None:
    import lzma

    text = lzma.decompress((samples / "ff-device-protected.System.map.xz").read_bytes())
    cut = b"\n".join(line for line in text.splitlines() if b"initcall" in line)
    got = {found.rule: found for found in check_build(cut).findings}
    assert got["FFA001"].outcome == "inconclusive"
    assert "give the whole System.map" in got["FFA001"].message
