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
_LAUNCHER = """
import os, subprocess, sys, time
begun = time.perf_counter()
child = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
_, _, usage = os.wait4(child.pid, 0)
child.returncode = 0
print(usage.ru_utime + usage.ru_stime, time.perf_counter() - begun, usage.ru_maxrss)
"""
"""Starts what is measured from a small process: Linux counts the memory of whoever forks."""


def child(command: list[str], *, home: str | None = None) -> tuple[float, float, float]:
    """CPU seconds, wall seconds and peak MiB of one process.

    With ``home`` it runs there, for a peer that leaves files behind.
    """
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    if home is not None:
        environment["HOME"] = home
    done = subprocess.run(
        [sys.executable, "-S", "-c", _LAUNCHER, *command],
        capture_output=True, text=True, check=True, cwd=home or ROOT, env=environment,
    )  # fmt: skip
    cpu, wall, peak = map(float, done.stdout.split())
    return cpu, wall, peak / 1024


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
    with server_process(folder) as (address, _):
        yield address


@contextmanager
def server_process(folder: Path) -> Iterator[tuple[str, int]]:
    """As ``server``, with the number of its process."""
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
        yield address, process.pid
    finally:
        process.terminate()
        process.wait()


def self_cpu() -> float:
    """CPU seconds of this process so far."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime
