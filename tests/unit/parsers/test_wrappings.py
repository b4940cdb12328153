"""What capture programs, job logs, phones and daemons wrap around a kernel's lines."""

import json
import re
import struct
import time
from contextlib import suppress
from typing import Any

import pytest

from parsers import parse_log
from parsers.archive import is_archive, members
from parsers.detect import by_name, choose
from parsers.errors import InputError, UnknownFraming, UnreadableInput
from parsers.framings import Frame
from parsers.framings.base import AnchoredFraming
from parsers.framings.pstore import PSTORE
from parsers.framings.registry import FRAMINGS
from parsers.source import read_source

CALL = "calling  a_init+0x0/0x10 @ 1"
RETURN = "initcall a_init+0x0/0x10 returned 0 after 5 usecs"


def frames(name: str, *lines: str) -> list[Frame]:
    return list(by_name(name).frames(lines))


def texts(name: str, *lines: str) -> list[str]:
    return [frame.text for frame in frames(name, *lines)]


@pytest.mark.parametrize(
    ("prefix", "framing"),
    [
        ("[1.234567 0.000123] ", "grabserial"),
        ("[12:34:56.789012 0.000123] ", "grabserial"),
        ("[2026-11-23 04:27:13 0.000123] ", "grabserial"),
        ("[Mon Nov 23 04:27:14 PST 2026]", "conserver"),
        ("[Mon Nov  3 04:27:14 2026]", "conserver"),
        ("[2026-11-23 04:27:13] ", "host_clock"),
        ("[2026-11-23 04:27:13.123] ", "host_clock"),
        ("[04:27:13.123] ", "host_clock"),
        ("2026-11-23T04:27:13 ", "host_clock"),
        ("2026-11-23T04:27:13.1234567Z ", "host_clock"),
        ("2026-11-23T04:27:13.123456Z 01O ", "host_clock"),
        ("2026-11-23T04:27:13.123456789+01:00 stdout F ", "host_clock"),
        ("2026-11-23 04:27:13,123 ", "host_clock"),
        ("2026/11/23 04:27:13 ", "host_clock"),
        ("Nov 23 04:27:13 ", "host_clock"),
        ("mars 23 04:27:13.123456 ", "host_clock"),
        ("1795408034.123456 ", "host_clock"),
        ("04:27:13  ", "host_clock"),
        ("Nov 23 04:27:13 lab qemu[123]: ", "host_clock"),
        ("Nov 23 04:27:13 10.0.0.7 ", "host_clock"),
        ("Nov 23 04:27:13 host kernel: ", "journal"),
        ("2026-11-23T04:35:26.123456+00:00 host kernel: ", "journal"),
        ("kernel: ", "syslog"),
        ("<7>kernel: ", "syslog"),
        ("<7>Nov 23 04:27:13 host kernel: ", "syslog"),
        ("<7>1 2026-11-23T04:35:26Z host kernel - - - ", "syslog"),
        ('<7>1 2026-11-23T04:35:26.1+00:00 host kernel - ID [a@1 b="c"] \ufeff', "syslog"),
        ("11-23 04:27:13.123     0     0 D : ", "logcat"),
        ("> > ", "dmesg"),
        ("    ", "dmesg"),
        ("552:", "dmesg"),
        ("Started service ", "dmesg"),
    ],
)
@pytest.mark.parametrize("caller", ["", "[    T1]"])
def test_the_kernels_stamp_wins(prefix: str, framing: str, caller: str) -> None:
    """With and without PRINTK_CALLER, CR LF, a boot loader's text and blank lines."""
    lines = ["U-Boot 2026.01", *(
        f"{prefix}[    {second}.000001]{caller} {text}"
        for second, text in ((1, "Linux version 6.12"), (2, CALL), (3, RETURN))
    )]  # fmt: skip
    capture = parse_log("\r\n\r\n".join(lines).encode())
    expected = "printk_caller" if framing == "dmesg" and caller else framing
    assert capture.framing == expected
    assert capture.framing_confidence == 1.0
    (call,) = capture.boots[0].initcalls
    assert (call.start_us, call.end_us, call.line_called) == (2_000_001, 3_000_001, 5)
    assert capture.boots[0].kernel.release == "6.12"
    if caller:
        assert all(f.thread == "1" for f in by_name(expected).frames(capture.lines))


@pytest.mark.parametrize(
    ("prefix", "framing", "times"),
    [
        ("[{}.500000 0.000123] ", "grabserial", [1_500_000, 2_500_000]),
        ("[04:27:1{} 0.000123] ", "grabserial", [None, None]),
        ("[Mon Nov 23 04:27:1{} 2026]", "conserver", [None, None]),
        ("[04:27:1{}.123] ", "host_clock", [None, None]),
        ("2026-11-23T04:27:1{} ", "host_clock", [None, None]),
    ],
)
def test_with_printk_time_off_only_grabserials_own_clock_counts(
    prefix: str, framing: str, times: list[int | None]
) -> None:
    lines = [f"{prefix.format(1)}[    T1] {CALL}", f"{prefix.format(2)}[    T1] {RETURN}", ""]
    chosen, guesses = choose(lines)
    assert (chosen.name, guesses[0][1]) == (framing, 1.0)
    got = list(chosen.frames(lines))
    assert [frame.time_us for frame in got] == times
    assert [frame.text for frame in got] == [CALL, RETURN]
    assert {frame.thread for frame in got} == {"1"}


def test_a_line_without_the_prefix_is_read_as_it_is() -> None:
    lines = ["[1.000000 0.000001] [    0.500000] a", "[    0.600000] b", "[2.0 x"]
    assert texts("grabserial", *lines) == ["a", "b"]
    got = frames("grabserial", f"[1.000000 0.000001] {CALL}", RETURN)
    assert [frame.time_us for frame in got] == [1_000_000, None]


def test_early_stamps_stay_where_the_rest_has_none() -> None:
    lines = ["04:27:13 [    0.000007] Linux version 6", f"04:27:13 {CALL}", f"04:27:13 {RETURN}"]
    assert [frame.time_us for frame in frames("host_clock", *lines)] == [7, None, None]
    got = frames("dmesg_notime", "[    0.000007][    T0] Linux version 6", f"[    T1] {CALL}")
    assert [(f.time_us, f.thread, f.text) for f in got] == [
        (7, "0", "Linux version 6"),
        (None, "1", CALL),
    ]


def test_a_host_name_is_taken_off_only_before_a_stamp() -> None:
    assert texts("host_clock", f"04:27:13 {CALL}", "04:27:13 kvm [1]: IPA Size Limit") == [
        CALL,
        "kvm [1]: IPA Size Limit",
    ]
    (frame,) = frames("host_clock", "04:27:13 [12345.678901] random: crng init done")
    assert frame.text == "random: crng init done"


USER = "Nov 23 04:35:26 host systemd[1]: Started something [odd]."
MIXES = {
    "a syslog file with few kernel lines": (
        [*([USER] * 9), f"Nov 23 04:35:26 host kernel: [    1.000001] {CALL}"] * 9, "journal",
    ),
    "journalctl's short-precise": ([f"Nov 23 04:35:26.123456 host kernel: {CALL}"], "journal"),
    "ts with the same date": ([f"Nov 23 04:35:26.123456 [    1.000001] {CALL}"], "host_clock"),
    "rsyslog's date before a console line": (
        [f"2026-11-23T04:35:26.123456+00:00 host qemu[7]: [    1.000001] {CALL}"], "host_clock",
    ),
    "dmesg -T typed on a console that is stamped": (
        [f"[2026-11-23 04:27:13] [Mon Nov 23 04:27:14 2026] {CALL}"], "host_clock",
    ),
    "dmesg -T alone": ([f"[Mon Nov 23 04:27:14 2026] {CALL}"], "dmesg_ctime"),
    "conserver's date, which looks like it": (
        [f"[Mon Nov 23 04:27:14 2026][    1.000001] {CALL}"], "conserver",
    ),
    "dmesg -d, which looks like grabserial": (
        [f"[    1.000001 <    0.000263>] {CALL}"], "dmesg_delta",
    ),
    "a journal of two boots": (
        ["-- Boot 0123456789abcdef0123456789abcdef --", f"[    1.0 <  1>] host kernel: {CALL}",
         f"[    1.000001] host kernel: {CALL}", "-- Reboot --"], "journal_monotonic",
    ),
    "dmesg --time-format iso, which looks like a host's clock": (
        [f"2026-11-23T04:27:14,640851+00:00 {CALL}"], "dmesg_iso",
    ),
    "one kernel line in much text": ([*["hello, world"] * 99, f"[    1.000001] {CALL}"], "dmesg"),
}  # fmt: skip


@pytest.mark.parametrize("mix", MIXES)
def test_what_looks_like_something_else(mix: str) -> None:
    lines, framing = MIXES[mix]
    capture = parse_log("\n".join(lines).encode())
    assert capture.framing == framing
    assert {call.function for call in capture.boots[0].initcalls} == {"a_init"}
    assert 0 < capture.framing_confidence <= 1


def lava(message: str, level: str = "target") -> str:
    return f'- {{"dt": "2026-11-23T04:27:13.123456", "lvl": "{level}", "msg": {message}}}'


def test_lava_reads_the_board_alone() -> None:
    got = frames(
        "lava",
        lava('"start: 2.1 boot"', "info"),
        lava('"[    0.000001] one\\r"'),
        lava('"[    0.000002] not the board"', "feedback"),
        lava('{"case": "boot", "result": "pass"}'),
        "torn off",
        lava('"\\e[0m[    0.000003] two\\t\\"q\\" \\x41\\u0042\\U00000043\\ud800\\UFFFFFFFF"'),
        lava('["[    0.000004] three", "[    0.000005] four"]'),
        lava("'[    0.000006] it''s five'"),
        "- {dt: 2026-11-23T04:27:13.123456, lvl: target, msg: 'bare [    0.000007] six'}",
        lava('"[    0.000008] seven\\n[    0.000009] eight", "ns": "x"'),
        "- {dt: 2026-11-23T04:27:13.123456, lvl: target, msg: plain words, ns: x}",
    )
    assert [(frame.line, frame.text) for frame in got] == [
        (2, "one"), (6, 'two\t"q" ABC\ufffd\ufffd'), (7, "three"), (7, "four"), (8, "it's five"),
        (9, "six"), (10, "seven"), (10, "eight"),
    ]  # fmt: skip


def test_lava_without_stamps() -> None:
    got = frames("lava", lava(f'"{CALL}"'), "- {dt: 2026-11-23T04:27:13, lvl: target, msg: hello}")
    assert [(frame.time_us, frame.text) for frame in got] == [(None, CALL), (None, "hello")]


def callback(**more: Any) -> bytes:
    log = lava(f'"[    0.000001] {CALL}"') + "\n" + lava(f'"[    0.000002] {RETURN}"') + "\n"
    return json.dumps({"id": 7, "log": log, **more}).encode()


def test_a_lava_callback_is_unwrapped() -> None:
    capture = parse_log(callback(results={}))
    assert capture.framing == "lava"
    assert [call.line_returned for call in capture.boots[0].initcalls] == [2]
    with pytest.raises(UnreadableInput, match="LAVA callback is broken"):
        parse_log(callback()[:-5])
    assert not is_archive(b'{"log": "none"}')
    assert [name for name, _ in members(callback(), 10**6)] == ["log.yaml"]


def test_docker_json() -> None:
    entry = json.dumps({"log": f"[    0.000001] {CALL}\r\n", "stream": "stdout", "time": "x"})
    odd = ['{"log":1,"stream":"stdout"}', '{"log" "stream"}', "{}"]
    assert [(f.line, f.text) for f in frames("docker_json", *odd, entry)] == [(4, CALL)]


def test_netconsole() -> None:
    got = frames(
        "netconsole",
        "6.12.1-rc1,7,1,5,-,caller=T1;one",
        "Nov 23 04:27:13 10.0.0.7 7,2,6,-;two",
        "2026-11-23 04:27:13.123 6.12.1,30,3,7,-;systemd",
        "2026-11-23T04:27:13+00:00 7,6,9,-;three",
        "no record",
    )
    assert [(f.line, f.time_us, f.thread, f.text) for f in got] == [
        (1, 5, "1", "one"), (2, 6, None, "two"),
        (4, 9, None, "** 2 printk messages dropped **"), (4, 9, None, "three"),
    ]  # fmt: skip


@pytest.mark.parametrize("release", ["", "6.12.1,"])
def test_a_gap_in_the_sequence_is_a_loss_that_the_report_tells(release: str) -> None:
    records = ("6,0,0,-;Linux version 6.12", f"7,1,5,-;{CALL}", f"7,9,7,-;{RETURN}")
    log = "\n".join(release + record for record in records)
    (boot,) = parse_log(log.encode()).boots
    assert boot.counts.dropped_messages == 7
    assert [(d.code, d.line) for d in boot.diagnostics] == [("dropped", 3)]


def test_a_record_in_several_packets_is_put_together() -> None:
    got = frames(
        "kmsg",
        "6,416,1758426,-,ncfrag=0/33;the first chunk,",
        "6,416,1758426,-,ncfrag=16/33; the 2nd chunk.é",
        "6,417,1758427,-,ncfrag=0/9;lost: ",
        "6,418,1758428,-;whole",
        "6,419,1758429,-,ncfrag=0/12;one,6,419,1758429,-,ncfrag=4/12;line",
        "6,420,1758430,-,caller=T7,ncfrag=6/12;middle",
    )
    assert [(f.line, f.thread, f.text, f.torn) for f in got] == [
        (1, None, "the first chunk, the 2nd chunk.é", False),
        (3, None, "lost: ", True),
        (4, None, "whole", False),
        (5, None, "one,line", True),
        (6, "7", "middle", True),
    ]


def test_packets_on_one_line_with_a_release() -> None:
    line = "6.4.0,6,4,5,-,ncfrag=0/8;abcd6.4.0,6,4,5,-,ncfrag=4/8;efgh"
    assert [(f.text, f.torn) for f in frames("netconsole", line)] == [("abcdefgh", False)]
    assert texts("kmsg", "6,4,5,-,ncfrag=0/20;see x,ncfrag=4/8;y") == ["see x,ncfrag=4/8;y"]


@pytest.mark.parametrize(
    ("line", "thread"),
    [
        ("<6>[    0.000001]  [0:      swapper:    0] x y", "0"),
        ("[    0.000001] [1:      swapper/0:    1] x y", "1"),
        ("<6>[    0.000001] .(0)[12:kworker/0:1]x y", "12"),
        ("[    0.000001] (1)[123:init]x y", "123"),
        ("<6>[    0.000001s][2026:11:23 04:27:14][pid:2071,cpu6,kworker/6:1]x y", "2071"),
        ("[    0.000001] c0      1 x y", "1"),
        ("<6>[    0.000001][0]x y", None),
    ],
)
def test_vendor_columns(line: str, thread: str | None) -> None:
    assert choose([line, line])[0].name == "vendor_columns"
    got = frames("vendor_columns", "[  OK  ]", line, "none")
    assert got == [Frame(2, 1, thread, "x y", False)]


@pytest.mark.parametrize(
    "line",
    [
        "11-23 04:27:13.123     0     0 I kvm [1] : Protected",
        "2026-11-23 04:27:13.123456 +0000  root     0     0 I kvm [1] : Protected",
        "         13.123     0     0 I kvm [1] : Protected",
        "11-23 04:27:13.123 I/kvm [1] (    0): Protected",
        "I/kvm [1] (    0): Protected",
        "I/kvm [1] : Protected",
        "I(    0) Protected  (kvm [1])",
        "11-23 04:27:13.123     0     0 I : kvm [1]: Protected",
    ],
)
def test_logcats_formats(line: str) -> None:
    assert choose([line])[0].name == "logcat"
    (frame,) = frames("logcat", "--------- beginning of kernel", line)
    assert (frame.line, frame.text, frame.thread) == (2, "kvm [1]: Protected", None)
    assert frame.time_us == (0 if "13.123" in line else None)


def test_logcat_long_and_thread() -> None:
    got = frames(
        "logcat",
        "[ 11-23 04:27:13.123     0:    0 I/kvm [1]  ]",
        "Protected",
        "",
        "I(    0:    5) no tag here",
        "11-23 04:27:14.001    12    12 D         : [    1.500000][   T12] a",
        "13-45 04:27:14.001     0     0 D         : b",
    )
    assert [(f.line, f.time_us, f.thread, f.text) for f in got] == [
        (2, 0, None, "kvm [1]: Protected"), (4, None, None, "no tag here"),
        (5, 1_500_000, "12", "a"), (6, None, None, "b"),
    ]  # fmt: skip


BOOT = ("<5>[    0.000000] Linux version 6.12", f"<7>[    2.000000] {CALL}")
REPORT = ("== dumpstate: 2026-11-23", "11-23 04:27:13.123  1  1 I x: [    9.000000] no")


def test_a_bug_report_is_read_in_its_sections_alone() -> None:
    lines = [
        *REPORT, "------ KERNEL LOG (dmesg) ------", *BOOT, "------ 0.1s was the duration ------",
        "------ KERNEL LOG (logcat -b kernel -d) ------", "[    8.000000] no",
        "------ LAST KMSG (/proc/last_kmsg) ------", "[    7.000000] no banner, no boot",
        "------ LAST KMSG (/sys/fs/pstore/console-ramoops) ------", *BOOT,
    ]  # fmt: skip
    capture = parse_log("\n".join(lines).encode())
    assert capture.framing == "bugreport"
    assert [(b.first_line, b.counts.framed) for b in capture.boots] == [(1, 2), (12, 2)]
    with pytest.raises(UnknownFraming, match="reads as 'bugreport'"):
        parse_log("\n".join([*REPORT, "------ KERNEL LOG (dmesg) ------", ""]).encode())


def test_parts_of_several_crashes_keep_apart() -> None:
    lines = (
        "====1234.567890-D", "Oops#1 Part1", "a2", "Oops#1 Part2", "a1",
        "Panic#2 Part2", "b1", "Panic#2 Part1", "b2",
    )  # fmt: skip
    assert PSTORE.in_order(lines) == (
        "====1234.567890-D", "Oops#1 Part2", "a1", "Oops#1 Part1", "a2",
        "Panic#2 Part2", "b1", "Panic#2 Part1", "b2",
    )  # fmt: skip
    in_order = lines[5:]
    assert PSTORE.in_order(in_order) is in_order


def test_pstore_in_order_says_nothing() -> None:
    log = "Panic#1 Part2\n" + "\n".join(BOOT) + "\nPanic#1 Part1\n<0>[    9.000000] end\n"
    capture = parse_log(log.encode())
    assert (capture.framing, capture.boots[0].counts.framed) == ("pstore", 3)
    assert capture.boots[0].diagnostics == ()


@pytest.mark.parametrize(
    ("line", "time_us"),
    [
        ("[Mon Nov 23 04:27:14 2026] [    1.500000] x", 1_500_000),
        ("[    1.500000] [Mon Nov 23 04:27:14 2026] x", 1_500_000),
        ("2026-11-23T04:27:14,640851+00:00 [    1.500000] [    T1] x", 1_500_000),
        ("2026-11-23T04:27:14,640851+00:00 [Mon Nov 23 04:27:14 2026] x", 0),
        ("2026-13-23T04:27:14,640851+00:00 [Mon Nov 23 04:27:14 2026] x", None),
        ("[Mon Nov 23 04:27:14 2026] [<    0.000133>] x", 133),
        ("[Mon Nov 23 04:27:14 2026] [  +0.000133] x", 133),
        ("[Mon Nov 23 04:27:14 2026] [Nov23 04:27] x", 0),
        ("[Mon Nov 23 04:27:14 2026] [Mon Nov 23 04:27:14 2026] x", None),
    ],
)
def test_several_time_formats_in_a_row(line: str, time_us: int | None) -> None:
    assert choose([line])[0].name == "dmesg_formats"
    (frame,) = frames("dmesg_formats", line)
    assert (frame.time_us, frame.text) == (time_us, "x")


def test_formats_under_x() -> None:
    got = frames(
        "dmesg_decoded",
        "kern  :info  : 2026-11-23T04:27:14,000001+00:00 a",
        "kern  :info  : 2026-11-23T04:27:14,000003+00:00 b",
    )
    assert [(f.time_us, f.text) for f in got] == [(0, "a"), (2, "b")]
    assert [f.text for f in frames("dmesg_decoded", "kern  :debug : calling  x")] == ["calling  x"]
    stepped = "[Mon Nov 23 04:35:26 2026 <    0.000263>] x"
    assert [f.time_us for f in frames("dmesg_ctime", stepped, stepped)] == [263, 526]


def exported(message: bytes) -> bytes:
    head = b"_TRANSPORT=kernel\n_SOURCE_MONOTONIC_TIMESTAMP=10\nMESSAGE\n"
    return head + struct.pack("<Q", len(message)) + message + b"\nPRIORITY=6\n\n"


@pytest.mark.parametrize(
    ("message", "line", "text"),
    [
        (b"Kernel panic: HYP panic:\nPS:1 PC:2", 4, "Kernel panic: HYP panic:"),
        (b"A" * 65 + b"\x01", 4, "A" * 65 + "\x01"),
        (b"short\x01ten!", 5, "short\x01ten!"),
        (b"long " + b"x" * 300 + b"\x02", 4, "long " + "x" * 300 + "\x02"),
        (b"\xff\xfeinvalid", 4, "\ufffd\ufffdinvalid"),
        (b"\x1b[1mbold\x1b[0m", 4, "bold"),
    ],
)  # fmt: skip
def test_binary_fields_of_an_export(message: bytes, line: int, text: str) -> None:
    """As journalctl 252 writes them; source.py takes zero bytes and ESC sequences out."""
    lines = read_source(exported(message) + b"MESSAGE=next\n").lines
    first, following = by_name("journal_export").frames(lines)
    assert (first.line, first.time_us, first.text) == (line, 10, text)
    assert following.text == "next"


def test_an_export_of_everything_is_read_for_the_kernels() -> None:
    lines = ["_TRANSPORT=stdout", "MESSAGE=user", "", "_TRANSPORT=kernel", "MESSAGE=kernel", ""]
    assert texts("journal_export", *lines) == ["kernel"]


def test_json_of_journalctl_in_its_other_forms() -> None:
    record = '{"_TRANSPORT":"kernel","_SOURCE_MONOTONIC_TIMESTAMP":"7","MESSAGE":"one"}'
    pretty = ['{', '\t"_TRANSPORT" : "kernel",', '\t"MESSAGE" : "two",', "}",
              '{', '\t"_TRANSPORT" : "stdout",', '\t"MESSAGE" : "user"', "}", "other"]  # fmt: skip
    broken = ['{"MESSAGE" "x"}', '{"MESSAGE":1}', '["MESSAGE"]']
    got = frames("journal_json", f"data: {record}", f"\x1e{record}", *broken, *pretty)
    assert [(f.line, f.time_us, f.text) for f in got] == [
        (1, 7, "one"),
        (2, 7, "one"),
        (8, None, "two"),
    ]


def test_nothing_seen_is_named() -> None:
    with pytest.raises(UnknownFraming, match=r"the first of its 2 lines is 'hello'.*read 0% of it"):
        choose(["hello", "world"])
    with pytest.raises(UnknownFraming, match=r"its one line is 'x{80}\.\.\.'"):
        choose(["x" * 200])
    with pytest.raises(UnknownFraming, match=r"reads as 'kmsg'.*dmesg 100%"):
        parse_log(b"[    0.000001] x\n", framing="kmsg")


@pytest.mark.parametrize("framing", FRAMINGS, ids=lambda framing: framing.name)
def test_each_framing_says_what_it_was_read_from(framing: Any) -> None:
    assert framing.source
    assert framing.made_by
    assert framing.keeps == "microseconds" or framing.loses


def test_firmware_that_stamps_like_printk_is_no_boot() -> None:
    log = (
        b"[   7.925919] [I] [AND] ramdisk size\n[     rmm ] SMC_RMI_VERSION\n"
        + "\n".join(line.partition(">")[2] for line in BOOT).encode()
    )
    (boot,) = parse_log(log).boots
    assert boot.counts.framed == 2


def test_a_prefix_need_not_name_a_caller() -> None:
    framing = AnchoredFraming("x", "", "", re.compile(r"> "), lambda: lambda found: None)
    assert list(framing.frames(["> a", "b"])) == [Frame(1, None, None, "a", False)]


HOSTILE = (
    " ", "1", "[", "]", "[ ", "[0:", "[1.", "11:11:11 ", '{"MESSAGE":', '\t"MESSAGE" : ',
    '- {"dt": "2026-11-23T04:27:13", "lvl": "target", "msg": "', '"a", ', ", ns: ", "''",
    "1,1,1,-,ncfrag=0/9;", "Panic#1 Part1", "------ LAST KMSG (x) ", "MESSAGE", "initcall ",
    "I/", "11-23 04:27:13.123 ", "<6>1 ", "[Mon Nov 23 04:27:14 2026] ", "[1.000000 0.000001] ",
)  # fmt: skip


@pytest.mark.parametrize("atom", HOSTILE)
@pytest.mark.parametrize("end", ["", "\n"])
def test_no_hostile_megabyte_takes_long(atom: str, end: str) -> None:
    body = (atom + end) * (1_000_000 // len(atom + end))
    data = f"[    0.000000] Linux version 6\n{body}".encode()
    began = time.process_time()
    with suppress(InputError):
        parse_log(data)
    assert time.process_time() - began < 2


def test_a_late_line_is_looked_for_in_a_part_of_the_log_only() -> None:
    """Every literal of the grammars is in this log, and its last line in none of it."""
    lines = [
        "[    0.000000] Linux version 6.12",
        f"[   10.000000] {CALL}", f"[   10.000005] {RETURN}",
        "[   11.000000] printk: dropped 2 messages",
        "[   11.000001] ** 1 printk messages dropped **",
        "[   11.000002] platform x: deferred probe pending: none",
        "[   11.000003] optee arm-ffa-1: probe",
        "[   11.000004] tpm_tis x: 2.0 TPM (device-id 0x1)",
        *(f"[   20.{i:06d}] noise" for i in range(300)), "[   12.000000] late",
    ]  # fmt: skip
    (boot,) = parse_log("\n".join(lines).encode()).boots
    assert boot.counts.framed == 309
    assert boot.counts.dropped_messages == 3
    assert boot.coverage.clock == "steps_back"
