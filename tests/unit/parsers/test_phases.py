"""Firmware, boot loaders and user space around the kernel."""

from collections.abc import Callable

import pytest

from parsers import Boot, parse_log
from parsers.phases import firmware
from tests.conftest import SAMPLES

Parse = Callable[..., Boot]


def names(*lines: str) -> list[tuple[str, int, int]]:
    return [(p.name, p.first_line, p.last_line) for p in firmware(lines, 1, len(lines) + 1)]


def test_a_real_boot() -> None:
    (boot,) = parse_log((SAMPLES / "ff-rootfs-protected.log").read_bytes()).boots
    assert [(p.kind, p.name, p.first_line, p.last_line) for p in boot.phases] == [
        ("firmware", "TF-A", 1, 9),
        ("kernel", "kernel", 10, 1028),
        ("userspace", "user space", 1029, 1089),
    ]
    assert [(p.start_us, p.end_us) for p in boot.phases] == [
        (None, None), (0, 2_409_584), (2_409_584, 18_313_009),
    ]  # fmt: skip
    assert (boot.counts.firmware_lines, boot.counts.userspace_lines) == (9, 3)


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("NOTICE:  BL31: v2.15.0(release):", "TF-A"),
        ("I/TC: OP-TEE version: 4.10", "OP-TEE"),
        ("U-Boot SPL 2021.07-rc2 (May 28 2021 - 17:05:35 +0200)", "U-Boot"),
        ("Hit any key to stop autoboot:  0", "U-Boot"),
        ("UEFI firmware (version edk2-stable202405 built at 12:00)", "EDK2"),
        ("BdsDxe: loading Boot0001", "EDK2"),
        ("OpenSBI v1.4", "OpenSBI"),
        ("coreboot-4.19 Tue Jan 01 00:00:00 UTC 2024 x86_64 bootblock starting", "coreboot"),
        ("EFI stub: Booting Linux Kernel...", "EFI stub"),
        ("kexec_core: Starting new kernel", "kexec"),
        ("[   12.345678] kexec_core: Starting new kernel", "kexec"),
        ("[ rmm ] SMC_RMI_VERSION", "RMM"),
        ('- {"dt": "2025-01-01T00:00:00", "lvl": "target", "msg": "NOTICE:  BL1: x"}', "TF-A"),
        ("2026-11-23T04:27:13 U-Boot 2024.01 (Jan 01 2024)", "U-Boot"),
        ("[04:27:13.123] U-Boot 2024.01 (Jan 01 2024)", "U-Boot"),
    ],
)
def test_what_only_one_program_prints(line: str, name: str) -> None:
    assert names("some ROM", line, "more of it") == [(name, 2, 3)]


def test_programs_one_after_another_and_by_turns() -> None:
    assert names("NOTICE:  BL1: x", "a", "U-Boot 2024.01 (x)", "b", "EFI stub: x") == [
        ("TF-A", 1, 2), ("U-Boot", 3, 4), ("EFI stub", 5, 5),
    ]  # fmt: skip
    assert names("NOTICE:  BL1: x", "I/TC: y", "NOTICE:  BL31: x", "EFI stub: x") == [
        ("TF-A and OP-TEE", 1, 3), ("EFI stub", 4, 4),
    ]  # fmt: skip


def test_other_text_is_no_firmware() -> None:
    assert names("login: root", "# cat /proc/kmsg") == []
    assert names("ERROR:   QEMU System Power off: with GPIO.") == [], "said at the end of a boot"


def test_firmware_between_boots_is_the_later_ones(boot: Parse) -> None:
    log = (
        b"[    0.000000] Linux version 1\n[    5.000000] reboot: Restarting system\n"
        b"user text\nNOTICE:  BL1: x\nmore\n[    0.000000] Linux version 1\n[    0.100000] x\n"
    )
    first, second = parse_log(log).boots
    assert (first.first_line, first.last_line) == (1, 3)
    assert (second.first_line, second.last_line) == (4, 7)
    assert [p.name for p in second.phases] == ["TF-A", "kernel"]


def test_kexec_hands_over_between_kernels() -> None:
    log = (
        b"[    0.000000] Linux version 1\n[   50.000000] kexec_core: Starting new kernel\nBye!\n"
        b"[    0.000000] Linux version 2\n[    0.100000] x\n"
    )
    _, second = parse_log(log).boots
    assert [(p.name, p.first_line, p.last_line) for p in second.phases] == [
        ("kexec", 3, 3), ("kernel", 4, 5),
    ]  # fmt: skip
