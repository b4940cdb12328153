"""Bytes to lines: containers, encodings, caps, refusals."""

import bz2
import gzip
import io
import lzma
import sys
import zipfile
from collections.abc import Callable

import pytest

from parsers.errors import EmptyInput, InputTooLarge, UnreadableInput
from parsers.source import present, read_source, unpack

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

LOG = b"[    0.000000] Linux version 6.12\r\n[    0.100000] hello\r\n"
PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress, "bzip2": bz2.compress, "xz": lzma.compress, "zstd": zstd.compress
}  # fmt: skip


@pytest.mark.parametrize("name", PACKERS)
def test_containers_are_told_by_content(name: str) -> None:
    source = read_source(PACKERS[name](LOG))
    assert source.container == name
    assert source.lines == read_source(LOG).lines


@pytest.mark.parametrize("name", PACKERS)
def test_a_cut_container_is_refused(name: str) -> None:
    with pytest.raises(UnreadableInput, match=f"The {name} data is broken"):
        read_source(PACKERS[name](LOG * 50)[:-9])


@pytest.mark.parametrize("name", PACKERS)
def test_a_bomb_is_refused_before_it_is_unpacked(name: str) -> None:
    bomb = PACKERS[name](bytes(8_000_000))
    with pytest.raises(InputTooLarge, match="over 100,000 bytes once unpacked"):
        read_source(bomb, max_bytes=100_000)


def test_two_layers_are_unpacked_a_third_is_not() -> None:
    twice = gzip.compress(lzma.compress(LOG))
    assert read_source(twice).container == "gzip+xz"
    with pytest.raises(UnreadableInput, match="packed more than twice"):
        read_source(bz2.compress(twice))


def test_concatenated_gzip_members_are_one_log() -> None:
    assert len(read_source(gzip.compress(LOG) + gzip.compress(LOG)).lines) == 4


def test_a_log_over_the_cap_is_refused_as_sent() -> None:
    with pytest.raises(InputTooLarge, match="has 57 bytes; the cap is 10"):
        read_source(LOG, max_bytes=10)


@pytest.mark.parametrize("data", [b"", b"\n\n \r\n\t", b"\x00\x00\x00"])
def test_nothing_is_an_empty_log(data: bytes) -> None:
    with pytest.raises(EmptyInput):
        read_source(data)


@pytest.mark.parametrize(
    "data", [b"<!DOCTYPE html><p>", b"\n  <html lang='en'>", b"<HEAD>", b"<?xml version='1.0'?>"]
)
def test_a_web_page_is_named_as_one(data: bytes) -> None:
    with pytest.raises(UnreadableInput, match=r"line 1: This is a web page.*raw text behind it"):
        read_source(data)


def test_a_vmlinux_is_told_where_it_belongs() -> None:
    with pytest.raises(UnreadableInput, match=r"ELF file, not a log.*give it as symbols"):
        read_source(b"\x7fELF" + bytes(4000))


def test_the_one_file_of_an_archive_is_unpacked_as_bytes() -> None:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("vmlinux", b"\x7fELF")
    assert unpack(gzip.compress(inner.getvalue())) == b"\x7fELF"
    assert unpack(b"\x7fELF") == b"\x7fELF"
    with pytest.raises(InputTooLarge, match="cap is 3"):
        unpack(b"\x7fELF", max_bytes=3)


@pytest.mark.parametrize(
    "data", [bytes(range(256)) * 8, b"MZ\x90" + bytes(4000), b"\xfe" * 400 + b"a" * 100]
)
def test_binary_data_is_refused(data: bytes) -> None:
    with pytest.raises(UnreadableInput, match="binary data"):
        read_source(data)


def test_line_ends_colours_and_nuls_are_taken_off() -> None:
    source = read_source(b"\x1b[32m[    0.1] \x1b[0mone\r\r\ntw\x00o\nthree")
    assert source.lines == ("[    0.1] one", "two", "three")


def test_invalid_bytes_are_kept_visible_and_counted() -> None:
    source = read_source(b"one \xff\xfe two, and enough text around it to be a log\n" * 3)
    assert source.invalid_bytes == 6
    assert source.lines[0].startswith("one \ufffd\ufffd two")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig"])
def test_byte_order_marks_are_understood(encoding: str) -> None:
    text = "[    0.000000] Linux version 6.12\n[    0.1] x\n"
    assert read_source(text.encode(encoding)).lines == tuple(text.splitlines())


def test_what_occurs_in_the_first_lines_is_looked_for_no_further() -> None:
    lines = ["a b"] * 9_000
    assert present(lines, ["b", "a"]) == ("a", "b")
    assert present([*lines, "c"], ["c", "d"]) == ("c",)
