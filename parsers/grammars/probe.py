"""Driver core: probes and deferrals (drivers/base/dd.c).

``probe of`` prints errno positive (517 is EPROBE_DEFER); -517 means that a
supplier was missing and the driver was not even tried.
"""

from parsers.grammars.base import Grammar, Pending, Probed, Record
from parsers.pattern import pattern

_RETURNED = pattern(r" returned (?P<returned>-?\d{1,10}) after (?P<n>-?\d{1,15}) usecs\s*$")
_PENDING = pattern(r"\S+ (?P<device>\S+): deferred probe pending(?P<reason>: .*)?$")


def _read(text: str) -> tuple[Record, ...]:
    if text.startswith("probe of "):
        found = _RETURNED.match(text, max(text.rfind(" returned "), 0))
        if found is None:
            return ()
        device, _, driver = text[9 : found.start()].partition(" with driver ")
        return (Probed(device, driver or None, int(found["returned"]), int(found["n"])),)
    found = _PENDING.match(text.rstrip())
    if found is not None:
        return (Pending(found["device"], (found["reason"] or "")[2:] or None),)
    return ()


PROBE = Grammar("probe", frozenset({"probe"}), ("deferred probe pending",), _read)
