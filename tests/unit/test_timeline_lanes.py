"""The timeline's layout, with values read by eye from the logs."""

from dataclasses import replace
from functools import cache
from itertools import pairwise

import pytest

from app.analysis import analyse
from app.report import Report
from app.timeline.lanes import MAX_ROWS, Band, Lane, Layout, lay_out
from app.timeline.subjects import MAX_PINNED
from tests.conftest import SAMPLES

HEAD = "[    0.000000] Linux version 6.12.1 (lab@qemu)\n"


@cache
def sample(name: str) -> tuple[Report, Layout]:
    report = analyse((SAMPLES / f"{name}.log").read_bytes()).report
    return report, lay_out(report)


def lines(*text: str) -> tuple[Report, Layout]:
    report = analyse((HEAD + "\n".join(text) + "\n").encode()).report
    return report, lay_out(report)


def lane(layout: Layout, kind: str) -> Lane:
    return next(lane for lane in layout.lanes if lane.kind == kind)


def bar_of(report: Report, layout: Layout, function: str) -> tuple[int, int, int, bool]:
    place = next(i for i, call in enumerate(report.initcalls) if call.function == function)
    return layout.bars[place]


def test_an_initcall_lies_between_its_two_stamps() -> None:
    report, layout = sample("ff-rootfs-protected")
    row, start, end, is_open = bar_of(report, layout, "kvm_arm_init")
    assert (start, end, is_open) == (1_645_616, 1_891_921, False)
    assert row == lane(layout, "initcalls").first_row


def test_a_probe_is_drawn_backwards_from_its_line() -> None:
    report, layout = sample("ff-rootfs-protected")
    place = next(i for i, probe in enumerate(report.probes) if probe.device == "9000000.pl011")
    bar = layout.bars[len(report.initcalls) + place]
    assert (bar.start, bar.end) == (1_230_768 - 24_000, 1_230_768)


def test_a_call_that_never_returned_reaches_to_the_end_of_the_log() -> None:
    report, layout = sample("k612-nofw-protected-hyppanic")
    assert layout.last == 971_317
    assert bar_of(report, layout, "kvm_arm_init")[1:] == (811_324, 971_317, True)


def test_the_arrow_goes_from_what_must_be_first() -> None:
    report, layout = sample("ff-rootfs-protected")
    points, finding = layout.subjects.points, report.findings.index
    arrow = next(
        arrow for arrow in layout.subjects.arrows if report.findings[arrow.finding].rule == "FFA001"
    )
    first, then = points[arrow.first], points[arrow.then]
    assert (first.name, first.at, first.line) == ("kvm_arm_init", 1_891_921, 623)
    assert (then.name, then.at, then.line) == ("ffa.up", 1_585_658, 602)
    assert then.row < first.row, "pinned in the order that was seen"
    assert finding(report.findings[arrow.finding]) == arrow.finding


def test_subjects_are_pinned_on_top_with_a_name() -> None:
    _, layout = sample("ff-rootfs-protected")
    assert layout.lanes[0].kind == "subjects"
    assert [row.label for row in layout.subjects.rows] == [
        "arm_ffa_bus_init",
        "ffa.up in ffa_init",
        "kvm_arm_init",
        "ffa.client_failed in optee_core_init",
        "finalize_pkvm",
        "ima.start in init_ima",
    ]


def test_bands_follow_one_another_and_name_their_level() -> None:
    _, layout = sample("ff-rootfs-protected")
    assert Band("rootfs", "6", 1_579_198, 1_637_185) in layout.bands
    assert Band("6", "6", 1_637_185, 2_165_719) in layout.bands
    assert layout.bands[-1] == Band("module", "module", 2_409_584, layout.last)
    assert all(one.end == two.start for one, two in pairwise(layout.bands))


def test_modules_have_a_lane_of_their_own() -> None:
    report, layout = sample("deb73-ffa-module-protected")
    modules = lane(layout, "modules")
    inside = range(modules.first_row, modules.first_row + modules.rows)
    assert bar_of(report, layout, "ffa_init")[0] in inside
    drawn = [
        call.function
        for call, bar in zip(report.initcalls, layout.bars, strict=False)
        if bar.row in inside
    ]
    assert drawn == [
        "arm_ffa_bus_init",
        "ffa_init",
        "tpm_crb_ffa_driver_init",
        "tee_init",
        "optee_core_init",
        "optee_rng_driver_init",
    ]
    assert len(layout.bars) == 1_314 + 23


@pytest.mark.parametrize("name", ["ff-rootfs-protected", "deb73-ffa-module-protected"])
def test_probes_of_one_row_do_not_overlap(name: str) -> None:
    report, layout = sample(name)
    rows: dict[int, list[tuple[int, int]]] = {}
    for bar in layout.bars[len(report.initcalls) :]:
        rows.setdefault(bar.row, []).append((bar.start, bar.end))
    for spans in rows.values():
        assert all(one[1] <= two[0] for one, two in pairwise(sorted(spans)))


def test_a_deferred_probe_is_linked_to_the_attempt_that_resolved_it() -> None:
    report, layout = sample("ff-defer-device-protected")
    (link,) = [link for link in layout.links if link.resolved >= 0]
    probes = report.probes
    base = len(report.initcalls)
    assert (probes[link.deferred - base].line, probes[link.resolved - base].line) == (860, 998)


def test_a_pending_deferral_has_no_resolution() -> None:
    _, layout = sample("k73-upstream-nokvm-stuck")
    assert {link.resolved for link in layout.links} == {-1}


def test_without_initcalls_subjects_and_markers_are_drawn() -> None:
    _, layout = sample("ff-rootfs-protected-noinitcalldebug")
    assert [lane.kind for lane in layout.lanes] == ["subjects", "markers"]
    assert layout.bars == ()
    assert len(layout.flags) == 11


def test_a_nested_call_stands_one_row_lower() -> None:
    report, layout = lines(
        "[    1.000000] calling  outer+0x0/0x10 @ 1",
        "[    1.100000] calling  inner+0x0/0x10 @ 1",
        "[    1.200000] initcall inner+0x0/0x10 returned 0 after 100000 usecs",
        "[    1.300000] initcall outer+0x0/0x10 returned 0 after 300000 usecs",
    )
    assert bar_of(report, layout, "inner")[0] == bar_of(report, layout, "outer")[0] + 1


def test_an_orphan_is_drawn_back_by_the_time_it_reported() -> None:
    report, layout = lines(
        "[    1.200000] initcall lost+0x0/0x10 returned 0 after 100000 usecs",
        "[    1.300000] calling  next+0x0/0x10 @ 1",
        "[    1.400000] initcall next+0x0/0x10 returned 0 after 100000 usecs",
    )
    assert bar_of(report, layout, "lost")[1:] == (1_100_000, 1_200_000, False)


def test_a_clock_that_steps_back_gives_no_negative_length() -> None:
    _, layout = sample("deb612-amd64")
    assert all(bar.end >= bar.start for bar in layout.bars)


def test_more_at_once_than_rows_share_the_last() -> None:
    many = MAX_ROWS + 5
    _, layout = lines(
        *(
            f"[    2.0000{i:02d}] probe of device{i} returned 0 after {1_000_000 + i} usecs"
            for i in range(many)
        )
    )
    assert lane(layout, "probes").rows == MAX_ROWS
    assert all(bar.row >= 0 for bar in layout.bars)


def test_a_log_with_nothing_to_draw_has_no_lanes() -> None:
    _, layout = lines("[    1.000000] something else")
    assert layout.lanes == ()
    assert (layout.bands, layout.flags, layout.last) == ((), (), 1_000_000)


def test_what_has_no_time_is_counted_not_drawn() -> None:
    report, _ = sample("ff-rootfs-protected")
    call = replace(report.initcalls[0], start_us=None, end_us=None)
    probe = replace(report.probes[0], time_us=None)
    timeless = replace(
        report,
        initcalls=(call, *report.initcalls[1:]),
        probes=(probe, *report.probes[1:]),
    )
    layout = lay_out(timeless)
    assert layout.unplaced == 2
    assert layout.bars[0].row == -1
    assert len(layout.bars) == len(report.initcalls) + len(report.probes)


def test_order_subjects_keep_their_row_when_there_are_too_many() -> None:
    report, _ = sample("ff-rootfs-protected")
    failed = next(finding for finding in report.findings if finding.rule == "FFA003")
    one = failed.subjects[0]
    many = tuple(
        replace(one, initcall=None, line=line, name=f"extra {line}") for line in range(700, 730)
    )
    crowded = replace(
        report,
        findings=tuple(
            replace(finding, subjects=many) if finding is failed else finding
            for finding in report.findings
        ),
    )
    labels = [row.label for row in lay_out(crowded).subjects.rows]
    assert len(labels) == MAX_PINNED
    assert {"kvm_arm_init", "ffa.up in ffa_init", "finalize_pkvm"} <= set(labels)


def test_firmware_stands_before_the_clock_begins() -> None:
    layout = lay_out(analyse((SAMPLES / "ff-rootfs-protected.log").read_bytes()).report)
    (stage,) = layout.firmware
    assert (stage.name, stage.first_line, stage.last_line) == ("TF-A", 1, 9)
    assert stage.start < stage.end == 0


def test_firmware_by_line_has_its_own_lines() -> None:
    log = b"NOTICE:  BL1: x\nmore\nLinux version 6.12 (x)\ncalling  a+0x0/0x1 @ 1\n"
    layout = lay_out(analyse(log).report)
    assert [(s.name, s.start, s.end) for s in layout.firmware] == [("TF-A", 1, 2)]
    assert layout.unit == "line"


def test_firmware_of_several_kinds_shares_the_room_by_lines() -> None:
    log = (
        b"NOTICE:  BL1: x\nmore\nmore\nU-Boot 2024.01 (x)\n[    0.000000] Linux version 6.12 (x)\n"
        b"[    1.000000] calling  a+0x0/0x1 @ 1\n"
        b"[    2.000000] initcall a+0x0/0x1 returned 0 after 1 usecs\n"
    )
    one, other = lay_out(analyse(log).report).firmware
    assert (one.start, one.end, other.start, other.end) == (-200_000, -50_000, -50_000, 0)
