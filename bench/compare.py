"""Comparing two boots: CPU of the library call, on ordinary and on very large boots."""

from collections.abc import Iterator
from random import Random
from statistics import median

from bench.measure import SAMPLES, made_up, self_cpu

SIZES = (1_500, 30_000)
REPEATS = 7


def run() -> Iterator[str]:
    """One line a figure: real boots, made-up ones alike, with some moves, and shuffled."""
    from app.analysis import analyse
    from app.compare import compare
    from app.report import Report

    def taken(before: Report, after: Report) -> float:
        spent = []
        for _ in range(REPEATS):
            begun = self_cpu()
            compare(before, after)
            spent.append(self_cpu() - begun)
        return median(spent) * 1e3

    deb, deb73 = (
        analyse((SAMPLES / f"{name}.log").read_bytes()).report
        for name in ("deb612-arm64-protected", "deb73-ffa-module-protected")
    )
    yield (
        f"compare Debian 6.12 and 7.3 ({len(deb.initcalls)} and {len(deb73.initcalls)}"
        f" initcalls): {taken(deb, deb73):.1f} ms"
    )
    for size in SIZES:
        before = analyse(made_up(size)).report
        for what, moved in (("alike", 0), ("1 in 100 moved", size // 100), ("shuffled", size)):
            after = analyse(_stirred(made_up(size), moved)).report
            yield f"compare {size:,} initcalls, {what}: {taken(before, after):.1f} ms"


def _stirred(log: bytes, moved: int) -> bytes:
    """A made-up boot with so many initcalls elsewhere; stamps stay where they were."""
    head, *pairs, end = log.split(b"\n")
    stamps = [line[:15] for line in pairs]
    texts = [(pairs[n][15:], pairs[n + 1][15:]) for n in range(0, len(pairs), 2)]
    dice = Random(1)
    if moved >= len(texts):
        dice.shuffle(texts)
    else:
        for _ in range(moved):
            texts.insert(dice.randrange(len(texts)), texts.pop(dice.randrange(len(texts))))
    told = (text for both in texts for text in both)
    lines = (stamp + text for stamp, text in zip(stamps, told, strict=True))
    return b"\n".join([head, *lines, end])
