"""The plain-text report: fit for a mail, safe in a terminal."""

from pathlib import Path

import pytest

from app.analysis import analyse
from app.printable import printable
from app.reporters.folding import WIDTH
from app.reporters.text import render_finding, render_text
from tests.conftest import SAMPLES


@pytest.mark.parametrize("case", sorted(path.stem for path in SAMPLES.glob("*.log")))
def test_no_line_is_wider_than_a_mail(case: str) -> None:
    report = analyse((SAMPLES / f"{case}.log").read_bytes()).report
    text = render_text(report, "http://127.0.0.1:8000/l/abcdefghijklmnopqrstuvwxyz")
    assert max(len(line) for line in text.splitlines()) <= WIDTH
    assert text.endswith("/l/abcdefghijklmnopqrstuvwxyz\n")


def test_evidence_is_folded_never_cut(samples: Path) -> None:
    report = analyse((samples / "ff-rootfs-protected.log").read_bytes()).report
    folded = " ".join(render_text(report).split())
    for finding in report.findings[:2]:
        for evidence in finding.evidence:
            assert f"L{evidence.line}: {' '.join(evidence.text.split())}" in folded


def test_where_to_read_on_is_said_once(samples: Path) -> None:
    report = analyse((samples / "ff-rootfs-protected.log").read_bytes()).report
    assert render_text(report).endswith("\n\nwhy, and what to do: bootscope rules show FFA001\n")
    text = render_text(report, "https://boots.example/l/x")
    assert "  https://boots.example/rules/FFA001\n\nFAIL FFA003" in text
    assert "/rules/FFA003" not in text, "it follows from FFA001"
    assert "rules show" not in text
    passing = analyse((samples / "deb612-amd64.log").read_bytes()).report
    assert "what to do" not in render_text(passing)


def test_one_finding_by_itself(samples: Path) -> None:
    cut = b"\n".join((samples / "ff-rootfs-protected.log").read_bytes().split(b"\n")[300:])
    findings = {found.rule: found for found in analyse(cut).report.findings}
    assert render_finding(findings["FFA001"]).splitlines()[0].startswith("UNKNOWN FFA001: FF-A")
    assert render_finding(findings["FFA001"]).splitlines()[-1].startswith("  cure: boot with")
    assert render_finding(findings["LOG001"]).startswith("FAIL note LOG001: ")


def test_control_and_direction_marks_are_shown_not_sent() -> None:
    assert printable("a\x1b[31mb\u202ec\td\u2028e\x00") == "a\\x1b[31mb\\x202ec d e\\x00"


def test_a_hostile_name_cannot_steer_a_terminal() -> None:
    log = (
        "[    0.000000] Linux version 6.12 (x)\n"
        "[    1.000000] calling  a\x9b31m\u202e+0x0/0x1 @ 1\n"
    )
    text = render_text(analyse(log.encode()).report)
    assert not set(text) & {"\x1b", "\x9b", "\u202e"}
    assert "a\\x9b31m" in text
