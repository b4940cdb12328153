"""What the shipped rules say of every real boot, and of three generations of kernels.

The table was written from the logs: which of them defer FF-A, negotiate a version
(1.2 past pKVM, 1.1 through it), have finalize_pkvm, OP-TEE or a TPM, were blacklisted,
lost their head or step back in time, which initcall of the device levels took longest.
None has a line of asynchronous calls. P pass, F fail, n not applicable, i inconclusive.
The rules that are older are in tests/golden/test_truth.py.
"""

from pathlib import Path

import pytest

from app.analysis import analyse
from app.report import Report
from app.rules.loader import DEFAULT_PACKS, load_shipped, shipped_packs
from tests.conftest import SAMPLES

RULES = (
    "FFA004", "FFA005", "FFA006", "FFA007", "PKVM002", "TEE001", "TPM003", "INIT004",
    "INIT002", "INIT003", "DEF002", "DEF003", "PROBE001", "SLOW001", "SLOW002", "SLOW003",
    "ASYNC001", "ASYNC002", "LOG001", "LOG002",
)  # fmt: skip
TABLE_TEXT = """
deb612-amd64                        n n n n n n n P P P P n P P P n n n F P
deb612-arm64-protected              n n n n P n n P P P P n P P P P n n P P
deb612-arm64-smallbuf               i i i i i i i i i i i i i i i i i i F P
deb612-arm64-trace                  n n n n P n n P P P P n P P P P n n P P
deb73-ffa-module-protected          n P n n P P n P P P P n P P P P n n F P
ff-defer-device-protected           P P P P P P n P P P P P P P P P n n P P
ff-device-protected                 n P P P P P n P P P P n P P P P n n P P
ff-module-protected                 n P P n P P n P P P P n P P P P n n P P
ff-rootfs-nvhe                      n P n P n P n P P P P n P P P n n n P P
ff-rootfs-protected                 n P F P P n n P P P P n P P P P n n P P
ff-rootfs-protected-caller          n P F P P n n P P P P n P P P P n n P P
ff-rootfs-protected-noinitcalldebug i P F i i n i P i P P i P i i i n n P P
ff-rootfs-protected-tpm             n P F P P n P P P P P n P P P P n n P P
k612-nofw-protected-hyppanic        n n n P n n n P P P P n P i i i n n P P
k73-imalatesync-protected           P P n P P P n P P P P P P P P P n n P P
k73-upstream-nokvm-stuck            F n n P n n n F P P P P P P P P n n P P
k73-upstream-protected              P P n P P P n P P P P P P P P P n n P P
"""
TABLE = [line for line in TABLE_TEXT.splitlines() if line]
CLEAN = ("ff-rootfs-nvhe", "k73-imalatesync-protected", "deb612-arm64-protected", "deb612-amd64")
CLOCK_STEPS_BACK = "deb612-amd64"
"""Healthy, and its stamps jump back by 0.62 s: LOG001, a note, says so."""
LETTERS = {"pass": "P", "fail": "F", "fragile": "G", "not_applicable": "n", "inconclusive": "i"}


def judge(case: str, *, symbols: bool = False) -> Report:
    table = SAMPLES / f"{case}.System.map.xz"
    return analyse(
        (SAMPLES / f"{case}.log").read_bytes(), symbols=table.read_bytes() if symbols else None
    ).report


def runs() -> list[tuple[str, bool]]:
    cases = [(row, False) for row in TABLE]
    maps = [(row, True) for row in TABLE if (SAMPLES / f"{row.split()[0]}.System.map.xz").exists()]
    return cases + maps


@pytest.mark.parametrize(
    ("row", "symbols"),
    runs(),
    ids=lambda value: value.split()[0] if isinstance(value, str) else f"symbols {value}",
)
def test_real_boots(row: str, symbols: bool) -> None:
    case, *letters = row.split()
    got = {found.rule: found for found in judge(case, symbols=symbols).findings}
    assert {rule: LETTERS[got[rule].outcome] for rule in RULES} == dict(
        zip(RULES, letters, strict=True)
    ), {rule: got[rule].message for rule in RULES}


def test_every_real_boot_is_in_the_table() -> None:
    assert {row.split()[0] for row in TABLE} == {path.stem for path in SAMPLES.glob("*.log")}


@pytest.mark.parametrize("case", CLEAN)
def test_no_false_alarm_on_a_clean_boot(case: str) -> None:
    findings = judge(case).findings
    asked = {rule.id for name in DEFAULT_PACKS for rule in load_shipped(name).rules}
    assert {found.rule for found in findings} == asked
    alarms = {f.rule for f in findings if f.outcome not in ("pass", "not_applicable")}
    assert alarms == ({"LOG001"} if case == CLOCK_STEPS_BACK else set())


def test_the_default_is_every_shipped_pack() -> None:
    assert sorted(DEFAULT_PACKS) == [*shipped_packs()]
    ids = [rule.id for name in DEFAULT_PACKS for rule in load_shipped(name).rules]
    assert len(ids) == len(set(ids)), "a rule id is in one pack only"


@pytest.mark.parametrize(
    ("case", "rule", "cause", "lines"),
    [
        ("ff-rootfs-protected", "FFA003", "FFA001", None),
        ("ff-rootfs-protected", "FFA006", "FFA001", (603,)),
        ("k73-upstream-nokvm-stuck", "PKVM001", "INIT004", (658,)),
        ("k73-upstream-nokvm-stuck", "FFA004", "PKVM001", None),
        ("k612-nofw-protected-hyppanic", "PKVM001", "INIT001", None),
        ("k73-upstream-nokvm-stuck", "INIT004", None, (658,)),
        ("k73-upstream-nokvm-stuck", "DEF001", "FFA004", (923, 1108)),
        ("deb612-arm64-smallbuf", "LOG001", None, (1,)),
    ],
)
def test_causes_and_evidence(
    case: str, rule: str, cause: str | None, lines: tuple[int, ...] | None
) -> None:
    (found,) = (f for f in judge(case).findings if f.rule == rule)
    assert found.caused_by == cause
    if lines is not None:
        assert tuple(evidence.line for evidence in found.evidence) == lines


def test_a_cause_in_another_pack_counts_where_that_was_asked_and_fits() -> None:
    """DEF001 of boot-hygiene follows from FFA004 where arm-ffa is all that waits."""
    log = (SAMPLES / "k73-upstream-nokvm-stuck.log").read_bytes()
    alone = analyse(log, packs=[load_shipped("boot-hygiene")]).report
    (found,) = (f for f in alone.findings if f.rule == "DEF001")
    assert (found.outcome, found.caused_by) == ("fail", None)
    more = log.replace(
        b"platform arm-ffa: deferred probe pending",
        b"platform other: deferred probe pending: x\r\n"
        b"[    1.656579] platform arm-ffa: deferred probe pending",
    )
    (found,) = (f for f in analyse(more).report.findings if f.rule == "DEF001")
    assert "other" in found.message
    assert found.caused_by is None, "FFA004 does not explain the other one"


def test_a_start_past_pkvm_is_worth_little() -> None:
    (found,) = (f for f in judge("ff-rootfs-protected").findings if f.rule == "FFA005")
    assert (found.outcome, found.undermined_by) == ("pass", "FFA001")


GENERATIONS = {
    "6.1: arm_init, no proxy, no finalize_pkvm": (
        """
[    0.000000] Linux version 6.1.192 (aarch64-linux-gnu-gcc)
[    0.000000] Kernel command line: kvm-arm.mode=protected initcall_debug
[    0.670000] calling  ffa_init+0x0/0x820 @ 1
[    0.672000] ARM FF-A: Driver version 1.0
[    0.672100] ARM FF-A: Firmware version 1.0 found
[    0.680000] initcall ffa_init+0x0/0x820 returned 0 after 9876 usecs
[    1.453906] calling  arm_init+0x0/0x1264 @ 1
[    1.689251] kvm [1]: Protected nVHE mode initialized successfully
[    1.690071] initcall arm_init+0x0/0x1264 returned 0 after 236052 usecs
[    2.336504] Run /init as init process
""",
        "FFA001 n FFA002 n FFA005 P FFA006 n FFA007 n PKVM001 P PKVM002 n INIT002 P"
        " DEF003 n SLOW003 P ASYNC001 n",
        "pass",
    ),
    "6.12: init_ima and finalize_pkvm are initcalls": (
        """
[    0.000000] Linux version 6.12.117 (aarch64-linux-gnu-gcc)
[    0.000000] Kernel command line: kvm-arm.mode=protected initcall_debug
[    1.308815] calling  arm_ffa_bus_init+0x0/0x24 @ 1
[    1.309021] initcall arm_ffa_bus_init+0x0/0x24 returned 0 after 0 usecs
[    1.578073] calling  populate_rootfs+0x0/0x6c @ 1
[    1.578200] initcall populate_rootfs+0x0/0x6c returned 0 after 100 usecs
[    1.579198] calling  ffa_init+0x0/0x820 @ 1
[    1.585658] ARM FF-A: Driver version 1.1
[    1.585935] ARM FF-A: Firmware version 1.2 found
[    1.636702] initcall ffa_init+0x0/0x820 returned 0 after 57323 usecs
[    1.645616] calling  kvm_arm_init+0x0/0x1264 @ 1
[    1.889251] kvm [1]: Protected hVHE mode initialized successfully
[    1.891921] initcall kvm_arm_init+0x0/0x1264 returned 0 after 246115 usecs
[    1.984592] calling  finalize_pkvm+0x0/0x8c @ 1
[    1.991248] initcall finalize_pkvm+0x0/0x8c returned 0 after 6464 usecs
[    2.161770] calling  init_ima+0x0/0xfc @ 1
[    2.167276] initcall init_ima+0x0/0xfc returned 0 after 5376 usecs
[    2.410917] Run /init as init process
""",
        "FFA001 F FFA002 F FFA005 P FFA006 F FFA007 P PKVM001 P PKVM002 P TPM002 P INIT002 P"
        " DEF003 n SLOW003 P ASYNC001 n",
        "fail",
    ),
    "7.3: arm-ffa defers, IMA in security_initcall_late_sync": (
        """
[    0.000000] Linux version 7.3.0 (aarch64-linux-gnu-gcc)
[    0.000000] Kernel command line: kvm-arm.mode=protected initcall_debug
[    0.448094] calling  arm_ffa_bus_init+0x0/0x24 @ 1
[    0.448269] initcall arm_ffa_bus_init+0x0/0x24 returned 0 after 0 usecs
[    0.564311] calling  kvm_arm_init+0x0/0x165c @ 1
[    0.720000] kvm [1]: Protected hVHE mode initialized successfully
[    0.720801] initcall kvm_arm_init+0x0/0x165c returned 0 after 156405 usecs
[    0.881709] calling  ffa_init+0x0/0xa8 @ 1
[    0.882338] probe of arm-ffa with driver arm-ffa returned 517 after 136 usecs
[    0.882638] initcall ffa_init+0x0/0xa8 returned 0 after 868 usecs
[    0.890000] calling  finalize_pkvm+0x0/0x8c @ 1
[    0.892000] initcall finalize_pkvm+0x0/0x8c returned 0 after 1900 usecs
[    0.994860] calling  deferred_probe_initcall+0x0/0xb8 @ 1
[    1.000445] ARM FF-A: Driver version 1.2
[    1.000539] ARM FF-A: Firmware version 1.2 found
[    1.046906] probe of arm-ffa with driver arm-ffa returned 0 after 47993 usecs
[    1.047559] initcall deferred_probe_initcall+0x0/0xb8 returned 0 after 52650 usecs
[    1.053266] calling  security_initcall_late_sync+0x0/0x11c @ 1
[    1.053900] ima: No TPM chip found, activating TPM-bypass!
[    1.058617] initcall security_initcall_late_sync+0x0/0x11c returned 0 after 5279 usecs
[    1.142149] Run /init as init process
""",
        "FFA001 P FFA002 P FFA004 P FFA005 P FFA006 n FFA007 P PKVM001 P PKVM002 P TPM002 P"
        " DEF003 P SLOW003 P ASYNC001 n",
        "pass",
    ),
}


@pytest.mark.parametrize("generation", GENERATIONS)
def test_generations_of_kernels(generation: str) -> None:
    log, wanted, verdict = GENERATIONS[generation]
    report = analyse(log.lstrip("\n").encode()).report
    got = {found.rule: LETTERS[found.outcome] for found in report.findings}
    words = wanted.split()
    expected = dict(zip(words[::2], words[1::2], strict=True))
    assert {rule: got[rule] for rule in expected} == expected
    assert report.verdict == verdict
    assert report.lead is None or got[report.lead] in "PF"


def test_rule_files_are_where_their_ids_say() -> None:
    for name in shipped_packs():
        folder = Path(__file__).parents[2] / "app" / "rules" / "packs" / name
        files = {path.stem for path in folder.glob("*.yaml")} - {"pack"}
        assert files == {rule.id for rule in load_shipped(name).rules}
