"""zip and tar: one log is taken as it is, several are told apart."""

import gzip
import io
import tarfile
import zipfile
from collections.abc import Callable

import pytest

import parsers.archive
from parsers.errors import EmptyInput, InputTooLarge, UnreadableInput
from parsers.source import logs_in, read_source

LOG = b"[    0.000000] Linux version 6.12\n[    0.100000] hello\n"


def zipped(**files: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("folder/", b"")
        for name, data in files.items():
            archive.writestr(name, data)
    return packed.getvalue()


def tarred(**files: bytes) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        folder = tarfile.TarInfo("folder")
        folder.type = tarfile.DIRTYPE
        archive.addfile(folder)
        for name, data in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))
    return packed.getvalue()


def tarred_and_packed(**files: bytes) -> bytes:
    return gzip.compress(tarred(**files))


PACKERS = [zipped, tarred, tarred_and_packed]


@pytest.mark.parametrize("pack", PACKERS)
def test_one_log_is_taken_as_it_is(pack: Callable[..., bytes]) -> None:
    for data in (LOG, gzip.compress(LOG)):
        source = read_source(pack(a=data, empty=b"\n"))
        assert (source.lines, source.container) == (read_source(LOG).lines, "archive")


@pytest.mark.parametrize("pack", PACKERS)
def test_several_logs_are_told_apart(pack: Callable[..., bytes]) -> None:
    data = pack(a=LOG, b=LOG * 2, empty=b"")
    assert logs_in(data, "x") == [("x/a", LOG), ("x/b", LOG * 2)]
    with pytest.raises(UnreadableInput, match=r"holds 2 files \(a, b\).*one at a time"):
        read_source(data)


def test_what_is_no_archive_is_one_log() -> None:
    for data in (LOG, gzip.compress(LOG)):
        assert logs_in(data, "x") == [("x", data)]
    assert logs_in(LOG, "x", max_bytes=3) == [("x", LOG)]


def test_many_names_are_not_all_told() -> None:
    with pytest.raises(UnreadableInput, match=r"holds 7 files \(a, b, c, d, e \.\.\.\)"):
        read_source(zipped(**dict.fromkeys("abcdefg", LOG)))


def test_an_archive_of_nothing() -> None:
    with pytest.raises(EmptyInput):
        read_source(zipped(a=b"\n"))


@pytest.mark.parametrize("pack", PACKERS)
def test_bombs(pack: Callable[..., bytes], monkeypatch: pytest.MonkeyPatch) -> None:
    data = pack(a=bytes(500_000), b=bytes(600_000))
    with pytest.raises(InputTooLarge):
        read_source(data, max_bytes=1_000_000)
    monkeypatch.setattr(parsers.archive, "MAX_MEMBERS", 2)
    with pytest.raises(InputTooLarge, match="2 files"):
        logs_in(pack(a=LOG, b=LOG, c=LOG), "x")


def test_broken_archives() -> None:
    with pytest.raises(UnreadableInput, match="archive is broken"):
        read_source(zipped(a=LOG)[:-30])
    cut = tarred(a=LOG * 9000)[: 512 * 20]
    with pytest.raises(UnreadableInput, match="archive is broken"):
        read_source(cut)


def test_a_password_is_no_fault_of_ours() -> None:
    data = bytearray(zipped(a=LOG))
    for magic, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = data.rfind(magic)
        data[place + offset] |= 1
    with pytest.raises(UnreadableInput, match=r"broken: .*encrypted"):
        read_source(bytes(data))


def test_a_name_of_nothing() -> None:
    data = bytearray(zipped(a=LOG))
    place = data.rfind(b"PK\x01\x02")
    data[place + 28], data[place + 32] = 0, 1  # the name's one letter is a comment now
    with pytest.raises(UnreadableInput, match="archive is broken"):
        read_source(bytes(data))


@pytest.mark.parametrize("pack", PACKERS)
def test_folders_count_too(pack: Callable[..., bytes], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parsers.archive, "MAX_ENTRIES", 2)
    assert len(logs_in(pack(a=LOG), "x")) == 1
    with pytest.raises(InputTooLarge, match="over 2 files"):
        logs_in(pack(a=LOG, b=LOG), "x")
