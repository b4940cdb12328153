"""One real boot in every format that dmesg prints: the same boot each time."""

import lzma
from typing import Any

import pytest

from app.analysis import analyse
from app.report import Report
from tests.conftest import SAMPLES

FOLDER = SAMPLES / "formats"
FRAMING = {
    "dmesg-r.txt": "dmesg_raw", "dmesg-ul--raw.txt": "dmesg_raw",
    "dmesg-ul.txt": "dmesg", "dmesg-ul-S.txt": "dmesg", "dmesg-ul-color.txt": "dmesg",
    "dmesg-ul--json.json": "dmesg_json", "kmsg.txt": "kmsg",
    "dmesg-ul-d.txt": "dmesg_delta", "dmesg-ul--show-delta.txt": "dmesg_delta",
    "dmesg-ul--time-format-delta.txt": "dmesg_delta",
    "dmesg-ul-T.txt": "dmesg_ctime", "dmesg-ul--time-format-ctime.txt": "dmesg_ctime",
    "dmesg-ul--time-format-iso.txt": "dmesg_iso",
    "dmesg-ul-t.txt": "dmesg_notime", "dmesg-ul--time-format-notime.txt": "dmesg_notime",
    "dmesg-ul-H.txt": "dmesg_reltime", "dmesg-ul-e.txt": "dmesg_reltime",
    "dmesg-ul--time-format-reltime.txt": "dmesg_reltime",
    "dmesg-ul-x.txt": "dmesg_decoded", "dmesg-ul-x-T.txt": "dmesg_decoded",
}  # fmt: skip
UNTIMED = {"dmesg_ctime", "dmesg_notime"}


def read(name: str) -> Report:
    return analyse((FOLDER / f"{name}.xz").read_bytes()).report


def what_happened(report: Report) -> dict[str, Any]:
    return {
        "initcalls": [
            (c.function, c.module, c.occurrence, c.levels, c.thread, c.returned, c.reported_us)
            for c in report.initcalls
        ],
        "probes": [(p.device, p.returned, p.attempt, p.reported_us) for p in report.probes],
        "markers": [m.marker for m in report.markers],
        "findings": [(f.signature, f.basis, f.level_source) for f in report.findings],
        "kernel": report.kernel,
    }


@pytest.mark.parametrize("name", FRAMING)
def test_the_same_boot(name: str) -> None:
    plain = read("dmesg.txt")
    report = read(name)
    assert report.capture.framing == FRAMING[name]
    assert what_happened(report) == what_happened(plain)
    timed = [call.span_us for call in report.initcalls]
    if FRAMING[name] in UNTIMED or name == "dmesg-ul-x-T.txt":
        assert set(timed) == {None}
        assert report.coverage.clock == "none"
    else:
        assert timed == [call.span_us for call in plain.initcalls]


def test_every_format_is_tried() -> None:
    kept = {path.name.removesuffix(".xz") for path in FOLDER.glob("*.xz")}
    assert kept == {*FRAMING, "dmesg.txt"}


def rewritten(prefix: str, *, keep_stamp: bool) -> bytes:
    """The boot as another tool would have kept it: its prefix before each message."""
    lines = lzma.decompress((FOLDER / "dmesg.txt.xz").read_bytes()).decode().splitlines()
    return "\n".join(prefix + (line if keep_stamp else line[15:]) for line in lines).encode()


@pytest.mark.parametrize(
    ("prefix", "keep_stamp", "framing"),
    [
        ("Nov 23 04:35:26 host kernel: ", True, "journal"),
        ("Nov 23 04:35:26 host kernel: ", False, "journal"),
        ("mar  6 04:35:26.123456 host kernel: ", False, "journal"),
        ("2026-11-23T04:35:26+0000 host kernel: ", False, "journal"),
        ("2026-11-23T04:35:26.123456+00:00 host kernel: ", False, "journal"),
        ("Mon 2026-11-23 04:35:26 UTC host kernel: ", False, "journal"),
        ("1778000000.000000 host kernel: ", False, "journal"),
        ("11-23 04:27:13.123     0     0 D : ", False, "logcat"),
        ("11-23 04:27:13.123     0     0 D : ", True, "logcat"),
        ("> > ", True, "dmesg"),
        ("> Nov 23 04:35:26 host kernel: ", False, "journal"),
        (">> 2026-11-23T04:35:26+0000 host kernel: ", True, "journal"),
        ("    ", True, "dmesg"),
        ("552:", True, "dmesg"),
        ("[1.234567 0.000123] ", True, "grabserial"),
        ("2025-01-01T00:00:00.000000 ", True, "host_clock"),
        ("[2025-01-01 00:00:00] ", True, "host_clock"),
        ("[12:00:00.123] ", True, "host_clock"),
    ],
)
def test_what_other_tools_put_in_front(prefix: str, keep_stamp: bool, framing: str) -> None:
    report = analyse(rewritten(prefix, keep_stamp=keep_stamp)).report
    plain = read("dmesg.txt")
    assert report.capture.framing == framing
    assert what_happened(report) == what_happened(plain)
    spans = [call.span_us for call in report.initcalls]
    assert spans == [call.span_us for call in plain.initcalls] if keep_stamp else [None] * 375
