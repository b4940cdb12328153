"""One boot, indexed for rules: what was seen, where, at which level."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from parsers import RANK, Boot, Initcall, Level, LevelSource, Marker, Probe


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


@dataclass(frozen=True)
class Facts:
    """A boot and its raw lines (``lines[n - 1]`` is line n of the capture)."""

    boot: Boot
    lines: Sequence[str]
    markers: dict[str, list[Marker]] = field(init=False)
    functions: dict[str, list[int]] = field(init=False)
    userspace_line: int | None = field(init=False)

    def __post_init__(self) -> None:
        markers: defaultdict[str, list[Marker]] = defaultdict(list)
        for marker in self.boot.markers:
            markers[marker.marker].append(marker)
        functions: defaultdict[str, list[int]] = defaultdict(list)
        for index, call in enumerate(self.boot.initcalls):
            functions[call.function].append(index)
        start = markers.get("userspace.start")
        object.__setattr__(self, "markers", dict(markers))
        object.__setattr__(self, "functions", dict(functions))
        object.__setattr__(self, "userspace_line", start[0].line if start else None)

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

    @property
    def whole(self) -> bool:
        """Whether what this log does not show did not happen."""
        return not self.lack

    @property
    def lack(self) -> str:
        """Why the log is not whole, in words; empty where it is."""
        coverage = self.boot.coverage
        lacks = (
            "its head is lost" if not coverage.head else "",
            "it ends before user space" if coverage.tail == "cut" else "",
            "messages were dropped" if self.boot.counts.dropped_messages else "",
        )
        return ", ".join(filter(None, lacks))

    def text(self, line: int) -> str:
        """A line as captured, cut at 2,000 characters."""
        return self.lines[line - 1][:2000].strip("\r\n")

    def body(self, line: int) -> str:
        """A line without its stamp, for use in a sentence."""
        marker = self._texts.get(line)
        return (marker if marker is not None else self.text(line).rpartition("] ")[2]).strip()

    @cached_property
    def _texts(self) -> dict[int, str]:
        return {marker.line: marker.text for marker in self.boot.markers}

    def marker(self, marker: Marker) -> Seen:
        """A marker as seen."""
        levels, source = self._levels_inside(marker.parent, marker.line)
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
        levels, source = self._levels_inside(probe.parent, probe.line)
        return Seen(
            probe.device, probe.line, probe.time_us, levels, source, probe.thread,
            (probe.line, probe.line), None, probe.parent, True,
        )  # fmt: skip

    def message(self, line: int, time_us: int | None) -> Seen:
        """Any other line."""
        levels, source = self._levels_inside(None, line)
        return Seen("message", line, time_us, levels, source, None, (line, line), None, None, False)

    def probe_around(self, device: str, seen: Seen) -> Probe | None:
        """The attempt to bind ``device`` during which ``seen`` was printed.

        A probe's start is reckoned back from its end by the kernel's own figure,
        with the one jiffy of error that early clocks have.
        """
        for probe in self.boot.probes:
            if probe.device != device or probe.line < seen.line:
                continue
            if probe.time_us is None or seen.time_us is None:
                return None
            begun = probe.time_us - probe.reported_us - 10_000
            return probe if begun <= seen.time_us and probe.parent == seen.inside else None
        return None

    def _levels_inside(
        self, parent: int | None, line: int
    ) -> tuple[tuple[Level, Level] | None, LevelSource]:
        if parent is not None:
            call = self.boot.initcalls[parent]
            return call.levels, call.level_source
        if self.userspace_line is not None and line > self.userspace_line:
            return ("module", "module"), "known"
        return None, "unknown"


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
