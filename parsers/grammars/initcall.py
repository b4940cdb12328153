"""initcall_debug: calls, returns, blacklisted calls, level banners (init/main.c).

Look-alikes that are none: asynchronous calls (``5_async_init``,
kernel/async.c), suspend lines (``calling X @ 1, parent: Y``,
drivers/base/power/main.c) and PCI quirks, whose message starts with the device.
"""

from parsers.grammars.base import (
    Blacklisted,
    Called,
    Entered,
    Grammar,
    Record,
    Returned,
)
from parsers.pattern import pattern
from parsers.symbol_names import named, plain_name

_SYMBOL = (
    r"(?P<symbol>0x[0-9a-f]+|[^\s+\d][^\s+]*)(?P<offset>\+0x[0-9a-f]+/0x[0-9a-f]+)?"
    r"(?: \[(?P<module>[^\]\s]+)[^\]]*\])?"
)
_CALLED = pattern(rf"calling {{1,2}}{_SYMBOL}(?: @ (?P<pid>\d{{1,10}}))?\s*$")
_RETURNED = pattern(
    rf"initcall {_SYMBOL} returned (?P<returned>-?\d{{1,10}}) after (?P<n>-?\d{{1,15}})"
    r" (?P<unit>usecs|msecs)(?:, irqs_disabled\(\) \d)?\s*$"
)
_BLACKLISTED = pattern(r"initcall (\S+) blacklisted\s*$")
_ENTERED = pattern(
    r"entering initcall level: "
    r"(console|early|pure|core|postcore|arch|subsys|fs|device|late)\s*$"
)
_make = tuple.__new__  # a third of what Called() and Returned() cost


def _read(text: str) -> tuple[Record, ...]:
    match text[0]:
        case "c":
            found = _CALLED.match(text)
            if found is not None:
                symbol, offset, module, pid = found.groups()
                if offset is None and pid is None:
                    return ()
                name, level = named(symbol)
                return (_make(Called, (name, module, pid, False, level)),)
        case "i":
            found = _RETURNED.match(text)
            if found is not None:
                symbol, _, module, returned, n, unit = found.groups()
                scale = 1000 if unit == "msecs" else 1
                told = (named(symbol)[0], module, int(returned), int(n) * scale, False)
                return (_make(Returned, told),)
            found = _BLACKLISTED.match(text)
            if found is not None:
                return (Blacklisted(plain_name(found[1].partition("+")[0])),)
        case _:
            found = _ENTERED.match(text)
            if found is not None:
                return (Entered(found[1]),)
    return ()


INITCALL = Grammar("initcall", frozenset({"calling", "initcall", "entering"}), (), _read)
