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
import threading
import time
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import func, select

from app.settings import Settings
from app.store.metadata import open_engine
from app.store.tables import GRANTS, LOGS
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


def kept(data: Path) -> tuple[int, int, int]:
    """Rows of logs, rows of uploads, blobs."""
    with open_engine(Settings(data=data).database).connect() as connection:
        logs, grants = (
            connection.scalar(select(func.count()).select_from(table)) or 0
            for table in (LOGS, GRANTS)
        )
    return logs, grants, sum(path.is_file() for path in (data / "blobs").rglob("*"))


def test_eight_clients_that_send_one_log_at_once_make_one_row(
    server: Server, tmp_path: Path
) -> None:
    begin = threading.Barrier(8)

    def send(_: int) -> tuple[int, dict[str, object]]:
        begin.wait()
        status, body = server.ask("POST", "/api/v1/logs?label=branch=main", BROKEN)
        return status, json.loads(body)

    with ThreadPoolExecutor(8) as clients:
        answers = [*clients.map(send, range(8))]
    assert sorted(status for status, _ in answers) == [200] * 7 + [201]
    assert sum(bool(answer["created"]) for _, answer in answers) == 1
    assert len({answer["id"] for _, answer in answers}) == 1
    assert len({answer["deletion_token"] for _, answer in answers}) == 8
    assert kept(tmp_path) == (1, 8, 2)


_HEAD = b"POST /api/v1/logs HTTP/1.1\r\nHost: 127.0.0.1\r\n"
_PART = b"\r\n".join(
    (b"--x", b'Content-Disposition: form-data; name="log"; filename="a.log"', b"", BROKEN[:30_000])
)
CUT_OFF = {
    "length": b"%sContent-Length: %d\r\n\r\n%s" % (_HEAD, len(BROKEN), BROKEN[:30_000]),
    "chunks": b"%sTransfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n"
    % (_HEAD, 30_000, BROKEN[:30_000]),
    "in a chunk": b"%sTransfer-Encoding: chunked\r\n\r\n%x\r\n%s"
    % (_HEAD, 60_000, BROKEN[:30_000]),
    "form": b"%sContent-Type: multipart/form-data; boundary=x\r\nContent-Length: %d\r\n\r\n%s"
    % (_HEAD, len(BROKEN), _PART),
}
"""Uploads that end in the middle, at a whole line or not."""


@pytest.mark.parametrize("how", ["closed", "half closed", "reset"])
@pytest.mark.parametrize("sent", CUT_OFF)
def test_a_client_that_dies_leaves_nothing(
    server: Server, tmp_path: Path, sent: str, how: str
) -> None:
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as client:
        client.sendall(CUT_OFF[sent])
        time.sleep(0.2)
        if how == "half closed":
            client.shutdown(socket.SHUT_WR)
            assert b" 20" not in client.recv(100)[:15]
        elif how == "reset":
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    time.sleep(0.3)
    assert server.ask("GET", "/healthz")[0] == 200
    assert kept(tmp_path) == (0, 0, 0)
    assert "Traceback" not in server.complaints.read_text()
    status, body = server.ask("POST", "/api/v1/logs", BROKEN)
    assert (status, json.loads(body)["created"]) == (201, True)


def test_a_port_that_is_taken_is_named(server: Server, tmp_path: Path) -> None:
    taken = {"BOOTSCOPE_PORT": str(server.port), "BOOTSCOPE_DATA": str(tmp_path / "b")}
    done = subprocess.run(
        [sys.executable, "-m", "app.cli", "serve"],
        cwd=ROOT, capture_output=True, text=True, env=os.environ | taken,
    )  # fmt: skip
    assert done.returncode == 2
    assert f"Cannot serve on 127.0.0.1:{server.port}" in done.stderr
    assert "Set BOOTSCOPE_PORT" in done.stderr
