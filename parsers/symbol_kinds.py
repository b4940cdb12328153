"""What a file of symbols looks like, as against a log or a kernel image."""

from collections.abc import Sequence
from typing import Literal

from parsers.pattern import pattern

SymbolKind = Literal["vmlinux", "System.map", "kallsyms", "symbol listing"]

_SAMPLE = 400
"""Lines looked at."""
_WIDTH = 600
"""Characters of a line that are looked at."""
_HEX = r"(?:0x)?[0-9a-fA-F]{8,16}"
_PLAIN = pattern(r"([0-9a-fA-F]{8}|[0-9a-fA-F]{16}) [a-zA-Z?] \S+(\s+\[\w+\])?\s*$")
_LISTED = pattern(
    rf"\s*(?:[^\s:|]+:\s*)?{_HEX}\s+(?:{_HEX}\s+)?[a-zA-Z?-]\s+\S"  # nm and its like
    rf"|\S+\s+[a-zA-Z?]\s+{_HEX}(?:\s|$)"  # nm -f posix
    rf"|\S+\s*\|{_HEX}\|"  # nm -f sysv
    rf"|\s*\d+:\s+{_HEX}\s+(?:0x)?[0-9a-f]+\s+[A-Z_]+\s+[A-Z]+\s"  # readelf -s
    rf"|{_HEX} [lgu! ][w ][C ][W ][Ii ][dD ][FfO ] \S"  # objdump -t
)
_LOG_LINE = pattern(
    r"\[ {0,9}\d+\.\d{6}\]|\d+,\d+,\d+,|Linux version \d"
    r"|calling {1,2}\S+ @ \d|initcall \S+ returned "
)
_IMAGES: tuple[tuple[int, bytes, str], ...] = (
    (0x202, b"HdrS", "an x86 bzImage"),
    (0x38, b"ARM\x64", "an arm64 Image"),
    (0x38, b"RSC\x05", "a RISC-V Image"),
    (0x24, b"\x18\x28\x6f\x01", "an arm zImage"),
    (0x04, b"zimg", "an EFI zboot image"),
    (0x00, b"\x27\x05\x19\x56", "a U-Boot image"),
    (0x00, b"ANDROID!", "an Android boot image"),
)
"""Where each has its magic (arch/*/boot, drivers/firmware/efi/libstub, their tools)."""


def listing_kind(lines: Sequence[str]) -> SymbolKind | None:
    """What lists symbols like this; None where most lines list none."""
    sample = [line[:_WIDTH] for line in lines[:_SAMPLE] if line.strip()]
    listed = [line for line in sample if _LISTED.match(line)]
    if len(listed) * 2 <= len(sample):
        return None
    plain = [found for line in listed if (found := _PLAIN.match(line))]
    addresses = [int(found[1], 16) for found in plain]
    if len(plain) < len(listed) or addresses != sorted(addresses):
        return "symbol listing"
    if not any(addresses) or any(found[2] for found in plain):
        return "kallsyms"
    return "System.map"


def looks_like_log(lines: Sequence[str]) -> bool:
    """Whether some line near the start is as a kernel log's lines are."""
    return any(_LOG_LINE.search(line, 0, _WIDTH) for line in lines[:_SAMPLE])


def kernel_image(data: bytes) -> str | None:
    """What kind of kernel image these bytes begin, None for anything else."""
    return next((kind for at, magic, kind in _IMAGES if data.startswith(magic, at)), None)
