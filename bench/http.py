"""POST to verdict over loopback: a new log each time, one client and eight."""

import json
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median

from bench.measure import SAMPLES, percentile, server

LOG = (SAMPLES / "ff-rootfs-protected.log").read_bytes()
UPLOADS = 160


def run() -> Iterator[str]:
    """p50 and p99, by the number of clients."""
    with tempfile.TemporaryDirectory() as folder, server(Path(folder)) as address:
        for number in range(10):
            _post(address, number)
        for clients in (1, 8):
            numbers = range(1000 * clients, 1000 * clients + UPLOADS)
            with ThreadPoolExecutor(clients) as pool:
                took = list(pool.map(lambda number: _post(address, number), numbers))
            yield (
                f"http {len(LOG) // 1000} kB upload to verdict, {clients} client(s): p50"
                f" {median(took) * 1e3:.0f} ms, p99 {percentile(took, 99) * 1e3:.0f} ms"
            )


def _post(address: str, number: int) -> float:
    data = LOG + f"upload {number}\n".encode()
    request = urllib.request.Request(f"{address}/api/v1/logs", data, method="POST")
    before = time.perf_counter()
    with urllib.request.urlopen(request) as answer:
        verdict = json.load(answer)["verdict"]
    took = time.perf_counter() - before
    if verdict != "fail":
        raise RuntimeError(f"wrong verdict {verdict}")
    return took
