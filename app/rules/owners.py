"""Which initcall a message was printed in: its thread's, at its line."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Sequence
from functools import cached_property
from operator import itemgetter, lt

from parsers import Boot
from parsers.named import NamedTuple

_RETRIES = "deferred_probe_initcall"
"""It waits for a kworker, on which probes are tried again."""


class _Timeline(NamedTuple):
    """From each of ``lines`` on, up to the next one, the initcall in the same place runs."""

    lines: Sequence[int]
    running: Sequence[int | None]

    def at(self, line: int) -> int | None:
        place = bisect_right(self.lines, line) - 1
        return self.running[place] if place >= 0 else None


class Owners:
    """The initcall that runs at a line, by thread, as parsers/pairing.py tells it."""

    def __init__(self, boot: Boot) -> None:
        self._calls = boot.initcalls

    def at(self, line: int, thread: str | None) -> int | None:
        """The initcall that ``thread`` is in at ``line``; None for none, or none known.

        Of a message without a thread it is known where one thread alone is in any.
        """
        if thread is None:
            return self._alone.at(line)
        if thread in self._threads and (own := self._threads[thread].at(line)) is not None:
            return own
        return None if thread.startswith("cpu") else self._retrying.at(line)

    @cached_property
    def _threads(self) -> dict[str | None, _Timeline]:
        places: defaultdict[str | None, list[int]] = defaultdict(list)
        for place, call in enumerate(self._calls):
            if call.line_called is not None:
                places[call.thread].append(place)
        return {
            thread: self._one_by_one(own) or self._timeline(own) for thread, own in places.items()
        }

    def _one_by_one(self, places: Sequence[int]) -> _Timeline | None:
        """Of calls that are over before the next one begins, as nearly all are; else None."""
        calls = [self._calls[place] for place in places]
        edges: list[int] = [0] * (2 * len(calls))
        edges[::2] = begun = [call.line_called or 0 for call in calls]
        edges[1::2] = ended = [call.line_returned or 0 for call in calls]
        if not (all(map(lt, begun, ended)) and all(map(lt, ended, begun[1:]))):
            return None
        running: list[int | None] = [None] * len(edges)
        running[::2] = places
        return _Timeline(edges, running)

    def _timeline(self, places: Sequence[int]) -> _Timeline:
        """An edge is one number, to be sorted by: its line, its call, whether it is the end."""
        each = 2 * len(self._calls)
        edges: list[int] = []
        for place in places:
            call = self._calls[place]
            edges.append((call.line_called or 0) * each + 2 * place)
            if call.line_returned is not None:
                edges.append(call.line_returned * each + 2 * place + 1)
        edges.sort()
        lost = {place for place in places if self._calls[place].return_lost}
        stack: list[int] = []
        running: list[int | None] = []
        for edge in edges:
            index, end = edge % each >> 1, edge & 1
            while stack and (stack[-1] in lost or (end and stack[-1] >= index)):
                stack.pop()
            if not end:
                stack.append(index)
            running.append(stack[-1] if stack else None)
        return _Timeline([edge // each for edge in edges], running)

    @cached_property
    def _alone(self) -> _Timeline:
        return _only([*self._threads.values()])

    @cached_property
    def _retrying(self) -> _Timeline:
        retries = {i for i, call in enumerate(self._calls) if call.function == _RETRIES}
        return _only(
            [
                _Timeline(own.lines, [top if top in retries else None for top in own.running])
                for own in self._threads.values()
                if not retries.isdisjoint(own.running)
            ]
        )


def _only(timelines: Sequence[_Timeline]) -> _Timeline:
    """What runs in one of several while nothing does in the others."""
    if len(timelines) == 1:
        return timelines[0]
    changes = [
        (line, place, index)
        for place, own in enumerate(timelines)
        for line, index in zip(own.lines, own.running, strict=True)
    ]
    changes.sort(key=itemgetter(0))
    live: dict[int, int] = {}
    running: list[int | None] = []
    for _, place, index in changes:
        if index is None:
            live.pop(place, None)
        else:
            live[place] = index
        running.append(next(iter(live.values())) if len(live) == 1 else None)
    return _Timeline([line for line, _, _ in changes], running)
