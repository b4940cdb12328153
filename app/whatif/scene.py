"""One prediction in the making: the draft, and what is said of it on the way."""

from functools import cache

from app.whatif.source import Source
from parsers import Marker, parse_log
from parsers.named import NamedTuple


class Unknown(NamedTuple):
    """What a prediction cannot tell of ``what``, and why."""

    what: str
    reason: str


class Scene:
    """The draft of one prediction, its assumptions, and what it cannot tell.

    ``ran_by`` are the initcalls whose work another one does by a call, and that one's place:
    a dependency that no line of a log shows. ``moved`` are the initcalls that run elsewhere,
    ``hosts`` in which other one each does its work now.
    """

    def __init__(self, source: Source) -> None:
        self.source = source
        self.draft = source.draft()
        self.assumptions: dict[str, None] = {}
        self.unknown: dict[Unknown, None] = {}
        self.moved: dict[int, None] = {}
        self.hosts: dict[int, int] = {}
        self.ran_by: dict[int, frozenset[int]] = {}

    def assume(self, text: str) -> None:
        """Say what is taken for granted, once."""
        self.assumptions[text] = None

    def cannot_tell(self, what: str, reason: str) -> None:
        """Say what is not predicted, once."""
        self.unknown[Unknown(what, reason)] = None

    def name(self, place: int) -> str:
        """An initcall as people write it."""
        return f"{self.draft.calls[place].function}()"

    def block(self, place: int) -> list[int]:
        """The lines of a call, its own two among them, without those of other threads."""
        call = self.draft.calls[place]
        if not self.draft.has(call.line_called) or not self.draft.has(call.line_returned):
            return []
        inside = self.draft.between(call.line_called or 0, call.line_returned or 0)
        others = {
            line
            for other in self.draft.calls
            if other.thread != call.thread and other.parent != place
            for line in (other.line_called, other.line_returned)
        }
        return [
            line for line in inside if line not in others and self._may_be_of(call.thread, line)
        ]

    def _may_be_of(self, thread: str | None, line: int) -> bool:
        frame = self.source.frames.get(line)
        return frame is None or frame.thread is None or thread is None or frame.thread == thread

    def inner(self, place: int) -> list[int]:
        """What stands between the two lines of a call."""
        return self.block(place)[1:-1]

    def adopt(self, lines: list[int], parent: int) -> None:
        """Have another initcall be what these lines were printed in."""
        at, draft = {*lines}, self.draft
        for place, marker in enumerate(draft.markers):
            if marker.line in at:
                draft.edit(draft.markers, place, parent=parent)
        for place, probe in enumerate(draft.probes):
            if probe.line in at:
                draft.edit(draft.probes, place, parent=parent)
        for place, call in enumerate(draft.calls):
            if place != parent and call.line_called in at and call.line_returned in at:
                draft.edit(draft.calls, place, parent=parent, thread=draft.calls[parent].thread)

    def say(self, text: str, origin: int, after: int, parent: int | None) -> int:
        """Make a line up, with the markers that such a message has; returns it."""
        raw, body = self.source.lines[origin - 1], self.source.body(origin)
        whole = raw.replace(body, text, 1) if body and body in raw else text
        line = self.draft.make(whole, origin, after)
        thread = None if parent is None else self.draft.calls[parent].thread
        time = 0 if self.draft.time_at(line) is not None else None
        for marker in markers_of(text):
            self.draft.markers.append(Marker(
                marker=marker, time_us=time, line=line, text=text, thread=thread, parent=parent
            ))  # fmt: skip
        return line


@cache
def markers_of(text: str) -> tuple[str, ...]:
    """The markers that a message is."""
    (boot,) = parse_log(f"[    1.000000] {text}\n".encode(), framing="dmesg").boots
    return tuple(marker.marker for marker in boot.markers)
