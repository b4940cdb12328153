"""A checker of Trace Event JSON: what the viewers need, and drop or draw wrong without."""

import json
from typing import Any

_NEEDED = {
    "X": {"name", "cat", "ts", "dur", "pid", "tid", "args"},
    "i": {"name", "cat", "ts", "pid", "tid", "s", "args"},
    "s": {"name", "cat", "ts", "pid", "tid", "id"},
    "f": {"name", "cat", "ts", "pid", "tid", "id", "bp"},
    "M": {"name", "pid", "tid", "args"},
}


def check_trace(text: str) -> list[dict[str, Any]]:
    """Fails on the first fault; returns the events."""
    events: list[dict[str, Any]] = json.loads(text)["traceEvents"]
    named = {(e["pid"], e["tid"]) for e in events if e["name"] == "thread_name"}
    processes = {e["pid"] for e in events if e["name"] == "process_name"}
    before = 0
    open_ends: dict[tuple[int, int], list[tuple[int, int]]] = {}
    spans: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for event in events:
        kind, track = event["ph"], (event["pid"], event["tid"])
        assert _NEEDED[kind] <= event.keys(), event
        if kind == "M":
            continue
        assert track in named and event["pid"] in processes, event
        assert isinstance(event["ts"], int) and event["ts"] >= before, event
        before = event["ts"]
        if kind == "i":
            assert event["s"] in "tpg"
        if kind == "X":
            start, end = event["ts"], event["ts"] + event["dur"]
            assert isinstance(event["dur"], int) and event["dur"] >= 0, event
            ends = open_ends.setdefault(track, [])
            while ends and ends[-1][1] <= start:
                ends.pop()
            assert not ends or end <= ends[-1][1], f"does not nest: {event} in {ends[-1]}"
            ends.append((start, end))
            spans.setdefault(track, []).append((start, end))
    _check_arrows(events, spans)
    return events


def _check_arrows(
    events: list[dict[str, Any]], spans: dict[tuple[int, int], list[tuple[int, int]]]
) -> None:
    begun: dict[int, int] = {}
    for place, event in enumerate(events):
        if event["ph"] not in "sf":
            continue
        inside = spans[event["pid"], event["tid"]]
        assert any(start <= event["ts"] < end for start, end in inside), event
        if event["ph"] == "s":
            assert event["id"] not in begun
            begun[event["id"]] = place
        else:
            assert begun.pop(event["id"]) < place, event
    assert not begun
