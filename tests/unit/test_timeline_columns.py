"""The packed timeline says the same as the report."""

import json
from itertools import accumulate
from typing import Any

import pytest

from app.analysis import analyse
from app.report import Report
from app.timeline.columns import (
    FLAG_ASYNC,
    FLAG_OPEN,
    FLAG_ORPHAN,
    FLAG_PROBE,
    FLAG_WAIT,
    SCHEMA,
    timeline_json,
)
from tests.conftest import SAMPLES


def packed(name: str) -> tuple[Report, dict[str, Any]]:
    report = analyse((SAMPLES / f"{name}.log").read_bytes()).report
    return report, json.loads(timeline_json(report))


@pytest.mark.parametrize("name", ["ff-rootfs-protected", "deb73-ffa-module-protected"])
def test_every_initcall_and_probe_can_be_read_back(name: str) -> None:
    report, data = packed(name)
    bars, strings = data["bars"], data["strings"]
    assert data["schema"] == SCHEMA
    starts, lines = list(accumulate(bars["start_us"])), list(accumulate(bars["line"]))
    for place, call in enumerate(report.initcalls):
        assert strings[bars["name"][place]] == call.function
        assert starts[place] == call.start_us
        assert bars["reported_us"][place] == call.reported_us
        assert bars["result"][place] == call.returned
        assert (lines[place], lines[place] + bars["lines"][place]) == (
            call.line_called,
            call.line_returned,
        )
        assert bars["parent"][place] == (-1 if call.parent is None else call.parent)
    for place, probe in enumerate(report.probes, len(report.initcalls)):
        assert strings[bars["name"][place]] == probe.device
        assert lines[place] == probe.line
        assert bars["flags"][place] == FLAG_PROBE
    assert {len(column) for column in bars.values()} == {len(starts)}


def test_asynchronous_calls_and_waits_are_bars_after_the_probes() -> None:
    log = (
        b"[    0.100000] calling  a+0x0/0x1 @ 1\n[    0.200000] calling  2_scan+0x0/0x1 @ 45\n"
        b"[    0.300000] async_waiting @ 1\n"
        b"[    0.400000] initcall 2_scan+0x0/0x1 returned after 200000 usecs\n"
        b"[    0.500000] async_continuing @ 1 after 200000 usec\n"
        b"[    0.600000] initcall 1_lost+0x0/0x1 returned after 100000 usecs\n"
        b"[    0.700000] calling  3_open+0x0/0x1 @ 46\n[    0.750000] async_waiting @ 47\n"
    )
    data = json.loads(timeline_json(analyse(log).report))
    bars, strings = data["bars"], data["strings"]
    names = [strings[name] for name in bars["name"]]
    assert names == ["a", "scan", "lost", "open", *("waits for asynchronous calls",) * 2]
    assert bars["flags"][1:] == [
        FLAG_ASYNC, FLAG_ASYNC | FLAG_ORPHAN, FLAG_ASYNC | FLAG_OPEN, FLAG_WAIT,
        FLAG_WAIT | FLAG_OPEN,
    ]  # fmt: skip
    assert list(accumulate(bars["start_us"])) == [
        100_000, 200_000, 500_000, 700_000, 300_000, 750_000,
    ]  # fmt: skip
    assert bars["span_us"] == [650_000, 200_000, 100_000, 50_000, 200_000, 0]
    assert [lane["kind"] for lane in data["lanes"]] == ["subjects", "initcalls", "async"]
    assert bars["parent"][4] == 0


def test_asynchronous_calls_by_line() -> None:
    log = (
        b"calling  a+0x0/0x1 @ 1\ncalling  2_scan+0x0/0x1 @ 45\nasync_waiting @ 1\n"
        b"initcall 1_lost+0x0/0x1 returned after 100000 usecs\nasync_continuing @ 1 after 2 usec\n"
        b"initcall a+0x0/0x1 returned 0 after 5 usecs\n"
    )
    data = json.loads(timeline_json(analyse(log).report))
    assert data["unit"] == "line"
    assert list(accumulate(data["bars"]["start_us"])) == [1, 2, 4, 3]
    assert data["bars"]["span_us"] == [5, 4, 0, 2]


def test_strings_stand_once() -> None:
    _, data = packed("ff-rootfs-protected")
    assert len(set(data["strings"])) == len(data["strings"])


def test_results_have_names() -> None:
    _, data = packed("ff-rootfs-protected")
    assert data["results"]["22"] == "22 (EINVAL)"
    assert data["results"]["0"] == "0"


def test_an_open_call_is_flagged() -> None:
    report, data = packed("k612-nofw-protected-hyppanic")
    place = next(i for i, call in enumerate(report.initcalls) if call.returned is None)
    assert data["bars"]["flags"][place] == FLAG_OPEN
    assert data["bars"]["span_us"][place] == 971_317 - 811_324


def test_the_leading_finding_brings_its_lines_and_times() -> None:
    _, data = packed("ff-rootfs-protected")
    lead = data["findings"][data["lead"]]
    assert (lead["rule"], lead["outcome"], lead["lines"]) == ("FFA001", "fail", [602, 623])
    assert {1_585_658, 1_891_921} <= set(lead["times_us"])


def test_it_is_small() -> None:
    report, _ = packed("deb73-ffa-module-protected")
    assert len(timeline_json(report)) < 110_000


def test_hostile_names_stay_data() -> None:
    name = "</script>\u202e%{x}"
    log = (
        f"[    1.000000] calling  {name}+0x0/0x10 @ 1\n"
        f"[    1.500000] initcall {name}+0x0/0x10 returned -22 after 5 usecs\n"
    )
    data = json.loads(timeline_json(analyse(log.encode()).report))
    assert name in data["strings"]
    assert data["results"] == {"-22": "-22 (EINVAL)"}
