"""``calling`` and ``returned`` lines into calls, per thread, innermost first.

The kernel never runs one initcall inside another on the same thread, so a
thread that calls again has left the call before, whether or not the log still
has the line that says so: such a call is ``return_lost``, not hung.
"""

from collections import defaultdict

from parsers.events import Initcall
from parsers.framings import Frame
from parsers.grammars import Called, Returned
from parsers.levels import Leveled


class Call:
    """One initcall while it is being put together; fields as in ``events.Initcall``."""

    __slots__ = (
        "end_us", "function", "line_called", "line_returned", "module", "occurrence", "parent",
        "reported_us", "return_lost", "returned", "start_us", "thread",
    )  # fmt: skip

    def __init__(
        self, function: str, module: str | None, thread: str | None, parent: int | None,
        occurrence: int,
    ) -> None:  # fmt: skip
        self.function = function
        self.module = module
        self.thread = thread
        self.parent = parent
        self.occurrence = occurrence
        self.line_called: int | None = None
        self.start_us: int | None = None
        self.line_returned: int | None = None
        self.end_us: int | None = None
        self.returned: int | None = None
        self.reported_us: int | None = None
        self.return_lost = False

    @property
    def line(self) -> int:
        """The first line that speaks of this call."""
        return self.line_called or self.line_returned or 0


class _Named:
    """How often a function was called, and which of its calls are open."""

    __slots__ = ("calls", "open")

    def __init__(self) -> None:
        self.calls = 0
        self.open: list[int] = []


class Pairing:
    """Calls in the order of their first line, and which are open just now."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self._open: dict[int, None] = {}
        self._by_thread: defaultdict[str | None, list[int]] = defaultdict(list)
        self._by_name: defaultdict[tuple[str, str | None], _Named] = defaultdict(_Named)

    def call(self, frame: Frame, called: Called) -> int:
        """Open a call; returns its index."""
        function, module, pid, _, _ = called
        line, time_us, thread, _, _ = frame
        if pid is not None:
            thread = pid
        stack, named = self._by_thread[thread], self._by_name[(function, module)]
        named.calls += 1
        call = Call(function, module, thread, stack[-1] if stack else None, named.calls)
        call.line_called, call.start_us = line, time_us
        index = len(self.calls)
        self.calls.append(call)
        stack.append(index)
        self._open[index] = None
        named.open.append(index)
        return index

    def finish(self, frame: Frame, returned: Returned) -> int:
        """Close the innermost open call of that name, or keep an orphan."""
        function, module, value, reported_us, _ = returned
        line, time_us, thread, _, _ = frame
        named = self._by_name[(function, module)]
        index = self._pick(named.open, thread)
        if index is None:
            named.calls += 1
            index, call = len(self.calls), Call(function, module, thread, None, named.calls)
            self.calls.append(call)
        else:
            call = self.calls[index]
            named.open.remove(index)
            del self._open[index]
            self._leave(self._by_thread[call.thread], index)
        call.line_returned, call.end_us = line, time_us
        call.returned, call.reported_us = value, reported_us
        return index

    @staticmethod
    def _leave(stack: list[int], index: int) -> None:
        """Take a call off its thread's stack, with all that was called after it."""
        if stack and stack[-1] == index:
            stack.pop()
        elif index in stack:
            del stack[stack.index(index) :]

    def running(self, thread: str | None) -> int | None:
        """The call that a message on ``thread`` was printed in, or None.

        Without a thread it is the only open call; with several open at once the
        log does not tell.
        """
        if thread is not None:
            stack = self._by_thread.get(thread)
            return stack[-1] if stack else None
        live = [stack for stack in self._by_thread.values() if stack]
        return live[0][-1] if len(live) == 1 else None

    def open_call(self, function: str) -> int | None:
        """The index of an open call of ``function``, or None."""
        return next((i for i in reversed(self._open) if self.calls[i].function == function), None)

    def settle(self) -> None:
        """Mark calls whose thread went on, and free what seemed nested in them."""
        last_on_thread: dict[str | None, int] = {}
        for index, call in enumerate(self.calls):
            if call.line_called is not None:
                last_on_thread[call.thread] = index
        for index, call in enumerate(self.calls):
            if call.line_returned is None and last_on_thread[call.thread] != index:
                call.return_lost = True
        for call in self.calls:
            while call.parent is not None and self.calls[call.parent].return_lost:
                call.parent = self.calls[call.parent].parent

    def _pick(self, candidates: list[int], thread: str | None) -> int | None:
        if thread is not None:
            for index in reversed(candidates):
                if self.calls[index].thread == thread:
                    return index
        return candidates[-1] if candidates else None


def initcall_of(call: Call, leveled: Leveled, trace_us: int | None) -> Initcall:
    """A call as the event that everybody else sees."""
    span = None
    if call.start_us is not None and call.end_us is not None:
        span = call.end_us - call.start_us
    return Initcall(
        function=call.function,
        module=call.module,
        occurrence=call.occurrence,
        levels=leveled.levels,
        level_source=leveled.source,
        link_order=leveled.link_order,
        thread=call.thread,
        parent=call.parent,
        start_us=call.start_us,
        end_us=call.end_us,
        reported_us=call.reported_us,
        span_us=span,
        returned=call.returned,
        return_lost=call.return_lost,
        line_called=call.line_called,
        line_returned=call.line_returned,
        trace_us=trace_us,
    )
