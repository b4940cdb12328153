"""A server as it is run: a process of its own, over a folder of its own."""

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from tests.conftest import ROOT

NONE: Mapping[str, str] = MappingProxyType({})


class Server:
    """One process over one data folder, with settings by their names."""

    def __init__(self, data: Path, **settings: str) -> None:
        with socket.create_server(("127.0.0.1", 0)) as probe:
            self.port: int = probe.getsockname()[1]
        told = {"PORT": str(self.port), "DATA": str(data), "SAMPLES": ""} | settings
        environment = os.environ | {f"BOOTSCOPE_{name}": value for name, value in told.items()}
        data.mkdir(exist_ok=True)
        self.complaints = data / "stderr.txt"
        with self.complaints.open("ab") as complaints:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "app.cli", "serve"],
                cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=complaints, text=True,
            )  # fmt: skip
        assert self.process.stdout is not None
        self.said = self.process.stdout.readline()

    def ask(self, method: str, path: str, body: object = None) -> tuple[int, bytes]:
        answer = self.answer(method, path, body)
        return answer.status, answer.read()

    def answer(
        self, method: str, path: str, body: object = None, headers: Mapping[str, str] = NONE
    ) -> http.client.HTTPResponse:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.request(method, path, body, {"Connection": "close", **headers})  # type: ignore[arg-type]
        return connection.getresponse()

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
