"""A section of an Android bug report: ``------ KERNEL LOG (dmesg) ------``, ``LAST KMSG``.

Only these sections are the log; the rest of a bug report is other programs' text. A
section after the first is read only where it has the first line of its boot, since
otherwise nothing would part it from the boot before.
"""

from collections.abc import Iterator, Sequence

from parsers.framings.base import HEAD_LINES, Frame, Keeps
from parsers.framings.inner import kernel_frames, spread
from parsers.pattern import pattern

_REPORT = pattern(r"== dumpstate: |-{6} (?:KERNEL LOG|LAST KMSG)\b")
_SECTION = pattern(r"-{6} (?:KERNEL LOG|LAST KMSG) \((?!.{0,40}logcat)")
_BEGINS = ("Booting Linux on physical CPU", "Linux version ")


class BugreportFraming:
    """The kernel's lines in them are as klogctl gives them: ``<6>[    0.000000] ...``."""

    name: str = "bugreport"
    example: str = "------ KERNEL LOG (dmesg) ------"
    made_by: str = "adb bugreport, the text file in the archive"
    keeps: Keeps = "microseconds"
    loses: str = "a LAST KMSG that lacks its boot's first line"
    source: str = "Android cmds/dumpstate/dumpstate.cpp (DoKmsg), sections of published reports"

    def recognises(self, line: str) -> bool:
        """Whether this line can only be of a bug report."""
        return line.startswith(("== dumpstate", "------ ")) and _REPORT.match(line) is not None

    def inside(self, lines: Sequence[str]) -> list[str]:
        """The lines of the sections that are read; none if this is no bug report."""
        if not any(map(self.recognises, lines[:HEAD_LINES])):
            return []
        return [line for _, section in _sections(lines) for line in section]

    def frames(self, lines: Sequence[str], first_line: int = 1) -> Iterator[Frame]:
        """Yield the sections' messages."""
        for start, section in _sections(lines):
            yield from kernel_frames(section, spread(section), first_line + start)


def _sections(lines: Sequence[str]) -> Iterator[tuple[int, Sequence[str]]]:
    """Index of the first line, and lines, of each section that can be read."""
    start: int | None = None
    found = 0
    for index, line in enumerate((*lines, "------ ")):
        if not line.startswith("------ "):
            continue
        if start is not None:
            section = lines[start:index]
            if section and (not found or _has_banner(section)):
                found += 1
                yield start, section
        start = index + 1 if _SECTION.match(line) is not None else None


def _has_banner(section: Sequence[str]) -> bool:
    return any(begin in line for line in section for begin in _BEGINS)


BUGREPORT = BugreportFraming()
