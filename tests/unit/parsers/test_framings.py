"""How lines are wrapped: stamps, callers, noise, torn lines, detection."""

import pytest

from parsers.detect import by_name, choose, sniff
from parsers.errors import UnknownFraming
from parsers.framings import Frame
from parsers.framings.dmesg import DMESG
from parsers.framings.printk_caller import PRINTK_CALLER
from parsers.framings.registry import FRAMINGS


def texts(lines: list[str]) -> list[str]:
    return [frame.text for frame in DMESG.frames(lines)]


def test_dmesg_line() -> None:
    (frame,) = DMESG.frames(["[    1.579198] calling  ffa_init+0x0/0x820 @ 1"])
    assert frame == Frame(1, 1_579_198, None, "calling  ffa_init+0x0/0x820 @ 1", False)


@pytest.mark.parametrize(
    ("line", "thread"),
    [
        ("[    0.999724][    T1] calling  a @ 1", "1"),
        ("[    0.999724] [    T1] calling  a @ 1", "1"),
        ("[12345.999724][T12345] calling  a @ 1", "12345"),
        ("[    0.999724][    C0] calling  a @ 1", "cpu0"),
    ],
)
def test_printk_caller(line: str, thread: str) -> None:
    (frame,) = PRINTK_CALLER.frames([line])
    assert (frame.thread, frame.text) == (thread, "calling  a @ 1")


def test_noise_before_the_stamp() -> None:
    assert texts(["Started service [    1.825161] calling  x+0x0/0x10 [m] @ 66"]) == [
        "calling  x+0x0/0x10 [m] @ 66"
    ]
    assert texts(["[  OK  ] [    1.790000] lab: init"]) == ["lab: init"]


def test_of_two_stamps_the_one_before_a_message_of_the_kernel_counts() -> None:
    line = "host [    9.000001] saw [    1.825161] calling  x+0x0/0x10 @ 1"
    (frame,) = DMESG.frames([line])
    assert frame.time_us == 1_825_161


def test_a_torn_line_gives_both_parts() -> None:
    first, second = DMESG.frames(
        ["[    9.100000] OpRegion 0x[    9.100001] initcall a+0x0/0x1 returned 0 after 1 usecs"]
    )
    assert (first.text, first.torn) == ("OpRegion 0x", True)
    assert (second.time_us, second.torn) == (9_100_001, False)
    assert second.text.startswith("initcall a")


def test_brackets_in_a_message_are_no_second_stamp() -> None:
    (frame,) = DMESG.frames(["[    0.1] ", "[    0.000001] PCI [mem 0x1-0x2] [    2.000000] end"])
    assert frame.text == "PCI [mem 0x1-0x2] [    2.000000] end"


def test_lines_without_a_stamp_yield_nothing_and_keep_the_count() -> None:
    lines = ["NOTICE:  BL1", "[not a stamp]", "[    0.000001] one"]
    assert [frame.line for frame in DMESG.frames(lines)] == [3]


def test_detection_prefers_the_more_specific() -> None:
    (first, share), (second, _) = sniff(["NOTICE: x", "[    0.000001][    T1] one", "", "x"])
    assert (first, second) == (PRINTK_CALLER, DMESG)
    assert share == 0.5


def test_detection_goes_by_most_lines() -> None:
    lines = ["[    0.000001][    T1] quoted", *("[    0.000002] plain",) * 9]
    assert choose(lines)[0] is DMESG


def test_no_stamp_at_all_is_refused_with_a_way_out() -> None:
    with pytest.raises(UnknownFraming, match=r"line 1: No line.*the output of dmesg"):
        choose(["calling home", "[x]"])


def test_symbols_given_as_a_log_are_named() -> None:
    with pytest.raises(
        UnknownFraming, match=r"symbols of a kernel \(System\.map\), not a log.*--sym"
    ):
        choose(["ffff800080000000 T _stext", "ffff800080000100 T ffa_init"])


def test_framings_by_name() -> None:
    assert by_name("printk_caller") is PRINTK_CALLER
    with pytest.raises(UnknownFraming, match=r"Known framings: bugreport, .*, dmesg, dmesg_notime"):
        by_name("punched_cards")


@pytest.mark.parametrize("framing", FRAMINGS, ids=lambda framing: framing.name)
def test_each_example_is_read_by_its_framing(framing: object) -> None:
    assert choose([framing.example])[0] is framing  # type: ignore[attr-defined]


def frames(name: str, *lines: str) -> list[Frame]:
    return list(by_name(name).frames(lines))


def test_kmsg_records() -> None:
    got = frames(
        "kmsg",
        "7,597,999724,-,caller=T1;calling  a+0x0/0x1 @ 1",
        " SUBSYSTEM=platform",
        r"6,598,999800,-,caller=C0;tab\x09and\x0aline",
        "30,599,999900,-;systemd[1]: not the kernel",
        "6,603,999950,c;x",
    )
    assert got == [
        Frame(1, 999_724, "1", "calling  a+0x0/0x1 @ 1", False),
        Frame(3, 999_800, "cpu0", "tab\tand", False),
        Frame(5, 999_950, None, "** 3 printk messages dropped **", False),
        Frame(5, 999_950, None, "x", False),
    ]


def test_dmesg_json_records() -> None:
    got = frames(
        "dmesg_json",
        '{ "dmesg": [ {',
        '"pri": 7, "time": "soon", "time":     0.999724, "caller": "    T1",',
        r'"msg": "a \"b\"\nsecond line"',
        '}, {"pri": 7, "time": 1.000001, "msg": "c"}, {"msg": "\\x"}',
    )
    assert got == [
        Frame(3, 999_724, "1", 'a "b"', False),
        Frame(4, 1_000_001, None, "c", False),
        Frame(4, None, None, "\\x", False),
    ]


def test_journal_json_records() -> None:
    got = frames(
        "journal_json",
        '{"_TRANSPORT":"kernel","_SOURCE_MONOTONIC_TIMESTAMP":"1579198","MESSAGE":"one"}',
        '{"SYSLOG_IDENTIFIER":"kernel","MESSAGE":[116,119,111,300,"x"]}',
        '{"_TRANSPORT":"stdout","MESSAGE":"user space"}',
        '{"MESSAGE": broken',
        "[" * 10,
        '{"_TRANSPORT":"kernel","_SOURCE_MONOTONIC_TIMESTAMP":"soon","MESSAGE":"three"}',
    )
    assert got == [
        Frame(1, 1_579_198, None, "one", False),
        Frame(2, None, None, "two", False),
        Frame(6, None, None, "three", False),
    ]


def test_journal_export_records() -> None:
    got = frames(
        "journal_export",
        "__CURSOR=s=1",
        "MESSAGE=one",
        "_SOURCE_MONOTONIC_TIMESTAMP=1579198",
        "",
        "_SOURCE_MONOTONIC_TIMESTAMP=soon",
        "",
        "MESSAGE=two",
    )
    assert got == [Frame(2, 1_579_198, None, "one", False), Frame(7, None, None, "two", False)]


def test_bare_lines_count_from_the_kernels_first() -> None:
    got = frames(
        "dmesg_notime",
        "U-Boot 2024",
        "[    0.000000] Linux version 6.12",
        "[    0.000000] still stamped",
        "",
        "no more",
    )
    assert [(f.line, f.time_us, f.text) for f in got] == [
        (2, 0, "Linux version 6.12"),
        (3, 0, "still stamped"),
        (5, None, "no more"),
    ]


def test_an_impossible_date_has_no_time() -> None:
    got = frames(
        "dmesg_iso",
        "2026-13-45T04:27:14,640851+00:00 x",
        "2026-11-23T04:27:14,640851+01:00 a",
        "2026-11-23T04:27:15,640852+01:00 b",
        "not a line of it",
    )
    assert [frame.time_us for frame in got] == [None, 0, 1_000_001]


def test_callers_of_other_framings() -> None:
    (got,) = frames("dmesg_raw", "<7>[    0.999724][    T1] calling  a @ 1")
    assert (got.thread, got.text) == ("1", "calling  a @ 1")
    (got,) = frames("journal_monotonic", "[    1.5 <    0.1>] x", "[    1.579198] fvp kernel: x")
    assert (got.time_us, got.text) == (1_579_198, "x")


def test_stamps_that_end_early_do_not_decide() -> None:
    bare = [f"calling  driver{number}_init+0x0/0x8 @ 1" for number in range(400)]
    early = ["[    0.000000] Linux version 6.12", *("[    0.000000] x",) * 60]
    assert choose([*early, *bare])[0].name == "dmesg_notime"
