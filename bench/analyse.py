"""CPU, wall and memory of reading and judging: whole process and library call.

Peers are measured in the same run, by turns with ours, where BOOTSCOPE_PEERS names
them: commands that take a log as their last argument, ``name=command``, parted by
``;``. docs/performance.md has an example.
"""

import os
import re
import shlex
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from bench.measure import SAMPLES, child, self_cpu

CASES = ("ff-rootfs-protected", "deb612-arm64-protected", "deb73-ffa-module-protected")
REPEATS = 9
ORDINARY_BYTES = 1_000_000
OURS = [sys.executable, "-c", "from app.cli import run; run()"]
"""What the installed ``bootscope`` does."""
_DEBUG = re.compile(r"calling  |initcall |probe of ")


def run() -> Iterator[str]:
    """One line a figure."""
    yield from _start()
    for case in CASES:
        yield from _real(SAMPLES / f"{case}.log")
    yield _ordinary()


def _start() -> Iterator[str]:
    for what, command in (
        ("an empty Python", [sys.executable, "-c", "pass"]),
        ("bootscope --version", [*OURS, "--version"]),
    ):
        cpu, wall, _ = (median(found) for found in zip(*_runs([command])[0], strict=True))
        yield f"{what}: {cpu * 1e3:.0f} ms CPU, {wall * 1e3:.0f} ms wall"


def _real(path: Path) -> Iterator[str]:
    from app.analysis import analyse

    data = path.read_bytes()
    analyse(data)
    calls = []
    for _ in range(REPEATS):
        before = self_cpu()
        analyse(data)
        calls.append(self_cpu() - before)
    others_of = peers()
    ours, *others = _runs(
        [[*OURS, "analyse", str(path)], *([*command, str(path)] for _, command in others_of)]
    )
    cpu, wall, peak = (median(found) for found in zip(*ours, strict=True))
    call = median(calls)
    yield (
        f"analyse {path.stem}: library call {call * 1e3:.1f} ms CPU;"
        f" process {cpu * 1e3:.0f} ms CPU, {wall * 1e3:.0f} ms wall, {peak:.0f} MiB"
    )
    for (name, _), runs in zip(others_of, others, strict=True):
        other = median(one[0] for one in runs)
        yield (
            f"  {name}: {other * 1e3:.0f} ms CPU; our library call is {call / other:.2f} of it,"
            f" our process {cpu / other:.2f}"
        )


def peers() -> list[tuple[str, list[str]]]:
    """The programs that BOOTSCOPE_PEERS names, and how each is called."""
    named = (one.partition("=") for one in os.environ.get("BOOTSCOPE_PEERS", "").split(";") if one)
    return [(name.strip(), shlex.split(command)) for name, _, command in named]


def _runs(commands: list[list[str]]) -> list[list[tuple[float, float, float]]]:
    """All commands by turns, so that a busy machine is as busy for each of them."""
    found: list[list[tuple[float, float, float]]] = [[] for _ in commands]
    with tempfile.TemporaryDirectory() as folder:
        for turn in range(REPEATS + 1):
            for place, command in enumerate(commands):
                measured = child(command, home=None if place == 0 else folder)
                if turn:  # the first one warms up
                    found[place].append(measured)
    return found


def ordinary() -> bytes:
    """A log without initcall_debug: a real boot's other messages, again and again."""
    lines = (SAMPLES / "deb612-arm64-protected.log").read_text("utf-8").splitlines()
    texts = [line.partition("] ")[2] for line in lines if line.startswith("[")]
    texts = [text for text in texts if text and not _DEBUG.match(text)]
    made, size, now_us = [], 0, 0
    while size < ORDINARY_BYTES:
        for text in texts if size else [*texts[:60], *texts]:
            if size and text.startswith(("Booting Linux", "Linux version")):
                continue
            made.append(f"[{now_us // 10**6:5d}.{now_us % 10**6:06d}] {text}")
            size += len(made[-1]) + 1
            now_us += 13
    return "\n".join(made).encode()


def _ordinary() -> str:
    from parsers import parse_log

    data = ordinary()
    taken = []
    for _ in range(REPEATS):
        before = self_cpu()
        parse_log(data)
        taken.append(self_cpu() - before)
    rates = sorted(len(data) / seconds / 1e6 for seconds in taken)
    return (
        f"read ordinary dmesg: {median(rates):.1f} MB/s, at best {rates[-1]:.1f}"
        f" ({len(data) / 1e6:.1f} MB, {data.count(b'initcall ')} initcalls)"
    )
