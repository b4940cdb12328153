"""The bytes that the browser takes apart hold what the JSON holds."""

import gzip
import json
import struct
from typing import Any

import pytest

from app.analysis import analyse
from app.timeline.columns import timeline_json
from app.timeline.packed import timeline_bytes
from tests.conftest import SAMPLES

_CODES = {"i1": "b", "i2": "h", "i4": "i", "f8": "d"}


def unpacked(packed: bytes) -> tuple[dict[str, Any], dict[str, list[int]]]:
    """Head and columns, read as the format's description says."""
    data = gzip.decompress(packed)
    (length,) = struct.unpack_from("<I", data)
    head = json.loads(data[4 : 4 + length])
    assert (4 + length) % 8 == 0
    columns = {}
    for name, kind, offset, count in head.pop("columns"):
        assert offset % 8 == 0
        columns[name] = list(
            struct.unpack_from(f"<{count}{_CODES[kind]}", data, 4 + length + offset)
        )
    return head, columns


@pytest.mark.parametrize(
    "name", ["ff-rootfs-protected", "deb612-amd64", "k73-upstream-nokvm-stuck"]
)
def test_it_holds_what_the_json_holds(name: str) -> None:
    report = analyse((SAMPLES / f"{name}.log").read_bytes()).report
    head, columns = unpacked(timeline_bytes(report))
    expected = json.loads(timeline_json(report))
    assert columns == expected.pop("bars")
    assert head == expected
    assert timeline_bytes(report) == timeline_bytes(report)


def test_values_beyond_32_bits_and_names_in_any_script() -> None:
    log = (
        "[    1.000000] calling  \u03b1_init+0x0/0x10 @ 1\n"
        "[99999.500000] initcall \u03b1_init+0x0/0x10 returned -22 after 5 usecs\n"
    )
    head, columns = unpacked(timeline_bytes(analyse(log.encode()).report))
    assert columns["span_us"] == [99_998_500_000]
    assert columns["result"] == [-22]
    assert head["strings"][columns["name"][0]] == "\u03b1_init"


def test_an_order_with_one_end_in_the_log_names_the_other_as_missing() -> None:
    report = analyse((SAMPLES / "ff-rootfs-protected-noinitcalldebug.log").read_bytes()).report
    head, _ = unpacked(timeline_bytes(report))
    ((point, role, finding),) = head["missing"]
    assert (head["findings"][finding]["rule"], role) == ("FFA002", "first")
    row, name, *_, line, _ = head["points"][point]
    assert (head["strings"][name], line) == ("ffa.up", 170)
    assert row >= 0


def test_nothing_to_draw_is_no_column_too_many() -> None:
    head, columns = unpacked(timeline_bytes(analyse(b"[    1.000000] hello\n").report))
    assert head["lanes"] == []
    assert set(map(len, columns.values())) == {0}
