"""What is left open names the capture that would decide it."""

from pathlib import Path

import pytest

from app.analysis import analyse
from app.reporters.text import render_text
from app.rules.finding import Finding
from app.rules.lack import CUT, DROPPED, NO_DEBUG, NO_SYMBOLS, cure_of
from app.rules.lack import HEAD as NO_HEAD
from tests.conftest import SAMPLES

HEAD = (
    "[    0.000000] Linux version 6.12.117 (aarch64-linux-gnu-gcc)\n"
    "[    0.000000] Kernel command line: kvm-arm.mode=protected\n"
)
CALLS = (
    "[    0.500000] calling  a+0x0/0x10 @ 1\n"
    "[    0.600000] initcall a+0x0/0x10 returned 0 after 100000 usecs\n"
)
END = "[    2.000000] Run /init as init process\n"
UP = "[    1.000000] ARM FF-A: Driver version 1.1\n"
COMMAND_LINE = ("boot with initcall_debug ignore_loglevel log_buf_len=16M", "the-command-line")
TO_THE_END = ("keep the log until user space starts", "serial-console")


def findings(log: str) -> dict[str, Finding]:
    return {found.rule: found for found in analyse(log.encode()).report.findings}


@pytest.mark.parametrize(
    ("log", "rule", "cure"),
    [
        (HEAD + END, "INIT001", COMMAND_LINE),
        (HEAD + CALLS, "INIT001", TO_THE_END),
        (HEAD + CALLS, "DEF001", TO_THE_END),
        (HEAD, "INIT001", (f"{COMMAND_LINE[0]}, and {TO_THE_END[0]}", "the-command-line")),
        (
            CALLS + UP + END,
            "FFA001",
            ("boot with log_buf_len=16M, or capture the serial console", "the-command-line"),
        ),
    ],
)
def test_a_cure_names_what_is_missing(log: str, rule: str, cure: tuple[str, str]) -> None:
    found = findings(log)[rule]
    assert found.outcome == "inconclusive"
    assert found.cure is not None
    assert (found.cure.capture, found.cure.anchor) == cure


def test_needs_of_the_rule_are_all_that_its_cure_asks_for() -> None:
    """INIT001 lacks the calls alone here; the panic is where this boot ends."""
    log = HEAD + "[    1.000000] Kernel panic - not syncing: HYP panic\n"
    assert findings(log)["INIT001"].cure is not None
    assert findings(log)["INIT001"].cure.capture == COMMAND_LINE[0]  # type: ignore[union-attr]


def test_what_no_capture_decides_has_no_cure() -> None:
    """FF-A came up while kvm_arm_init ran."""
    during = (
        "[    0.900000] calling  kvm_arm_init+0x0/0x10 @ 1\n" + UP
        + "[    1.100000] initcall kvm_arm_init+0x0/0x10 returned 0 after 200000 usecs\n"
        "[    1.100000] kvm [1]: Protected nVHE mode initialized successfully\n"
    )  # fmt: skip
    found = findings(HEAD + CALLS + during + END)["FFA001"]
    assert (found.outcome, found.cure) == ("inconclusive", None)
    assert cure_of([], trace=False) is None


def test_one_order_for_all_that_is_lacking() -> None:
    buffer = cure_of([CUT, DROPPED, NO_HEAD], trace=False)
    assert buffer is not None
    assert buffer.capture == (
        "boot with log_buf_len=16M, or capture the serial console, and keep the log until user"
        " space starts"
    )
    larger = cure_of([NO_HEAD, NO_DEBUG], trace=False)
    assert larger is not None
    assert larger.capture == COMMAND_LINE[0], "it has the larger buffer in it"
    symbols = cure_of([NO_SYMBOLS], trace=False)
    assert symbols is not None
    assert symbols.anchor == "levels"


def test_what_is_decided_has_no_cure() -> None:
    for path in SAMPLES.glob("*.log"):
        for found in analyse(path.read_bytes()).report.findings:
            assert found.outcome == "inconclusive" or found.cure is None


def test_a_trace_is_cured_by_its_log() -> None:
    trace = (SAMPLES / "trace" / "deb612-arm64-trace.trace.txt.xz").read_bytes()
    cures = {found.cure for found in analyse(trace).report.findings}
    (cure,) = cures - {None}
    assert cure is not None
    assert cure.capture.startswith("send the log of the same boot")


def test_the_text_says_each_cure_once(samples: Path) -> None:
    report = analyse((samples / "deb612-arm64-smallbuf.log").read_bytes()).report
    text = render_text(report)
    assert text.count("cure: ") == 1
    assert "  cure: boot with log_buf_len=16M, or capture the serial console\n" in text
    assert "http" not in text, "no address where no server is known"
    linked = render_text(report, "http://h/l/abc?boot=2")
    assert "    http://h/help/capturing#the-command-line\n" in linked
