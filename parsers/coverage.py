"""What a log is able to prove, told from what it holds and what it lacks."""

from parsers.events import Clock, Coverage, Tail

CLOCK_TOLERANCE_US = 2_000
"""Stamps of two processors may step back by this much on a healthy boot."""


class ClockWatch:
    """Follows the stamps: whether there are any, whether they step back."""

    def __init__(self) -> None:
        self.last_us: int | None = None
        self.steps: list[tuple[int, int]] = []

    def see(self, line: int, time_us: int | None) -> None:
        """Take the stamp of ``line``; a step back is kept as (line, microseconds)."""
        if time_us is None:
            return
        if self.last_us is not None and time_us < self.last_us - CLOCK_TOLERANCE_US:
            self.steps.append((line, self.last_us - time_us))
        self.last_us = time_us

    @property
    def verdict(self) -> Clock:
        """The coverage field ``clock``."""
        if self.last_us is None:
            return "none"
        return "steps_back" if self.steps else "monotonic"


def judge_coverage(
    *,
    initcall_debug: bool,
    head: bool,
    userspace: bool,
    panic: bool,
    clock: ClockWatch,
    symbols: bool,
    dropped: int,
    orphans: int,
    trace: bool = False,
) -> Coverage:
    """Coverage, with a note in words for everything that is missing.

    ``trace`` tells that the log is a trace, which lacks messages by its nature.
    """
    tail: Tail = "panic" if panic and not userspace else "userspace" if userspace else "cut"
    notes = []
    if trace:
        notes.append("This is a trace: it holds initcalls and no messages.")
    if not head and not trace:
        notes.append(
            "The first lines of the boot are lost (boot with log_buf_len=16M, or capture serial)."
        )
    if not initcall_debug:
        cure = "initcall_debug; on serial also ignore_loglevel"
        notes.append(
            f"No initcall is in this log (boot with {'trace_event=initcall:*' if trace else cure})."
        )
    if tail == "cut" and not trace:
        notes.append("The log ends before user space starts.")
    if clock.verdict == "none":
        notes.append(
            "This log keeps no times: order is told by line, lengths by the kernel's word."
        )
    if orphans:
        calls = "initcall" if orphans == 1 else "initcalls"
        notes.append(f"{orphans} {calls} returned whose calling line is lost.")
    if dropped and trace:
        notes.append(f"The trace lost {dropped} {'event' if dropped == 1 else 'events'}.")
    elif dropped:
        notes.append(f"printk dropped {dropped} {'message' if dropped == 1 else 'messages'}.")
    if clock.steps:
        line, step_us = max(clock.steps, key=lambda step: step[1])
        times = "once, by" if len(clock.steps) == 1 else f"{len(clock.steps)} times, most by"
        notes.append(
            f"The clock steps back {times} {step_us / 1e6:.6f} s at line {line};"
            " order is told by line."
        )
    return Coverage(
        initcall_debug=initcall_debug,
        head=head,
        tail=tail,
        clock=clock.verdict,
        userspace=userspace,
        symbols=symbols,
        notes=tuple(notes),
    )
