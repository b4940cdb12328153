"""ftrace text: alone, beside the log of the same boot, beside that of another one."""

import re
from collections.abc import Callable

import pytest

from app.analysis import analyse
from app.cli import main
from app.digests import log_id
from parsers import RANK, Boot, EmptyInput, Initcall, UnreadableInput, parse_log
from parsers.detect import choose
from parsers.framings import Frame
from parsers.framings.ftrace import FTRACE
from parsers.grammars import Called, Dropped, Entered, Record, Returned
from parsers.grammars.trace_event import TRACE_EVENT
from tests.conftest import SAMPLES

Parse = Callable[..., Boot]
REAL = SAMPLES / "trace" / "deb612-arm64-trace.trace.txt.xz"
REAL_LOG = SAMPLES / "deb612-arm64-trace.log"
HEAD = "[    0.000000] Linux version 6.12.117 (aarch64-linux-gnu-gcc)"


def event(at: float, text: str, task: str = "swapper/0-1") -> str:
    return f"       {task}       [000] ..... {at:12.6f}: {text}"


def level(at: float, name: str) -> str:
    return event(at, f"initcall_level: level={name}")


def traced(function: str, at: float, ret: int = 0, task: str = "swapper/0-1") -> tuple[str, str]:
    return (
        event(at, f"initcall_start: func={function}+0x0/0x10", task),
        event(at + 0.00005, f"initcall_finish: func={function}+0x0/0x10 ret={ret}", task),
    )


def printed(function: str, at: float) -> tuple[str, str]:
    return (
        f"[{at:12.6f}] calling  {function}+0x0/0x10 @ 1",
        f"[{at + 0.0001:12.6f}] initcall {function}+0x0/0x10 returned 0 after 1 usecs",
    )


def both(log: tuple[str, ...], trace: tuple[str, ...], symbols: str | None = None) -> Boot:
    packed = symbols.encode() if symbols is not None else None
    lines, traced_lines = "\n".join(log).encode(), "\n".join(trace).encode()
    (boot,) = parse_log(lines, trace=traced_lines, symbols=packed).boots
    return boot


def codes(boot: Boot) -> list[str]:
    return [found.code for found in boot.diagnostics]


@pytest.mark.parametrize(
    ("line", "frame"),
    [
        (
            "          <idle>-0       [000] ...1.     0.024977: initcall_level: level=console",
            (24_977, "0", "initcall_level: level=console"),
        ),
        (
            "  swapper/0-1     [000]     0.173316: initcall_start:       func=foo+0x0/0x1c",
            (173_316, "1", "initcall_start:       func=foo+0x0/0x1c"),
        ),
        (
            "  swapper/0-1     [000] d..1.     0.173316789: initcall_start:       func=foo",
            (173_316, "1", "initcall_start:       func=foo"),
        ),
        (
            "   kworker/u4:0-39    (     39) [001] d.h1    12.000001: initcall_start: func=a",
            (12_000_001, "39", "initcall_start: func=a"),
        ),
        (" my task-1 [0]-77 (-----) [001] ..... 1.000000: x: y", (1_000_000, "77", "x: y")),
        ("CPU:0 [LOST 123 EVENTS]", (None, None, "LOST 123 EVENTS")),
        ("CPU:1 [LOST EVENTS]", (None, None, "LOST 1 EVENTS")),
        ("CPU:7 [204600 EVENTS DROPPED]", (None, None, "LOST 204600 EVENTS")),
        (
            "# entries-in-buffer/entries-written: 2190/2200   #P:2",
            (None, None, "LOST 10 EVENTS"),
        ),
    ],
)
def test_lines_of_a_trace(line: str, frame: tuple[int | None, str | None, str]) -> None:
    assert list(FTRACE.frames(["# tracer: nop", line], 5)) == [Frame(6, *frame, False)]


@pytest.mark.parametrize(
    "line",
    [
        "# entries-in-buffer/entries-written: 2190/2190   #P:2",
        "#           TASK-PID     CPU#  |||||  TIMESTAMP  FUNCTION",
        "[    0.173316] initcall_start: func=foo",
        "  swapper/0-1     [000] .....  0.173316: 12",
        "",
    ],
)
def test_lines_that_are_no_event(line: str) -> None:
    assert list(FTRACE.frames([line])) == []
    assert not FTRACE.recognises(line)


@pytest.mark.parametrize(
    ("text", "record"),
    [
        ("initcall_level: level=postcore", Entered("postcore", True)),
        ("initcall_level:       level=late", Entered("late", True)),
        ("initcall_start: func=foo+0x0/0x1c", Called("foo", None, None, True)),
        ("initcall_start:       func=foo+0x0", Called("foo", None, None, True)),
        ("initcall_start: func=a.cfi_jt [fuse]", Called("a", "fuse", None, True)),
        ("initcall_start: func=0xffff800080732118", Called("0xffff800080732118", None, None, True)),
        ("initcall_finish: func=foo+0x0/0x1c ret=-19", Returned("foo", None, -19, None, True)),
        ("initcall_finish: func=b+0x0/0x1 [m] ret=0", Returned("b", "m", 0, None, True)),
        ("LOST 3 EVENTS", Dropped(3, "the trace")),
        ("initcall_level: level=lunch", None),
        ("initcall_finish: func=foo+0x0/0x1c", None),
        ("LOST in thought", None),
    ],
)
def test_trace_events(text: str, record: Record | None) -> None:
    assert TRACE_EVENT.read(text) == (() if record is None else (record,))


def test_a_trace_alone(boot: Parse) -> None:
    got = boot(
        "# tracer: nop",
        level(0.1, "console"),
        *traced("con_init", 0.11, task="<idle>-0"),
        level(0.2, "subsys"),
        *traced("mine", 0.21, -19),
        *traced("net_dev_init", 0.22),
        *traced("between", 0.23),
        *traced("misc_init", 0.24),
        level(0.3, "fs"),
        *traced("yours", 0.31),
        *traced("net_ns_init", 0.32),
    )
    assert [(c.function, c.levels, c.level_source) for c in got.initcalls] == [
        ("con_init", ("con", "con"), "trace"),
        ("mine", ("4", "4"), "inferred"),
        ("net_dev_init", ("4", "4"), "trace"),
        ("between", ("4", "4"), "inferred"),
        ("misc_init", ("4", "4"), "trace"),
        ("yours", ("5", "rootfs"), "trace"),
        ("net_ns_init", ("5", "rootfs"), "trace"),
    ]
    mine = got.initcalls[1]
    assert (mine.start_us, mine.end_us, mine.span_us) == (210_000, 210_050, 50)
    assert (mine.thread, mine.returned, mine.reported_us, mine.trace_us) == ("1", -19, None, None)
    assert got.initcalls[0].thread == "0"
    assert got.banners == ()
    assert got.coverage.notes == ("This is a trace: it holds initcalls and no messages.",)


def test_a_trace_without_initcalls_says_how_to_get_them(boot: Parse) -> None:
    got = boot(event(0.1, "sched_switch: prev_comm=x"))
    assert got.coverage.notes[1:] == (
        "No initcall is in this log (boot with trace_event=initcall:*).",
    )


def test_lost_events_count_and_the_level_is_then_not_known(boot: Parse) -> None:
    got = boot(
        level(0.1, "subsys"),
        *traced("a", 0.11),
        "CPU:0 [LOST 123 EVENTS]",
        *traced("b", 0.2),
        level(0.3, "device"),
        *traced("c", 0.31),
    )
    assert got.counts.dropped_messages == 123
    assert [(c.levels, c.level_source) for c in got.initcalls] == [
        (("4", "4s"), "trace"),
        (("4", "6s"), "inferred"),
        (("6", "6s"), "trace"),
    ]
    assert got.coverage.notes[1:] == ("The trace lost 123 events.",)
    (note,) = got.diagnostics
    assert (note.code, note.line) == ("dropped", 4)
    assert note.detail == "Messages that the trace dropped here: 123."


def test_a_trace_proves_and_excuses_nothing() -> None:
    report = analyse(REAL.read_bytes()).report
    assert report.capture.framing == "ftrace"
    decided = {f.rule: f.outcome for f in report.findings if f.outcome != "inconclusive"}
    assert decided == {"LOG001": "fail", "LOG002": "pass"}, "no head; levels in their order"
    assert report.counts.returned == 1090


def test_tp_printk_puts_the_events_into_the_log(boot: Parse) -> None:
    got = boot(
        HEAD,
        "[    0.100000] initcall_level: level=device",
        "[    0.200000] initcall_start: func=mine+0x0/0x10",
        "[    0.300000] initcall_finish: func=mine+0x0/0x10 ret=0",
    )
    (mine,) = got.initcalls
    assert (mine.levels, mine.level_source, mine.span_us) == (("6", "6s"), "trace", 100_000)


@pytest.mark.parametrize("events_first", [True, False])
def test_what_is_printed_twice_counts_once(boot: Parse, events_first: bool) -> None:
    start = ["[    0.200000] initcall_start: func=init_ima+0x0/0x10",
             "[    0.200000] calling  init_ima+0x0/0x10 @ 1"]  # fmt: skip
    end = ["[    0.300000] initcall_finish: func=init_ima+0x0/0x10 ret=0",
           "[    0.300000] initcall init_ima+0x0/0x10 returned 0 after 9 usecs"]  # fmt: skip
    probe = "[    0.200001] probe of early returned 0 after 1 usecs"
    if events_first:
        start.insert(1, probe)
    else:
        start, end = start[::-1], end[::-1]
    got = boot(HEAD, "[    0.100000] initcall_level: level=late", *start, *end)
    (call,) = got.initcalls
    assert (call.occurrence, call.returned, call.reported_us) == (1, 0, 9)
    assert call.levels == ("7", "7")
    assert "calling" in "\n".join([HEAD, "", *start]).split("\n")[(call.line_called or 0) - 1]
    assert [found.parent for found in got.probes] == ([None] if events_first else [])
    assert [found.marker for found in got.markers] == ["ima.start"]


def test_a_trace_narrows_the_levels_of_its_log() -> None:
    log = (HEAD, *printed("mine", 0.2), *printed("yours", 0.3))
    trace = (level(0.1, "fs"), *traced("mine", 0.2), level(0.25, "late"), *traced("yours", 0.3))
    got = both(log, trace)
    assert [(c.levels, c.level_source, c.trace_us) for c in got.initcalls] == [
        (("5", "rootfs"), "trace", 50),
        (("7", "7s"), "trace", 50),
    ]
    assert [c.span_us for c in got.initcalls] == [100, 100]
    assert codes(got) == []


def test_a_call_that_the_trace_lost_lies_between_its_neighbours() -> None:
    functions = [f"f{i}" for i in range(50)]
    log = (HEAD, *(line for i, f in enumerate(functions) for line in printed(f, 0.2 + i / 100)))
    trace = (
        level(0.1, "fs"),
        *(line for i, f in enumerate(functions[:25]) for line in traced(f, 0.2 + i / 100)),
        level(0.46, "late"),
        event(0.461, "initcall_start: func=f26+0x0/0x10"),
        *(line for i, f in enumerate(functions[27:], 27) for line in traced(f, 0.2 + i / 100)),
    )
    got = both(log, trace)
    assert got.initcalls[24].levels == ("5", "rootfs")
    assert (got.initcalls[25].levels, got.initcalls[25].trace_us) == (("5", "7s"), None)
    assert (got.initcalls[26].levels, got.initcalls[26].trace_us) == (("7", "7s"), None)


def test_after_lost_events_the_level_of_a_call_is_not_told() -> None:
    log = (HEAD, *printed("mine", 0.2), *printed("yours", 0.3))
    trace = (level(0.1, "fs"), *traced("mine", 0.2), "CPU:0 [LOST EVENTS]", *traced("yours", 0.3))
    assert [c.levels for c in both(log, trace).initcalls] == [("5", "rootfs"), ("5", "7s")]


def test_functions_that_one_of_both_has_more_often_are_not_matched() -> None:
    functions = [f"f{i}" for i in range(40)]
    log = (HEAD, *(line for i, f in enumerate(functions) for line in printed(f, 0.2 + i / 100)))
    trace = (
        level(0.1, "fs"),
        *traced("f0", 0.11),
        *(line for i, f in enumerate(functions) for line in traced(f, 0.2 + i / 100)),
    )
    got = both(log, trace)
    assert [c.trace_us for c in got.initcalls[:2]] == [None, 50]


def test_a_known_name_that_the_trace_contradicts_gives_way() -> None:
    log = (HEAD, *printed("net_dev_init", 0.2))
    got = both(log, (level(0.1, "late"), *traced("net_dev_init", 0.2)))
    assert (got.initcalls[0].levels, got.initcalls[0].level_source) == (("7", "7s"), "trace")
    (note,) = got.diagnostics
    assert (note.code, note.line) == ("trace_contradiction", 2)
    assert note.detail == (
        "The trace has net_dev_init at level late, against what else is known (4);"
        " the trace counts."
    )


def test_a_banner_that_the_trace_contradicts_gives_way() -> None:
    log = (HEAD, "[    0.100000] entering initcall level: fs", *printed("mine", 0.2))
    got = both(log, (level(0.1, "late"), *traced("mine", 0.2)))
    assert got.initcalls[0].levels == ("7", "7s")
    assert codes(got) == ["trace_contradiction"]


def test_symbols_count_more_than_a_trace() -> None:
    symbols = "ffff000000000010 d __initcall__kmod_a__1_2_mine6\n"
    log, trace = (HEAD, *printed("mine", 0.2)), traced("mine", 0.2)
    agreed = both(log, (level(0.1, "device"), *trace), symbols)
    assert (agreed.initcalls[0].levels, agreed.initcalls[0].link_order) == (("6", "6"), 0)
    assert (agreed.initcalls[0].level_source, codes(agreed)) == ("system_map", [])
    against = both(log, (level(0.1, "late"), *trace), symbols)
    assert (against.initcalls[0].levels, against.initcalls[0].level_source) == (
        ("6", "6"),
        "system_map",
    )
    assert [note.detail for note in against.diagnostics] == [
        "The trace has mine at level late, against the symbols; the symbols count."
    ]


@pytest.mark.parametrize(
    ("log", "trace", "why"),
    [
        (("a", "b", "c"), ("a", "b", "d"), "they share 2 of 3 built-in initcalls"),
        ((), ("a",), "they share 0 of 0 built-in initcalls"),
        (("a", "b", "c"), ("b", "c", "a"), "1 of its initcalls ran in another order"),
    ],
)
def test_a_trace_of_another_boot_is_not_used(
    log: tuple[str, ...], trace: tuple[str, ...], why: str
) -> None:
    got = both(
        (HEAD, *(line for i, f in enumerate(log) for line in printed(f, 0.2 + i / 10))),
        (
            level(0.1, "device"),
            *(line for i, f in enumerate(trace) for line in traced(f, 0.2 + i / 10)),
        ),
    )
    assert all((c.levels, c.trace_us) == (None, None) for c in got.initcalls)
    assert [(note.code, note.detail) for note in got.diagnostics] == [
        ("trace_mismatch", f"The trace is not of this boot: {why}. It was not used.")
    ]


@pytest.mark.parametrize(
    ("ahead", "pace", "codes_seen"), [(0.0, 1, []), (7.0, 1, []), (0.0, 2, ["trace_mismatch"])]
)
def test_a_clock_of_its_own_is_no_fault_but_a_drift_is(
    ahead: float, pace: int, codes_seen: list[str]
) -> None:
    """Two boots of one kernel have the same order, at other times."""
    log = (HEAD, *(line for i in range(10) for line in printed(f"f{i}", 0.2 + i / 10)))
    trace = (line for i in range(10) for line in traced(f"f{i}", 0.2 + ahead + i / 10 * pace))
    got = both(log, (level(0.0, "device"), *trace))
    assert codes(got) == codes_seen


def test_a_log_without_times_is_matched_by_order() -> None:
    log = ("Linux version 6.12.117 (x)", *(line[15:] for line in printed("mine", 0.2)))
    got = both(log, (level(0.1, "device"), *traced("mine", 0.2)))
    assert (got.initcalls[0].levels, got.initcalls[0].trace_us) == (("6", "6s"), 50)


def test_a_file_that_is_no_trace_is_refused() -> None:
    log = "\n".join((HEAD, *printed("mine", 0.2))).encode()
    with pytest.raises(UnreadableInput, match=r"trace: There is no initcall event.*trace_event="):
        parse_log(log, trace=log)
    with pytest.raises(EmptyInput) as refused:
        parse_log(log, trace=b"")
    assert refused.value.where == "trace"


def told(call: Initcall) -> tuple[object, ...]:
    return (call.function, call.occurrence, call.levels, call.level_source, call.returned)


def test_a_real_trace_and_its_log_agree() -> None:
    log, trace = REAL_LOG.read_bytes(), REAL.read_bytes()
    (alone,) = parse_log(log).boots
    (merged,) = parse_log(log, trace=trace).boots
    capture = parse_log(trace)
    (only,) = capture.boots
    assert (capture.framing, capture.framing_confidence) == ("ftrace", 1.0)
    finished = sum("initcall_finish:" in line for line in capture.lines)
    assert only.counts.returned == merged.counts.returned == finished == 1090
    assert only.counts.dropped_messages == 0
    assert list(map(told, only.initcalls)) == list(map(told, merged.initcalls))
    assert [c.span_us for c in only.initcalls] == [c.trace_us for c in merged.initcalls]
    for before, after in zip(alone.initcalls, merged.initcalls, strict=True):
        assert (before.start_us, before.span_us) == (after.start_us, after.span_us)
        assert before.levels is not None and after.levels is not None
        low, high = map(RANK.__getitem__, before.levels)
        assert low <= RANK[after.levels[0]] <= RANK[after.levels[1]] <= high
    exact = [sum(len({*(c.levels or ())}) == 1 for c in b.initcalls) for b in (alone, merged)]
    assert exact == [1085, 1089]
    assert merged.diagnostics == alone.diagnostics
    assert merged.markers == alone.markers


def test_a_real_trace_and_another_boot_of_the_same_kernel() -> None:
    other = (SAMPLES / "deb612-arm64-protected.log").read_bytes()
    (got,) = parse_log(other, trace=REAL.read_bytes()).boots
    assert codes(got) == ["trace_mismatch"]
    assert got.initcalls == parse_log(other).boots[0].initcalls


def test_trace_cmd_report_reads_the_same() -> None:
    lines = parse_log(REAL.read_bytes()).lines
    report = ["version = 7", "cpus=2"] + [
        re.sub(r" \S{5}( +\S+: initcall_(?:level|start|finish):)", r"\1      ", line)
        for line in lines
        if not line.startswith("#")
    ]
    capture = parse_log("\n".join(report).encode())
    assert capture.framing == "ftrace"
    assert list(map(told, capture.boots[0].initcalls)) == [
        told(call) for call in parse_log(REAL.read_bytes()).boots[0].initcalls
    ]


def test_the_id_is_over_log_and_companions() -> None:
    log, trace = REAL_LOG.read_bytes(), REAL.read_bytes()
    capture = analyse(log, trace=trace).report.capture
    assert capture.symbols_sha256 is None
    assert capture.trace_sha256 is not None
    report = analyse(log, trace=trace).report
    assert (
        report.id == log_id(capture.sha256, [None, capture.trace_sha256]) != analyse(log).report.id
    )


def test_the_command_line_takes_a_trace(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["analyse", str(REAL_LOG), "--trace", str(REAL), "--format", "json"]) == 0
    assert '"level_source": "trace"' in capsys.readouterr().out
    assert main(["analyse", str(REAL)]) == 5
    assert "This is a trace" in capsys.readouterr().out


@pytest.mark.parametrize("part", ["-1 ", "a-1 [0] ", " ", "-", "-1 (" + " " * 12, "CPU:0 [", "1.0"])
def test_no_line_takes_long(part: str) -> None:
    line = part * (1_000_000 // len(part)) + ": x"
    assert list(FTRACE.frames([line])) == []
    assert TRACE_EVENT.read("initcall_start: func=" + line) == ()
    assert TRACE_EVENT.read("initcall_finish: func=" + line) == ()


def test_a_trace_is_recognised_by_most_of_its_lines() -> None:
    quoted = event(0.1, "initcall_start: func=a+0x0/0x1")
    assert choose([quoted])[0] is FTRACE
    assert choose([HEAD, HEAD, quoted])[0] is not FTRACE
