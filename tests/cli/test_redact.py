"""``bootscope redact``, and ``analyse --redact``."""

import gzip
from pathlib import Path

import pytest

from app.cli import main
from tests.conftest import SAMPLES

LOG = b"[    0.100000] eth0: D0:39:72:4a:39:ae, 10.0.0.9\n"
Output = pytest.CaptureFixture[bytes]


@pytest.fixture
def log(tmp_path: Path) -> str:
    path = tmp_path / "boot.log.gz"
    path.write_bytes(gzip.compress(LOG))
    return str(path)


def test_a_packed_log_comes_out_plain(log: str, capfdbinary: Output) -> None:
    assert main(["redact", log]) == 0
    out, err = capfdbinary.readouterr()
    assert out == b"[    0.100000] eth0: REDACTED-MAC-1, REDACTED-IP-1\n"
    assert err == (
        b"bootscope: redacted MAC addresses: 1 (1 distinct), IP addresses: 1 (1 distinct)\n"
    )


def test_some_kinds_into_a_file(log: str, tmp_path: Path, capfdbinary: Output) -> None:
    assert main(["redact", log, "--only", "ip", "-o", str(tmp_path / "out")]) == 0
    assert (tmp_path / "out").read_bytes() == LOG.replace(b"10.0.0.9", b"REDACTED-IP-1")
    assert capfdbinary.readouterr().out == b""


def test_a_list_before_anything_is_written(log: str, capfdbinary: Output) -> None:
    assert main(["redact", log, "--list"]) == 0
    assert capfdbinary.readouterr().out == (
        b"REDACTED-MAC-1\td0:39:72:4a:39:ae\nREDACTED-IP-1\t10.0.0.9\n"
        b"found MAC addresses: 1 (1 distinct), IP addresses: 1 (1 distinct)\n"
    )


def test_an_unknown_kind_is_named(log: str, capfdbinary: Output) -> None:
    assert main(["redact", log, "--only", "mac,nose"]) == 2
    assert capfdbinary.readouterr().err == b"bootscope redact: no such kind: nose\n"


def test_nothing_to_redact_is_said(tmp_path: Path, capfdbinary: Output) -> None:
    (tmp_path / "x").write_bytes(b"x\n")
    assert main(["redact", str(tmp_path / "x")]) == 0
    assert capfdbinary.readouterr() == (b"x\n", b"bootscope: there was nothing to redact\n")


def test_a_report_on_a_redacted_log(capsys: pytest.CaptureFixture[str]) -> None:
    log = str(SAMPLES / "ff-rootfs-protected.log")
    assert main(["analyse", "--redact", "--format", "json", log]) == 1
    out, err = capsys.readouterr()
    assert "lab@qemu" not in out and "REDACTED-HOST-1" in out
    assert err == f"bootscope: {log}: redacted Host and user names: 1 (1 distinct)\n"


@pytest.mark.parametrize("output", ["html", "markdown", "mail", "chrome-trace", "csv"])
def test_no_output_of_a_redacted_log_has_what_was_taken_out(
    output: str, capsys: pytest.CaptureFixture[str]
) -> None:
    log = str(SAMPLES / "ff-rootfs-protected.log")
    assert main(["analyse", "--redact", "--format", output, log]) == 1
    out = capsys.readouterr().out
    assert "lab@qemu" not in out
    assert ("REDACTED-HOST-1" in out) == (output == "html")


@pytest.mark.parametrize(
    ("where", "why"), [("nowhere/out", "No such file or directory"), (".", "Is a directory")]
)
def test_a_file_that_cannot_be_written_is_one_clear_error(
    log: str, tmp_path: Path, where: str, why: str, capfdbinary: Output
) -> None:
    path = tmp_path / where
    assert main(["redact", log, "-o", str(path)]) == 2
    out, err = capfdbinary.readouterr()
    assert (out, err) == (b"", f"bootscope: {path}: {why}.\n".encode())
