"""Every sample log, read and judged as it was when it was last checked by eye.

The files of ``expected/`` are reviewed like code: after a change that means to
alter them, run with ``BOOTSCOPE_REWRITE_GOLDEN=1`` and check the difference
against the log.
"""

import bz2
import gzip
import json
import os
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from app.analysis import analyse
from app.report import SUBJECT, Policy, Report, exit_code
from parsers import InputError, parse_log
from tests.conftest import SAMPLES

EXPECTED = Path(__file__).parent / "expected"
CASES = sorted(path.stem for path in SAMPLES.glob("*.log"))
REFUSED = {
    "binary": 415, "blank": 422, "empty": 422, "no-kernel-line": 422, "truncated-gzip": 415,
    "web-page": 415,
}  # fmt: skip


def summary(report: Report) -> dict[str, Any]:
    return {
        "framing": report.capture.framing,
        "boots": report.capture.boots,
        "kernel": asdict(report.kernel),
        "counts": asdict(report.counts),
        "coverage": asdict(report.coverage),
        "phases": [[p.name, p.first_line, p.last_line] for p in report.phases],
        "verdict": report.verdict,
        "headline": report.headline,
        "exit_code": exit_code(report, Policy()),
        "markers": [[m.line, m.marker] for m in report.markers],
        "deferrals": [
            [d.device, d.line, d.resolved_line, d.pending_line] for d in report.deferrals
        ],
        "diagnostics": [[d.code, d.line] for d in report.diagnostics],
        "findings": [
            {
                "signature": found.signature,
                "basis": found.basis,
                "level_source": found.level_source,
                "evidence": [evidence.line for evidence in found.evidence],
                "gap_us": found.gap_us,
                "caused_by": found.caused_by,
                "message": found.message,
            }
            for found in report.findings
        ],
    }


@pytest.mark.parametrize("case", CASES)
def test_golden(case: str) -> None:
    report = analyse((SAMPLES / f"{case}.log").read_bytes()).report
    got = json.dumps(summary(report), indent=1) + "\n"
    path = EXPECTED / f"{case}.json"
    if os.environ.get("BOOTSCOPE_REWRITE_GOLDEN"):
        path.write_text(got, "utf-8")
    assert got == path.read_text("utf-8")


@pytest.mark.parametrize("case", CASES)
def test_the_report_survives_json(case: str) -> None:
    report = analyse((SAMPLES / f"{case}.log").read_bytes()).report
    assert Report.from_json(report.to_json()) == report


def coloured(data: bytes) -> bytes:
    return b"\n".join(b"\x1b[32m" + line + b"\x1b[0m" for line in data.split(b"\n"))


VARIANTS = {
    "line feeds": lambda data: data.replace(b"\r\n", b"\n"),
    "carriage returns twice": lambda data: data.replace(b"\n", b"\r\n"),
    "gzip": gzip.compress,
    "bzip2": bz2.compress,
    "colours": coloured,
    "no last line end": lambda data: data.rstrip(b"\r\n"),
}


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("case", ["ff-rootfs-protected", "ff-rootfs-protected-caller"])
def test_how_bytes_are_written_changes_no_event(case: str, variant: str) -> None:
    data = (SAMPLES / f"{case}.log").read_bytes()
    assert parse_log(VARIANTS[variant](data)).boots == parse_log(data).boots


@pytest.mark.parametrize("case", CASES)
def test_any_truncation_is_read(case: str) -> None:
    """A log may end after any line; what is lost before user space is never a gain."""
    lines = (SAMPLES / f"{case}.log").read_bytes().split(b"\n")
    whole = analyse(b"\n".join(lines)).report.verdict
    step = max(1, len(lines) // 60)
    for end in range(step, len(lines), step):
        try:
            report = analyse(b"\n".join(lines[:end])).report
        except InputError:
            continue
        if report.verdict == "pass" and not report.coverage.userspace:
            assert whole == "pass", f"cut after line {end}"


@pytest.mark.parametrize("name", REFUSED)
def test_unusable_input_is_refused(name: str) -> None:
    with pytest.raises(InputError) as caught:
        analyse((SAMPLES / "invalid" / f"{name}.log").read_bytes())
    assert (caught.value.status, caught.value.exit_code) == (REFUSED[name], 3)
    assert caught.value.hint


def test_every_invalid_sample_is_tried() -> None:
    assert {path.stem for path in (SAMPLES / "invalid").glob("*.log")} == set(REFUSED)


MORE = os.environ.get("BOOTSCOPE_MORE_LOGS")
"""A folder of logs that are not the project's to give away, to be tried as well."""


def every_log() -> list[Path]:
    kept = [path for place in ("formats", "trace") for path in (SAMPLES / place).iterdir()]
    more = [path for path in Path(MORE).rglob("*") if path.is_file()] if MORE else []
    return sorted([*SAMPLES.glob("*.log"), *kept, *more])


@pytest.mark.parametrize("path", every_log(), ids=lambda path: path.name)
def test_what_holds_for_every_log(path: Path) -> None:
    """The headline fits a mail's subject; no order passes on luck; each cause is there."""
    try:
        report = analyse(path.read_bytes()).report
    except InputError:
        pytest.skip("no log")
    assert 0 < len(report.headline) <= SUBJECT
    outcomes = {found.rule: found.outcome for found in report.findings}
    for found in report.findings:
        assert found.outcome != "error", found.message
        if found.outcome == "pass":
            assert found.basis in (None, "level", "dependency")
        if found.outcome == "fragile":
            assert found.basis in ("link_order", "observed")
        for cause in filter(None, (found.caused_by, found.undermined_by)):
            assert outcomes[cause] == "fail"
    if report.lead is not None:
        (lead,) = (found for found in report.findings if found.rule == report.lead)
        assert lead.counts and lead.caused_by is None
