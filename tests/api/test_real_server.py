"""A real server process, told hostile things."""

import gzip
import io
import json
import os
import signal
import socket
import struct
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT, SAMPLES
from tests.servers import Server

BROKEN = (SAMPLES / "ff-rootfs-protected.log").read_bytes()
PEAK_CAP_KIB = 600 * 1024


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    running = Server(tmp_path)
    yield running
    running.stop()


def test_it_says_where_it_serves_in_one_line(server: Server) -> None:
    assert server.said == f"Bootscope serves on http://127.0.0.1:{server.port} with 0 samples\n"


def chunks(count: int) -> Iterator[bytes]:
    for _ in range(count):
        yield b"[    0.000000] calling  a+0x0/0x1 @ 1\n" * 26_000


def test_what_is_too_large_is_refused_and_memory_stays_bounded(server: Server) -> None:
    status, body = server.ask("POST", "/api/v1/logs", gzip.compress(bytes(1 << 30), 1))
    assert (status, json.loads(body)["title"]) == (413, "Log too large")
    packed = gzip.compress(b"[    0.000000] calling  a+0x0/0x1 @ 1\n" * 1_600_000, 1)
    status, body = server.ask("POST", "/api/v1/logs", packed)
    assert (status, json.loads(body)["title"]) == (413, "Log too large")
    try:
        status, _ = server.ask("POST", "/api/v1/logs", chunks(200))
        assert status == 413
    except (BrokenPipeError, ConnectionResetError):
        pass  # refused while it was still sending
    assert server.ask("GET", "/healthz")[0] == 200
    assert server.peak_kib() < PEAK_CAP_KIB


def test_an_archive_of_bombs_costs_no_more_memory_than_one(server: Server) -> None:
    bomb = gzip.compress(bytes(100 << 20), 9)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for place in range(30):
            archive.writestr(f"{place}.gz", bomb)
        archive.writestr("a.log", BROKEN)
    status, body = server.ask("POST", "/api/v1/logs", packed.getvalue())
    assert status == 201
    answer = json.loads(body)
    assert [log["exit_code"] for log in answer["logs"]] == [3] * 30 + [1]
    assert server.peak_kib() < PEAK_CAP_KIB


def folders() -> bytes:
    """60 MiB of a zip's table of contents, of folders that have no name."""
    entry = b"PK\x01\x02" + bytes(24) + b"\x01\0" + bytes(16) + b"/"
    count = (60 << 20) // len(entry)
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 65535, 65535, count * len(entry), 4, 0)
    return b"PK\x03\x04" + entry * count + end


def test_an_archive_of_a_million_folders_is_not_opened(server: Server) -> None:
    status, body = server.ask("POST", "/api/v1/logs", folders())
    assert (status, "10,000 files" in json.loads(body)["detail"]) == (413, True)
    assert server.peak_kib() < PEAK_CAP_KIB


def test_an_acknowledged_log_survives_a_kill(tmp_path: Path) -> None:
    running = Server(tmp_path)
    status, body = running.ask("POST", "/api/v1/logs", BROKEN)
    running.stop(signal.SIGKILL)
    assert status == 201
    again = Server(tmp_path)
    try:
        address = f"/api/v1/logs/{json.loads(body)['id']}"
        assert again.ask("GET", f"{address}/raw") == (200, BROKEN)
        assert json.loads(again.ask("GET", address)[1])["verdict"] == "fail"
    finally:
        again.stop()


def test_a_client_that_goes_away_leaves_nothing(server: Server, tmp_path: Path) -> None:
    with socket.create_connection(("127.0.0.1", server.port)) as client:
        head = f"POST /api/v1/logs HTTP/1.1\r\nHost: x\r\nContent-Length: {len(BROKEN)}\r\n\r\n"
        client.sendall(head.encode() + BROKEN[:1000])
    deadline = time.monotonic() + 5
    while server.ask("GET", "/healthz")[0] != 200 and time.monotonic() < deadline:
        pass
    assert not [path for path in (tmp_path / "blobs").rglob("*") if path.is_file()]


def test_a_port_that_is_taken_is_named(server: Server, tmp_path: Path) -> None:
    taken = {"BOOTSCOPE_PORT": str(server.port), "BOOTSCOPE_DATA": str(tmp_path / "b")}
    done = subprocess.run(
        [sys.executable, "-m", "app.cli", "serve"],
        cwd=ROOT, capture_output=True, text=True, env=os.environ | taken,
    )  # fmt: skip
    assert done.returncode == 2
    assert f"Cannot serve on 127.0.0.1:{server.port}" in done.stderr
    assert "Set BOOTSCOPE_PORT" in done.stderr
