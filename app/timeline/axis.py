"""What the timeline counts along its axis: µs where the log keeps times, else lines.

Logs of ``dmesg -t``, ``dmesg -T`` and the like keep no time, but every event has a
line: order and nesting can be drawn all the same.
"""

from typing import Literal, NamedTuple

from app.report import Report
from parsers import AsyncCall, AsyncWait, Initcall, Probe

Unit = Literal["us", "line"]
Span = tuple[int, int, bool]
"""Where a bar begins and ends, and whether it is open."""


class Axis(NamedTuple):
    """Places are µs since boot, or line numbers of the capture; ``last`` is the log's end."""

    unit: Unit
    last: int

    def at(self, time_us: int | None, line: int | None) -> int | None:
        """The place of an instant; None where the log does not tell it."""
        return time_us if self.unit == "us" else line

    def call_span(self, call: Initcall) -> Span | None:
        """Start and end of a call; an orphan is drawn back from its end."""
        end = self.at(call.end_us, call.line_returned)
        start = self.at(call.start_us, call.line_called)
        if start is None and end is not None:
            back = call.reported_us if self.unit == "us" else None
            start = max(0, end - (back or 0))
        if start is None:
            return None
        if call.returned is None:
            return start, start if call.return_lost else max(start, self.last), True
        return start, max(start, start if end is None else end), False

    def probe_span(self, probe: Probe) -> Span | None:
        """Probes are told of when they end: drawn backwards by the time reported."""
        if self.unit == "line":
            return probe.line, probe.line, False
        if probe.time_us is None:
            return None
        return max(0, probe.time_us - probe.reported_us), probe.time_us, False

    def async_span(self, call: AsyncCall) -> Span | None:
        """Start and end of an asynchronous call; one without a start is drawn back."""
        end = self.at(call.end_us, call.line_returned)
        start = self.at(call.start_us, call.line_called)
        if start is None and end is not None:
            start = max(0, end - (call.reported_us or 0)) if self.unit == "us" else end
        if start is None:
            return None
        if call.line_returned is None:
            return start, max(start, self.last), True
        return start, max(start, start if end is None else end), False

    def wait_span(self, wait: AsyncWait) -> Span | None:
        """From ``async_waiting`` to ``async_continuing``."""
        start = self.at(wait.start_us, wait.line_waiting)
        if start is None:
            return None
        if wait.line_continuing is None:
            return start, max(start, self.last), True
        end = self.at(wait.end_us, wait.line_continuing)
        return start, max(start, start if end is None else end), False


def axis_of(report: Report) -> Axis:
    """The axis that suits a report."""
    if _is_untimed(report):
        return Axis("line", report.capture.last_line)
    return Axis("us", _last_us(report))


def _is_untimed(report: Report) -> bool:
    """Whether most initcalls (without any: probes and markers) have no stamp at all."""
    stamped = [c.start_us is not None or c.end_us is not None for c in report.initcalls]
    if not stamped:
        stamped = [probe.time_us is not None for probe in report.probes]
        stamped += [marker.time_us is not None for marker in report.markers]
    if not stamped:
        return report.coverage.clock == "none"
    return 2 * sum(stamped) < len(stamped)


def _last_us(report: Report) -> int:
    """The end of the log: its last stamp, or the last end of anything in it."""
    ends = [call.end_us or call.start_us or 0 for call in report.initcalls]
    ends += [probe.time_us or 0 for probe in report.probes]
    ends += [marker.time_us or 0 for marker in report.markers]
    return max([report.last_time_us or 0, *ends])
