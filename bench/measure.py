"""Timing of child processes, percentiles, made-up boots."""

import os
import resource
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import quantiles

ROOT = Path(__file__).parents[1]
SAMPLES = ROOT / "sample_logs"


def child(command: list[str]) -> tuple[float, float, float]:
    """CPU seconds, wall seconds and peak MiB of one process."""
    before = time.perf_counter()
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=ROOT, env=environment
    )
    _, _, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - before
    process.returncode = 0
    return usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss / 1024


def percentile(values: list[float], percent: int) -> float:
    """The ``percent``-th percentile of ``values``."""
    return quantiles(values, n=100, method="inclusive")[percent - 1]


def made_up(initcalls: int) -> bytes:
    """A boot of that many initcalls, 17 µs each, that ends well."""
    lines = ["[    0.000000] Linux version 6.12.117 (aarch64-linux-gnu-gcc)"]
    now = 100_000
    for i in range(initcalls):
        name = f"drv{i}_init+0x0/0x28"
        for text in (f"calling  {name} @ 1", f"initcall {name} returned 0 after 12 usecs"):
            lines.append(f"[{now // 10**6:5d}.{now % 10**6:06d}] {text}")
            now += 17
    lines.append(f"[{now // 10**6:5d}.{now % 10**6:06d}] Run /init as init process")
    return "\n".join(lines).encode()


@contextmanager
def server(folder: Path) -> Iterator[str]:
    """A real server process on a free port over a fresh store; yields its address."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    environment = os.environ | {"BOOTSCOPE_PORT": str(port), "BOOTSCOPE_DATA": str(folder)}
    process = subprocess.Popen(
        [sys.executable, "-m", "app.cli", "serve"],
        cwd=ROOT, env=environment, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(200):
            try:
                urllib.request.urlopen(f"{address}/healthz", timeout=1).close()
                break
            except (urllib.error.URLError, OSError):
                time.sleep(0.05)
        yield address
    finally:
        process.terminate()
        process.wait()


def self_cpu() -> float:
    """CPU seconds of this process so far."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime
