"""Logs into boots: splitting, coverage, probes, deferrals, diagnostics."""

from collections.abc import Callable

import pytest

import parsers.pipeline
import parsers.reader
from parsers import Boot, InputTooLarge, UnknownFraming, UnreadableInput, parse_log

Parse = Callable[..., Boot]
HEAD = "[    0.000000] Linux version 6.12.117 (aarch64-linux-gnu-gcc)"
CMDLINE = "[    0.000000] Kernel command line: quiet kvm-arm.mode=protected"
USERSPACE = "[    9.000000] Run /init as init process"


def codes(boot: Boot) -> list[str]:
    return [diagnostic.code for diagnostic in boot.diagnostics]


def test_counts_and_kernel(boot: Parse) -> None:
    parsed = boot(
        "NOTICE:  BL1",
        "[    0.000000] Booting Linux on physical CPU 0x0000000000 [0x000f0510]",
        HEAD,
        "[    0.000000] Machine model: linux,dummy-virt",
        CMDLINE,
        "[    0.100000] calling  a+0x0/0x1 @ 1",
        "[    0.200000] initcall a+0x0/0x1 returned 0 after 90000 usecs",
        "[    0.300000] calling  b+0x0/0x1 @ 1",
        "[    0.400000] initcall c+0x0/0x1 returned 0 after 1 usecs",
    )
    counts = parsed.counts
    assert (counts.lines, counts.framed, counts.understood) == (9, 8, 8)
    assert (counts.initcalls, counts.called, counts.returned) == (3, 2, 2)
    assert (counts.open, counts.orphans) == (1, 1)
    assert parsed.kernel.release == "6.12.117"
    assert parsed.kernel.arch == "arm64"
    assert parsed.kernel.machine == "linux,dummy-virt"
    assert parsed.kernel.cmdline == "quiet kvm-arm.mode=protected"
    assert [marker.marker for marker in parsed.markers] == ["pkvm.requested"]
    first = parsed.initcalls[0]
    assert (first.reported_us, first.span_us) == (90_000, 100_000)


def test_coverage_of_a_whole_boot(boot: Parse) -> None:
    coverage = boot(HEAD, "[    0.1] x", USERSPACE).coverage
    assert (coverage.head, coverage.tail, coverage.userspace) == (True, "userspace", True)
    assert not coverage.initcall_debug
    assert "No initcall is in this log" in coverage.notes[0]


def test_coverage_names_all_that_is_missing(boot: Parse) -> None:
    coverage = boot(
        "[    5.000000] initcall a+0x0/0x1 returned 0 after 1 usecs",
        "[    1.000000] ** 12 printk messages dropped **",
    ).coverage
    assert (coverage.head, coverage.tail, coverage.clock) == (False, "cut", "steps_back")
    text = " ".join(coverage.notes)
    for part in (
        "first lines",
        "ends before user space",
        "1 initcall returned",
        "lost 12",
        "4.000000 s",
    ):
        assert part in text


def test_a_panic_ends_a_boot_for_good(boot: Parse) -> None:
    assert boot(HEAD, "[    1.000000] Kernel panic - not syncing: x").coverage.tail == "panic"


def test_small_steps_of_the_clock_are_healthy(boot: Parse) -> None:
    parsed = boot(HEAD, "[    1.001000] a", "[    1.000000] b")
    assert parsed.coverage.clock == "monotonic"
    assert codes(parsed) == []


def test_a_clock_that_steps_back_is_named(boot: Parse) -> None:
    parsed = boot(HEAD, "[    1.500000] a", "[    1.000000] b")
    (note,) = parsed.diagnostics
    assert (note.code, note.line) == ("clock_back", 3)


def test_torn_lines_and_lost_returns_are_named(boot: Parse) -> None:
    parsed = boot(
        HEAD,
        "[    0.100000] calling  a+0x0/0x1 @ 1",
        "[    0.2[    0.200000] OpRegion [    0.200001] calling  b+0x0/0x1 @ 1",
        "[    0.300000] initcall b+0x0/0x1 returned 0 after 1 usecs",
    )
    assert parsed.counts.torn_lines == 0
    assert codes(parsed) == ["return_lost"]
    torn = boot(HEAD, "[    0.200000] OpRegion [    0.200001] calling  b+0x0/0x1 @ 1")
    assert torn.counts.torn_lines == 1
    assert codes(torn) == ["torn_line"]


def test_diagnostics_are_capped(boot: Parse) -> None:
    lines = ("[    0.100000] ** 1 printk messages dropped **",) * 300
    parsed = boot(HEAD, *lines)
    assert len(parsed.diagnostics) == parsers.reader.MAX_DIAGNOSTICS
    assert parsed.counts.dropped_messages == 300


def test_probes_and_their_attempts(boot: Parse) -> None:
    parsed = boot(
        HEAD,
        "[    0.100000] calling  ffa_init+0x0/0x1 @ 1",
        "[    0.110000] probe of arm-ffa with driver arm-ffa returned 517 after 136 usecs",
        "[    0.120000] initcall ffa_init+0x0/0x1 returned 0 after 1 usecs",
        "[    0.200000] probe of arm-ffa with driver arm-ffa returned 517 after 136 usecs",
        "[    0.300000] probe of arm-ffa with driver other returned 19 after 5 usecs",
        "[    0.400000] probe of arm-ffa with driver arm-ffa returned 0 after 47993 usecs",
        "[    0.500000] probe of lonely returned -517 after 1 usecs",
        "[    0.600000] probe of lonely returned 19 after 1 usecs",
    )
    assert [(p.attempt, p.resolved_line, p.parent) for p in parsed.probes[:4]] == [
        (1, 7, 0),
        (2, 7, None),
        (1, None, None),
        (3, None, None),
    ]
    assert [(d.device, d.driver, d.line, d.resolved_line) for d in parsed.deferrals] == [
        ("arm-ffa", "arm-ffa", 3, 7),
        ("lonely", None, 8, 9),
    ]
    assert [m.marker for m in parsed.markers] == ["ffa.deferred", "ffa.deferred", "ffa.absent"]


def test_a_tpm_that_says_nothing_is_known_by_its_probe(boot: Parse) -> None:
    parsed = boot(
        HEAD,
        "[    0.110000] probe of MSFT0101:00 with driver tpm_crb returned 0 after 136 usecs",
        "[    0.120000] probe of c000000.tpm_tis returned 19 after 136 usecs",
    )
    assert [(m.marker, m.line) for m in parsed.markers] == [("tpm.registered", 2)]


def test_pending_deferrals_carry_the_kernels_reason(boot: Parse) -> None:
    parsed = boot(
        HEAD,
        "[    0.110000] probe of a returned 517 after 136 usecs",
        "[   10.000000] platform a: deferred probe pending: wait for supplier x",
        "[   10.000000] platform b: deferred probe pending",
    )
    assert [
        (d.device, d.line, d.resolved_line, d.pending_line, d.reason) for d in parsed.deferrals
    ] == [
        ("a", 2, None, 3, "wait for supplier x"),
        ("b", 4, None, 4, None),
    ]


def test_markers_know_the_call_they_were_printed_in(boot: Parse) -> None:
    parsed = boot(
        HEAD,
        "[    0.100000] calling  init_ima+0x0/0x1 @ 1",
        "[    0.110000] ima: Allocated hash algorithm: sha256",
        "[    0.120000] initcall init_ima+0x0/0x1 returned 0 after 1 usecs",
        "[    0.200000] calling  finalize_pkvm+0x0/0x1 @ 1",
        "[    0.210000] initcall finalize_pkvm+0x0/0x1 returned 0 after 1 usecs",
        "[    0.300000] calling  ffa_init+0x0/0x1 @ 1",
        "[    0.310000] initcall ffa_init+0x0/0x1 returned -95 after 1 usecs",
        "[    0.400000] initcall kvm_arm_init blacklisted",
        "[    0.400000] initcall harmless_init blacklisted",
    )
    assert [(m.marker, m.line) for m in parsed.markers] == [
        ("ima.start", 2),
        ("pkvm.finalised", 6),
        ("ffa.absent", 8),
        ("pkvm.failed", 9),
    ]


def test_a_kworkers_message_belongs_to_the_retry_of_deferred_probes(boot: Parse) -> None:
    parsed = boot(
        "[    0.000000][    T0] Linux version 6.12 (x)",
        "[    0.100000][    T1] calling  deferred_probe_initcall+0x0/0x1 @ 1",
        "[    0.110000][   T39] ARM FF-A: Driver version 1.1",
        "[    0.115000][    C0] ARM FF-A: Driver version 1.1",
        "[    0.120000][    T1] initcall deferred_probe_initcall+0x0/0x1 returned 0 after 1 usecs",
        "[    0.130000][   T39] ARM FF-A: Driver version 1.1",
    )
    assert [marker.parent for marker in parsed.markers] == [0, None, None]
    assert parsed.markers[0].thread == "39"


TWO_BOOTS = b"""\
[    0.000000] Booting Linux on physical CPU 0x0000000000 [0x000f0510]
[    0.000000] Linux version 6.12.1 (x)
[    0.100000] calling  a+0x0/0x1 @ 1
NOTICE:  Booting Trusted Firmware
[    0.000000] Booting Linux on physical CPU 0x0000000000 [0x000f0510]
[    0.000000] Linux version 6.12.2 (x)
[    0.100000] calling  b+0x0/0x1 @ 1
"""


def test_a_capture_of_two_boots() -> None:
    first, second = parse_log(TWO_BOOTS).boots
    assert [first.kernel.release, second.kernel.release] == ["6.12.1", "6.12.2"]
    assert [(b.index, b.first_line, b.last_line) for b in (first, second)] == [(0, 1, 3), (1, 4, 7)]


def test_two_boots_without_the_arm64_line() -> None:
    banner = b"[    0.000000] Linux version 1\n"
    assert len(parse_log(banner + b"[    5.000000] y\n" + banner).boots) == 2


def test_a_banner_doubled_by_the_boot_console_is_one_boot() -> None:
    log = b"[    0.000000] Linux version 1\n[    0.000000] Linux version 1\n[    0.100000] x\n"
    assert len(parse_log(log).boots) == 1


def test_the_tail_of_an_earlier_boot_is_a_boot_firmware_is_none() -> None:
    head = b"[    0.000000] Linux version 2 (x)\n[    0.100000] x\n"
    tail = b"[    7.100000] initcall a+0x0/0x1 returned 0 after 1 usecs\n"
    firmware = b"[    7.925919] [I] [AND] ramdisk size\n"
    assert len(parse_log(tail + head).boots) == 2
    (only,) = parse_log(firmware + head).boots
    assert (only.first_line, only.counts.framed) == (1, 2)


def test_framing_can_be_overridden() -> None:
    log = b"[    0.000000][    T1] Linux version 1\n"
    assert parse_log(log).framing == "printk_caller"
    assert parse_log(log, framing="dmesg").framing == "dmesg"
    with pytest.raises(UnknownFraming, match=r"reads as 'printk_caller'.*dmesg 100%"):
        parse_log(b"[    0.000000] Linux version 1\n", framing="printk_caller")


def test_too_many_events_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parsers.pipeline, "MAX_RECORDS", 3)
    with pytest.raises(InputTooLarge, match=r"line 4: More than 3 lines"):
        parse_log(
            b"[    0.100000] calling  a+0x0/0x1 @ 1\n[    0.100000] calling  b+0x0/0x1 @ 1\n" * 3
        )


def test_broken_symbols_are_named_as_such() -> None:
    with pytest.raises(UnreadableInput, match=r"^symbols: There is no initcall table"):
        parse_log(b"[    0.000000] Linux version 1\n", symbols=b"nothing here\n")


def test_a_bind_resolves_a_deferral_before_any_other_answer(boot: Parse) -> None:
    parsed = boot(
        HEAD,
        "[    0.100000] probe of a returned 517 after 1 usecs",
        "[    0.200000] probe of a returned 19 after 1 usecs",
        "[    0.300000] probe of a returned 0 after 1 usecs",
        "[    0.400000] probe of a returned 517 after 1 usecs",
    )
    assert [probe.resolved_line for probe in parsed.probes] == [4, None, None, None]


def test_too_many_boots_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parsers.pipeline, "MAX_BOOTS", 3)
    log = b"[    0.000000] Linux version 1\n[    2.000000] x\n" * 9
    with pytest.raises(InputTooLarge, match="more than 3 boots"):
        parse_log(log)


@pytest.mark.parametrize(
    "piece",
    [
        b"probe of a with driver b" * 170,
        b"a b: deferred probe pending: " + b" " * 3900 + b"x",
        b"[    0.000000] " * 60,
        b"calling  a" + b" " * 3000,
        b"probe of d returned 517 after 1 usecs",
        b"initcall a+0x0/0x1 returned 0 after 1 usecs",
        b"Linux version " + b"9" * 4000,
    ],
    ids=lambda piece: piece[:20].decode(),
)
def test_work_grows_with_the_log_and_no_faster(piece: bytes) -> None:
    """Steps of the interpreter, not seconds: eight times the log, about eight times the work."""
    import sys

    def work(copies: int) -> int:
        steps = 0

        def count(*_: object) -> None:
            nonlocal steps
            steps += 1

        sys.setprofile(count)
        try:
            parse_log((b"[    0.100000] " + piece + b"\n") * copies)
        finally:
            sys.setprofile(None)
        return steps

    work(1)
    assert work(160) < 10 * work(20)


def test_what_a_console_dropped_has_no_stamp(boot: Parse) -> None:
    parsed = boot(HEAD, "** 12 printk messages dropped **", "** no such words **", USERSPACE)
    assert parsed.counts.dropped_messages == 12
    assert codes(parsed) == ["dropped"]
