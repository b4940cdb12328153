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


class Pairing:
    """Calls in the order of their first line, and which are open just now."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self._open: dict[int, None] = {}
        self._by_thread: defaultdict[str | None, list[int]] = defaultdict(list)
        self._by_name: defaultdict[tuple[str, str | None], list[int]] = defaultdict(list)
        self._occurrences: defaultdict[tuple[str, str | None], int] = defaultdict(int)

    def call(self, frame: Frame, called: Called) -> int:
        """Open a call; returns its index."""
        thread = called.pid if called.pid is not None else frame.thread
        stack = self._by_thread[thread]
        parent = stack[-1] if stack else None
        index = self._new(called.function, called.module, thread, parent)
        self.calls[index].line_called = frame.line
        self.calls[index].start_us = frame.time_us
        stack.append(index)
        self._open[index] = None
        self._by_name[(called.function, called.module)].append(index)
        return index

    def finish(self, frame: Frame, returned: Returned) -> int:
        """Close the innermost open call of that name, or keep an orphan."""
        candidates = self._by_name[(returned.function, returned.module)]
        index = self._pick(candidates, frame.thread)
        if index is None:
            index = self._new(returned.function, returned.module, frame.thread, None)
        else:
            candidates.remove(index)
            del self._open[index]
            self._leave(self._by_thread[self.calls[index].thread], index)
        call = self.calls[index]
        call.line_returned = frame.line
        call.end_us = frame.time_us
        call.returned = returned.returned
        call.reported_us = returned.reported_us
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

    def _new(
        self, function: str, module: str | None, thread: str | None, parent: int | None
    ) -> int:
        self._occurrences[(function, module)] += 1
        occurrence = self._occurrences[(function, module)]
        self.calls.append(Call(function, module, thread, parent, occurrence))
        return len(self.calls) - 1


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
