"""Where boots begin, and what a log holds twice."""

import lzma

import pytest

import parsers.boots
from parsers import Boot, Capture, parse_log
from tests.conftest import SAMPLES

HEAD = "[    0.000000] Linux version 6.12.117 (aarch64-linux-gnu-gcc)"


def capture(*lines: str) -> Capture:
    return parse_log("\n".join(lines).encode())


def calls(count: int, begin: int = 0) -> list[str]:
    lines = []
    for i in range(begin, begin + count):
        now = f"{i // 10:5d}.{i % 10}"
        lines.append(f"[{now}00010] calling  f{i}+0x0/0x1 @ 1")
        lines.append(f"[{now}00020] initcall f{i}+0x0/0x1 returned 0 after 9 usecs")
    return lines


def notes(boot: Boot) -> list[tuple[str, int | None]]:
    return [(d.code, d.line) for d in boot.diagnostics]


def test_a_log_pasted_twice_is_one_boot() -> None:
    data = lzma.decompress((SAMPLES / "formats" / "dmesg.txt.xz").read_bytes())
    once, twice = parse_log(data), parse_log(data + data)
    (boot,) = twice.boots
    assert boot.initcalls == once.boots[0].initcalls
    assert boot.markers == once.boots[0].markers
    lines = len(once.lines)
    assert boot.counts.repeated_lines == lines
    assert ("repeated_block", lines + 1) in notes(boot)
    assert f"{lines:,} lines printed a second time and left out." in boot.coverage.notes


@pytest.mark.parametrize("name", ["dmesg-ul--time-format-delta.txt", "dmesg-ul-H.txt", "kmsg.txt"])
def test_a_log_of_steps_pasted_twice_is_one_boot(name: str) -> None:
    data = lzma.decompress((SAMPLES / "formats" / f"{name}.xz").read_bytes())
    once, twice = parse_log(data), parse_log(data + data)
    (boot,) = twice.boots
    assert [c.line_called for c in boot.initcalls] == [
        c.line_called for c in once.boots[0].initcalls
    ]
    assert boot.counts.repeated_lines > 1000


def test_a_repetition_whose_first_half_ends_in_the_middle_of_a_record() -> None:
    record = b"MESSAGE=%s\n_SOURCE_MONOTONIC_TIMESTAMP=%d\n_TRANSPORT=kernel\n\n"
    block = b"".join(record % (b"Linux version 6" if not i else b"x", i * 1000) for i in range(9))
    assert len(parse_log(b"_TRANSPORT=kernel\n" + block + block).boots) == 1


def test_a_console_that_comes_late_prints_the_head_once_more() -> None:
    early = [HEAD, *calls(10)]
    (boot,) = capture(*early, *early, *calls(5, begin=10)).boots
    assert len(boot.initcalls) == 15
    assert boot.counts.repeated_lines == 21
    assert boot.coverage.clock == "monotonic"


def test_a_block_from_the_middle_pasted_twice() -> None:
    body = calls(30)
    (boot,) = capture(HEAD, *body, *body[20:40], *calls(3, begin=30)).boots
    assert len(boot.initcalls) == 33
    assert boot.counts.repeated_lines == 20
    assert notes(boot) == [("repeated_block", 62)]


def test_the_same_kernel_booted_again_is_another_boot() -> None:
    first = [HEAD, *calls(20)]
    second = [line.replace("00010]", "00011]").replace("00020]", "00021]") for line in first]
    assert len(capture(*first, *second).boots) == 2


def test_after_a_repetition_a_new_boot_is_still_seen() -> None:
    arm64 = "[    0.000000] Booting Linux on physical CPU 0x0000000000 [0x000f0510]"
    first = [arm64, HEAD, *calls(10)]
    second = [line.replace("00010]", "00011]").replace("00020]", "00021]") for line in first]
    one, other = capture(*first, *first, *second).boots
    assert (one.counts.repeated_lines, other.counts.repeated_lines) == (22, 0)
    assert len(one.initcalls) == len(other.initcalls) == 10


def test_two_consoles_that_print_every_line() -> None:
    doubled = [line for line in calls(4) for _ in range(2)]
    (boot,) = capture(HEAD, *doubled).boots
    assert (len(boot.initcalls), boot.counts.repeated_lines) == (4, 8)
    assert boot.counts.open == 0


def test_a_clock_that_starts_anew_without_a_banner_is_another_boot() -> None:
    again = [line.replace("00020]", "00029]") for line in calls(6, begin=3)]
    first, second = capture(HEAD, *calls(30), *again[1:]).boots
    assert notes(first) == []
    assert notes(second)[0] == ("clock_reset", 62)
    assert not second.coverage.head


def test_one_stray_line_is_no_new_boot() -> None:
    stray = "[    0.123456] guest says hello"
    (boot,) = capture(HEAD, *calls(30), stray, *calls(3, begin=30)).boots
    assert notes(boot) == [("clock_back", 62)]


def test_a_clock_of_32_bits_that_wraps() -> None:
    log = [
        HEAD,
        "[4294967.100000] calling  a+0x0/0x1 @ 1",
        "[    0.300000] initcall a+0x0/0x1 returned 0 after 9 usecs",
        *("[    0.400000] x",) * 9,
    ]
    (boot,) = capture(*log).boots
    assert notes(boot) == [("clock_wrap", 3)]
    assert boot.clock_steps == (3,)
    assert boot.initcalls[0].returned == 0


def test_comparisons_are_capped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parsers.boots, "MAX_COMPARED", 0)
    body = calls(30)
    (boot,) = capture(HEAD, *body, *body[20:40]).boots
    assert boot.counts.repeated_lines == 0
    early = [HEAD, *calls(20)]
    assert len(capture(*early, *early).boots) == 2
