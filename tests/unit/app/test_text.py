"""The plain-text report: fit for a mail, safe in a terminal."""

from pathlib import Path

import pytest

from app.analysis import analyse
from app.printable import printable
from app.reporters.folding import WIDTH
from app.reporters.text import render_text
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
