"""CPU, wall and memory of reading and judging: whole process and library call.

A peer is measured in the same run where BOOTSCOPE_PEER names one: a command that
takes a log as its last argument, such as pm-graph's ``bootgraph.py -dmesg``.
"""

import os
import shlex
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from bench.measure import SAMPLES, child, made_up, self_cpu

CASES = ("ff-rootfs-protected", "deb612-arm64-protected", "deb73-ffa-module-protected")
REPEATS = 7


def run() -> Iterator[str]:
    """One line a case."""
    yield from _real()
    yield from _made_up()


def _real() -> Iterator[str]:
    from app.analysis import analyse

    for case in CASES:
        path = SAMPLES / f"{case}.log"
        data = path.read_bytes()
        analyse(data)
        calls = []
        for _ in range(REPEATS):
            before = self_cpu()
            analyse(data)
            calls.append(self_cpu() - before)
        command = [sys.executable, "-m", "app.cli", "analyse", str(path)]
        runs = [child(command) for _ in range(REPEATS)]
        cpu, wall = median(r[0] for r in runs), median(r[1] for r in runs)
        yield (
            f"analyse {case}: library call {median(calls) * 1e3:.1f} ms CPU;"
            f" process {cpu * 1e3:.0f} ms CPU, {wall * 1e3:.0f} ms wall, {runs[0][2]:.0f} MiB"
        )
        if peer := os.environ.get("BOOTSCOPE_PEER"):
            with tempfile.TemporaryDirectory() as folder:
                os.environ["HOME"] = folder
                other = median(child([*shlex.split(peer), str(path)])[0] for _ in range(REPEATS))
            yield (
                f"  peer {other * 1e3:.0f} ms CPU: library call is {median(calls) / other:.2f}"
                f" of it, process {cpu / other:.2f}"
            )


def _made_up() -> Iterator[str]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "boot.log"
        code = (
            "import sys; from app.analysis import analyse; analyse(open(sys.argv[1], 'rb').read())"
        )
        for initcalls in (3_000, 30_000, 300_000):
            path.write_bytes(made_up(initcalls))
            cpu, _, peak = child([sys.executable, "-c", code, str(path)])
            yield (
                f"analyse {initcalls:,} made-up initcalls: {cpu:.2f} s CPU,"
                f" {cpu / initcalls * 1e6:.1f} us each, peak {peak:.0f} MiB"
            )
