"""One boot's telling lines in every framing: sample_logs/framings, made by
scripts/derive_framings.py from a real boot and checked against the files by eye.
"""

from typing import Any

import pytest
import yaml

from app.analysis import Analysis, analyse
from parsers.framings.registry import FRAMINGS
from tests.conftest import SAMPLES

FOLDER = SAMPLES / "framings"
CARD = yaml.safe_load((FOLDER / "provenance.yaml").read_text("utf-8"))["files"]
FILES = sorted(set(CARD) - {"ftrace.txt"})
UNTIMED = {
    "dmesg_ctime.txt", "dmesg_notime.txt", "journal.txt", "journal_cat.txt",
    "journal_precise.txt", "journal_unit.txt",
}  # fmt: skip
BARE = (11, 12, 17, 19, 22, 25, 33, 34, 37)
"""Where the story stands if a message is a line: command line, Protected KVM, calling
ffa_init, firmware version, its return, calling kvm_arm_init, initialised, its return,
OP-TEE's -22. All line numbers here are grep's, not the parser's."""
MOVED = {
    "bugreport.txt": 7, "conserver.txt": 1, "lava.yaml": 1, "logcat.txt": 1,
    "grabserial.txt": 6, "grabserial_notime.txt": 6,
}  # fmt: skip
SPREAD = {
    "dmesg_json.json": (46, 50, 70, 78, 90, 102, 134, 138, 150),
    "journal_export.txt": (142, 155, 220, 246, 285, 324, 428, 441, 480),
    "journal_pretty.txt": (150, 157, 237, 265, 306, 342, 459, 474, 517),
    "journal_verbose.txt": (110, 120, 170, 190, 220, 250, 330, 340, 370),
    "pstore.txt": (12, 13, 18, 20, 24, 27, 35, 36, 39),  # with the parts in order
}


def read(name: str) -> Analysis:
    return analyse((FOLDER / name).read_bytes())


def what_happened(analysis: Analysis) -> dict[str, Any]:
    report = analysis.report
    return {
        "initcalls": [(c.function, c.returned, c.reported_us, c.levels) for c in report.initcalls],
        "probes": [(p.device, p.returned, p.reported_us) for p in report.probes],
        "markers": [m.marker for m in report.markers],
        "findings": [(f.signature, f.basis, f.level_source) for f in report.findings],
        "cmdline": report.kernel.cmdline,
        "release": report.kernel.release,
        "boots": len(report.boots),
    }


def test_every_framing_has_a_sample_and_every_sample_its_card() -> None:
    assert {card["framing"] for card in CARD.values()} == {framing.name for framing in FRAMINGS}
    assert {path.name for path in FOLDER.iterdir()} == {*CARD, "provenance.yaml"}


@pytest.mark.parametrize("name", FILES)
def test_the_same_story(name: str) -> None:
    analysis = read(name)
    report = analysis.report
    assert report.capture.framing == CARD[name]["framing"]
    assert report.capture.framing_confidence >= 0.9
    assert what_happened(analysis) == what_happened(read("dmesg.txt"))
    assert (report.counts.initcalls, report.counts.returned, report.counts.probes) == (12, 12, 2)
    assert report.counts.dropped_messages == report.counts.torn_lines == 0
    spans = {c.function: c.span_us for c in report.initcalls}
    if name in UNTIMED:
        assert set(spans.values()) == {None}
        assert report.coverage.clock == "none"
        assert all(finding.gap_us is None for finding in report.findings)
    else:  # 1.579198 to 1.636702; logcat has 14.579 to 14.636
        assert spans["ffa_init"] == (57_000 if name == "logcat.txt" else 57_504)


@pytest.mark.parametrize("name", FILES)
def test_lines_are_those_of_the_file(name: str) -> None:
    report = read(name).report
    lines = SPREAD.get(name, tuple(line + MOVED.get(name, 0) for line in BARE))
    cmdline, feature, called, version, returned, traps, initialised, trapped, refused = lines
    calls = {c.function: (c.line_called, c.line_returned) for c in report.initcalls}
    assert calls["ffa_init"] == (called, returned)
    assert calls["kvm_arm_init"] == (traps, trapped)
    marks = [(m.marker, m.line) for m in report.markers]
    assert [line for mark, line in marks if mark == "pkvm.requested"] == [
        cmdline,
        feature,
        initialised,
    ]
    assert [line for mark, line in marks if mark == "pkvm.initialised"] == [initialised]
    assert ("ffa.version", version) in marks
    evidence = {f.rule: [e.line for e in f.evidence] for f in report.findings}
    up, traps_on = evidence["FFA001"]
    assert called < up < version  # "Driver version", the line before "Firmware version"
    assert traps_on == trapped
    assert refused in evidence["FFA003"]


def test_parts_of_a_crash_are_put_in_order() -> None:
    report = read("pstore.txt").report
    assert [d.code for d in report.diagnostics][:1] == ["parts_reordered"]
    assert report.coverage.head


def test_the_other_sections_of_a_bug_report_are_no_log() -> None:
    analysis = read("bugreport.txt")
    assert analysis.report.counts.framed == 59
    assert analysis.report.initcalls[-1].line_returned == 63


def test_a_host_clock_counts_only_where_the_kernel_has_none() -> None:
    stamped, bare = read("grabserial.txt"), read("grabserial_notime.txt")
    first = stamped.report.initcalls[0].start_us, bare.report.initcalls[0].start_us
    assert first == (1_308_815, 1_309_065)


def test_ftrace() -> None:
    report = read("ftrace.txt").report
    assert report.capture.framing == "ftrace"
    assert report.capture.framing_confidence >= 0.9
    assert report.counts.initcalls == 23
