"""Detection asks nobody but dmesg about a plain line, and nobody about a foreign one."""

from pathlib import Path

from hypothesis import example, given
from hypothesis import strategies as st

from parsers.detect import is_foreign, is_plain
from parsers.framings.dmesg import DMESG
from parsers.framings.registry import FRAMINGS

LOGS = Path(__file__).parents[2] / "sample_logs"


def lines_of_logs(every: int) -> set[str]:
    """Each ``every``-th line of all samples."""
    logs = [*LOGS.glob("*.log"), *LOGS.glob("framings/*.txt"), *LOGS.glob("framings/*.yaml")]
    texts = [log.read_bytes().decode("utf-8", "replace") for log in logs]
    return {line for text in texts for line in text.splitlines()[::every]}


LINES = sorted(lines_of_logs(7) | {framing.example for framing in FRAMINGS})
PIECES = (
    "[", "]", " ", "  ",
    "<", ">", "(", ")", ".", "-", ":", ",", ";", '"', "{", "}", "/", "+0x0/0x8",
    "1", "12345678", "123456", "1.579198", "[    1.579198] ", "[T1] ", "[  +0.000273] ", "kernel: ",
    "2026-11-23T04:27:14,640851+00:00 ", "Mon Nov 23 04:27:14 2026", "04:27:14", "host", "c0 ",
    "calling  ", "initcall ", "probe of ", "dmesg", "kern  :info  : ", "I(  12)", "E/", "Nov 23 ",
    "=", "#1", "Part1", "------ ", "BL31: v2.15.0(release):", "U-Boot", "@", "Linux version 6",
    "Booting Linux on ", "a", "MESSAGE", " returned ",
    '"msg": ', "swapper/0-1 [000] ..... ", "I/", "SUBSYSTEM=",
)  # fmt: skip


def readers(line: str) -> list[str]:
    return [framing.name for framing in FRAMINGS if framing.recognises(line)]


def test_of_real_lines_the_plain_ones_are_dmesgs_alone() -> None:
    plain = [line for line in LINES if is_plain(line)]
    assert len(plain) > 1_000
    assert [line for line in plain if readers(line) != [DMESG.name]] == []


@given(st.lists(st.sampled_from(PIECES), max_size=8).map("".join))
@example(" 2026-11-23T04:27:14,640851+00:00 x")
@example(" c0 1 calling")
@example(".(0)[1:swapper/0]")
def test_so_are_made_up_ones(text: str) -> None:
    for stamp in ("[    1.579198]", "[12345678.579198]"):
        if is_plain(stamp + text):
            assert readers(stamp + text) == [DMESG.name]


def test_of_real_lines_nobody_reads_the_foreign_ones() -> None:
    foreign = [line for line in lines_of_logs(1) if is_foreign(line)]
    assert len(foreign) > 30
    assert [line for line in foreign if readers(line)] == []


@given(st.lists(st.sampled_from(PIECES), max_size=8).map("".join))
@example("I(  12) x")
@example("Nov 23 04:27:14 host kernel: x")
def test_nor_made_up_ones(text: str) -> None:
    for begin in ("", "NOTICE:  BL1: ", "E"):
        if is_foreign(begin + text):
            assert readers(begin + text) == []


@given(st.sampled_from(LINES), st.integers(0, 60), st.sampled_from(PIECES))
def test_and_real_ones_with_something_put_in(line: str, place: int, piece: str) -> None:
    changed = line[:place] + piece + line[place:]
    if is_plain(changed):
        assert readers(changed) == [DMESG.name]
    if is_foreign(changed):
        assert readers(changed) == []
