"""Phones' kernels that print processor and task after the stamp.

``[    0.000000]  [0:      swapper:    0] `` (Samsung), ``(0)[1:swapper/0]`` (MediaTek),
``[2026:11:23 04:27:14][pid:1,cpu2,swapper/0]`` (HiSilicon), `` c0      1 `` (several),
``[0]`` (processor alone). The task's pid is the message's thread.
"""

from collections.abc import Iterator, Sequence

from parsers.framings.base import Frame, Keeps, microseconds
from parsers.pattern import pattern

_LINE = pattern(
    r"\[ {0,5}(?P<s>\d{1,10})\.(?P<us>\d{6})s?\]"
    r"(?: {0,2}\[\d{1,2}: {0,20}[^:\[\]]{1,20}: {0,8}(?P<samsung>\d{1,8})\]"
    r"| {0,2}[.\-]{0,2}\(\d{1,2}\)\[(?P<mediatek>\d{1,8}):[^\]]{1,32}\]"
    r"|\[\d{4}:\d\d:\d\d \d\d:\d\d:\d\d\]\[pid:(?P<hisilicon>\d{1,8}),cpu\d{1,2},[^\]]{1,40}\]"
    r"| {1,2}c\d{1,2} {1,8}(?P<short>\d{1,8})(?= )"
    r"|\[\d{1,2}\]) ?"
)


class VendorFraming:
    """One pattern; the column is looked for right after the stamp."""

    name: str = "vendor_columns"
    example: str = "<7>[    1.579198]  [2:      swapper/0:    1] calling  ffa_init+0x0/0x820 @ 1"
    made_by: str = "adb shell dmesg on phones whose kernel adds columns"
    keeps: Keeps = "microseconds"
    loses: str = ""
    source: str = (
        "published logs, by their shape; Android logd/LogKlog.cpp (sniffPid) for MediaTek's"
    )

    def recognises(self, line: str) -> bool:
        """Whether such a column follows a stamp."""
        return "]" in line and _LINE.search(line) is not None

    def frames(self, lines: Sequence[str], first_line: int = 1) -> Iterator[Frame]:
        """Yield the messages; lines without the column yield none."""
        for number, line in enumerate(lines, first_line):
            found = _LINE.search(line) if "]" in line else None
            if found is None:
                continue
            thread = found["samsung"] or found["mediatek"] or found["hisilicon"] or found["short"]
            time_us = microseconds(found["s"], found["us"])
            yield Frame(number, time_us, thread, line[found.end() :], False)


VENDOR_COLUMNS = VendorFraming()
