"""A server as it is run: a process of its own, over a folder of its own."""

import http.client
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from email.message import Message
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from tests.conftest import ROOT

NONE: Mapping[str, str] = MappingProxyType({})


class Answer(NamedTuple):
    """What a server answered."""

    status: int
    headers: Message
    body: bytes


class Server:
    """One process over one data folder, with settings by their names."""

    def __init__(self, data: Path, **settings: str) -> None:
        told = {"PORT": "0", "DATA": str(data), "SAMPLES": ""} | settings
        environment = os.environ | {
            f"BOOTSCOPE_{name.upper()}": value for name, value in told.items()
        }
        data.mkdir(exist_ok=True)
        self.complaints = data / "stderr.txt"
        with self.complaints.open("ab") as complaints:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "app.cli", "serve"],
                cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=complaints, text=True,
            )  # fmt: skip
        assert self.process.stdout is not None
        self.said = self.process.stdout.readline()
        assert self.said.startswith("Bootscope serves on http://"), self.complaints.read_text()
        self.address = self.said.split()[3]
        self.port = int(self.address.rpartition(":")[2])

    def ask(self, method: str, path: str, body: object = None) -> tuple[int, bytes]:
        answer = self.answer(method, path, body)
        return answer.status, answer.body

    def answer(
        self, method: str, path: str, body: object = None, headers: Mapping[str, str] = NONE
    ) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request(method, path, body, headers)  # type: ignore[arg-type]
            answer = connection.getresponse()
            return Answer(answer.status, answer.headers, answer.read())
        finally:
            connection.close()

    def peak_kib(self) -> int:
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        found = re.search(r"VmHWM:\s+(\d+) kB", status)
        assert found
        return int(found[1])

    def stop(self, how: int = signal.SIGTERM) -> None:
        self.process.send_signal(how)
        self.process.wait()
        assert self.process.stdout is not None
        self.process.stdout.close()


@contextmanager
def serving(data: Path, **settings: str) -> Iterator[str]:
    """The address of a server that runs for that long."""
    server = Server(data, **settings)
    try:
        yield server.address
    finally:
        server.stop()
