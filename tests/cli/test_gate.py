"""The gate of ``analyse`` and ``check``: one table, and never green for want of evidence.

What each log proves was read in the log: the broken one has "ARM FF-A: Driver version" at
line 602, before kvm_arm_init returns at line 623; the lucky one has it after, in the same
level; the warned one has IMA before FF-A; the lost one begins after its head.
"""

import io
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from app.cli import main
from app.cli.line import line_of
from app.report import Policy, Report
from parsers.record import replace
from tests.ci_reports import empty, sample
from tests.conftest import ROOT, SAMPLES

BROKEN, LUCKY, WARNED, CLEAN, LOST, SILENT = (
    str(SAMPLES / f"{name}.log")
    for name in (
        "ff-rootfs-protected", "ff-device-protected", "ff-defer-device-protected",
        "k73-imalatesync-protected", "deb612-arm64-smallbuf", "no-such",
    )
)  # fmt: skip
INVALID = str(SAMPLES / "invalid" / "empty.log")
EVIDENCE = "--require-evidence"
WARNING = ("--fail-on", "warning")
NOTE = ("--fail-on", "note")
SLOW = ("--set", "SLOW001.at_most=100 ms")
TABLE: tuple[tuple[str, Sequence[str], int, int], ...] = (
    # log, options, exit code of analyse, and of check
    (CLEAN, (), 0, 0),
    (CLEAN, (EVIDENCE, "--fail-on-fragile", *NOTE), 0, 0),
    (CLEAN, (*SLOW,), 0, 0),
    (CLEAN, (*SLOW, *NOTE), 1, 1),
    (CLEAN, (*SLOW, *WARNING), 0, 0),
    (BROKEN, (), 1, 1),
    (BROKEN, NOTE, 1, 1),
    (LUCKY, (), 0, 0),
    (LUCKY, ("--fail-on-fragile",), 1, 1),
    (LUCKY, NOTE, 0, 0),
    (WARNED, (), 0, 0),
    (WARNED, WARNING, 1, 1),
    (WARNED, NOTE, 1, 1),
    (LOST, (), 0, 1),
    (LOST, (EVIDENCE,), 1, 1),
    (BROKEN, ("--fail-on", "nothing"), 2, 2),
    (BROKEN, ("--pack", "nope"), 2, 2),
    (BROKEN, ("--format", "nope"), 2, 2),
    (INVALID, (), 3, 3),
    (SILENT, (), 3, 3),
)


def ended(arguments: Sequence[str]) -> int:
    try:
        return main([*arguments])
    except SystemExit as usage:
        assert isinstance(usage.code, int)
        return usage.code


@pytest.mark.parametrize("command", ["analyse", "check"])
@pytest.mark.parametrize(("log", "options", "analysed", "checked"), TABLE)
@pytest.mark.parametrize("quiet", [(), ("--quiet",), ("-q",)])
def test_exit_codes(
    command: str, log: str, options: Sequence[str], analysed: int, checked: int,
    quiet: Sequence[str], capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    code = analysed if command == "analyse" else checked
    assert ended([command, log, *options, *quiet]) == code
    out, err = capsys.readouterr()
    assert bool(err) == (code in (2, 3)), "what went wrong is always said"
    assert bool(out) == (code < 2 and not quiet)


def without_initcalls(name: str) -> bytes:
    of_initcalls = re.compile(rb"initcall|calling  |probe of")
    lines = (SAMPLES / f"{name}.log").read_bytes().split(b"\n")
    return b"\n".join(line for line in lines if not of_initcalls.search(line))


@pytest.mark.parametrize("path", sorted(SAMPLES.glob("*.log")), ids=lambda path: path.stem)
@pytest.mark.parametrize("command", ["analyse", "check"])
def test_no_initcall_is_never_0(
    command: str, path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log = tmp_path / "quiet.log"
    log.write_bytes(without_initcalls(path.stem))
    # Faults that messages prove close the gate; check closes it for want of evidence, too.
    proven = main(["analyse", str(log), "--format", "json"]) == 1
    assert (Report.from_json(capsys.readouterr().out).verdict == "fail") == proven
    assert main([command, str(log)]) == (1 if proven or command == "check" else 5)


def test_what_messages_alone_hold_is_not_clean(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log = tmp_path / "quiet.log"
    log.write_bytes(without_initcalls("ff-device-protected"))
    assert main(["analyse", str(log), "--format", "ktap"]) == 5
    assert "\n# why: No initcall was read from this log" in capsys.readouterr().out
    log.write_bytes(without_initcalls("ff-rootfs-protected"))
    assert main(["analyse", str(log)]) == 1, "a fault that messages prove is one"


def test_check_is_a_line_a_log(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", BROKEN, LUCKY, CLEAN, LOST]) == 1
    assert capsys.readouterr().out.splitlines() == [
        f"{BROKEN}: FAIL: FF-A came up 306 ms before pKVM traps SMCs"
        " [gate closed by FFA001, FFA003]",
        f"{LUCKY}: FRAGILE: FF-A came up 216 ms after pKVM traps SMCs, but nothing promises it",
        f"{CLEAN}: PASS: Every rule that applies holds",
        f"{LOST}: INCONCLUSIVE: This log cannot prove the order: FF-A comes up after pKVM traps"
        " SMCs [gate closed by FFA001, FFA003, FFA004, FFA007 and 18 more]",
    ]


def test_check_takes_folders_and_other_formats(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(SAMPLES)]) == 1
    assert len(capsys.readouterr().out.splitlines()) == len([*SAMPLES.glob("*.log")])
    assert main(["check", LOST, "--format", "text"]) == 1
    assert capsys.readouterr().out.startswith("INCONCLUSIVE: ")


def test_check_reads_stdin(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class Stdin:
        buffer = io.BytesIO(Path(BROKEN).read_bytes())

    monkeypatch.setattr(sys, "stdin", Stdin)
    assert main(["check", "-"]) == 1
    assert capsys.readouterr().out.startswith("-: FAIL: FF-A came up")


def test_check_says_so_where_nothing_is_decided_or_no_initcall_is_read() -> None:
    nothing = empty()
    told = line_of("x", nothing.verdict, nothing.headline, [nothing], Policy())
    assert told.endswith("[no initcall was read]\n")
    read = sample("deb612-arm64-smallbuf")
    only = [f for f in read.findings if f.rule.startswith("LOG")]
    logs = replace(read, findings=tuple(only))
    assert line_of("x", "pass", "y", [logs], Policy(), "http://h/l/i") == (
        "x: PASS: y [nothing was decided] http://h/l/i\n"
    )


def test_a_log_with_a_hostile_name_is_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log = tmp_path / "a\n\x1b[31mPASS"
    log.write_bytes(Path(BROKEN).read_bytes())
    main(["check", str(log)])
    out = capsys.readouterr().out
    assert out.count("\n") == 1 and "\x1b" not in out


def test_a_reader_that_went_away_makes_nothing_green() -> None:
    for output, reader in (("json", "head -c 1"), ("csv", "true"), ("text", "true")):
        command = f"{sys.executable} -m app.cli analyse {BROKEN} --format {output} | {reader}"
        done = subprocess.run(
            ["bash", "-o", "pipefail", "-c", command], cwd=ROOT, capture_output=True, check=False
        )
        assert done.returncode in (1, 141) and not done.stderr
