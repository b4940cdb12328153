"""parse_log(): the only place where the steps of reading meet."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from parsers.boots import BootSplitter
from parsers.coverage import ClockWatch, judge_coverage
from parsers.detect import by_name, choose
from parsers.errors import InputTooLarge, UnknownFraming
from parsers.events import (
    Boot,
    Capture,
    Counts,
    Deferral,
    Diagnostic,
    Initcall,
    Kernel,
    Level,
    LevelBanner,
    Marker,
    Probe,
)
from parsers.framings import Frame
from parsers.framings.ftrace import FTRACE
from parsers.grammars import (
    GRAMMARS,
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
from parsers.markers import DEFERRED, blacklisted, markers_of
from parsers.pairing import Call, Pairing, initcall_of
from parsers.source import MAX_BYTES, read_source
from parsers.symbols import SymbolTable, read_symbol_table
from parsers.trace import Trace, compare, read_trace

MAX_RECORDS = 800_000
"""Lines that may mean something to us: a boot of 300,000 initcalls has 600,000."""
MAX_BOOTS = 1_000
"""Boots of one capture; each is judged by itself."""
MAX_MESSAGE = 4096
"""Characters of a message that grammars see; the kernel's own limit is 1,024."""
MAX_DIAGNOSTICS = 200
"""Diagnostics kept per boot; the counts stay exact."""

_Reader = Callable[[str], tuple[Record, ...]]


def parse_log(
    data: bytes,
    *,
    symbols: bytes | None = None,
    trace: bytes | None = None,
    framing: str | None = None,
    max_bytes: int = MAX_BYTES,
    max_symbol_bytes: int | None = None,
) -> Capture:
    """Read one log into its boots.

    ``symbols`` is the build's System.map, kallsyms, nm listing or vmlinux, packed or
    not, of ``max_symbol_bytes`` (left open: ``max_bytes``);
    ``trace`` is ftrace text of the same boot with its initcall events;
    ``framing`` overrides detection. Raises the InputError of parsers/errors.py
    that fits; odd lines raise nothing and end up in ``Boot.diagnostics``.
    """
    source = read_source(data, max_bytes=max_bytes)
    cap = max_bytes if max_symbol_bytes is None else max_symbol_bytes
    table = read_symbol_table(symbols, max_bytes=cap) if symbols is not None else None
    traced = read_trace(trace, max_bytes=max_bytes) if trace is not None else None
    chosen, guesses = choose(source.lines)
    if framing is not None:
        chosen = by_name(framing)
    readers = _split(chosen.frames(source.lines))
    if not readers:
        raise UnknownFraming(
            f"No line of this log reads as '{chosen.name}'.",
            hint="Leave the framing to detection: "
            + ", ".join(f"{guess.name} {share:.0%}" for guess, share in guesses)
            + ".",
        )
    starts = [reader.first_line for reader in readers]
    starts[0] = 1
    ends = [start - 1 for start in starts[1:]] + [len(source.lines)]
    boots = tuple(
        reader.boot(index, start, end, table, traced, is_trace=chosen is FTRACE)
        for index, (reader, start, end) in enumerate(zip(readers, starts, ends, strict=True))
    )
    return Capture(
        framing=chosen.name,
        framing_confidence=next((round(s, 3) for f, s in guesses if f is chosen), 0.0),
        framing_guesses=tuple((guess.name, round(share, 3)) for guess, share in guesses),
        lines=source.lines,
        boots=boots,
    )


def _split(frames: Iterator[Frame]) -> list["_BootReader"]:
    """Read all frames, a reader for each boot.

    What stands before the first boot's own first line and says nothing (firmware
    that prints stamps like the kernel's) is no boot.
    """
    readers: list[_BootReader] = []
    reader = _BootReader()
    splitter = BootSplitter()
    understood = 0
    for frame in frames:
        if splitter.starts(frame) and reader.framed:
            if reader.understood or readers:
                readers.append(reader)
            if len(readers) == MAX_BOOTS:
                raise InputTooLarge(
                    f"This log holds more than {MAX_BOOTS:,} boots.",
                    hint="Send fewer of them at once.",
                    where=f"line {frame.line}",
                )
            reader = _BootReader()
        understood += reader.feed(frame)
        if understood > MAX_RECORDS:
            raise InputTooLarge(
                f"More than {MAX_RECORDS:,} lines of this log are events.",
                hint="Send the part from 'Booting Linux' to user space.",
                where=f"line {frame.line}",
            )
    if reader.framed:
        readers.append(reader)
    return readers


def _dispatch() -> tuple[dict[str, list[_Reader]], list[tuple[str, _Reader]]]:
    words: defaultdict[str, list[_Reader]] = defaultdict(list)
    literals: list[tuple[str, _Reader]] = []
    for grammar in GRAMMARS:
        for word in grammar.first_words:
            words[word].append(grammar.read)
        literals.extend((literal, grammar.read) for literal in grammar.literals)
    return dict(words), literals


_WORDS, _LITERALS = _dispatch()


@dataclass(slots=True)
class _ProbeLine:
    frame: Frame
    probed: Probed
    parent: int | None


@dataclass(slots=True)
class _BootReader:
    """Collects one boot's records, line after line."""

    pairing: Pairing = field(default_factory=Pairing)
    clock: ClockWatch = field(default_factory=ClockWatch)
    kernel: dict[str, str] = field(default_factory=dict)
    banners: list[LevelBanner] = field(default_factory=list)
    probes: list[_ProbeLine] = field(default_factory=list)
    pendings: list[tuple[Frame, Pending]] = field(default_factory=list)
    markers: list[Marker] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)
    debugged: bool = False
    level: str | None = None
    levels: dict[int, str] = field(default_factory=dict)
    named: dict[int, Level] = field(default_factory=dict)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    first_line: int = 0
    framed: int = 0
    understood: int = 0
    torn: int = 0
    dropped: int = 0

    def feed(self, frame: Frame) -> bool:
        """Take one message; whether it meant anything to a grammar."""
        if not self.framed:
            self.first_line = frame.line
        self.framed += 1
        self.clock.see(frame.line, frame.time_us)
        text = frame.text[:MAX_MESSAGE]
        if frame.torn:
            self.torn += 1
            self._note("torn_line", frame.line, "Another message cuts this line in two.")
        records: tuple[Record, ...] = ()
        for read in _WORDS.get(text.partition(" ")[0], ()):
            records += read(text)
        if not records:
            for literal, read in _LITERALS:
                if literal in text:
                    records += read(text)
        if records:
            self.understood += 1
            for record in records:
                self._take(frame, record)
        return bool(records)

    def _take(self, frame: Frame, record: Record) -> None:
        match record:
            case Called(traced=True) | Returned(traced=True) if self.debugged:
                return  # with tp_printk the trace's events repeat initcall_debug's lines
            case Called():
                if not record.traced and not self.debugged:
                    self._begin_debugged()
                index = self.pairing.call(frame, record)
                if self.level is not None:
                    self.levels[index] = self.level
                if record.level is not None:
                    self.named[index] = record.level
            case Returned():
                if not record.traced and not self.debugged:
                    self._begin_debugged()
                self.pairing.finish(frame, record)
            case Probed():
                self.probes.append(_ProbeLine(frame, record, self._running(frame)))
            case Pending():
                self.pendings.append((frame, record))
            case Entered(traced=True):
                self.level = record.level
            case Entered():
                self.banners.append(
                    LevelBanner(level=record.level, line=frame.line, time_us=frame.time_us)
                )
            case Marked():
                self._mark(frame, record.marker)
            case Described():
                self.kernel.setdefault(record.field, record.value)
            case Dropped():
                self.dropped += record.messages
                self.level = None
                detail = f"Messages that {record.by} dropped here: {record.messages}."
                self._note("dropped", frame.line, detail)
            case _:  # Blacklisted is what is left
                for marker in blacklisted(record.function):
                    self._mark(frame, marker)
        for marker in markers_of(record):
            self._mark(frame, marker)

    def _begin_debugged(self) -> None:
        """From the first line of initcall_debug on, a trace's events count no more."""
        self.debugged = True
        if self.pairing.calls:
            self.pairing, self.levels, self.named = Pairing(), {}, {}
            self.probes = [replace(probe, parent=None) for probe in self.probes]
            self.markers = [replace(marker, parent=None) for marker in self.markers]

    def _mark(self, frame: Frame, marker: str) -> None:
        if marker.endswith(".start") and marker in self.seen:
            return
        self.seen.add(marker)
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

    def _note(self, code: str, line: int | None, detail: str) -> None:
        if len(self.diagnostics) < MAX_DIAGNOSTICS:
            self.diagnostics.append(Diagnostic(code=code, line=line, detail=detail))

    def boot(
        self, index: int, first: int, last: int,
        symbols: SymbolTable | None, trace: Trace | None, *, is_trace: bool,
    ) -> Boot:  # fmt: skip
        """Everything that was read, as events."""
        self.pairing.settle()
        calls = self.pairing.calls
        userspace = next((m.line for m in self.markers if m.marker == "userspace.start"), None)
        initcalls, notes = self._initcalls(userspace, symbols, trace)
        orphans = sum(call.line_called is None for call in calls)
        for call in calls:
            if call.return_lost:
                self._note(
                    "return_lost",
                    call.line,
                    f"{call.function} has no returned line, yet its thread went on.",
                )
        probes = _probes(self.probes)
        deferrals = _deferrals(probes, self.pendings)
        coverage = judge_coverage(
            initcall_debug=bool(calls),
            head="banner" in self.kernel,
            userspace=userspace is not None,
            panic="kernel.panic" in self.seen,
            clock=self.clock,
            symbols=any(call.level_source == "system_map" for call in initcalls),
            dropped=self.dropped,
            orphans=orphans,
            trace=is_trace,
        )
        for line, step_us in self.clock.steps:
            self._note("clock_back", line, f"The clock steps back by {step_us} us.")
        return Boot(
            index=index,
            first_line=first,
            last_line=last,
            last_time_us=self.clock.last_us,
            kernel=Kernel(**self.kernel),
            counts=self._counts(calls, orphans, last - first + 1, len(deferrals)),
            coverage=coverage,
            initcalls=initcalls,
            probes=probes,
            deferrals=deferrals,
            banners=tuple(self.banners),
            markers=tuple(self.markers),
            diagnostics=(*self.diagnostics, *notes),
        )

    def _initcalls(
        self, userspace: int | None, symbols: SymbolTable | None, trace: Trace | None
    ) -> tuple[tuple[Initcall, ...], list[Diagnostic]]:
        calls = self.pairing.calls
        told = compare(calls, trace)
        leveled, notes = assign_levels(
            calls,
            [(b.line, b.level) for b in self.banners],
            userspace,
            symbols.by_function if symbols is not None else None,
            {**self.levels, **told.levels},
            self.named,
        )
        initcalls = tuple(
            initcall_of(call, found, told.lengths_us.get(i))
            for i, (call, found) in enumerate(zip(calls, leveled, strict=True))
        )
        return initcalls, [*told.diagnostics, *notes]

    def _counts(self, calls: Sequence[Call], orphans: int, lines: int, deferrals: int) -> Counts:
        returned = sum(call.line_returned is not None for call in calls)
        return Counts(
            lines=lines,
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
        )


def _probes(found: Sequence[_ProbeLine]) -> tuple[Probe, ...]:
    """Number the attempts of each device and driver, and find what resolved them."""
    resolutions = _resolutions(found)
    turns: defaultdict[tuple[str, str | None], int] = defaultdict(int)
    probes = []
    for probe, resolved in zip(found, resolutions, strict=True):
        frame, probed = probe.frame, probe.probed
        key = (probed.device, probed.driver)
        turns[key] += 1
        probes.append(
            Probe(
                device=probed.device,
                driver=probed.driver,
                returned=probed.returned,
                time_us=frame.time_us,
                reported_us=probed.reported_us,
                thread=frame.thread,
                parent=probe.parent,
                attempt=turns[key],
                resolved_line=resolved if probed.returned in DEFERRED else None,
                line=frame.line,
            )
        )
    return tuple(probes)


def _resolutions(found: Sequence[_ProbeLine]) -> list[int | None]:
    """For each attempt the line of the next bind of its device and driver, else of
    the next answer that was not "later".
    """
    bound: dict[tuple[str, str | None], int] = {}
    answered: dict[tuple[str, str | None], int] = {}
    lines: list[int | None] = []
    for probe in reversed(found):
        key = (probe.probed.device, probe.probed.driver)
        lines.append(bound.get(key, answered.get(key)))
        if probe.probed.returned == 0:
            bound[key] = probe.frame.line
        elif probe.probed.returned not in DEFERRED:
            answered[key] = probe.frame.line
    return lines[::-1]


def _deferrals(
    probes: Sequence[Probe], pendings: Sequence[tuple[Frame, Pending]]
) -> tuple[Deferral, ...]:
    """One deferral a device and driver; one more for a device only said to be pending."""
    said = {pending.device: (frame, pending) for frame, pending in pendings}
    deferrals: dict[tuple[str, str | None], Deferral] = {}
    for probe in probes:
        key = (probe.device, probe.driver)
        if probe.returned not in DEFERRED or key in deferrals:
            continue
        frame, pending = said.get(probe.device, (None, None))
        deferrals[key] = Deferral(
            device=probe.device,
            driver=probe.driver,
            line=probe.line,
            time_us=probe.time_us,
            resolved_line=probe.resolved_line,
            pending_line=frame.line if frame is not None else None,
            pending_us=frame.time_us if frame is not None else None,
            reason=pending.reason if pending is not None else None,
        )
    known = {device for device, _ in deferrals}
    for device, (frame, pending) in said.items():
        if device not in known:
            deferrals[(device, None)] = Deferral(
                device=device,
                driver=None,
                line=frame.line,
                time_us=frame.time_us,
                resolved_line=None,
                pending_line=frame.line,
                pending_us=frame.time_us,
                reason=pending.reason,
            )
    return tuple(deferrals.values())
