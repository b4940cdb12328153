"""Logs that keep no times are drawn by line; line numbers read by eye from the logs."""

import json
import lzma
from dataclasses import replace
from functools import cache
from itertools import accumulate, pairwise
from typing import Any

import pytest

from app.analysis import analyse
from app.report import Report
from app.timeline.columns import FLAG_OPEN, timeline_json
from app.timeline.lanes import Band, Layout, lay_out
from tests.conftest import SAMPLES

UNTIMED = [
    "dmesg-ul-t.txt",
    "dmesg-ul-T.txt",
    "dmesg-ul-x-T.txt",
    "dmesg-ul--time-format-notime.txt",
    "dmesg-ul--time-format-ctime.txt",
]


@cache
def untimed(name: str) -> tuple[Report, Layout]:
    packed = (SAMPLES / "formats" / f"{name}.xz").read_bytes()
    report = analyse(lzma.decompress(packed)).report
    return report, lay_out(report)


def lines(*text: str) -> tuple[Report, Layout]:
    report = analyse("\n".join(("Linux version 6.12.1 (lab@qemu)", *text, "")).encode()).report
    return report, lay_out(report)


def place_of(report: Report, function: str) -> int:
    return next(i for i, call in enumerate(report.initcalls) if call.function == function)


@pytest.mark.parametrize("name", UNTIMED)
def test_a_log_without_times_is_drawn_by_line(name: str) -> None:
    report, layout = untimed(name)
    assert (layout.unit, layout.first, layout.last) == ("line", 1, 1025)
    assert layout.unplaced == 0
    assert [lane.kind for lane in layout.lanes] == ["subjects", "initcalls", "probes", "markers"]
    bar = layout.bars[place_of(report, "kvm_arm_init")]
    assert (bar.start, bar.end, bar.open) == (602, 612, False)


def test_probes_and_markers_stand_at_their_line() -> None:
    report, layout = untimed("dmesg-ul-t.txt")
    place = next(i for i, probe in enumerate(report.probes) if probe.device == "arm-ffa-1")
    bar = layout.bars[len(report.initcalls) + place]
    assert (bar.start, bar.end) == (877, 877)
    flags = [(flag.marker, flag.at, flag.line) for flag in layout.flags]
    assert ("ffa.up", 591, 591) in flags
    assert ("pkvm.initialised", 611, 611) in flags


def test_subjects_and_arrow_stand_at_their_line() -> None:
    report, layout = untimed("dmesg-ul-t.txt")
    points = layout.subjects.points
    arrow = next(a for a in layout.subjects.arrows if report.findings[a.finding].rule == "FFA001")
    first, then = points[arrow.first], points[arrow.then]
    assert (first.name, first.at, first.line) == ("kvm_arm_init", 612, 612)
    assert (then.name, then.at, then.line) == ("ffa.up", 591, 591)
    assert then.row < first.row, "pinned in the order that was seen"


def test_levels_are_banded_by_line() -> None:
    _, layout = untimed("dmesg-ul-t.txt")
    assert Band("rootfs", "6", 590, 596) in layout.bands
    assert all(one.end == two.start for one, two in pairwise(layout.bands))
    assert layout.bands[-1].end == 1025


def test_a_call_that_never_returned_reaches_to_the_last_line() -> None:
    report, layout = lines(
        "calling  good+0x0/0x10 @ 1",
        "initcall good+0x0/0x10 returned 0 after 5 usecs",
        "calling  bad+0x0/0x10 @ 1",
        "Kernel panic - not syncing: HYP panic:",
        "Rebooting",
    )
    assert layout.bars[place_of(report, "good")][1:] == (2, 3, False)
    assert layout.bars[place_of(report, "bad")][1:] == (4, 6, True)
    data = json.loads(timeline_json(report))
    place = place_of(report, "bad")
    assert (data["bars"]["flags"][place], data["bars"]["span_us"][place]) == (FLAG_OPEN, 2)


def test_a_nested_call_and_an_orphan_stand_by_line() -> None:
    report, layout = lines(
        "initcall lost+0x0/0x10 returned 0 after 100000 usecs",
        "calling  outer+0x0/0x10 @ 1",
        "calling  inner+0x0/0x10 @ 1",
        "initcall inner+0x0/0x10 returned 0 after 100000 usecs",
        "initcall outer+0x0/0x10 returned 0 after 300000 usecs",
    )
    outer, inner = (layout.bars[place_of(report, name)] for name in ("outer", "inner"))
    assert (outer.start, outer.end) == (3, 6)
    assert (inner.row, inner.start, inner.end) == (outer.row + 1, 4, 5)
    assert layout.bars[place_of(report, "lost")][1:] == (2, 2, False), "not drawn back by µs"


def test_the_data_names_its_unit() -> None:
    report, _ = untimed("dmesg-ul-T.txt")
    data: dict[str, Any] = json.loads(timeline_json(report))
    assert (data["unit"], data["clock"]) == ("line", "none")
    assert (data["first_us"], data["last_us"]) == (1, 1025)
    place = place_of(report, "kvm_arm_init")
    bars = data["bars"]
    assert list(accumulate(bars["start_us"]))[place] == 602
    assert bars["span_us"][place] == 10
    assert bars["reported_us"][place] == 246_115
    lead = data["findings"][data["lead"]]
    assert (lead["rule"], set(lead["times_us"])) == ("FFA001", {591, 612})
    timed = analyse((SAMPLES / "ff-rootfs-protected.log").read_bytes()).report
    assert json.loads(timeline_json(timed))["unit"] == "us"


@pytest.mark.parametrize(("stamped", "unit"), [(187, "line"), (188, "us")])
def test_what_most_initcalls_have_decides(stamped: int, unit: str) -> None:
    report = analyse((SAMPLES / "ff-rootfs-protected.log").read_bytes()).report
    bare = {"start_us": None, "end_us": None, "span_us": None}
    calls = report.initcalls
    assert len(calls) == 375
    cut = (*calls[:stamped], *(replace(call, **bare) for call in calls[stamped:]))  # type: ignore[arg-type]
    layout = lay_out(replace(report, initcalls=cut))
    assert layout.unit == unit
    assert layout.unplaced == (0 if unit == "line" else 375 - stamped)


def test_returns_alone_are_still_drawn_by_their_stamps() -> None:
    log = (
        "[    0.000000] Linux version 6.12.1 (lab@qemu)\n"
        "[    1.200000] initcall one+0x0/0x10 returned 0 after 100000 usecs\n"
        "[    1.300000] initcall two+0x0/0x10 returned 0 after 100000 usecs\n"
    )
    layout = lay_out(analyse(log.encode()).report)
    assert layout.unit == "us"
    assert [(bar.start, bar.end) for bar in layout.bars] == [
        (1_100_000, 1_200_000),
        (1_200_000, 1_300_000),
    ]


def test_without_initcalls_markers_are_drawn_by_line() -> None:
    _, layout = lines("ARM FF-A: Driver version 1.1", "Run /init as init process")
    assert (layout.unit, layout.bars) == ("line", ())
    assert [(flag.marker, flag.at) for flag in layout.flags][:1] == [("ffa.up", 2)]


def test_the_second_boot_of_an_untimed_capture_begins_at_its_first_line() -> None:
    boot = (
        "Booting Linux on physical CPU 0x0000000000 [0x000f0510]",
        "Linux version 6.12.1 (lab@qemu)",
        "calling  good+0x0/0x10 @ 1",
        "initcall good+0x0/0x10 returned 0 after 5 usecs",
    )
    report = analyse("\n".join((*boot, *boot, "")).encode(), boot=1).report
    layout = lay_out(report)
    assert (layout.first, layout.last) == (5, 8)
    assert layout.bars[0][1:] == (7, 8, False)
