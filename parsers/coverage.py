"""What a log is able to prove, told from what it holds and what it lacks."""

from collections.abc import Iterator, Sequence

from parsers.events import Clock, Counts, Coverage, Initcall, Proof, Tail
from parsers.named import NamedTuple

_PROOF_WORDS: dict[Proof, str] = {
    "order": "the order of what is there",
    "absence": "that nothing else happened",
    "levels": "the level of every initcall",
    "durations": "how long things took",
}


class ClockWatch:
    """What the stamps of a boot were: the first, the last, steps back, wraps."""

    def __init__(self) -> None:
        self.first_us: int | None = None
        self.last_us: int | None = None
        self.steps: list[tuple[int, int]] = []
        self.wraps: list[int] = []

    @property
    def verdict(self) -> Clock:
        """The coverage field ``clock``."""
        if self.last_us is None:
            return "none"
        return "steps_back" if self.steps else "monotonic"


class Measured(NamedTuple):
    """What coverage is judged by. ``trace``: the log is one, and lacks messages by nature."""

    counts: Counts
    initcalls: Sequence[Initcall]
    panic: bool
    userspace: bool
    head: bool
    trace: bool


def judge_coverage(measured: Measured, clock: ClockWatch) -> Coverage:
    """Coverage, with a note in words for everything that is missing."""
    userspace, panic = measured.userspace, measured.panic
    tail: Tail = "panic" if panic and not userspace else "userspace" if userspace else "cut"
    proofs = tuple(_proofs(measured, clock, tail))
    return Coverage(
        initcall_debug=bool(measured.initcalls),
        head=measured.head,
        tail=tail,
        clock=clock.verdict,
        userspace=userspace,
        symbols=any(call.level_source == "system_map" for call in measured.initcalls),
        notes=tuple(_notes(measured, clock, tail, proofs)),
        proves=proofs,
    )


def _proofs(measured: Measured, clock: ClockWatch, tail: Tail) -> Iterator[Proof]:
    calls, counts = measured.initcalls, measured.counts
    if calls or counts.markers:
        yield "order"
    if measured.head and calls and tail != "cut" and not counts.dropped_messages:
        yield "absence"
    if calls and all(
        call.levels is not None and call.levels[0] == call.levels[1] for call in calls
    ):
        yield "levels"
    if calls and clock.verdict == "monotonic":
        yield "durations"


def _notes(
    measured: Measured, clock: ClockWatch, tail: Tail, proofs: Sequence[Proof]
) -> Iterator[str]:
    counts, trace = measured.counts, measured.trace
    if trace:
        yield "This is a trace: it holds initcalls and no messages."
    if not measured.head and not trace:
        yield "The first lines of the boot are lost (boot with log_buf_len=16M, or capture serial)."
    if not measured.initcalls:
        cure = (
            "trace_event=initcall:*" if trace else "initcall_debug; on serial also ignore_loglevel"
        )
        yield f"No initcall is in this log (boot with {cure})."
    if tail == "cut" and not trace:
        yield "The log ends before user space starts."
    if clock.verdict == "none":
        yield "This log keeps no times: order is told by line, lengths by the kernel's word."
    yield from _damage(counts, trace=trace)
    if clock.steps:
        line, step_us = max(clock.steps, key=lambda step: step[1])
        times = "once, by" if len(clock.steps) == 1 else f"{len(clock.steps)} times, most by"
        yield (
            f"The clock steps back {times} {step_us / 1e6:.6f} s at line {line};"
            " order is told by line."
        )
    torn = counts.torn_lines > counts.mended_lines
    damaged = counts.orphans or counts.dropped_messages or torn or not measured.head
    if measured.initcalls and (damaged or tail == "cut") and not trace:
        proved = "; ".join(_PROOF_WORDS[proof] for proof in proofs if proof != "levels")
        rest = [_PROOF_WORDS[p] for p in _PROOF_WORDS if p not in proofs and p != "levels"]
        unproved = f" Not proved: {'; '.join(rest)}." if rest else ""
        yield f"Still proved: {proved}.{unproved}"


def _damage(counts: Counts, *, trace: bool) -> Iterator[str]:
    if counts.orphans:
        yield f"{_count(counts.orphans, 'initcall')} returned whose calling line is lost."
    if counts.dropped_messages:
        what = ("The trace lost", "event") if trace else ("The log lost", "message")
        yield f"{what[0]} {_count(counts.dropped_messages, what[1])}."
    if counts.torn_lines:
        mended = f", {counts.mended_lines} of them read all the same" if counts.mended_lines else ""
        yield f"{_count(counts.torn_lines, 'line')} torn by other text{mended}."
    if counts.repeated_lines:
        yield f"{_count(counts.repeated_lines, 'line')} printed a second time and left out."


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"
