"""The table of initcalls as CSV: every row, and nothing that a spreadsheet would run."""

import csv
import io

import pytest

from app.analysis import analyse
from app.report import Report
from app.reporters.csv import COLUMNS, cell, render_csv
from tests.conftest import ROOT, SAMPLES


def rows(report: Report) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(render_csv(report), newline="")))


def test_a_row_says_what_the_log_says() -> None:
    report = analyse((SAMPLES / "ff-rootfs-protected.log").read_bytes()).report
    table = rows(report)
    assert len(table) == len(report.initcalls)
    (row,) = [row for row in table if row["function"] == "kvm_arm_init"]
    assert (row["start_us"], row["end_us"]) == ("1645616", "1891921")
    assert (row["span_us"], row["reported_us"]) == ("246305", "246115")
    assert (row["level_low"], row["level_high"], row["level_source"]) == ("6", "6", "known")
    assert (row["line_called"], row["line_returned"]) == ("613", "623")
    assert (row["state"], row["returned"], row["result"]) == ("returned", "0", "")
    assert "FFA001:fail" in row["rules"].split()
    assert [row["index"] for row in table] == [str(place) for place in range(len(table))]


def test_open_lost_and_refused_are_told_apart() -> None:
    report = analyse((SAMPLES / "k612-nofw-protected-hyppanic.log").read_bytes()).report
    (row,) = [row for row in rows(report) if row["function"] == "kvm_arm_init"]
    assert (row["state"], row["returned"], row["end_us"]) == ("open", "", "")
    report = analyse((SAMPLES / "deb612-arm64-smallbuf.log").read_bytes()).report
    table = rows(report)
    assert (table[0]["function"], table[0]["state"], table[0]["line_called"]) == (
        "dma_bus_init", "orphan", "",
    )  # fmt: skip
    (refused,) = [row for row in table if row["function"] == "balloon_wait_finish"]
    assert (refused["returned"], refused["result"]) == ("-19", "ENODEV")


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@SUM(A1)", "  =1", "|x", "%x", "'x", '"=1"', "\uff1d1", "\t=1"]
)  # fmt: skip
def test_no_text_is_a_formula(text: str) -> None:
    assert cell(text).startswith("'")
    assert not cell(text).startswith("'\t")


@pytest.mark.parametrize("text", ["kvm_arm_init", "", "a=b", "a-b", "_x", "1f"])
def test_other_text_stays(text: str) -> None:
    assert cell(text) == text


def test_a_hostile_name_neither_breaks_a_row_nor_runs() -> None:
    log = (
        "[    0.000000] Linux version 6.12.1 (lab@qemu)\n"
        '[    1.000000] calling  =HYPERLINK("//x","y"),z+0x0/0x10 @ 1\n'
        '[    1.000010] initcall =HYPERLINK("//x","y"),z+0x0/0x10 returned -22 after 9 usecs\n'
    )
    report = analyse(log.encode()).report
    table = rows(report)
    assert len(table) == len(report.initcalls)
    for row in table:
        assert not row["function"].startswith("=")
        assert row.keys() == {*COLUMNS}


def test_every_column_is_documented() -> None:
    text = (ROOT / "docs" / "outputs.md").read_text("utf-8")
    for column in COLUMNS:
        assert f"| `{column}` |" in text
