"""The picture of a finding's subjects as data, as SVG and as ASCII, checked by the log."""

import re
from xml.etree import ElementTree

import pytest

from app.analysis import analyse
from app.report import Report
from app.reporters.mail import drawn, render_mail
from app.rules.finding import Subject
from app.timeline.strip import Strip, strip_of
from app.timeline.strip_svg import strip_svg, svg_file
from parsers.record import replace
from tests.conftest import SAMPLES

LINK = "http://127.0.0.1:8000/l/vtgtdhzdkhj2ywhcrkkmgv7hly"
HEAD = "[    0.000000] Linux version 6.12.1 (lab@qemu)\n"


def sample(name: str) -> Report:
    return analyse((SAMPLES / f"{name}.log").read_bytes(), name=f"{name}.log").report


def strip_for(report: Report, rule: str) -> Strip | None:
    (finding,) = [found for found in report.findings if found.rule == rule]
    return strip_of(report, finding)


def test_a_reversed_order_in_the_order_that_was_observed() -> None:
    strip = strip_for(sample("ff-rootfs-protected"), "FFA001")
    assert strip is not None
    assert [(row.role, row.at) for row in strip.rows] == [("then", 1_585_658), ("first", 1_891_921)]
    assert (strip.low, strip.high) == (1_579_198, 1_891_921)
    assert (strip.arrow, strip.reversed, strip.missing) == ((1, 0), True, None)
    assert strip.rows[0].start == 1_579_198
    assert strip.rows[1].at_end and not strip.rows[1].open


def test_an_order_that_held_points_on() -> None:
    strip = strip_for(sample("k73-upstream-protected"), "FFA001")
    assert strip is not None
    assert (strip.arrow, strip.reversed) == ((0, 1), False)


def test_an_open_call_reaches_the_end_of_the_log() -> None:
    report = sample("k612-nofw-protected-hyppanic")
    strip = strip_for(report, "INIT001")
    assert strip is not None
    (row,) = strip.rows
    assert (row.open, row.state, row.end) == (True, "never returned", report.last_time_us)


def test_a_log_without_times_is_drawn_by_line() -> None:
    path = SAMPLES / "framings" / "dmesg_notime.txt"
    report = analyse(path.read_bytes()).report
    strip = strip_for(report, "FFA001")
    assert strip is not None and strip.unit == "line"
    found = report.findings[0]
    assert {row.at for row in strip.rows} == {evidence.line for evidence in found.evidence}
    assert "line" in strip.place_words(strip.low)


def test_an_end_that_the_log_lacks_is_shown_as_missing() -> None:
    strip = strip_for(sample("ff-rootfs-protected-noinitcalldebug"), "FFA002")
    assert strip is not None
    assert (strip.missing, strip.arrow, len(strip.rows)) == ("first", None, 1)
    picture = strip_svg(strip, "inconclusive", "FFA001")
    assert 'class="missing"' in picture and "what must be first: not in this log" in picture


def test_nothing_to_compare_is_no_picture() -> None:
    assert strip_for(sample("deb612-arm64-smallbuf"), "FFA001") is None


@pytest.mark.parametrize("path", sorted(SAMPLES.glob("*.log")), ids=lambda path: path.stem)
def test_every_picture_is_whole_and_within_its_frame(path) -> None:
    report = analyse(path.read_bytes(), name=path.name).report
    for finding in report.findings:
        strip = strip_of(report, finding)
        if strip is None:
            continue
        root = ElementTree.fromstring(svg_file(strip, finding.outcome, finding.rule, "t"))
        for node in root.iter():
            for name in ("x", "x1", "x2", "cx"):
                if node.get(name):
                    assert -1 <= float(node.get(name) or 0) <= 421


def test_a_hostile_name_is_but_text_in_it() -> None:
    name = '<script>alert(1)</script>"onload="x'
    log = HEAD + f"[    1.000000] calling  {name}+0x0/0x10 @ 1\n"
    log += "[    2.000000] Kernel panic - not syncing: x\n"
    report = analyse(log.encode()).report
    strip = strip_for(report, "INIT001")
    assert strip is not None
    root = ElementTree.fromstring(svg_file(strip, "fail", "INIT001", f"{name}\x00\u202e"))
    assert not [node for node in root.iter() if node.tag.endswith("script")]
    assert not [node for node in root.iter() if any(key.startswith("on") for key in node.attrib)]


@pytest.mark.parametrize("path", sorted(SAMPLES.glob("*.log")), ids=lambda path: path.stem)
def test_a_mail_is_72_columns_of_ascii_and_ends_with_the_link(path) -> None:
    text = render_mail(analyse(path.read_bytes(), name=path.name).report, LINK)
    assert text.isascii()
    assert max(map(len, text.splitlines())) <= 72
    assert text.endswith(f"\n\n{LINK}\n")


def test_the_drawing_in_a_mail_is_to_scale() -> None:
    text = render_mail(sample("ff-rootfs-protected"), LINK)
    lines = text.splitlines()
    assert lines[0] == "FAIL: FF-A came up 306 ms before pKVM traps SMCs"
    begin = next(place for place, line in enumerate(lines) if line.startswith("  |"))
    top, arrow, bottom = (line[3:] for line in lines[begin : begin + 3])
    # Read from the log: ffa_init 1.579198 to 1.636702, ffa.up 1.585658; kvm_arm_init
    # 1.645616 to 1.891921. 67 steps for 312,723 us: 4,668 us each.
    assert (top.index("o"), top.rindex("=")) == (1, 12)
    assert (bottom.index("="), bottom.index("o")) == (14, 67)
    assert (arrow.index("^"), arrow.index("'")) == (1, 67)
    assert "  L602: [    1.585658] ARM FF-A: Driver version 1.1" in lines


def test_open_and_missing_ends_in_a_mail() -> None:
    text = render_mail(sample("k612-nofw-protected-hyppanic"))
    assert re.search(r"^  \|o~+>\|$", text, re.MULTILINE)
    assert "began at 0.811324 s, never returned, level 6" in text
    strip = strip_for(sample("ff-rootfs-protected-noinitcalldebug"), "FFA002")
    assert strip is not None
    lines = [*drawn(strip)]
    assert lines[0] == "  must be first: not in this log"
    assert lines[1].startswith("  |? ? ? ") and len(lines[1]) == 72
    assert lines[3] == "  must follow: ffa.up, at 0.371913 s"


def test_a_call_whose_return_is_lost_is_not_drawn_to_the_end() -> None:
    log = HEAD + "[    1.000000] calling  a_init+0x0/0x10 @ 1\n"
    log += "[    1.100000] calling  b_init+0x0/0x10 @ 1\n"
    log += "[    1.200000] initcall b_init+0x0/0x10 returned 0 after 99 usecs\n"
    log += "[    1.300000] calling  c_init+0x0/0x10 @ 1\n"
    log += "[    9.000000] the end\n"
    report = analyse(log.encode()).report
    (call,) = [call for call in report.initcalls if call.return_lost]
    subject = Subject(
        role="subject", name="a_init", line=2, time_us=1_000_000, initcall=0, end=True
    )
    finding = replace(report.findings[0], subjects=(subject,))
    strip = strip_of(report, finding)
    assert strip is not None and call.function == "a_init"
    assert (strip.rows[0].state, strip.high) == ("return line lost", 1_000_000)
    assert "began at 1.000000 s, return line lost" in "\n".join(drawn(strip))


def test_a_point_alone_is_no_picture_and_a_place_is_needed() -> None:
    report = sample("ff-rootfs-protected")
    place = Subject(role="subject", name="x", line=3, time_us=5, initcall=None, end=False)
    nowhere = replace(place, time_us=None, line=None)
    for subjects in ((place,), (nowhere,), ()):
        assert strip_of(report, replace(report.findings[0], subjects=subjects)) is None
