"""How lines are wrapped: stamps, callers, noise, torn lines, detection."""

import pytest

from parsers.detect import by_name, choose, sniff
from parsers.errors import UnknownFraming
from parsers.framings import FRAMINGS, Frame
from parsers.framings.dmesg import DMESG
from parsers.framings.printk_caller import PRINTK_CALLER


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
    with pytest.raises(UnknownFraming, match=r"line 1: No line.*plain 'dmesg'"):
        choose(["calling  ffa_init+0x0/0x820 @ 1", "[x]"])


def test_framings_by_name() -> None:
    assert by_name("printk_caller") is PRINTK_CALLER
    with pytest.raises(UnknownFraming, match="Known framings: printk_caller, dmesg"):
        by_name("journal")


@pytest.mark.parametrize("framing", FRAMINGS, ids=lambda framing: framing.name)
def test_each_example_is_read_by_its_framing(framing: object) -> None:
    assert choose([framing.example])[0] is framing  # type: ignore[attr-defined]
