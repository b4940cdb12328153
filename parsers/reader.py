"""One boot's messages into records, and those into events."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from parsers.async_pairing import AsyncPairing
from parsers.coverage import ClockWatch, Measured, judge_coverage
from parsers.events import (
    Boot,
    Counts,
    Diagnostic,
    Initcall,
    Kernel,
    Level,
    LevelBanner,
    Marker,
    Phase,
)
from parsers.framings import Frame
from parsers.grammars import (
    GRAMMARS,
    AsyncCalled,
    AsyncContinued,
    AsyncReturned,
    AsyncWaited,
    Blacklisted,
    Called,
    Described,
    Dropped,
    Entered,
    Marked,
    Pending,
    Probed,
    Record,
    Returned,
)
from parsers.levels import assign_levels
from parsers.markers import blacklisted, markers_of
from parsers.pairing import Call, Pairing, initcall_of
from parsers.probes import ProbeLine, attempts, deferrals_of
from parsers.record import replace

if TYPE_CHECKING:
    from parsers.symbols import SymbolTable
    from parsers.trace import Told, Trace

MAX_MESSAGE = 4096
"""Characters of a message that grammars see; the kernel's own limit is 1,024."""
MAX_DIAGNOSTICS = 200
"""Diagnostics kept per boot; the counts stay exact."""

_Reader = Callable[[str], tuple[Record, ...]]


def _dispatch() -> tuple[dict[str, tuple[_Reader, ...]], tuple[tuple[str, _Reader], ...]]:
    words: dict[str, tuple[_Reader, ...]] = {}
    literals: list[tuple[str, _Reader]] = []
    for grammar in GRAMMARS:
        for word in grammar.first_words:
            words[word] = (*words.get(word, ()), grammar.read)
        literals.extend((literal, grammar.read) for literal in grammar.literals)
    return words, tuple(literals)


WORDS, LITERALS = _dispatch()
"""Who reads a message: by its first word, or by what occurs anywhere in it."""


def records_of(text: str, word: str) -> tuple[Record, ...]:
    """What a message, with its first word, means to the grammars; nothing to most."""
    records: tuple[Record, ...] = ()
    for read in WORDS.get(word, ()):
        if found := read(text):
            records = records + found if records else found
    if not records:
        for literal, read in LITERALS:
            if literal in text:
                records += read(text)
    return records


class BootReader:
    """Collects one boot's records, line after line."""

    def __init__(self) -> None:
        self.pairing = Pairing()
        self.asynchronous = AsyncPairing()
        self.clock = ClockWatch()
        self.kernel: dict[str, str] = {}
        self.banners: list[LevelBanner] = []
        self.probes: list[ProbeLine] = []
        self.pendings: list[tuple[Frame, Pending]] = []
        self.markers: list[Marker] = []
        self.seen: set[str] = set()
        self.debugged = False
        self.level: str | None = None
        self.levels: dict[int, str] = {}
        self.named: dict[int, Level] = {}
        self.diagnostics: list[Diagnostic] = []
        self.first_line = 0
        self.last_framed = 0
        self.last_understood = 0
        self.framed = 0
        self.framed_late = 0
        self.understood = 0
        self.torn = 0
        self.mended = 0
        self.repeated = 0
        self.dropped = 0

    @property
    def end(self) -> int:
        """The last line that is this boot's for certain: without stamps any line frames."""
        return self.last_understood if self.clock.last_us is None else self.last_framed

    def take(self, frame: Frame, records: Sequence[Record]) -> None:
        """Take what a message means."""
        self.understood += 1
        self.last_understood = frame.line
        for record in records:
            _TAKERS[type(record)](self, frame, record)
            for marker in markers_of(record):
                self._mark(frame, marker)

    def called(self, frame: Frame, record: Called) -> None:
        """With tp_printk the trace's events repeat initcall_debug's lines."""
        if record.traced and self.debugged:
            return
        if not record.traced and not self.debugged:
            self._begin_debugged()
        index = self.pairing.call(frame, record)
        if self.level is not None:
            self.levels[index] = self.level
        if record.level is not None:
            self.named[index] = record.level

    def returned(self, frame: Frame, record: Returned) -> None:
        """As ``called``."""
        if record.traced and self.debugged:
            return
        if not record.traced and not self.debugged:
            self._begin_debugged()
        self.pairing.finish(frame, record)

    def probed(self, frame: Frame, record: Probed) -> None:
        """A probe belongs to the call that its thread is in."""
        on = self.asynchronous.running(frame.thread)
        parent = None if on is not None else self._running(frame)
        self.probes.append(ProbeLine(frame, record, parent, on))

    def entered(self, frame: Frame, record: Entered) -> None:
        """A level begins: by a trace event, or by a banner."""
        if record.traced:
            self.level = record.level
        else:
            banner = LevelBanner(level=record.level, line=frame.line, time_us=frame.time_us)
            self.banners.append(banner)

    def lost(self, frame: Frame, record: Dropped) -> None:
        """Messages are missing here."""
        self.dropped += record.messages
        self.level = None
        detail = f"Messages that {record.by} dropped here: {record.messages}."
        self.note("dropped", frame.line, detail)

    def mark(self, frame: Frame, record: Marked) -> None:
        """A message with a name of its own."""
        self._mark(frame, record.marker)

    def describe(self, _: Frame, record: Described) -> None:
        """A fact about the kernel; the first word on it counts."""
        self.kernel.setdefault(record.field, record.value)

    def skipped(self, frame: Frame, record: Blacklisted) -> None:
        """A call that initcall_blacklist= names."""
        for marker in blacklisted(record.function):
            self._mark(frame, marker)

    def pending(self, frame: Frame, record: Pending) -> None:
        """The kernel's own word on a deferred probe."""
        self.pendings.append((frame, record))

    def async_called(self, frame: Frame, record: AsyncCalled) -> None:
        """An asynchronous call begins."""
        self.asynchronous.call(frame, record)

    def async_returned(self, frame: Frame, record: AsyncReturned) -> None:
        """An asynchronous call ends."""
        self.asynchronous.finish(frame, record)

    def waited(self, frame: Frame, record: AsyncWaited) -> None:
        """A thread begins to wait for asynchronous calls."""
        self.asynchronous.wait(frame, record, self.pairing.running(record.pid))

    def continued(self, frame: Frame, record: AsyncContinued) -> None:
        """It has waited."""
        self.asynchronous.go_on(frame, record)

    def note(self, code: str, line: int | None, detail: str) -> None:
        """Name something odd."""
        if len(self.diagnostics) < MAX_DIAGNOSTICS:
            self.diagnostics.append(Diagnostic(code=code, line=line, detail=detail))

    def _begin_debugged(self) -> None:
        """From the first line of initcall_debug on, a trace's events count no more."""
        self.debugged = True
        if self.pairing.calls:
            self.pairing, self.levels, self.named = Pairing(), {}, {}
            self.probes = [probe._replace(parent=None) for probe in self.probes]
            self.markers = [replace(marker, parent=None) for marker in self.markers]

    def _mark(self, frame: Frame, marker: str) -> None:
        if marker.endswith(".start") and marker in self.seen:
            return
        self.seen.add(marker)
        if marker == "userspace.start":
            self.framed_late = self.framed
        self.markers.append(
            Marker(
                marker=marker,
                time_us=frame.time_us,
                line=frame.line,
                text=frame.text,
                thread=frame.thread,
                parent=self._running(frame),
            )
        )

    def _running(self, frame: Frame) -> int | None:
        """The initcall a message belongs to; kworkers serve deferred_probe_initcall."""
        index = self.pairing.running(frame.thread)
        if index is None and frame.thread is not None and not frame.thread.startswith("cpu"):
            return self.pairing.open_call("deferred_probe_initcall")
        return index

    def boot(
        self, index: int, first: int, last: int,
        symbols: "SymbolTable | None", trace: "Trace | None",
        phases: Sequence[Phase], *, is_trace: bool,
    ) -> Boot:  # fmt: skip
        """Everything that was read, as events; ``phases`` are the firmware's."""
        self.pairing.settle()
        userspace = next((m for m in self.markers if m.marker == "userspace.start"), None)
        initcalls, notes = self._initcalls(userspace.line if userspace else None, symbols, trace)
        for call in self.pairing.calls:
            if call.return_lost:
                detail = f"{call.function} has no returned line, yet its thread went on."
                self.note("return_lost", call.line, detail)
        for line, step_us in self.clock.steps:
            self.note("clock_back", line, f"The clock steps back by {step_us} us.")
        probes = attempts(self.probes)
        deferrals = deferrals_of(probes, self.pendings)
        counts = self._counts(first, last, len(deferrals), phases, userspace)
        head = "banner" in self.kernel
        measured = Measured(
            counts=counts,
            initcalls=initcalls,
            panic="kernel.panic" in self.seen,
            userspace=userspace is not None,
            head=head,
            trace=is_trace,
        )
        return Boot(
            index=index,
            first_line=first,
            last_line=last,
            last_time_us=self.clock.last_us,
            kernel=Kernel(**self.kernel),
            counts=counts,
            coverage=judge_coverage(measured, self.clock),
            initcalls=initcalls,
            probes=probes,
            deferrals=deferrals,
            banners=tuple(self.banners),
            markers=tuple(self.markers),
            diagnostics=(*self.diagnostics, *notes),
            async_calls=self.asynchronous.calls(),
            async_waits=tuple(self.asynchronous.waits),
            phases=(*phases, *self._own_phases(first, last, phases, userspace)),
            clock_steps=tuple(sorted([line for line, _ in self.clock.steps] + self.clock.wraps)),
        )

    def _own_phases(
        self, first: int, last: int, before: Sequence[Phase], userspace: Marker | None
    ) -> list[Phase]:
        """The kernel's phase, and user space's after it."""
        begin = before[-1].last_line + 1 if before else max(first, self.first_line)
        start_us = self.clock.first_us
        if userspace is None:
            end_us = self.clock.last_us
            return [_phase("kernel", begin, last, start_us, end_us)]
        return [
            _phase("kernel", begin, userspace.line - 1, start_us, userspace.time_us),
            _phase("userspace", userspace.line, last, userspace.time_us, self.clock.last_us),
        ]

    def _initcalls(
        self, userspace: int | None, symbols: "SymbolTable | None", trace: "Trace | None"
    ) -> tuple[tuple[Initcall, ...], list[Diagnostic]]:
        calls = self.pairing.calls
        told = _told(calls, trace)
        levels, lengths_us = (told.levels, told.lengths_us) if told else ({}, {})
        leveled, notes = assign_levels(
            calls,
            [(b.line, b.level) for b in self.banners],
            userspace,
            symbols.by_function if symbols is not None else None,
            {**self.levels, **levels},
            self.named,
        )
        initcalls = tuple(
            initcall_of(call, found, lengths_us.get(i))
            for i, (call, found) in enumerate(zip(calls, leveled, strict=True))
        )
        return initcalls, [*(told.diagnostics if told else ()), *notes]

    def _counts(
        self, first: int, last: int, deferrals: int, phases: Sequence[Phase],
        userspace: Marker | None,
    ) -> Counts:  # fmt: skip
        calls = self.pairing.calls
        orphans = sum(call.line_called is None for call in calls)
        returned = sum(call.line_returned is not None for call in calls)
        late = last - userspace.line - (self.framed - self.framed_late) if userspace else 0
        return Counts(
            lines=last - first + 1,
            framed=self.framed,
            understood=self.understood,
            initcalls=len(calls),
            called=len(calls) - orphans,
            returned=returned,
            open=len(calls) - returned,
            orphans=orphans,
            probes=len(self.probes),
            deferrals=deferrals,
            markers=len(self.markers),
            dropped_messages=self.dropped,
            torn_lines=self.torn,
            mended_lines=self.mended,
            repeated_lines=self.repeated,
            firmware_lines=sum(phase.last_line - phase.first_line + 1 for phase in phases),
            userspace_lines=max(0, late),
        )


def _told(calls: Sequence[Call], trace: "Trace | None") -> "Told | None":
    if trace is None:
        return None
    from parsers.trace import compare

    return compare(calls, trace)


def _phase(name: str, first: int, last: int, start_us: int | None, end_us: int | None) -> Phase:
    kind = "userspace" if name == "userspace" else "kernel"
    return Phase(
        kind=kind,  # type: ignore[arg-type]
        name="user space" if name == "userspace" else name,
        first_line=first, last_line=max(first, last), start_us=start_us, end_us=end_us,
    )  # fmt: skip


_TAKERS: Mapping[type, Callable[[BootReader, Frame, Any], None]] = {
    Called: BootReader.called,
    Returned: BootReader.returned,
    Probed: BootReader.probed,
    Entered: BootReader.entered,
    Dropped: BootReader.lost,
    Marked: BootReader.mark,
    Described: BootReader.describe,
    Blacklisted: BootReader.skipped,
    Pending: BootReader.pending,
    AsyncCalled: BootReader.async_called,
    AsyncReturned: BootReader.async_returned,
    AsyncWaited: BootReader.waited,
    AsyncContinued: BootReader.continued,
}
