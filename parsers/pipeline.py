"""parse_log(): the only place where the steps of reading meet."""

from collections.abc import Callable, Sequence
from copy import copy
from typing import TYPE_CHECKING

from parsers.boots import (
    BANNERS,
    RESET_US,
    TOLERANCE_US,
    BootSplitter,
    Repetitions,
    noted_as_reordered,
    wraps,
)
from parsers.detect import by_name, choose
from parsers.errors import InputTooLarge, UnknownFraming
from parsers.events import Boot, Capture
from parsers.framings import Frame, Framing
from parsers.framings.base import TRACE, Reordered
from parsers.grammars import Called, Probed, Record, Returned
from parsers.mending import BEGUN, MENDABLE, glued, wrapped
from parsers.phases import firmware
from parsers.reader import LITERALS, MAX_MESSAGE, WORDS, BootReader, records_of
from parsers.source import MAX_BYTES, present, read_source, unquoted

if TYPE_CHECKING:
    from parsers.symbols import SymbolTable
    from parsers.trace import Trace

MAX_RECORDS = 800_000
"""Lines that may mean something to us: a boot of 300,000 initcalls has 600,000."""
MAX_BOOTS = 1_000
"""Boots of one capture; each is judged by itself."""
_NEVER_US = -1
_PAIRED = (Called, Returned, Probed)


def parse_log(
    data: bytes,
    *,
    symbols: bytes | None = None,
    trace: bytes | None = None,
    framing: str | None = None,
    max_bytes: int = MAX_BYTES,
    max_symbol_bytes: int | None = None,
    done: Callable[[str], object] | None = None,
) -> Capture:
    """Read one log into its boots.

    ``symbols`` is the build's System.map, kallsyms, nm listing or vmlinux, packed or
    not, of ``max_symbol_bytes`` (left open: ``max_bytes``);
    ``trace`` is ftrace text of the same boot with its initcall events;
    ``framing`` overrides detection; ``done`` is told when ``read`` and ``pair`` are over,
    for who measures them. Raises the InputError of parsers/errors.py
    that fits; odd lines raise nothing and end up in ``Boot.diagnostics``.
    """
    source = read_source(data, max_bytes=max_bytes)
    cap = max_bytes if max_symbol_bytes is None else max_symbol_bytes
    table, traced = _companions(symbols, cap, trace, max_bytes)
    plain = unquoted(source.lines)
    chosen, guesses = choose(plain)
    if framing is not None:
        chosen = by_name(framing)
    lines, spoken_of = _arranged(chosen, source.lines, plain)
    readers = _Splitting(chosen, lines).read()
    if done is not None:
        done("read")
    if not readers:
        raise UnknownFraming(
            f"No line of this log reads as '{chosen.name}'.",
            hint="Leave the framing to detection: "
            + ", ".join(f"{guess.name} {share:.0%}" for guess, share in guesses)
            + ".",
        )
    boots = _boots(readers, lines, table, traced, is_trace=chosen.name == TRACE)
    if lines is not plain:
        boots = tuple(map(noted_as_reordered, boots))
    if done is not None:
        done("pair")
    return Capture(
        framing=chosen.name,
        framing_confidence=next((round(s, 3) for f, s in guesses if f is chosen), 0.0),
        framing_guesses=tuple((guess.name, round(share, 3)) for guess, share in guesses),
        lines=spoken_of,
        boots=boots,
    )


def lines_read_as(data: bytes, framing: str, *, max_bytes: int = MAX_BYTES) -> tuple[str, ...]:
    """The lines that a capture of that framing speaks of: item n-1 is its line n.

    They are the ``lines`` of the Capture that parse_log() returns. Raises as it does.
    """
    lines = read_source(data, max_bytes=max_bytes).lines
    return _arranged(by_name(framing), lines, unquoted(lines))[1]


def _arranged(
    framing: Framing, lines: tuple[str, ...], plain: tuple[str, ...]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Lines as they are read, and as they are spoken of.

    ``plain`` are ``lines`` without the quote marks of a mail; those are only kept where
    the lines come in the order of printing.
    """
    if isinstance(framing, Reordered):
        ordered = framing.in_order(plain)
        if ordered is not plain:
            return ordered, ordered
    return plain, lines


def _companions(
    symbols: bytes | None, max_symbol_bytes: int, trace: bytes | None, max_trace_bytes: int
) -> "tuple[SymbolTable | None, Trace | None]":
    """What was captured beside the log; imported where there is any."""
    table = traced = None
    if symbols is not None:
        from parsers.symbols import read_symbol_table

        table = read_symbol_table(symbols, max_bytes=max_symbol_bytes)
    if trace is not None:
        from parsers.trace import read_trace

        traced = read_trace(trace, max_bytes=max_trace_bytes)
    return table, traced


def _boots(
    readers: Sequence[BootReader], lines: Sequence[str],
    symbols: "SymbolTable | None", trace: "Trace | None", *, is_trace: bool,
) -> tuple[Boot, ...]:  # fmt: skip
    """Each boot with the firmware before it: that of the first begins at line 1."""
    phases, begin = [], 1
    for reader in readers:
        phases.append(firmware(lines, begin, reader.first_line))
        begin = reader.end + 1
    starts = [
        before[0].first_line if before else reader.first_line
        for before, reader in zip(phases, readers, strict=True)
    ]
    starts[0] = 1
    ends = [start - 1 for start in starts[1:]] + [len(lines)]
    return tuple(
        reader.boot(index, start, end, symbols, trace, before, is_trace=is_trace)
        for index, (reader, start, end, before) in enumerate(
            zip(readers, starts, ends, phases, strict=True)
        )
    )


class _Splitting:
    """Reads all frames of a log, a reader for each boot."""

    def __init__(self, framing: Framing, lines: Sequence[str]) -> None:
        self.framing = framing
        self.lines = lines
        self.readers: list[BootReader] = []
        self.reader = BootReader()
        self.splitter = BootSplitter()
        self.repetitions = Repetitions(framing, lines)
        self.understood = 0
        self.previous: Frame | None = None

    def read(self) -> list[BootReader]:
        """The readers, in order.

        What stands before the first boot's own first line and says nothing (firmware
        that prints stamps like the kernel's) is no boot. Most lines mean nothing: of
        those no more is looked at here than the first word and the stamp.
        """
        literals = present(self.lines, [*(literal for literal, _ in LITERALS), *MENDABLE])
        reader, repetitions = self.reader, self.repetitions
        last_us: int | None = None
        floor_us, framed, line = _NEVER_US, 0, 0
        for frame in self.framing.frames(self.lines):
            _, time_us, _, text, torn = frame
            word = text.partition(" ")[0]
            meant = word in WORDS
            falls = time_us is not None and time_us < floor_us
            if falls or repetitions.ongoing or (meant and word in BANNERS):
                reader.framed, reader.last_framed, reader.clock.last_us = framed, line, last_us
                if self._repeats(frame, last_us or 0, falls=falls):
                    reader.repeated += 1
                    continue
                if reader is not self.reader:
                    reader, framed, last_us, floor_us = self.reader, 0, None, _NEVER_US
            line = frame[0]
            if not framed:
                reader.first_line, reader.clock.first_us = line, time_us
            if time_us is not None:
                last_us, floor_us = time_us, time_us - TOLERANCE_US
            framed += 1
            if not meant and not torn:
                for literal in literals:
                    if literal in text:
                        break
                else:
                    continue
            reader.framed = framed
            self._feed(frame, word)
        reader.framed, reader.last_framed, reader.clock.last_us = framed, line, last_us
        self._close(last=True)
        return self.readers

    def _repeats(self, frame: Frame, last_us: int, *, falls: bool) -> bool:
        """Whether ``frame`` stands in this boot already, in a block that does.

        If not, a boot may begin with it; then there is a new reader for it.
        """
        repetitions, reader = self.repetitions, self.reader
        if repetitions.ongoing and repetitions.goes_on(frame):
            return True
        banner = frame.text.partition(" ")[0] in BANNERS
        before = copy(self.splitter)
        starts = banner and self.splitter.starts(frame, last_us)
        of = None
        if reader.framed and (starts or (banner and falls)):
            of = reader.first_line
        elif falls and not banner:
            of = repetitions.earlier(frame, reader.first_line)
        if of is not None and repetitions.begins(frame, of):
            self.splitter = before
            detail = f"From here on the log repeats its lines from {of} on; left out."
            reader.note("repeated_block", frame.line, detail)
            return True
        reset = falls and not banner and self._resets(frame, last_us)
        if reader.framed and (starts or reset):
            self._next_boot(frame, reset=reset)
        return False

    def _next_boot(self, frame: Frame, *, reset: bool) -> None:
        self._close(last=False)
        if len(self.readers) == MAX_BOOTS:
            raise InputTooLarge(
                f"This log holds more than {MAX_BOOTS:,} boots.",
                hint="Send fewer of them at once.",
                where=f"line {frame.line}",
            )
        self.reader = BootReader()
        self.repetitions.restart()
        if reset:
            detail = "The clock starts anew without a banner: a boot whose first lines are lost."
            self.reader.note("clock_reset", frame.line, detail)

    def _resets(self, frame: Frame, last_us: int) -> bool:
        """Whether a step back of the clock is the start of a boot without its head."""
        reader, time_us = self.reader, frame.time_us or 0
        if wraps(last_us, time_us):
            reader.clock.wraps.append(frame.line)
            reader.note("clock_wrap", frame.line, "The clock of 32 bits starts over here.")
            return False
        far = last_us - time_us > RESET_US > time_us and reader.understood > 0
        if far and self.repetitions.starts_anew(frame):
            return True
        reader.clock.steps.append((frame.line, last_us - time_us))
        return False

    def _close(self, *, last: bool) -> None:
        """Keep a boot, unless all of it is what firmware said before the first."""
        reader = self.reader
        if reader.framed and (reader.understood or self.readers or last):
            self.readers.append(reader)

    def _feed(self, frame: Frame, word: str) -> None:
        """Take one message, whose first word is given, that may mean something."""
        reader = self.reader
        text, torn = frame.text[:MAX_MESSAGE], frame.torn
        if torn:
            reader.torn += 1
            reader.note("torn_line", frame.line, "Another message cuts this line in two.")
        records = records_of(text, word)
        if not records:
            records, frame = self._mended(frame, text)
        elif torn:
            reader.mended += 1
        if not records or (isinstance(records[0], _PAIRED) and self._doubled(frame)):
            return
        self.previous = frame
        self.understood += 1
        if self.understood > MAX_RECORDS:
            raise InputTooLarge(
                f"More than {MAX_RECORDS:,} lines of this log are events.",
                hint="Send the part from 'Booting Linux' to user space.",
                where=f"line {frame.line}",
            )
        reader.take(frame, records)
        self.repetitions.note(frame)

    def _doubled(self, frame: Frame) -> bool:
        """Whether two consoles printed the same message, one right after the other."""
        previous, time_us = self.previous, frame[1]
        if previous is None or not time_us or previous[1] != time_us:
            return False
        if previous[2:4] != frame[2:4]:
            return False
        self.reader.repeated += 1
        return True

    def _mended(self, frame: Frame, text: str) -> tuple[tuple[Record, ...], Frame]:
        """What a message means that is glued to other text, or wrapped."""
        whole = glued(text)
        if whole is None and text.startswith(BEGUN) and frame.line < len(self.lines):
            following = self.lines[frame.line]
            if not self.framing.recognises(following):
                whole = wrapped(text, following)
        if whole is None:
            return (), frame
        self.reader.torn += not frame.torn
        self.reader.mended += 1
        self.reader.note("mended_line", frame.line, f"Read as: {whole[:200]}")
        return records_of(whole, whole.partition(" ")[0]), frame._replace(text=whole)
