"""What a symbol file looks like, as against a log or a kernel image."""

from pathlib import Path

import pytest

from parsers.symbol_kinds import kernel_image, listing_kind, looks_like_log

ELF = Path(__file__).parent / "elf"


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("gnu-nm-n", "System.map"),
        ("gnu-nm", "symbol listing"),
        ("gnu-nm-SA", "symbol listing"),
        ("gnu-nm-posix", "symbol listing"),
        ("gnu-nm-sysv", "symbol listing"),
        ("gnu-readelf-sW", "symbol listing"),
        ("gnu-readelf-s", "symbol listing"),
        ("gnu-objdump-t", "symbol listing"),
        ("llvm-nm-n", "System.map"),
        ("llvm-nm", "symbol listing"),
        ("llvm-nm-SA", "symbol listing"),
        ("llvm-nm-posix", "symbol listing"),
        ("llvm-nm-sysv", "symbol listing"),
        ("llvm-readelf-s", "symbol listing"),
        ("llvm-objdump-t", "symbol listing"),
    ],
)
def test_every_listing_is_recognised(name: str, kind: str) -> None:
    lines = (ELF / f"{name}.txt").read_text().splitlines()
    assert listing_kind(lines) == kind
    assert not looks_like_log(lines)


def test_kallsyms_is_told_by_its_modules_or_its_zeros() -> None:
    assert listing_kind(["0000000000000000 T _stext", "0000000000000000 t f"]) == "kallsyms"
    loaded = ["ffff800080000000 T _stext", "ffff800090000000 t ffa_init\t[ffa_module]"]
    assert listing_kind(loaded) == "kallsyms"


def test_a_log_is_no_listing(samples: Path) -> None:
    for log in (*samples.glob("*.log"), *(samples / "formats").glob("*")):
        if log.suffix != ".yaml":
            lines = log.read_text(errors="replace").splitlines()
            assert listing_kind(lines) is None, log
    assert listing_kind([]) is None
    assert listing_kind(["", "  "]) is None


@pytest.mark.parametrize(
    "line",
    [
        "[    0.000000] Linux version 6.12.0",
        "7,597,999724,-,caller=T1;calling  x+0x0/0x1 @ 1",
        "calling  ffa_init+0x0/0x820 @ 1",
        "initcall ffa_init+0x0/0x820 returned 0 after 57323 usecs",
    ],
)
def test_a_log_is_told_by_one_line(line: str) -> None:
    assert looks_like_log(["UEFI firmware", line])


def test_kernel_images_are_told_by_their_magic() -> None:
    assert kernel_image(bytes(0x202) + b"HdrS") == "an x86 bzImage"
    assert kernel_image(b"MZ" + bytes(0x36) + b"ARM\x64") == "an arm64 Image"
    assert kernel_image(b"MZ\0\0zimg") == "an EFI zboot image"
    assert kernel_image(b"") is None
