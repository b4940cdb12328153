"""Trace events of initcalls (include/trace/events/initcall.h, 4.17 and later).

``initcall_level: level=device``, ``initcall_start: func=X``,
``initcall_finish: func=X ret=0``. With ``tp_printk`` they are messages of the
kernel log too. A trace tells the level of what follows, and no "after N usecs".
"""

from parsers.grammars.base import Called, Dropped, Entered, Grammar, Record, Returned
from parsers.pattern import pattern
from parsers.symbol_names import named, plain_name

_FUNCTION = (
    r" {1,20}func=(?P<symbol>[^\s+]+)(?:\+0x[0-9a-f]+(?:/0x[0-9a-f]+)?)?"
    r"(?: \[(?P<module>[^\]\s]+)[^\]]*\])?"
)
_STARTED = pattern(rf"initcall_start:{_FUNCTION}\s*$")
_FINISHED = pattern(rf"initcall_finish:{_FUNCTION} ret=(?P<returned>-?\d{{1,10}})\s*$")
_LEVEL = pattern(
    r"initcall_level: {1,20}level="
    r"(console|early|pure|core|postcore|arch|subsys|fs|device|late)\s*$"
)
_LOST = pattern(r"LOST (\d{1,18}) EVENTS$")


def _read(text: str) -> tuple[Record, ...]:
    if (found := _STARTED.match(text)) is not None:
        name, level = named(found["symbol"])
        return (Called(name, found["module"], None, traced=True, level=level),)
    if (found := _FINISHED.match(text)) is not None:
        name, returned = plain_name(found["symbol"]), int(found["returned"])
        return (Returned(name, found["module"], returned, None, traced=True),)
    if (found := _LEVEL.match(text)) is not None:
        return (Entered(found[1], traced=True),)
    if (found := _LOST.match(text)) is not None:
        return (Dropped(int(found[1]), by="the trace"),)
    return ()


TRACE_EVENT = Grammar(
    "trace_event",
    frozenset({"initcall_start:", "initcall_finish:", "initcall_level:", "LOST"}),
    (),
    _read,
)
