"""Asynchronous calls: begun and ended on kworkers, waited for by others."""

from collections import defaultdict

from parsers.events import AsyncCall, AsyncWait
from parsers.framings import Frame
from parsers.grammars import AsyncCalled, AsyncContinued, AsyncReturned, AsyncWaited
from parsers.record import replace


class AsyncPairing:
    """Calls by cookie and function, waits by thread, in the order of their first lines."""

    def __init__(self) -> None:
        self.waits: list[AsyncWait] = []
        self._calls: list[AsyncCall] = []
        self._open: dict[tuple[int, str], int] = {}
        self._on_thread: defaultdict[str | None, list[int]] = defaultdict(list)
        self._waiting: dict[str, int] = {}

    def calls(self) -> tuple[AsyncCall, ...]:
        """All calls."""
        return tuple(self._calls)

    def running(self, thread: str | None) -> int | None:
        """The call that ``thread`` is in. Without threads the log does not tell."""
        on = self._on_thread.get(thread) if thread is not None else None
        return on[-1] if on else None

    def call(self, frame: Frame, called: AsyncCalled) -> None:
        """A call begins."""
        self._open[(called.cookie, called.function)] = len(self._calls)
        self._on_thread[called.pid].append(len(self._calls))
        self._calls.append(
            AsyncCall(
                cookie=called.cookie,
                function=called.function,
                module=called.module,
                thread=called.pid,
                start_us=frame.time_us,
                end_us=None,
                reported_us=None,
                line_called=frame.line,
                line_returned=None,
            )
        )

    def finish(self, frame: Frame, returned: AsyncReturned) -> None:
        """A call ends; one whose start is lost is kept."""
        index = self._open.pop((returned.cookie, returned.function), None)
        if index is None:
            index = len(self._calls)
            self._calls.append(
                AsyncCall(
                    cookie=returned.cookie,
                    function=returned.function,
                    module=returned.module,
                    thread=frame.thread,
                    start_us=None,
                    end_us=None,
                    reported_us=None,
                    line_called=None,
                    line_returned=None,
                )
            )
        call = self._calls[index]
        on = self._on_thread.get(call.thread, [])
        if index in on:
            on.remove(index)
        self._calls[index] = replace(
            call, end_us=frame.time_us, reported_us=returned.reported_us, line_returned=frame.line
        )

    def wait(self, frame: Frame, waited: AsyncWaited, parent: int | None) -> None:
        """A thread begins to wait, in the initcall ``parent``."""
        self._waiting[waited.pid] = len(self.waits)
        self.waits.append(
            AsyncWait(
                thread=waited.pid,
                parent=parent,
                start_us=frame.time_us,
                end_us=None,
                reported_us=None,
                line_waiting=frame.line,
                line_continuing=None,
            )
        )

    def go_on(self, frame: Frame, continued: AsyncContinued) -> None:
        """It has waited. One whose first line is lost tells nothing of when it began."""
        index = self._waiting.pop(continued.pid, None)
        if index is not None:
            self.waits[index] = replace(
                self.waits[index],
                end_us=frame.time_us,
                reported_us=continued.reported_us,
                line_continuing=frame.line,
            )
