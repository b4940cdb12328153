"""A trace beside the log of the same boot: it tells levels and its own lengths.

Trace events ``initcall_level``, ``initcall_start`` and ``initcall_finish``
(include/trace/events/initcall.h). Calls are matched by function, module and
occurrence; a trace that does not fit is not used, and a diagnostic says why.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

from parsers.errors import InputError, UnreadableInput
from parsers.events import Diagnostic
from parsers.framings.ftrace import FTRACE
from parsers.grammars import Called, Entered, Returned
from parsers.grammars.trace_event import TRACE_EVENT
from parsers.levels import is_builtin
from parsers.named import NamedTuple
from parsers.pairing import Call, Pairing
from parsers.source import read_source

_MUST_MATCH = 0.97
"""Share of the built-in calls of the shorter source that the other must have too.

One boot, its head lost: 99.5 %; builds of 6.12 and 7.3, or with other options: 92 %."""
_MAX_SPREAD_US = 100_000
"""The starts of one boot differ by a constant (two clocks) and what a console costs."""


class Trace(NamedTuple):
    """The calls of a trace, and the level that each was at, by index."""

    calls: list[Call]
    levels: dict[int, str]


class Told(NamedTuple):
    """What a trace tells of a log's calls, by their index: levels and lengths."""

    levels: Mapping[int, str]
    lengths_us: Mapping[int, int]
    diagnostics: tuple[Diagnostic, ...]


def read_trace(data: bytes, *, max_bytes: int) -> Trace:
    """Read a trace, packed or not. Raises an InputError, UnreadableInput without initcalls.

    After lost events the level is not known until the next one begins.
    """
    pairing = Pairing()
    level: str | None = None
    levels: dict[int, str] = {}
    try:
        source = read_source(data, max_bytes=max_bytes)
    except InputError as error:
        error.where = f"trace {error.where}".strip()
        raise
    for frame in FTRACE.frames(source.lines):
        for record in TRACE_EVENT.read(frame.text):
            match record:
                case Entered():
                    level = record.level
                case Called():
                    index = pairing.call(frame, record)
                    if level is not None:
                        levels[index] = level
                case Returned():
                    pairing.finish(frame, record)
                case _:  # Dropped is what is left
                    level = None
    if not pairing.calls:
        raise UnreadableInput(
            "There is no initcall event in this trace.",
            hint="Boot with trace_event=initcall:* and send /sys/kernel/tracing/trace.",
            where="trace",
        )
    return Trace(pairing.calls, levels)


def compare(calls: Sequence[Call], trace: Trace) -> Told:
    """What ``trace`` tells of ``calls``; nothing where it is of another boot."""
    pairs = _match(calls, trace.calls)
    fault = _mismatch(calls, trace.calls, pairs)
    if fault is not None:
        detail = f"The trace is not of this boot: {fault}. It was not used."
        return Told({}, {}, (Diagnostic(code="trace_mismatch", line=None, detail=detail),))
    levels = {own: trace.levels[other] for own, other in pairs if other in trace.levels}
    lengths = {
        own: end - start
        for own, other in pairs
        if (start := trace.calls[other].start_us) is not None
        and (end := trace.calls[other].end_us) is not None
    }
    return Told(levels, lengths, ())


def _match(calls: Sequence[Call], traced: Sequence[Call]) -> list[tuple[int, int]]:
    """Pairs of indices, in the order of ``calls``.

    The n-th call of a function is the n-th of the trace, where both have as many.
    """
    names, others = _by_name(calls), _by_name(traced)
    return sorted(
        pair
        for name, indices in names.items()
        if len(indices) == len(others.get(name, ()))
        for pair in zip(indices, others[name], strict=True)
    )


def _by_name(calls: Iterable[Call]) -> dict[tuple[str, str | None], list[int]]:
    found: defaultdict[tuple[str, str | None], list[int]] = defaultdict(list)
    for index, call in enumerate(calls):
        found[(call.function, call.module)].append(index)
    return dict(found)


def _mismatch(
    calls: Sequence[Call], traced: Sequence[Call], pairs: list[tuple[int, int]]
) -> str | None:
    """Why a trace is of another boot, in words; None where nothing speaks against it."""
    shorter = min(sum(map(is_builtin, calls)), sum(map(is_builtin, traced)))
    builtin = [(own, other) for own, other in pairs if is_builtin(calls[own])]
    if not builtin or len(builtin) < _MUST_MATCH * shorter:
        return f"they share {len(builtin)} of {shorter} built-in initcalls"
    backwards = sum(later < earlier for (_, earlier), (_, later) in pairwise(builtin))
    if backwards > len(builtin) // 100:
        return f"{backwards} of its initcalls ran in another order"
    apart = sorted(
        start - other_start
        for own, other in builtin
        if (start := calls[own].start_us) is not None
        and (other_start := traced[other].start_us) is not None
    )
    tenth = len(apart) // 10
    if apart and (spread := apart[-1 - tenth] - apart[tenth]) > _MAX_SPREAD_US:
        return f"the starts of its initcalls drift by {spread / 1e6:.6f} s"
    return None
