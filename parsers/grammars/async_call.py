"""Asynchronous calls and those who wait for them (kernel/async.c).

``calling  5_async_init+0x0/0x1 @ 45`` and ``initcall 5_async_init+0x0/0x1 returned
[0 ]after 9 usecs``: the number is the cookie, glued to the name. Up to 5.10 printed
with initcall_debug, since then with ``dyndbg="file async.c +p"``.
"""

from parsers.grammars.base import (
    AsyncCalled,
    AsyncContinued,
    AsyncReturned,
    AsyncWaited,
    Grammar,
    Record,
)
from parsers.pattern import pattern
from parsers.symbol_names import plain_name

_SYMBOL = (
    r"(?P<cookie>\d{1,18})_(?P<symbol>[^\s+]+)(?:\+0x[0-9a-f]+/0x[0-9a-f]+)?"
    r"(?: \[(?P<module>[^\]\s]+)[^\]]*\])?"
)
_CALLED = pattern(rf"calling {{1,2}}{_SYMBOL} @ (?P<pid>\d{{1,10}})\s*$")
_RETURNED = pattern(rf"initcall {_SYMBOL} returned (?:-?\d+ )?after (?P<n>-?\d{{1,18}}) usecs\s*$")
_WAITING = pattern(r"async_waiting @ (\d{1,10})\s*$")
_CONTINUING = pattern(r"async_continuing @ (\d{1,10}) after (-?\d{1,18}) usec\s*$")


def _read(text: str) -> tuple[Record, ...]:
    if text.startswith(("calling", "initcall")):
        if not (text[9:10].isdigit() or text[8:9].isdigit()):
            return ()
        if (found := _CALLED.match(text)) is not None:
            name = plain_name(found["symbol"])
            return (AsyncCalled(int(found["cookie"]), name, found["module"], found["pid"]),)
        if (found := _RETURNED.match(text)) is not None:
            name = plain_name(found["symbol"])
            return (AsyncReturned(int(found["cookie"]), name, found["module"], int(found["n"])),)
    elif (found := _WAITING.match(text)) is not None:
        return (AsyncWaited(found[1]),)
    elif (found := _CONTINUING.match(text)) is not None:
        return (AsyncContinued(found[1], int(found[2])),)
    return ()


ASYNC_CALL = Grammar(
    "async_call",
    frozenset({"calling", "initcall", "async_waiting", "async_continuing"}),
    (),
    _read,
)
