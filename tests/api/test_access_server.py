"""Tokens and rates of a real server process, and the command line beside it."""

import base64
import hashlib
import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Executable, event, select, text, update

from app.settings import Settings
from app.store.metadata import open_engine
from app.store.migrate import migrate
from app.store.tables import TOKENS
from app.store.tokens import Tokens
from tests.conftest import ROOT
from tests.servers import Server

LOG = b"[    0.000000] Linux version 6.12.0\n[    0.100000] calling  a+0x0/0x1 @ 1\n"
LOGS = "/api/v1/logs"
PACKS = "/api/v1/packs"


def command(data: Path, *arguments: str) -> str:
    """What ``bootscope tokens`` prints."""
    done = subprocess.run(
        [sys.executable, "-m", "app.cli", "tokens", *arguments],
        cwd=ROOT, env=os.environ | {"BOOTSCOPE_DATA": str(data)},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return done.stdout.strip()


def run(data: Path, statement: Executable) -> str:
    """What a statement gives on the store of ``data``, as text."""
    engine = open_engine(Settings(data=data).database)
    with engine.begin() as connection:
        done = connection.execute(statement)
        said = str(done.all()) if done.returns_rows else ""
    engine.dispose()
    return said


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def basic(token: str) -> dict[str, str]:
    return {"Authorization": f"Basic {base64.b64encode(f'x:{token}'.encode()).decode()}"}


@pytest.fixture
def closed(tmp_path: Path) -> Iterator[Server]:
    running = Server(tmp_path, ACCESS="all", RATE="1000/minute")
    yield running
    running.stop()


def test_a_server_that_nobody_may_use_says_so(closed: Server, tmp_path: Path) -> None:
    assert closed.answer("GET", PACKS).status == 401
    assert closed.complaints.read_text() == (
        "No token is live: 'bootscope tokens create NAME' makes one\n"
    )


def test_what_the_command_line_does_holds_at_once(closed: Server, tmp_path: Path) -> None:
    token = command(tmp_path, "create", "bot", "--scope", "upload,read", "--expires", "1h")
    sent = closed.answer("POST", LOGS, LOG, bearer(token))
    assert sent.status == 201
    address = f"{LOGS}/{json.loads(sent.body)['id']}"
    assert closed.answer("GET", address, headers=basic(token)).status == 200
    (row,) = json.loads(command(tmp_path, "list", "--format", "json"))["tokens"]
    assert row["last_used_at"] is not None
    run(tmp_path, update(TOKENS).values(expires_at=datetime(2026, 1, 1, tzinfo=UTC)))
    expired = closed.answer("GET", address, headers=bearer(token))
    assert (expired.status, b"expired since 2026-01-01" in expired.body) == (401, True)
    again = command(tmp_path, "create", "bot", "--scope", "admin")
    assert closed.answer("GET", address, headers=bearer(again)).status == 200
    command(tmp_path, "revoke", "bot")
    assert closed.answer("GET", address, headers=bearer(again)).status == 401
    assert closed.answer("DELETE", address, headers=bearer(again)).status == 401


def test_a_token_is_written_nowhere(closed: Server, tmp_path: Path) -> None:
    token = command(tmp_path, "create", "bot", "--scope", "admin")
    guess = "bsc_" + "g" * 43
    for one in (token, guess):
        for header in (bearer(one), basic(one)):
            closed.answer("POST", LOGS, LOG, header)
            closed.answer("GET", f"{LOGS}/zzz", headers=header)
            closed.answer("DELETE", f"{LOGS}/zzz", headers=header)
    run(tmp_path, text("alter table tokens rename to broken"))
    for header in (bearer(token), basic(token)):
        broken = closed.answer("GET", PACKS, headers=header)
        assert broken.status == 500
        assert token not in broken.body.decode()
    run(tmp_path, text("alter table broken rename to tokens"))
    assert closed.answer("GET", PACKS, headers=bearer(token)).status == 200
    closed.process.terminate()
    closed.process.wait()
    assert closed.process.stdout is not None
    said = closed.process.stdout.read()
    assert "Traceback" in closed.complaints.read_text()  # there was something to be told
    said += run(tmp_path, select(TOKENS))
    forms = [form for one in (token, guess) for form in (one[4:], basic(one)["Authorization"][6:])]
    for form in forms:
        assert form not in said
        for path in tmp_path.rglob("*"):
            assert not path.is_file() or form.encode() not in path.read_bytes(), path


def test_a_token_is_compared_by_its_hash_alone(tmp_path: Path) -> None:
    """So that the time it takes tells nothing of how much of a guess is right."""
    engine = open_engine(f"sqlite:///{tmp_path / 'x.db'}")
    migrate(engine)
    tokens = Tokens(engine)
    token = tokens.create("a", ["upload"])
    asked: list[tuple[object, ...]] = []

    def record(_1: object, _2: object, _3: str, parameters: tuple[object, ...], *_: object) -> None:
        asked.append(parameters)

    event.listen(engine, "before_cursor_execute", record)
    near = token[:-1] + ("x" if token[-1] != "x" else "y")
    assert tokens.find(token) is not None and tokens.find(near) is None
    assert asked == [(hashlib.sha256(one.encode()).hexdigest(),) for one in (token, near)]
    engine.dispose()


def test_a_refusal_is_read_while_a_large_log_is_sent(closed: Server) -> None:
    """http.client reads only once all is sent: a closed connection would be its answer."""
    refused = closed.answer("POST", LOGS, bytes(12 << 20))
    assert (refused.status, json.loads(refused.body)["title"]) == (401, "Token needed")


def test_who_waits_to_be_asked_is_not_asked_for_what_is_refused(closed: Server) -> None:
    with socket.create_connection(("127.0.0.1", closed.port), timeout=30) as client:
        client.sendall(
            f"POST {LOGS} HTTP/1.1\r\nHost: x\r\nContent-Length: {50 << 20}\r\n"
            "Expect: 100-continue\r\n\r\n".encode()
        )
        assert client.recv(12) == b"HTTP/1.1 401"


def test_of_many_at_once_as_many_pass_as_may(tmp_path: Path) -> None:
    server = Server(tmp_path, RATE="10/hour", RATE_BYTES="1 MiB/hour")
    try:
        with ThreadPoolExecutor(12) as pool:
            answers = list(pool.map(lambda _: server.answer("GET", PACKS), range(40)))
        assert sorted(answer.status for answer in answers) == [200] * 10 + [429] * 30
        for answer in answers:
            assert (answer.headers["Retry-After"] is not None) == (answer.status == 429)
            assert answer.headers["RateLimit-Policy"] == (
                '"requests-per-3600s";q=10;w=3600,'
                ' "bytes-per-3600s";q=1048576;qu="content-bytes";w=3600'
            )
    finally:
        server.stop()


@pytest.mark.parametrize("trusted", ["", "127.0.0.1"])
def test_for_whom_it_is_asked_is_believed_of_a_trusted_proxy_alone(
    tmp_path: Path, trusted: str
) -> None:
    server = Server(tmp_path, RATE="2/hour", TRUSTED_PROXIES=trusted)
    try:
        got = [
            server.answer("GET", PACKS, headers={"X-Forwarded-For": f"10.0.0.{place % 2}"}).status
            for place in range(6)
        ]
        assert got == ([200] * 4 + [429] * 2 if trusted else [200] * 2 + [429] * 4)
        proxied = {"X-Forwarded-For": "10.0.0.9", "X-Forwarded-Proto": "https"}
        sent = server.answer("POST", LOGS, LOG, proxied)
        if trusted:
            assert json.loads(sent.body)["url"].startswith("https://127.0.0.1")
        else:
            assert sent.status == 429
    finally:
        server.stop()


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"RATE": "often"}, "60/minute"),
        ({"RATE": "60/minute", "RATE_STORAGE": "nothing://x"}, "Correct BOOTSCOPE_RATE_STORAGE"),
    ],
)
def test_a_setting_that_cannot_be_used_stops_the_start(
    tmp_path: Path, settings: dict[str, str], said: str
) -> None:
    told = {"DATA": str(tmp_path), "PORT": "0", "SAMPLES": ""} | settings
    done = subprocess.run(
        [sys.executable, "-m", "app.cli", "serve"],
        cwd=ROOT, env=os.environ | {f"BOOTSCOPE_{name}": value for name, value in told.items()},
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == 2
    assert "BOOTSCOPE_RATE" in done.stderr and said in done.stderr
