"""The packed timeline says the same as the report."""

import json
from itertools import accumulate
from typing import Any

import pytest

from app.analysis import analyse
from app.report import Report
from app.timeline.columns import FLAG_OPEN, FLAG_PROBE, SCHEMA, timeline_json
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
