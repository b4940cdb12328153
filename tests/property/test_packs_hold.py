"""What holds for the shipped packs, and for every order, on any boot."""

import re
from itertools import permutations
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.adapters import adapter
from app.analysis import analyse
from app.report import SUBJECT, Report
from app.rules.finding import Finding
from app.rules.loader import DEFAULT_PACKS, load_shipped
from app.rules.model import Rule
from parsers.record import replace
from tests.conftest import SAMPLES
from tests.property.test_parser import WRAPPINGS

CALLS = (
    "kvm_arm_init", "finalize_pkvm", "arm_ffa_bus_init", "ffa_init", "optee_core_init",
    "init_ima", "security_initcall_late_sync", "deferred_probe_initcall", "misc_init",
    "ahci_pci_driver_init", "late_trace_init", "mine",
)  # fmt: skip
TEXTS = (
    *(f"calling  {name}+0x0/0x10 @ 1" for name in CALLS),
    *(f"initcall {name}+0x0/0x10 returned 0 after 5 usecs" for name in CALLS),
    "initcall mine+0x0/0x10 returned -22 after 5 usecs",
    "initcall ffa_init+0x0/0x10 returned -95 after 5 usecs",
    "initcall kvm_arm_init blacklisted",
    "calling  ffa_init+0x0/0x10 [ffa_core] @ 70",
    "initcall ffa_init+0x0/0x10 [ffa_core] returned 0 after 5 usecs",
    "calling  2_scan+0x0/0x10 @ 45", "initcall 2_scan+0x0/0x10 returned after 2000 usecs",
    "calling  3_late+0x0/0x10 @ 46", "initcall 3_late+0x0/0x10 returned after 9 usecs",
    "async_waiting @ 1", "async_continuing @ 1 after 12 usec",
    "ARM FF-A: Driver version 1.1", "ARM FF-A: Firmware version 1.2 found",
    "kvm [1]: Protected hVHE mode initialized successfully",
    "probe of arm-ffa returned 517 after 9 usecs",
    "probe of arm-ffa returned -517 after 9 usecs",
    "probe of arm-ffa returned 0 after 3000 usecs",
    "probe of arm-ffa-1 with driver optee returned 0 after 3000 usecs",
    "probe of arm-ffa-1 returned 22 after 9 usecs",
    "probe of c.tpm_tis returned 0 after 9 usecs",
    "optee: initialized driver", "optee: Unexpected error -22",
    "tpm_tis c.tpm: 2.0 TPM (device-id 0x1, rev-id 1)",
    "tpm_tis_spi spi0.0: 2.0 TPM (device-id 0x1B, rev-id 22)",
    "ima: No TPM chip found, activating TPM-bypass!",
    "platform arm-ffa: deferred probe pending: (reason unknown)",
    "** 3 printk messages dropped **", "Kernel panic - not syncing: x",
    "Run /init as init process",
)  # fmt: skip
RELEASES = ("6.1.192", "6.12.117", "6.18.0", "7.3.0")
COMMAND_LINES = ("initcall_debug", "kvm-arm.mode=protected", "kvm-arm.mode=protected "
                 "driver_async_probe=*")  # fmt: skip
BEGUN = ("calling  done+0x0/0x10 @ 1", "initcall done+0x0/0x10 returned 0 after 5 usecs")
"""One initcall that returned, so that initcall_debug is known to have been on."""
STEP_US = 1_370


class Boot(NamedTuple):
    """A boot to be written down: what its messages are, in which order."""

    release: str
    command_line: str
    texts: tuple[str, ...]

    def messages(self, shift_us: int = 0) -> list[tuple[int, str]]:
        """Times in µs, and messages."""
        head = (
            f"Linux version {self.release} (aarch64-linux-gnu-gcc)",
            f"Kernel command line: {self.command_line}",
        )
        now = 1_000_000 + shift_us
        told = [(0, text) for text in head]
        return told + [(now + n * STEP_US, t) for n, t in enumerate((*BEGUN, *self.texts))]


BOOTS = st.builds(
    Boot,
    st.sampled_from(RELEASES),
    st.sampled_from(COMMAND_LINES),
    st.lists(st.sampled_from(TEXTS), max_size=24).map(tuple),
)


def stamped(messages: list[tuple[int, str]]) -> bytes:
    return "\n".join(
        f"[{at // 10**6:5d}.{at % 10**6:06d}] {text}" for at, text in messages
    ).encode()


def judge(boot: Boot, shift_us: int = 0) -> Report:
    return analyse(stamped(boot.messages(shift_us))).report


def judged(report: Report) -> list[tuple[object, ...]]:
    told = [(f.rule, f.outcome, f.basis, f.signature, f.caused_by) for f in report.findings]
    return sorted(told, key=str)


@settings(max_examples=150)
@given(BOOTS, st.integers(0, 10**9))
def test_the_hour_changes_nothing(boot: Boot, shift_us: int) -> None:
    here, there = judge(boot), judge(boot, shift_us)
    assert judged(here) == judged(there)
    assert (here.verdict, here.lead) == (there.verdict, there.lead)


@settings(max_examples=150)
@given(BOOTS, st.lists(st.integers(0, 30), min_size=1, max_size=5))
def test_unrelated_initcalls_change_nothing(boot: Boot, places: list[int]) -> None:
    """On a thread of their own: on the first they would show that it went on."""
    texts = list(boot.texts)
    for n, place in enumerate(places):
        at = min(place, len(texts))
        name = f"nobody_knows_{n}"
        texts[at:at] = [
            f"calling  {name}+0x0/0x10 [m] @ 99",
            f"initcall {name}+0x0/0x10 [m] returned 0 after 5 usecs",
        ]
    more = judge(boot._replace(texts=tuple(texts)))
    assert judged(more) == judged(judge(boot))


TIMED = sorted(set(WRAPPINGS) - {"vendor_columns"})
"""Framings that keep the same of a line; vendor_columns tells its thread, too."""


@settings(max_examples=150)
@given(BOOTS, st.sampled_from(TIMED))
def test_a_boot_is_judged_the_same_in_every_framing(boot: Boot, name: str) -> None:
    messages = boot.messages()
    wrap = WRAPPINGS[name]
    lines = [wrap(at, text) for at, text in messages]
    if name == "netconsole":  # it counts its records, and a gap is a loss
        lines = [f"6.12.1,7,{n},{at},-;{text}" for n, (at, text) in enumerate(messages)]
    wrapped = "\n".join(lines).encode()
    plain, other = analyse(stamped(messages)).report, analyse(wrapped, framing=name).report
    assert judged(other) == judged(plain)
    assert (other.verdict, other.lead) == (plain.verdict, plain.lead)


@settings(max_examples=200)
@given(BOOTS)
def test_what_holds_for_any_boot(boot: Boot) -> None:
    report = judge(boot)
    by_rule = {found.rule: found for found in report.findings}
    assert len(by_rule) == sum(len(load_shipped(pack).rules) for pack in DEFAULT_PACKS)
    assert 0 < len(report.headline) <= SUBJECT
    for found in report.findings:
        assert found.outcome != "error", found.message
        sound(found)
        for cause in filter(None, (found.caused_by, found.undermined_by)):
            assert by_rule[cause].outcome == "fail"
    if report.lead is not None and report.verdict in ("fail", "warning"):
        assert by_rule[report.lead].outcome == "fail"


def sound(found: Finding) -> None:
    """The basis is one that the outcome may have, and the lines are there that show it."""
    if found.outcome == "pass":
        assert found.basis in (None, "level", "dependency"), found.message
    if found.outcome == "fragile":
        assert found.basis in ("link_order", "observed"), found.message
    if found.outcome == "inconclusive":
        assert found.basis is None
    if found.basis == "dependency":
        assert len(found.evidence) >= 2
    if found.basis == "level":
        assert found.level_source != "unknown"


SUBJECTS: tuple[dict[str, str], ...] = (
    {"initcall": "ffa_init"}, {"initcall": "kvm_arm_init"}, {"initcall": "misc_init"},
    {"initcall": "mine"}, {"async": "scan"}, {"async": "late"}, {"marker": "ffa.up"},
    {"marker": "optee.up"}, {"marker": "pkvm.initialised"}, {"marker": "ima.start"},
    {"marker": "tpm.registered"}, {"marker": "userspace.start"}, {"probe": "arm-ffa"},
    {"probe": "arm-ffa-1"}, {"message": "ARM FF-A: Firmware*"},
)  # fmt: skip


def at(subject: dict[str, str], edge: str) -> dict[str, str]:
    return subject | {"edge": edge} if {"initcall", "async"} & set(subject) else subject


PAIRS = list(permutations(range(len(SUBJECTS)), 2))
SHIPPED = load_shipped("ffa-pkvm")
ORDERS = replace(
    SHIPPED,
    rules=tuple(
        adapter(Rule).validate_python(
            {
                "schema": 1, "id": f"RR{n:03d}", "name": "r", "title": "r", "severity": "error",
                "why": "w", "fix": "f",
                "check": {
                    "kind": "order",
                    "first": at(SUBJECTS[a], "end"),
                    "then": at(SUBJECTS[b], "start"),
                },
            }
        )
        for n, (a, b) in enumerate(PAIRS)
    ),
)  # fmt: skip


@settings(max_examples=100)
@given(BOOTS)
def test_no_order_holds_both_ways_or_by_luck(boot: Boot) -> None:
    report = analyse(stamped(boot.messages()), packs=[ORDERS]).report
    findings = sorted(report.findings, key=lambda found: found.rule)
    held = set()
    for pair, found in zip(PAIRS, findings, strict=True):
        assert found.outcome != "error", found.message
        sound(found)
        if found.outcome in ("pass", "fragile"):
            held.add(pair)
    assert not {(a, b) for a, b in held if (b, a) in held}


STAMP = re.compile(rb"^\[ *(\d+)\.(\d{6})\]", re.MULTILINE)


@pytest.mark.parametrize("path", sorted(SAMPLES.glob("*.log")), ids=lambda path: path.stem)
def test_a_real_boot_at_another_hour(path: Path) -> None:
    """Every stamp but those at zero is moved: lines of a boot's start have none yet."""

    def later(found: re.Match[bytes]) -> bytes:
        us = int(found[1]) * 10**6 + int(found[2])
        us += 86_400_000_000 if us else 0
        return b"[%5d.%06d]" % divmod(us, 10**6)

    data = path.read_bytes()
    moved = STAMP.sub(later, data)
    assert moved != data or path.stem.endswith("-caller")
    here, there = analyse(data).report, analyse(moved).report
    assert judged(here) == judged(there)
    assert here.verdict == there.verdict


NOBODY = (
    b"calling  nobody_knows+0x0/0x1 [m] @ 99",
    b"initcall nobody_knows+0x0/0x1 [m] returned 0 after 1 usecs",
)


@pytest.mark.parametrize("path", sorted(SAMPLES.glob("*.log")), ids=lambda path: path.stem)
def test_a_real_boot_with_more_initcalls(path: Path) -> None:
    """After each calling line another thread makes one more call, of a module."""
    lines, more = path.read_bytes().split(b"\n"), []
    for line in lines:
        more.append(line)
        if re.search(rb"\] calling  \w+\+\S+ @ 1\r?$", line):
            stamp, _, _ = line.partition(b"calling")
            more.extend(stamp + text + b"\r" for text in NOBODY)
    here = analyse(path.read_bytes()).report
    there = analyse(b"\n".join(more)).report
    assert judged(here) == judged(there)
