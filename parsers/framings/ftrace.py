"""ftrace as text: /sys/kernel/tracing/trace, trace_pipe, ``trace-cmd report``.

``task-pid [cpu] flags seconds: event: fields`` (kernel/trace/trace_output.c,
trace_print_context). The flags column and the thread group may be missing, task
names hold spaces and dashes. Lines that begin with ``#`` are the header.
"""

from collections.abc import Iterator, Sequence

from parsers.framings.base import TRACE, Frame, Keeps, microseconds
from parsers.pattern import pattern

# From the pid on: searched for, so that no part of it meets the task's name twice.
_EVENT = pattern(
    r"-(?P<pid>\d{1,10}) {1,40}(?:\([ \d-]{1,12}\) {1,20})?\[\d{1,6}\] {1,20}(?:\S{3,8} {1,20})?"
    r"(?P<s>\d{1,10})\.(?P<us>\d{6})\d{0,3}: (?=[a-z_]\w{0,99}:)"
)
_LOST = pattern(r"CPU:\d{1,6} \[(?:LOST )?(?:(?P<n>\d{1,18}) )?EVENTS(?: DROPPED)?\]")
_BUFFER = pattern(r"# entries-in-buffer/entries-written: (\d{1,18})/(\d{1,18})")


class FtraceFraming:
    """One event a line. The text is the event's name and fields."""

    name: str = TRACE
    example: str = "swapper/0-1 [000] .....     1.579198: initcall_start: func=ffa_init+0x0/0x820"
    made_by: str = "cat /sys/kernel/tracing/trace or trace_pipe, trace-cmd report"
    keeps: Keeps = "microseconds"
    loses: str = "all messages: it has events alone"
    source: str = "Linux 6.12 kernel/trace/trace_output.c, include/trace/events/initcall.h"

    def recognises(self, line: str) -> bool:
        """Whether an event is on this line."""
        return ": " in line and _EVENT.search(line) is not None

    def frames(self, lines: Sequence[str], first_line: int = 1) -> Iterator[Frame]:
        """Yield the events; a loss yields ``LOST N EVENTS``.

        The header tells how many events were overwritten before those that follow.
        """
        for number, line in enumerate(lines, first_line):
            if (found := _EVENT.search(line)) is not None:
                time_us = microseconds(found["s"], found["us"])
                yield Frame(number, time_us, found["pid"], line[found.end() :], False)
            elif (lost := _LOST.match(line)) is not None:
                yield Frame(number, None, None, f"LOST {lost['n'] or 1} EVENTS", False)
            elif (buffer := _BUFFER.match(line)) is not None:
                overwritten = int(buffer[2]) - int(buffer[1])
                if overwritten > 0:
                    yield Frame(number, None, None, f"LOST {overwritten} EVENTS", False)


FTRACE = FtraceFraming()
