"""A boot as a sequence of lines that can be moved, and the events that stand on them.

A line is named by its number in the measured log wherever it goes; one that is made up has
a negative number. Times follow by shifts: what is moved keeps its length, with the gap before
it, and what it passes takes the room that it leaves.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any

from app.whatif.lines import with_lines
from parsers import Boot, Deferral, Initcall, Marker, Probe
from parsers.named import NamedTuple
from parsers.record import replace

Time = Callable[[int], int | None]


class Made(NamedTuple):
    """A line that no log has: its text, and the measured line that it follows from."""

    text: str
    origin: int


class Built(NamedTuple):
    """A predicted boot, its capture's lines, and for each of its lines the measured one.

    ``origins[n]`` is where line ``boot.first_line + n`` comes from; ``made`` are those of
    its lines that no log has.
    """

    boot: Boot
    lines: Sequence[str]
    origins: Sequence[int]
    made: frozenset[int]


class Draft:
    """What is being changed of one boot. ``time`` tells a measured line's time in µs."""

    def __init__(self, boot: Boot, lines: Sequence[str], time: Time) -> None:
        self.boot = boot
        self.lines = lines
        self.order: list[int] = [*range(boot.first_line, boot.last_line + 1)]
        self.calls: list[Initcall] = [*boot.initcalls]
        self.probes: list[Probe] = [*boot.probes]
        self.markers: list[Marker] = [*boot.markers]
        self.deferrals: list[Deferral] = [*boot.deferrals]
        self.made: dict[int, Made] = {}
        self.changed = False
        self._time = time
        self._shift: dict[int, int] = {}
        self._places: dict[int, int] = {}

    def place(self, line: int) -> int:
        """Where a line stands now. Raises KeyError where it is gone."""
        if not self._places:
            self._places = {one: place for place, one in enumerate(self.order)}
        return self._places[line]

    def has(self, line: int | None) -> bool:
        """Whether a line is still there."""
        self.place(self.order[0])
        return line in self._places

    def before(self, line: int) -> int:
        """The line in front of another."""
        place = self.place(line) - 1
        return self.order[place]

    def between(self, first: int, last: int) -> list[int]:
        """The lines from one to another, both among them."""
        return self.order[self.place(first) : self.place(last) + 1]

    def time_at(self, line: int) -> int | None:
        """When a line is printed now, in µs."""
        if line in self.made:
            return self._shift.get(line)
        time = self._time(line)
        return None if time is None else time + self._shift.get(line, 0)

    def move(self, lines: Collection[int], after: int) -> None:
        """Put lines, in the order that they have, behind another one."""
        moving = {*lines}
        if not moving or after in moving:
            return
        block = [one for one in self.order if one in moving]
        begun, target = self.place(block[0]), self.place(after)
        rest = [one for one in self.order if one not in moving]
        cut = rest.index(after) + 1
        order = [*rest[:cut], *block, *rest[cut:]]
        if order == self.order:
            return
        start = self._last_time(self.order[:begun])
        end = self._last_time(block)
        there = self._last_time(rest[:cut])
        if None not in (start, end, there):
            self._retime(block, rest, begun, target, (start or 0, end or 0, there or 0))
        self._set(order)

    def _retime(
        self, block: Sequence[int], rest: Sequence[int], begun: int, target: int,
        times: tuple[int, int, int],
    ) -> None:  # fmt: skip
        start, end, there = times
        length = max(0, end - start)
        moving = {*block}
        if target >= begun:
            passed = [one for one in self.order[begun : target + 1] if one not in moving]
            self._delay(passed, -length)
            self._delay(block, there - end)
        else:
            passed = [one for one in self.order[target + 1 : begun] if one not in moving]
            self._delay(passed, length)
            self._delay(block, there - start)

    def _delay(self, lines: Iterable[int], by: int) -> None:
        if by:
            for line in lines:
                self._shift[line] = self._shift.get(line, 0) + by

    def _last_time(self, lines: Sequence[int]) -> int | None:
        times = map(self.time_at, reversed(lines))
        return next((time for time in times if time is not None), None)

    def make(self, text: str, origin: int, after: int) -> int:
        """Put a line that no log has behind another; ``origin`` is what it follows from."""
        line = -1 - len(self.made)
        place = self.place(after) + 1
        time = self._last_time(self.order[:place])
        self.made[line] = Made(text, origin)
        if time is not None:
            self._shift[line] = time
        self._set([*self.order[:place], line, *self.order[place:]])
        return line

    def pull(self, first: int, last: int, by: int) -> None:
        """Have the lines from one to another come earlier, by ``by`` µs."""
        self._delay(self.between(first, last), -by)

    def push(self, line: int, by: int) -> None:
        """Have one line come later."""
        self._delay([line], by)

    def remove(self, lines: Collection[int]) -> None:
        """Take lines out; what follows comes earlier by the time that they took."""
        gone = {*lines}
        block = [one for one in self.order if one in gone]
        if not block:
            return
        begun = self.place(block[0])
        start, end = self._last_time(self.order[:begun]), self._last_time(block)
        if start is not None and end is not None:
            self._delay(self.order[begun:], -max(0, end - start))
        self._set([one for one in self.order if one not in gone])

    def _set(self, order: list[int]) -> None:
        self.order = order
        self._places = {}
        self.changed = True

    def edit(self, events: list[Any], place: int, **changes: object) -> None:
        """Change an event of one of the lists."""
        events[place] = replace(events[place], **changes)
        self.changed = True

    def built(self) -> Built:
        """The boot as it is now; the measured one itself where nothing was changed."""
        boot = self.boot
        if not self.changed:
            return Built(boot, self.lines, self.order, frozenset())
        first: int = boot.first_line
        numbers = {line: first + place for place, line in enumerate(self.order)}
        now = replace(
            boot, initcalls=tuple(self.calls), probes=tuple(self.probes),
            markers=tuple(self.markers), deferrals=tuple(self.deferrals),
        )  # fmt: skip
        moved = with_lines(now, numbers.get, self._moved_by)
        text = [self._text(line) for line in self.order]
        moved = replace(
            moved,
            last_line=first + len(self.order) - 1,
            last_time_us=self._last_time(self.order),
            phases=tuple(
                replace(
                    one, first_line=numbers.get(one.first_line, one.first_line),
                    last_line=numbers.get(one.last_line, one.last_line),
                )
                for one in boot.phases
            ),
            counts=_recounted(boot, moved, len(self.order)),
        )  # fmt: skip
        moved = replace(
            moved,
            probes=tuple(sorted(moved.probes, key=lambda one: one.line)),
            markers=tuple(sorted(moved.markers, key=lambda one: one.line)),
        )
        lines = [*self.lines[: first - 1], *text, *self.lines[boot.last_line :]]
        origins = [self.made[line].origin if line in self.made else line for line in self.order]
        return Built(
            moved, lines, origins, frozenset(numbers[line] for line in self.made if line in numbers)
        )

    def _moved_by(self, line: int) -> int:
        return self._shift.get(line, 0)

    def _text(self, line: int) -> str:
        return self.made[line].text if line in self.made else self.lines[line - 1]


def _recounted(old: Boot, new: Boot, lines: int) -> Any:
    counts = old.counts
    gone = len(old.initcalls) - len(new.initcalls)
    return replace(
        counts,
        lines=counts.lines + lines - (old.last_line - old.first_line + 1),
        initcalls=counts.initcalls - gone,
        called=counts.called - gone,
        returned=counts.returned - gone,
        probes=counts.probes + len(new.probes) - len(old.probes),
        deferrals=counts.deferrals + len(new.deferrals) - len(old.deferrals),
        markers=counts.markers + len(new.markers) - len(old.markers),
    )
