"""Trace Event JSON: what a viewer needs, and what the log says, by eye."""

import json

import pytest

from app.analysis import analyse
from app.report import Report
from app.reporters.chrome_trace import MAX_TRACKS, render_chrome_trace
from tests.conftest import SAMPLES
from tests.trace_events import check_trace

HEAD = "[    0.000000] Linux version 6.12.1 (lab@qemu)\n"


def sample(name: str) -> Report:
    return analyse((SAMPLES / f"{name}.log").read_bytes()).report


@pytest.mark.parametrize("path", sorted(SAMPLES.glob("*.log")), ids=lambda path: path.stem)
def test_every_sample_is_a_trace_that_viewers_open(path) -> None:
    report = analyse(path.read_bytes()).report
    events = check_trace(render_chrome_trace(report))
    calls = [e for e in events if e["ph"] == "X" and e["cat"] == "initcall"]
    assert len(calls) == len(report.initcalls)
    assert sum(e["ph"] == "i" for e in events) == len(report.markers)


@pytest.mark.parametrize("name", ["dmesg_notime", "ftrace", "dmesg_ctime", "host_clock"])
def test_logs_without_a_clock_and_traces_do_too(name: str) -> None:
    path = SAMPLES / "framings" / f"{name}.txt"
    text = render_chrome_trace(analyse(path.read_bytes()).report)
    assert any(event["ph"] == "X" for event in check_trace(text))
    by_line = "1 line: the log has no times" in text
    assert by_line == (name in ("dmesg_notime", "dmesg_ctime"))


def test_an_initcall_says_what_the_log_says() -> None:
    events = check_trace(render_chrome_trace(sample("ff-rootfs-protected")))
    (call,) = [e for e in events if e.get("cat") == "initcall" and e["name"] == "kvm_arm_init"]
    assert (call["ts"], call["dur"]) == (1_645_616, 1_891_921 - 1_645_616)
    said = call["args"]
    assert (said["level"], said["source"], said["returned"]) == ("6", "known", 0)
    assert (said["reported_us"], said["lines"]) == (246_115, [613, 623])


def test_a_failed_order_is_an_arrow_in_time_that_says_so() -> None:
    text = render_chrome_trace(sample("ff-rootfs-protected"), "http://127.0.0.1/l/x")
    events = check_trace(text)
    start, end = [e for e in events if e["ph"] in "sf" and e["name"].startswith("FFA001")]
    assert (start["ts"], end["ts"]) == (1_585_658, 1_891_920)
    assert start["args"]["required"] == "kvm_arm_init before ffa.up"
    assert start["args"]["held"] is False
    assert json.loads(text)["otherData"]["link"] == "http://127.0.0.1/l/x"


def test_a_call_that_never_returned_goes_to_the_end_of_the_log() -> None:
    report = sample("k612-nofw-protected-hyppanic")
    events = check_trace(render_chrome_trace(report))
    (call,) = [e for e in events if e.get("cat") == "initcall" and "kvm_arm" in e["name"]]
    assert call["name"] == "kvm_arm_init (never returned)"
    assert call["ts"] + call["dur"] == report.last_time_us
    assert call["args"]["state"] == "open"


def test_what_overlaps_gets_a_track_of_its_own_and_at_last_none() -> None:
    # Returned lines alone: from 30 s to 60 s, from 31 s to 61 s and so on; none nests.
    count = MAX_TRACKS + 4
    lines = [
        f"[   {60 + place}.000000] initcall f{place}+0x0/0x10 returned 0 after 30000000 usecs"
        for place in range(count)
    ]
    report = analyse((HEAD + "\n".join(lines) + "\n").encode()).report
    events = check_trace(render_chrome_trace(report))
    calls = [e for e in events if e.get("cat") == "initcall"]
    assert [e["ts"] for e in calls] == [1_000_000 * (30 + place) for place in range(count)]
    assert [e["ph"] for e in calls] == ["X"] * MAX_TRACKS + ["i"] * 4
    assert calls[-1]["args"]["dur"] == 30_000_000
    names = [e["args"]["name"] for e in events if e["name"] == "thread_name"]
    assert "thread not printed (overlapping, 2)" in names


def test_asynchronous_calls_and_who_waits_for_them() -> None:
    log = (
        "[    0.000000][    T0] Linux version 6.12.1 (lab@qemu)\n"
        "[    0.100000][    T1] calling  scsi_init+0x0/0x1 @ 1\n"
        "[    0.110000][   T45] calling  2_do_scan+0x0/0x1 @ 45\n"
        "[    0.120000][   T45] probe of sda returned 0 after 5 usecs\n"
        "[    0.130000][    T1] async_waiting @ 1\n"
        "[    0.140000][   T45] initcall 2_do_scan+0x0/0x1 returned after 30000 usecs\n"
        "[    0.150000][    T1] async_continuing @ 1 after 20000 usec\n"
        "[    0.170000][    T1] initcall scsi_init+0x0/0x1 returned 0 after 70000 usecs\n"
        "[    0.180000][  T107] calling  late+0x0/0x1 [m] @ 107\n"
        "[    0.190000][   T99] calling  later+0x0/0x1 [n] @ 99\n"
    )
    events = check_trace(render_chrome_trace(analyse(log.encode()).report))
    by_kind = {e["cat"]: e for e in events if e["ph"] == "X" and e["name"] != "kernel"}
    call, wait, probe = by_kind["async"], by_kind["wait"], by_kind["probe"]
    assert (call["ts"], call["dur"], call["args"]["cookie"]) == (110_000, 30_000, 2)
    assert (wait["ts"], wait["dur"], wait["args"]["lines"]) == (130_000, 20_000, [5, 7])
    assert (probe["ts"], probe["dur"]) == (119_995, 5)
    (outer,) = [e for e in events if e["name"] == "scsi_init" and e["cat"] == "initcall"]
    assert (outer["pid"], outer["tid"]) == (wait["pid"], wait["tid"]), "it waits inside"
    names = [e["args"]["name"] for e in events if e["name"] == "thread_name" and e["pid"] == 2]
    assert names == ["PID 1", "PID 99", "PID 107"]
    (late,) = [e for e in events if e["name"] == "late (never returned)" and e["pid"] == 2]
    assert late["args"]["module"] == "m"


def test_hostile_names_are_but_text() -> None:
    name = 'x"}],"traceEvents":[{</script>'
    log = (
        f"{HEAD}[    1.000000] calling  {name}+0x0/0x10 @ 1\n"
        f"[    1.000010] initcall {name}+0x0/0x10 returned 0 after 9 usecs\n"
        "[    2.000000] Kernel panic - not syncing: \x1b[31m\u202ered\n"
    )
    text = render_chrome_trace(analyse(log.encode()).report)
    check_trace(text)
    assert "\u202e" not in text and "\x1b" not in text


def test_a_log_without_events_is_an_empty_trace() -> None:
    text = render_chrome_trace(analyse(HEAD.encode()).report)
    assert [e["cat"] for e in check_trace(text) if e["ph"] != "M"] == ["phase"]
