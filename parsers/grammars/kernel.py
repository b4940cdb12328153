"""The kernel's own identity, its command line, the way into user space, panics.

Sources: init/main.c, init/version.c, arch/*/kernel/setup.c, drivers/of/fdt.c,
drivers/firmware/dmi_scan.c, kernel/panic.c, kernel/printk/printk.c.
"""

from parsers.grammars.base import Described, Dropped, Grammar, Marked, Record
from parsers.pattern import pattern

_VERSION = pattern(r"Linux version (\S+)")
_RUN = pattern(r"Run (\S+) as init process\s*$")
_DROPPED = pattern(r"\*\* (\d{1,18}) printk messages dropped \*\*|dropped (\d{1,18}) messages")
_MISSED = pattern(r"systemd-journald\[\d{1,10}\]: Missed (\d{1,18}) kernel messages")
_ARCHES = (
    ("aarch64", "arm64"),
    ("x86_64", "x86_64"),
    ("riscv64", "riscv64"),
    ("powerpc64", "ppc64"),
    ("s390x", "s390x"),
    ("loongarch64", "loongarch64"),
    ("i686", "x86"),
    ("arm-", "arm"),
)


def _read(text: str) -> tuple[Record, ...]:
    if text.startswith("Linux version "):
        return _identity(text)
    for prefix in ("Kernel command line: ", "Command line: "):
        if text.startswith(prefix):
            return (Described("cmdline", text[len(prefix) :].strip()),)
    if text.startswith("Booting Linux on physical CPU 0x0000000000"):
        return (Described("arch", "arm64"),)
    if text.startswith("Machine model: "):
        return (Described("machine", text[15:].strip()),)
    if text.startswith("DMI: ") and "not present" not in text and "/" in text:
        return (Described("machine", text[5:].strip()),)
    if text.startswith("Kernel panic - not syncing"):
        return (Marked("kernel.panic"),)
    if _RUN.match(text) or text.startswith(("Freeing unused kernel ", "systemd[1]: ")):
        return (Marked("userspace.start"),)
    if (missed := _MISSED.match(text)) is not None:
        return (Dropped(int(missed[1]), by="the journal"),)
    dropped = _DROPPED.search(text)
    return (Dropped(int(dropped[1] or dropped[2])),) if dropped is not None else ()


def _identity(text: str) -> tuple[Record, ...]:
    found = _VERSION.match(text)
    if found is None:
        return ()
    records: tuple[Record, ...] = (
        Described("release", found[1]),
        Described("banner", text.strip()),
    )
    for trace, arch in _ARCHES:
        if trace in text:
            return (*records, Described("arch", arch))
    return records


KERNEL = Grammar(
    "kernel",
    frozenset(
        {
            "Linux",
            "Kernel",
            "Command",
            "Booting",
            "Machine",
            "DMI:",
            "Run",
            "Freeing",
            "systemd[1]:",
            "**",  # a framing writes "** N printk messages dropped **" for a gap it counted
        }
    ),
    ("messages dropped", ": dropped ", " kernel messages"),
    _read,
)
