"""One boot, indexed for rules: what was seen, where, at which level."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import chain
from operator import attrgetter
from typing import TypeVar

from app.rules.answers import Answers
from app.rules.globs import is_glob
from app.rules.markers import ASYNCHRONOUS_DRIVERS, FROM_DIAGNOSTICS, FROM_PROBES
from app.rules.messages import Messages
from app.rules.places import Places
from app.rules.seen import Interval, Seen, within
from app.rules.steps import CALL, HIT, Steps
from app.rules.texts import Texts
from parsers import RANK, AsyncCall, Boot, Initcall, Level, LevelSource, Marker, Probe
from parsers.framings import Frame

Thing = Probe | Marker | Frame
"""What is one line: all that a rule speaks of but initcalls."""

Globs = tuple[str, ...]
Key = TypeVar("Key")


class Facts:
    """A boot and its raw lines (``lines[n - 1]`` is line n of the capture).

    ``framing`` is what the capture was read with; None finds it out again. ``steps``
    counts what the rule at hand does with it.
    """

    def __init__(self, boot: Boot, lines: Sequence[str], framing: str | None = None) -> None:
        self.boot = boot
        self.lines = lines
        self.framing = framing
        self.steps = Steps()
        markers: defaultdict[str, list[Marker]] = defaultdict(list)
        for marker in (*self.boot.markers, *self._odd()):
            markers[marker.marker].append(marker)
        if boot.deferrals:
            line = min(deferral.line for deferral in boot.deferrals)
            markers["probe.deferred"].append(self._about_log("probe.deferred", line))
        self.markers: dict[str, list[Marker]] = dict(markers)
        self.functions = Places([call.function for call in self.boot.initcalls])
        self._once = Answers(self.steps).once
        self._at_levels: dict[tuple[Level, ...], _AtLevels] = {}

    @cached_property
    def calls(self) -> tuple[Initcall, ...]:
        """The initcalls, and after them the asynchronous calls, as calls without a level."""
        known = self.boot.initcalls
        if not self.boot.async_calls:
            return known
        return (*known, *map(_as_call, self.boot.async_calls))

    @cached_property
    def async_functions(self) -> Places:
        """The asynchronous calls by function, as indices of ``calls``."""
        called = [call.function for call in self.boot.async_calls]
        return Places(called, len(self.boot.initcalls))

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
        asynchronous = [call.line_called or call.line_returned or 1 for call in boot.async_calls]
        asynchronous.extend(wait.line_waiting for wait in boot.async_waits)
        if asynchronous:
            yield self._about_log("log.async", min(asynchronous))

    def _about_log(self, name: str, line: int) -> Marker:
        text = self.text(line)
        return Marker(marker=name, time_us=None, line=line, text=text, thread=None, parent=None)

    @cached_property
    def times(self) -> dict[int, int | None]:
        """The time of every line that an event stands for."""
        times: dict[int, int | None] = {m.line: m.time_us for m in self.boot.markers}
        times |= {p.line: p.time_us for p in self.boot.probes}
        times |= {d.pending_line: d.pending_us for d in self.boot.deferrals if d.pending_line}
        calls = self.boot.initcalls  # the asynchronous ones are the last of the lines
        times.update(zip(self._lines_called, map(_start_us, calls), strict=False))
        times.update(zip(self._lines_returned, map(_end_us, calls), strict=False))
        times.pop(0, None)
        return times

    @cached_property
    def spans(self) -> list[int]:
        """For each call how long it took by the stamps, in µs; -1 where they do not tell."""
        return [
            call.span_us
            if call.returned is not None
            and call.line_called
            and call.line_returned
            and call.span_us is not None
            and not (
                self.boot.clock_steps and self.steps_between(call.line_called, call.line_returned)
            )
            else -1
            for call in self.calls
        ]

    @cached_property
    def returned(self) -> list[int | None]:
        """What each call returned; None where the log does not tell."""
        return [call.returned for call in self.calls]

    @cached_property
    def returned_values(self) -> frozenset[int | None]:
        """Every value of ``returned``, once."""
        return frozenset(self.returned)

    @cached_property
    def reported(self) -> list[int]:
        """For each call how long it took by the kernel's figure, in µs; -1 without one."""
        return [
            -1 if call.returned is None or call.reported_us is None else call.reported_us
            for call in self.calls
        ]

    def text(self, line: int) -> str:
        """A line as captured, cut at 2,000 characters."""
        return self.lines[line - 1][:2000].strip("\r\n")

    def body(self, line: int) -> str:
        """A line without its wrapping, for use in a sentence."""
        known = self._texts.get(line)
        if known is None:
            found = self.messages.at(line)
            known = found[0].text if found else self.text(line)
        return known.strip()

    @cached_property
    def _texts(self) -> dict[int, str]:
        return {marker.line: marker.text for marker in self.boot.markers}

    def named(
        self, names: Globs, module: str | None, levels: tuple[Level, ...] | None, *,
        asynchronous: bool,
    ) -> Sequence[int]:  # fmt: skip
        """The calls with these names, as indices; those known to be at ``levels``."""
        if module is None and levels is None:
            key = ("async" if asynchronous else "initcall", names)
            return self._once(key, lambda: self._called(names, asynchronous=asynchronous))

        def both() -> list[int]:
            found = [self.named(names, None, None, asynchronous=asynchronous)]
            if module is not None:
                modules = self.steps.fitting((module,), [*self._by_module])
                found.append(_joined(self._by_module[name] for name in modules))
            if levels is not None:
                found.append(self._at(levels, sure=True))
            self.steps.spend(sum(map(len, found)) * CALL)
            least, *others = sorted(found, key=len)
            some = (one for one in others if len(one) < len(self.calls))  # not all there are
            return sorted(set(least).intersection(*some))

        return self._once(("call", names, module, levels, asynchronous), both)

    def edges(
        self, names: Globs, module: str | None, levels: tuple[Level, ...] | None, *,
        asynchronous: bool, end: bool,
    ) -> Sequence[int]:  # fmt: skip
        """Of ``named`` those whose start or end is in the log, in the order of these lines."""
        lines = self._lines_returned if end else self._lines_called

        def there() -> list[int]:
            found = self.named(names, module, levels, asynchronous=asynchronous)
            self.steps.spend(len(found) * CALL)
            found = [index for index in found if lines[index]]
            return sorted(found, key=lines.__getitem__)

        return self._once(("edge", names, module, levels, asynchronous, end), there)

    def maybe_at(self, indices: Sequence[int], levels: tuple[Level, ...]) -> Sequence[int]:
        """Those of these calls that may be at ``levels`` without being known to be."""
        unsure = self._at(levels, sure=None)
        self.steps.spend((len(unsure) + len(indices)) * CALL)
        return sorted(set(unsure).intersection(indices)) if unsure else ()

    def probes(self, devices: Globs, driver: str | None) -> Sequence[Probe]:
        """The attempts to bind these devices, by these drivers, in the order of lines."""
        return self._once(("probe", devices, driver), lambda: self._probed(devices, driver))

    def marked(self, names: Globs) -> Sequence[Marker]:
        """The markers with these names, in the order of lines."""

        def found() -> list[Marker]:
            fitting = self._fitting(names, self.markers)
            return sorted((m for name in fitting for m in self.markers[name]), key=_line)

        return self._once(("marker", names), found)

    def said(self, globs: Globs) -> Sequence[Frame]:
        """The messages that fit, in order."""
        return self._once(("message", globs), lambda: self.messages.fitting(globs, self.steps))

    def at_levels(self, wanted: tuple[Level, ...]) -> "Mapping[Interval | None, bool | None]":
        """For each interval of levels whether it lies in ``wanted``; None where it only may."""
        if wanted not in self._at_levels:
            self._at_levels[wanted] = _AtLevels(wanted)
        return self._at_levels[wanted]

    def _called(self, names: Globs, *, asynchronous: bool) -> list[int]:
        functions = self.async_functions if asynchronous else self.functions
        if any(map(is_glob, names)):
            texts = self._async_names if asynchronous else self._function_names
            return functions.of_these(texts.fitting(names, self.steps))
        return functions.of(self._fitting(names, functions.last))

    def _at(self, levels: tuple[Level, ...], *, sure: bool | None) -> list[int]:
        answers = self.at_levels(levels)
        return _joined(found for one, found in self._by_levels.items() if answers[one] is sure)

    @cached_property
    def _by_module(self) -> dict[str, list[int]]:
        return _grouped(call.module or "" for call in self.calls)

    @cached_property
    def _by_levels(self) -> dict[Interval | None, list[int]]:
        return _grouped(call.levels for call in self.calls)

    @cached_property
    def _lines_called(self) -> list[int]:
        return [call.line_called or 0 for call in self.calls]

    @cached_property
    def _lines_returned(self) -> list[int]:
        return [call.line_returned or 0 for call in self.calls]

    def _probed(self, devices: Globs, driver: str | None) -> list[Probe]:
        places, texts = self._devices, self._device_names
        if any(map(is_glob, devices)):
            named = places.of_these(texts.fitting(devices, self.steps))
        else:
            named = places.of(self._fitting(devices, places.last))
        found = [self.boot.probes[place] for place in named]
        if driver is not None:
            driven = self.steps.matcher((driver,))
            found = [probe for probe in found if driven(probe.driver or "")]
        return sorted(found, key=_line)

    def _fitting(self, names: Globs, known: Mapping[str, object]) -> list[str]:
        """Those of ``known`` that fit ``names``."""
        if any(map(is_glob, names)):
            return self.steps.fitting(names, [*known])
        return [name for name in dict.fromkeys(names) if name in known]

    @cached_property
    def _function_names(self) -> Texts:
        return Texts(tuple(self.functions.last))

    @cached_property
    def _async_names(self) -> Texts:
        return Texts(tuple(self.async_functions.last))

    @cached_property
    def _devices(self) -> Places:
        return Places([probe.device for probe in self.boot.probes])

    @cached_property
    def _device_names(self) -> Texts:
        return Texts(tuple(self._devices.last))

    def seen(self, thing: Thing, name: str = "") -> Seen:
        """A marker, a probe or a message as seen; ``name`` is what a rule calls a message.

        A probe's line is the end of the attempt: it has no first line.
        """
        self.steps.spend(HIT)
        levels, source = self.levels_of(thing)
        if not isinstance(thing, Frame):
            name = thing.device if isinstance(thing, Probe) else thing.marker
        return Seen(
            name, thing.line, thing.time_us, levels, source, thing.thread,
            (thing.line, thing.line), None, self._inside(thing), isinstance(thing, Probe),
        )  # fmt: skip

    def levels_of(self, thing: Thing) -> tuple[Interval | None, LevelSource]:
        """The level of what ran in an initcall; outside of all none is known."""
        if isinstance(thing, Marker) and thing.marker == "userspace.start":
            return ("module", "module"), "known"  # kernel_init() runs it after every initcall
        parent = self._inside(thing)
        if parent is None or (thing.thread is None and self._maybe_asynchronous(thing)):
            return None, "unknown"
        call = self.boot.initcalls[parent]
        return call.levels, call.level_source

    @cached_property
    def async_probing(self) -> bool:
        """Whether the command line has drivers probe on threads of their own."""
        words = (self.boot.kernel.cmdline or "").split()
        return any(word.startswith("driver_async_probe=") for word in words)

    def _maybe_asynchronous(self, thing: Thing) -> bool:
        """Whether it is of a probe that need not run in the initcall that was open then.

        Of a line without its thread it cannot be told (PRINTK_CALLER tells it).
        """
        if isinstance(thing, Probe):
            return self.async_probing
        if isinstance(thing, Frame) or thing.marker not in FROM_PROBES:
            return False
        return self.async_probing or thing.text.startswith(ASYNCHRONOUS_DRIVERS)

    def thread_of(self, seen: Seen) -> str | None:
        """The thread of a line: its own, or that of the initcall it was printed in."""
        if seen.thread is None and seen.inside is not None:
            return self.boot.initcalls[seen.inside].thread
        return seen.thread

    def _inside(self, thing: Thing) -> int | None:
        return self.messages.owner(thing) if isinstance(thing, Frame) else thing.parent

    def initcall(self, index: int, *, end: bool) -> Seen | None:
        """The start or the end of an initcall; None where the log lacks that line."""
        call = self.calls[index]
        line = call.line_returned if end else call.line_called
        return self._edge(index, line, end=end) if line is not None else None

    def first_line(self, index: int) -> int:
        """The first line that the log has of a call."""
        call = self.calls[index]
        return call.line_called or call.line_returned or 1

    def last_edge(self, index: int) -> Seen:
        """The end of an initcall, or its start while it is open."""
        call = self.calls[index]
        ended = call.line_returned is not None
        return self._edge(index, call.line_returned or call.line_called or 1, end=ended)

    def _edge(self, index: int, line: int, *, end: bool) -> Seen:
        self.steps.spend(HIT)
        call: Initcall = self.calls[index]
        span = (call.line_called or 1, line) if end else (line, line)
        return Seen(
            call.function, line, call.end_us if end else call.start_us, call.levels,
            call.level_source, call.thread, span, index, None, end,
        )  # fmt: skip

    @cached_property
    def messages(self) -> Messages:
        """What the lines of the boot say."""
        return Messages(self.boot, self.lines, self.framing)

    def steps_between(self, start: int, end: int) -> bool:
        """Whether the clock steps back after line ``start``, up to line ``end``."""
        steps = self.boot.clock_steps
        place = bisect_right(steps, start)
        return place < len(steps) and steps[place] <= end

    def probe_around(self, device: str, seen: Seen) -> Probe | None:
        """The attempt to bind ``device`` (a glob) during which ``seen`` was printed.

        A probe's start is reckoned back from its end by the kernel's own figure,
        with the one jiffy of error that early clocks have.
        """
        self.steps.spend(len(self.boot.probes) * CALL)
        several = is_glob(device)
        for probe in self.probes((device,), None):
            if probe.line < seen.line:
                continue
            if probe.time_us is None or seen.time_us is None:
                return None
            begun = probe.time_us - probe.reported_us - 10_000
            if begun <= seen.time_us and probe.parent == seen.inside:
                return probe
            if not several:
                return None
        return None


_line, _start_us, _end_us = map(attrgetter, ("line", "start_us", "end_us"))


def _grouped(keys: Iterable[Key]) -> dict[Key, list[int]]:
    """The places of each key."""
    groups: defaultdict[Key, list[int]] = defaultdict(list)
    for place, key in enumerate(keys):
        groups[key].append(place)
    return groups


def _joined(found: Iterable[list[int]]) -> list[int]:
    return [*chain.from_iterable(found)]


class _AtLevels(dict[Interval | None, bool | None]):
    """``within()``, answered once for each interval."""

    def __init__(self, wanted: tuple[Level, ...]) -> None:
        self._ranks = frozenset(RANK[level] for level in wanted)

    def __missing__(self, levels: Interval | None) -> bool | None:
        return self.setdefault(levels, within(levels, self._ranks))


def _as_call(call: AsyncCall) -> Initcall:
    ended = call.line_returned is not None
    known = call.start_us is not None and call.end_us is not None
    return Initcall(
        function=call.function, module=call.module, occurrence=1, levels=None,
        level_source="unknown", link_order=None, thread=call.thread, parent=None,
        start_us=call.start_us, end_us=call.end_us, reported_us=call.reported_us,
        span_us=(call.end_us or 0) - (call.start_us or 0) if known else None,
        returned=0 if ended else None, return_lost=False,
        line_called=call.line_called, line_returned=call.line_returned,
    )  # fmt: skip
