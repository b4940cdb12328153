"""Eight clients posting distinct logs to a server process, for minutes: ``make load``.

Each client posts a real log of some 70 kB, made another one by a last line, then asks for
/livez, which does next to nothing, for scale: so both are measured under the same load. The
clients are locust's, in one process beside the server's. Ends in 1 after an error, a wrong
answer, or growth of the server's memory by more than a tenth in the second half.
"""

import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from statistics import median
from typing import Any

from locust import FastHttpUser, constant, events, task
from locust.env import Environment

from bench.measure import SAMPLES, percentile, server_process

CLIENTS = 8
WARM_UP = 40
"""Posts before the first look at the server's memory."""
LOOKS = 10
LOG = (SAMPLES / "ff-rootfs-protected.log").read_bytes()
POST, IDLE = "post", "livez"
_NUMBERS = count()


class Bot(FastHttpUser):
    """Posts a log that the server never saw, asks for next to nothing, and again."""

    wait_time = constant(0)
    network_timeout = connection_timeout = 60.0

    @task
    def push(self) -> None:
        """One of each."""
        body = LOG + f"upload {next(_NUMBERS)}\n".encode()
        path = "/api/v1/logs?name=load.log&label=branch=load"
        with self.client.post(path, data=body, name=POST, catch_response=True) as answer:
            said: dict[str, Any] = answer.json() if answer.status_code == 201 else {}
            if (said.get("verdict"), said.get("exit_code")) != ("fail", 1):
                answer.failure(f"wrong answer: {answer.status_code} {said.get('verdict')}")
        self.client.get("/livez", name=IDLE)


class Measured:
    """What the clients saw, exactly: locust itself rounds its percentiles."""

    def __init__(self) -> None:
        self.took: dict[str, list[float]] = {POST: [], IDLE: []}
        self.faults: list[str] = []

    def note(self, name: str, response_time: float, exception: object, **_: object) -> None:
        """One request is over; ``response_time`` is in ms."""
        self.took[name].append(response_time)
        if exception is not None:
            self.faults.append(f"{name}: {exception}")


def run(seconds: float) -> int:
    """Load a server and print what came of it; the exit code."""
    begun = time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime())
    with tempfile.TemporaryDirectory() as folder, server_process(Path(folder)) as (address, pid):
        measured, looks = _load(address, pid, seconds)
        sizes = _stored(Path(folder))
    print(f"{begun} UTC, {CLIENTS} clients, {seconds:.0f} s, {len(LOG)} bytes a log")
    for name, took in measured.took.items():
        print(
            f"{name}: {len(took)}, {len(took) / seconds:.1f}/s, p50 {median(took):.0f} ms,"
            f" p90 {percentile(took, 90):.0f} ms, p99 {percentile(took, 99):.0f} ms,"
            f" longest {max(took):.0f} ms"
        )
    print(f"errors: {len(measured.faults)}")
    for fault in sorted({*measured.faults})[:5]:
        print(f"  {fault}")
    print(f"server's memory: {', '.join(f'{look:.0f}' for look in looks)} MiB, from the {WARM_UP}th"
          f" post to the end; store: {sizes / 2**20:.0f} MiB")  # fmt: skip
    grown = looks[-1] > 1.1 * looks[len(looks) // 2]
    if grown:
        print("it grew in the second half")
    return int(bool(measured.faults) or grown)


def _load(address: str, pid: int, seconds: float) -> tuple[Measured, list[float]]:
    import gevent

    measured = Measured()
    events.request.add_listener(measured.note)
    environment = Environment(user_classes=[Bot], host=address, events=events)
    runner = environment.create_local_runner()
    runner.start(CLIENTS, spawn_rate=CLIENTS)
    begun = time.monotonic()
    while len(measured.took[POST]) < WARM_UP and time.monotonic() - begun < seconds:
        gevent.sleep(0.05)
    looks = [resident(pid)]
    for look in range(1, LOOKS + 1):
        gevent.sleep(max(0.0, begun + seconds * look / LOOKS - time.monotonic()))
        looks.append(resident(pid))
    runner.quit()
    return measured, looks


def resident(pid: int) -> float:
    """Memory that a process has in RAM, in MiB (VmRSS of proc_pid_status(5))."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise RuntimeError("the server is gone")


def _stored(folder: Path) -> int:
    def sizes() -> Iterator[int]:
        for path in folder.rglob("*"):
            if path.is_file():
                yield path.stat().st_size

    return sum(sizes())


if __name__ == "__main__":
    sys.exit(run(float(sys.argv[1]) if sys.argv[1:] else 600))
