"""A boot's events put on other lines, at other times."""

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, TypeVar

from parsers import Boot, Initcall
from parsers.record import replace

Event = TypeVar("Event")
Where = Callable[[int], int | None]
"""The new line of an old one; None where it is gone."""
When = Callable[[int], int]
"""By how many µs a line's time changes."""


def with_lines(boot: Boot, where: Where, when: When, *, sort: bool = True) -> Boot:
    """The same boot on new lines. What stands on a line that is gone goes with it.

    With ``sort`` initcalls are put in the order of their new lines, and parents follow. A
    duration grows with the distance of its two lines.
    """
    kept = [place for place, call in enumerate(boot.initcalls) if where(_first(call)) is not None]
    if sort:
        kept.sort(key=lambda place: where(_first(boot.initcalls[place])) or 0)
    index = {old: new for new, old in enumerate(kept)}
    move = partial(_moved, where=where, when=when, index=index)
    calls = tuple(_call(boot.initcalls[place], where, when, index) for place in kept)
    return replace(
        boot,
        initcalls=calls,
        probes=move(boot.probes, ("line", "resolved_line"), ("time_us",)),
        deferrals=move(
            boot.deferrals, ("line", "resolved_line", "pending_line"), ("time_us",)
        ),
        banners=move(boot.banners, ("line",), ("time_us",)),
        markers=move(boot.markers, ("line",), ("time_us",)),
        diagnostics=tuple(
            replace(one, line=None if one.line is None else where(one.line))
            for one in boot.diagnostics
        ),
        async_calls=move(
            boot.async_calls, ("line_called", "line_returned"), ("start_us", "end_us")
        ),
        async_waits=move(
            boot.async_waits, ("line_waiting", "line_continuing"), ("start_us", "end_us")
        ),
        clock_steps=tuple(sorted(line for one in boot.clock_steps if (line := where(one)))),
    )  # fmt: skip


def _first(call: Initcall) -> int:
    return call.line_called or call.line_returned or 0


def _call(call: Initcall, where: Where, when: When, index: dict[int, int]) -> Initcall:
    called, returned = call.line_called, call.line_returned
    begun = when(called) if called is not None else 0
    over = when(returned) if returned is not None else begun
    parent = None if call.parent is None else index.get(call.parent)
    return replace(
        call,
        line_called=None if called is None else where(called),
        line_returned=None if returned is None else where(returned),
        start_us=_later(call.start_us, begun),
        end_us=_later(call.end_us, over),
        span_us=_later(call.span_us, over - begun),
        reported_us=_longer(call.reported_us, over - begun),
        parent=parent,
    )


def _moved(
    events: Iterable[Event], lines: tuple[str, ...], times: tuple[str, ...], *,
    where: Where, when: When, index: dict[int, int],
) -> tuple[Event, ...]:  # fmt: skip
    """Events by their fields of lines, the first that it has being its own, and of times."""
    moved = []
    for event in events:
        at = [getattr(event, name) for name in lines]
        own = next((line for line in at if line is not None), None)
        if own is None or where(own) is None:
            continue
        new: dict[str, Any] = {
            name: None if line is None else where(line)
            for name, line in zip(lines, at, strict=True)
        }
        for name, line in zip(times, at, strict=False):
            new[name] = _later(getattr(event, name), 0 if line is None else when(line))
        parent = getattr(event, "parent", None)
        if parent is not None:
            new["parent"] = index.get(parent)
        moved.append(replace(event, **new))
    return tuple(moved)


def _later(time_us: int | None, by: int) -> int | None:
    return None if time_us is None else time_us + by


def _longer(span_us: int | None, by: int) -> int | None:
    return None if span_us is None else max(0, span_us + by)
