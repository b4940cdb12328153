"""One boot, indexed for rules: what was seen, where, at which level."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import NamedTuple

from app.rules.globs import Texts, plain_parts
from app.rules.markers import FROM_DIAGNOSTICS
from app.rules.steps import CALL, HIT, SCANNED, Steps
from parsers import RANK, Boot, Initcall, Level, LevelSource, Marker, Probe
from parsers.detect import by_name, choose
from parsers.framings import Frame
from parsers.source import present, unquoted

_NO_THREAD = "cpu?"
"""Of lines that are none of the kernel's; like an interrupt's, they are in no initcall."""

_AS_THEY_ARE = frozenset({"dmesg", "printk_caller"})
"""Framings whose messages stand in their lines as they are, each line by itself."""


class Seen(NamedTuple):
    """One thing the log shows, at one line.

    ``levels`` is None where its level is not known at all. ``span`` are the lines
    of the call it is the end of, or its own line twice. ``initcall`` indexes
    ``Boot.initcalls``, for what is an initcall's edge; ``inside`` for what ran in one.
    """

    name: str
    line: int
    time_us: int | None
    levels: tuple[Level, Level] | None
    level_source: LevelSource
    thread: str | None
    span: tuple[int, int]
    initcall: int | None
    inside: int | None
    end: bool

    @property
    def level_text(self) -> str:
        """The level as people write it: ``6``, ``5..rootfs``, ``unknown``."""
        if self.levels is None:
            return "unknown"
        low, high = self.levels
        return low if low == high else f"{low}..{high}"


class Facts:
    """A boot and its raw lines (``lines[n - 1]`` is line n of the capture).

    ``framing`` is what the capture was read with; None finds it out again.
    """

    def __init__(self, boot: Boot, lines: Sequence[str], framing: str | None = None) -> None:
        self.boot = boot
        self.lines = lines
        self.framing = framing
        self.steps = Steps()
        markers: defaultdict[str, list[Marker]] = defaultdict(list)
        for marker in (*self.boot.markers, *self._odd()):
            markers[marker.marker].append(marker)
        functions: defaultdict[str, list[int]] = defaultdict(list)
        for index, call in enumerate(self.boot.initcalls):
            functions[call.function].append(index)
        self.markers: dict[str, list[Marker]] = dict(markers)
        self.functions: dict[str, list[int]] = dict(functions)

    def _odd(self) -> Iterator[Marker]:
        """What is odd about the log itself, as markers (``log.*``)."""
        boot, told = self.boot, set()
        if not boot.coverage.head:
            yield self._about_log("log.head_lost", boot.first_line)
        for diagnostic in boot.diagnostics:
            name = FROM_DIAGNOSTICS.get(diagnostic.code)
            if name is not None and diagnostic.line is not None:
                told.add(name)
                yield self._about_log(name, diagnostic.line)
        # Diagnostics are capped; that something of the kind happened is not.
        if boot.counts.dropped_messages and "log.dropped" not in told:
            yield self._about_log("log.dropped", boot.first_line)
        if boot.coverage.clock == "steps_back" and "log.clock_back" not in told:
            yield self._about_log("log.clock_back", boot.first_line)

    def _about_log(self, name: str, line: int) -> Marker:
        text = self.text(line)
        return Marker(marker=name, time_us=None, line=line, text=text, thread=None, parent=None)

    @cached_property
    def times(self) -> dict[int, int | None]:
        """The time of every line that an event stands for."""
        times: dict[int, int | None] = {m.line: m.time_us for m in self.boot.markers}
        times |= {p.line: p.time_us for p in self.boot.probes}
        times |= {d.pending_line: d.pending_us for d in self.boot.deferrals if d.pending_line}
        for call in self.boot.initcalls:
            if call.line_called is not None:
                times[call.line_called] = call.start_us
            if call.line_returned is not None:
                times[call.line_returned] = call.end_us
        return times

    def text(self, line: int) -> str:
        """A line as captured, cut at 2,000 characters."""
        return self.lines[line - 1][:2000].strip("\r\n")

    def body(self, line: int) -> str:
        """A line without its wrapping, for use in a sentence."""
        known = self._texts.get(line)
        if known is not None:
            return known.strip()
        if self.framing in _AS_THEY_ARE and "messages" not in vars(self):
            alone = self.lines[line - 1 : line]
            one = next(by_name(self.framing or "").frames(unquoted(tuple(alone)), line), None)
            return (one.text if one is not None else self.text(line)).strip()
        place = bisect_left(self.messages, line, key=lambda frame: frame.line)
        found = self.messages[place : place + 1]
        return (found[0].text if found and found[0].line == line else self.text(line)).strip()

    @cached_property
    def _texts(self) -> dict[int, str]:
        return {marker.line: marker.text for marker in self.boot.markers}

    def marker(self, marker: Marker) -> Seen:
        """A marker as seen."""
        self.steps.spend(HIT)
        levels, source = self._levels_inside(marker.parent)
        if marker.marker == "userspace.start":  # kernel_init() runs it after every initcall
            levels, source = ("module", "module"), "known"
        return Seen(
            marker.marker, marker.line, marker.time_us, levels, source, marker.thread,
            (marker.line, marker.line), None, marker.parent, False,
        )  # fmt: skip

    def initcall(self, index: int, *, end: bool) -> Seen | None:
        """The start or the end of an initcall; None where the log lacks that line."""
        call = self.boot.initcalls[index]
        line = call.line_returned if end else call.line_called
        return self._edge(index, line, end=end) if line is not None else None

    def last_edge(self, index: int) -> Seen:
        """The end of an initcall, or its start while it is open."""
        call = self.boot.initcalls[index]
        ended = call.line_returned is not None
        return self._edge(index, call.line_returned or call.line_called or 1, end=ended)

    def _edge(self, index: int, line: int, *, end: bool) -> Seen:
        call: Initcall = self.boot.initcalls[index]
        span = (call.line_called or 1, line) if end else (line, line)
        return Seen(
            call.function, line, call.end_us if end else call.start_us, call.levels,
            call.level_source, call.thread, span, index, None, end,
        )  # fmt: skip

    def probe(self, probe: Probe) -> Seen:
        """A probe, at its line (the end of the attempt: a probe has no first line)."""
        self.steps.spend(HIT)
        levels, source = self._levels_inside(probe.parent)
        return Seen(
            probe.device, probe.line, probe.time_us, levels, source, probe.thread,
            (probe.line, probe.line), None, probe.parent, True,
        )  # fmt: skip

    @cached_property
    def messages(self) -> tuple[Frame, ...]:
        """Every message of the boot without its wrapping, in the order of lines.

        A line that the framing cannot read (firmware, user space) is a message as it is,
        of no thread.
        """
        framing = by_name(self.framing) if self.framing else choose(self.lines)[0]
        first, last = self.boot.first_line, self.boot.last_line
        messages: list[Frame] = []
        line = first
        for frame in framing.frames(unquoted(tuple(self._own_lines)), self._begin):
            if first <= frame.line <= last:
                if line < frame.line:
                    messages.extend(map(self._unframed, range(line, frame.line)))
                messages.append(frame)
                line = frame.line + 1
        messages.extend(map(self._unframed, range(line, last + 1)))
        return tuple(messages)

    def _unframed(self, line: int) -> Frame:
        return Frame(line, None, _NO_THREAD, self.lines[line - 1], False)

    @cached_property
    def message_texts(self) -> Texts:
        """The texts of ``messages``, to be searched."""
        return Texts([frame.text for frame in self.messages])

    def fitting_messages(self, globs: tuple[str, ...]) -> list[int]:
        """The places in ``messages`` of those that fit any of ``globs``.

        Where messages stand in their lines as they are, a log that holds no part of what
        is asked for is not taken apart.
        """
        self.steps.spend(len(globs) * self._size // SCANNED)
        if self.framing in _AS_THEY_ARE:
            parts = {glob: plain_parts(glob) for glob in globs}
            there = {
                *present(self._own_lines, {part for found in parts.values() for part in found})
            }
            globs = tuple(glob for glob, found in parts.items() if there.issuperset(found))
        return self.message_texts.fitting(globs, self.steps.matcher) if globs else []

    @cached_property
    def _size(self) -> int:
        """How many characters the lines have together that have to be read."""
        return sum(map(len, self._own_lines))

    @property
    def _begin(self) -> int:
        """The first line that has to be read for this boot: of a capture of many, not all."""
        return self.boot.first_line if self.framing in _AS_THEY_ARE else 1

    @property
    def _own_lines(self) -> Sequence[str]:
        return self.lines[self._begin - 1 : self.boot.last_line]

    @cached_property
    def function_names(self) -> Texts:
        """The keys of ``functions``, to be searched."""
        return Texts(tuple(self.functions))

    def fitting_functions(self, globs: tuple[str, ...]) -> list[str]:
        """The functions whose names fit any of ``globs``."""
        names = self.function_names
        self.steps.spend(len(globs) * names.size // SCANNED)
        return [names.texts[place] for place in names.fitting(globs, self.steps.matcher)]

    def steps_between(self, start: int, end: int) -> bool:
        """Whether the clock steps back after line ``start``, up to line ``end``."""
        steps = self.boot.clock_steps
        place = bisect_right(steps, start)
        return place < len(steps) and steps[place] <= end

    def message(self, place: int, name: str) -> Seen:
        """A message by its place in ``messages``, under the name that a rule has for it."""
        self.steps.spend(HIT)
        frame = self.messages[place]
        inside = self._owners[place]
        levels, source = self._levels_inside(inside)
        return Seen(
            name, frame.line, frame.time_us, levels, source, frame.thread,
            (frame.line, frame.line), None, inside, False,
        )  # fmt: skip

    @cached_property
    def _owners(self) -> list[int | None]:
        """For each message the initcall it was printed in, as parsers/pipeline.py tells it."""
        calls = self.boot.initcalls
        edges: list[tuple[int, int, bool]] = []
        for index, call in enumerate(calls):
            if call.line_called is not None:
                edges.append((call.line_called, index, False))
                if call.line_returned is not None:
                    edges.append((call.line_returned, index, True))
        edges.sort(reverse=True)
        stacks: dict[str | None, list[int]] = {}
        owners: list[int | None] = []
        for frame in self.messages:
            while edges and edges[-1][0] <= frame.line:
                _, index, end = edges.pop()
                stack = stacks.setdefault(calls[index].thread, [])
                while stack and (calls[stack[-1]].return_lost or (end and stack[-1] >= index)):
                    stack.pop()
                if not end:
                    stack.append(index)
                if not stack:
                    del stacks[calls[index].thread]
            owners.append(self._running(stacks, frame.thread))
        return owners

    def _running(self, stacks: dict[str | None, list[int]], thread: str | None) -> int | None:
        if thread is None:
            return next(iter(stacks.values()))[-1] if len(stacks) == 1 else None
        if thread in stacks:
            return stacks[thread][-1]
        if thread.startswith("cpu"):
            return None
        calls = self.boot.initcalls
        return next(
            (s[-1] for s in stacks.values() if calls[s[-1]].function == "deferred_probe_initcall"),
            None,
        )

    def probe_around(self, device: str, seen: Seen) -> Probe | None:
        """The attempt to bind ``device`` during which ``seen`` was printed.

        A probe's start is reckoned back from its end by the kernel's own figure,
        with the one jiffy of error that early clocks have.
        """
        self.steps.spend(len(self.boot.probes) * CALL)
        for probe in self.boot.probes:
            if probe.device != device or probe.line < seen.line:
                continue
            if probe.time_us is None or seen.time_us is None:
                return None
            begun = probe.time_us - probe.reported_us - 10_000
            return probe if begun <= seen.time_us and probe.parent == seen.inside else None
        return None

    def _levels_inside(self, parent: int | None) -> tuple[tuple[Level, Level] | None, LevelSource]:
        """The level of what ran in an initcall; outside of all none is known."""
        if parent is None:
            return None, "unknown"
        call = self.boot.initcalls[parent]
        return call.levels, call.level_source


def within(levels: tuple[Level, Level] | None, wanted: frozenset[int]) -> bool | None:
    """Whether a level interval lies in ``wanted`` (ranks): surely, never, or (None) possibly."""
    if levels is None:
        return None
    possible = frozenset(range(RANK[levels[0]], RANK[levels[1]] + 1))
    if possible <= wanted:
        return True
    return None if possible & wanted else False


def surely_before(earlier: Seen, later: Seen) -> bool:
    """Whether every pair of levels in the two intervals is in this order."""
    if earlier.levels is None or later.levels is None:
        return False
    return RANK[earlier.levels[1]] < RANK[later.levels[0]]


def maybe_same_level(one: Seen, other: Seen) -> bool:
    """Whether the intervals share a level, so that link order may decide."""
    if one.levels is None or other.levels is None:
        return False
    return (
        RANK[one.levels[0]] <= RANK[other.levels[1]]
        and RANK[other.levels[0]] <= RANK[one.levels[1]]
    )
