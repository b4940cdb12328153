"""What stands around the kernel in a capture: firmware, boot loaders, user space.

Told by lines that only one program prints. Whatever stands between them and the
kernel's first line belongs to firmware too; nothing is guessed of other text.
"""

import re
from collections.abc import Mapping, Sequence

from parsers.events import Phase
from parsers.pattern import pattern

MAX_LINES = 20_000
"""Lines before a kernel that are looked at, the last ones."""
MAX_CHARACTERS = 300
_HOST = pattern(r'(?:.{0,80}?"msg": *["\']|[\[(]?[\dT:.,/ +-]{7,40}Z?[\])]? +)?\s*')
"""What a capture program puts in front: LAVA's fields, or a clock."""
_PROGRAMS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, pattern(text))
    for name, text in (
        ("Hafnium", r"[A-Z]{4,7}: Initiali[sz]ing Hafnium"),
        ("TF-A", r"(?:NOTICE|INFO|VERBOSE): {2,4}(?:BL\d|SPM|RSE|RMM|FCONF|\S)"),
        ("OP-TEE", r"(?:\S\s?)?[DIEFM]/(?:TC|LD|TA)(?::| )"),
        ("RMM", r"\[ +rmm +\] |Booting RMM"),
        ("U-Boot", r"U-Boot(?: SPL| TPL| PROPER)? 20\d\d\.|Hit any key to stop autoboot"
                   r"|Starting kernel \.\.\.|## (?:Booting kernel|Flattened Device Tree|Loading)"),
        ("OpenSBI", r"OpenSBI v\d"),
        ("barebox", r"barebox 20\d\d\."),
        ("coreboot", r"coreboot-\S+ |\[(?:INFO|NOTE|DEBUG|SPEW|ERROR|WARN) ?\]  "),
        ("SeaBIOS", r"SeaBIOS \(version"),
        ("EDK2", r"UEFI firmware \(version|UEFI Interactive Shell|BdsDxe: |EDK II|\[Bds\]"
                 r"|PROGRESS CODE: |Loading driver at 0x|Tianocore"),
        ("GRUB", r"\s*GNU GRUB|Booting `|error: .*grub|Loading Linux \S|Loading initial ramdisk"),
        ("LK", r"welcome to lk|Android Bootloader"),
        ("ABL", r"\S \[\d+\.\d+\] UEFI Start|Loader Build Info: |UEFI Start |Fastboot Build Info"),
        ("EFI stub", r"EFI stub: "),
        ("kexec", r"(?:\[ *\d+\.\d+\])? ?(?:kexec_core: )?(?:Starting new kernel|Bye!)\s*$"),
    )
)  # fmt: skip


def firmware(lines: Sequence[str], first: int, banner: int) -> list[Phase]:
    """The phases from the first line of firmware on, up to the line before ``banner``.

    ``lines`` are the capture's, ``first`` is the 1-based line that the search begins
    at. Empty where no line is any firmware's.
    """
    spans: dict[str, tuple[int, int]] = {}
    for number in range(max(first, banner - MAX_LINES), banner):
        name = _program(lines[number - 1])
        if name is not None:
            spans[name] = (spans.get(name, (number, 0))[0], number)
    begun = _by_turns(spans)
    ends = [*(begin - 1 for _, begin in begun[1:]), banner - 1][: len(begun)]
    return [
        Phase(
            kind="firmware", name=name, first_line=begin, last_line=end, start_us=None, end_us=None
        )
        for (name, begin), end in zip(begun, ends, strict=True)
    ]


def _program(line: str) -> str | None:
    text = line[:MAX_CHARACTERS]
    text = text[_HOST.match(text).end() :]  # type: ignore[union-attr]
    return next((name for name, program in _PROGRAMS if program.match(text)), None)


def _by_turns(spans: Mapping[str, tuple[int, int]]) -> list[tuple[str, int]]:
    """Names and first lines, in order; programs that talk in turns are one phase."""
    begun: list[tuple[str, int]] = []
    end = 0
    for name, (first, last) in sorted(spans.items(), key=lambda span: span[1]):
        if first <= end:
            begun[-1] = (f"{begun[-1][0]} and {name}", begun[-1][1])
        else:
            begun.append((name, first))
        end = max(end, last)
    return begun
