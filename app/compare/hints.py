"""What else differs and may be why: command line, kernel, firmware, who answered FF-A."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from app.compare.result import Hint, HintKind
from app.report import Report

_VERSIONS = {
    "FF-A version": ("ffa.version", re.compile(r"Firmware version (\d+\.\d+)")),
    "FF-A driver": ("ffa.up", re.compile(r"Driver version (\d+\.\d+)")),
}
"""By what it is: the marker that tells it, and where in its text."""
_PRINTED = {
    "TF-A": re.compile(r"BL31: (v\d+\.\d+\S{0,40})"),
    "OP-TEE": re.compile(r"OP-TEE version: (\S{1,60})|optee: revision (\d+\.\d+\S{0,40})"),
    "U-Boot": re.compile(r"\bU-Boot (\d{4}\.\d{2}\S{0,40})"),
    "UEFI": re.compile(r"efi: (EFI v\d+\.\d+ by .{1,60})"),
}
"""What the lines of a log tell besides: TF-A's bl31_main.c, OP-TEE's core and Linux driver,
U-Boot's banner, Linux drivers/firmware/efi/efi.c."""


def firmware_versions(lines: Sequence[str]) -> dict[str, str]:
    """Versions of firmware that a boot's lines name, by what it is; the first of each."""
    found: dict[str, str] = {}
    for line in lines:
        if (
            "BL31" in line
            or "OP-TEE" in line
            or "optee" in line
            or "U-Boot" in line
            or "efi:" in line
        ):
            for what, pattern in _PRINTED.items():
                if what not in found and (told := pattern.search(line)) is not None:
                    found[what] = next(filter(None, told.groups()))
    return found


def hints_of(
    before: Report, after: Report, firmware: tuple[Mapping[str, str], Mapping[str, str]]
) -> list[Hint]:
    """All hints; ``firmware`` are the versions that the two logs' lines name."""
    return [
        *_plain(before, after),
        *_cmdline(before.kernel.cmdline, after.kernel.cmdline),
        *_firmware(_versions(before) | dict(firmware[0]), _versions(after) | dict(firmware[1])),
        *_differ("ffa.answered_by", "FF-A answered by", answered_by(before), answered_by(after)),
        *_differ("rules", "judged with", _packs(before), _packs(after)),
        *_differ("coverage", "proves", _proves(before), _proves(after)),
    ]


def answered_by(report: Report) -> str | None:
    """Who answered when FF-A came up: pKVM's proxy, which traps from its start on, or not.

    Told by order, not by version: in 7.3 proxy and firmware give the same one. None where
    FF-A did not come up, or where pKVM was asked for and the log has no word of its start.
    """
    first = {marker.marker: marker.line for marker in reversed(report.markers)}
    up, traps = first.get("ffa.up"), first.get("pkvm.initialised")
    if up is None:
        return None
    if traps is None:
        return None if "pkvm.requested" in first else "the firmware"
    return "pKVM's proxy" if traps < up else "the firmware, before pKVM traps"


def _differ(kind: HintKind, what: str, one: str | None, other: str | None) -> Iterator[Hint]:
    if one != other:
        yield Hint(kind=kind, what=what, before=one, after=other)


def _plain(before: Report, after: Report) -> Iterator[Hint]:
    one, other = before.kernel, after.kernel
    yield from _differ("kernel", "kernel", one.release, other.release)
    if one.release == other.release:
        yield from _differ("kernel", "kernel's build", *_tails(one.banner, other.banner))
    yield from _differ("arch", "architecture", one.arch, other.arch)
    yield from _differ("machine", "machine", one.machine, other.machine)


def _tails(one: str | None, other: str | None) -> tuple[str | None, str | None]:
    """Two texts from the first word on in which they differ."""
    if one is None or other is None or one == other:
        return one, other
    words, others = one.split(" "), other.split(" ")
    same = 0
    while same < min(len(words), len(others)) - 1 and words[same] == others[same]:
        same += 1
    return " ".join(words[same:]), " ".join(others[same:])


def _cmdline(one: str | None, other: str | None) -> Iterator[Hint]:
    """Parameters of one command line alone; where one is not told, that."""
    if one is None or other is None:
        yield from _differ("cmdline", "command line", one, other)
        return
    words, others = Counter(one.split()), Counter(other.split())
    gone, come = words - others, others - words
    by_key = {word.partition("=")[0]: word for word in come}
    for word in sorted(gone.elements()):
        now = by_key.pop(word.partition("=")[0], None)
        if now is not None:
            come[now] -= 1
        yield Hint(kind="cmdline", what="command line", before=word, after=now)
    for word in sorted(come.elements()):
        yield Hint(kind="cmdline", what="command line", before=None, after=word)


def _firmware(one: Mapping[str, str], other: Mapping[str, str]) -> Iterator[Hint]:
    for what in sorted(one.keys() | other.keys()):
        yield from _differ("firmware", what, one.get(what), other.get(what))


def _versions(report: Report) -> dict[str, str]:
    found: dict[str, str] = {}
    for what, (name, pattern) in _VERSIONS.items():
        for marker in report.markers:
            if marker.marker == name and (told := pattern.search(marker.text)) is not None:
                found.setdefault(what, told[1])
    return found


def _packs(report: Report) -> str:
    return ", ".join(f"{pack.name} {pack.version}" for pack in report.packs)


def _proves(report: Report) -> str:
    return ", ".join(proof for proof in report.coverage.proves if proof != "levels") or "nothing"
