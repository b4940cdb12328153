"""Driver core: probes and deferrals (drivers/base/dd.c).

``probe of`` prints errno positive (517 is EPROBE_DEFER); -517 means that a
supplier was missing and the driver was not even tried.
"""

import re

from parsers.grammars.base import Grammar, Pending, Probed, Record

_PROBED = re.compile(
    r"probe of (?P<device>.+?)(?: with driver (?P<driver>.+?))?"
    r" returned (?P<returned>-?\d+) after (?P<n>-?\d+) usecs\s*$"
)
_PENDING = re.compile(r"\S+ (?P<device>\S+): deferred probe pending(?:: (?P<reason>.*?))?\s*$")


def _read(text: str) -> tuple[Record, ...]:
    found = _PROBED.match(text)
    if found is not None:
        device, driver, returned, n = found.groups()
        return (Probed(device, driver, int(returned), int(n)),)
    found = _PENDING.match(text)
    if found is not None:
        return (Pending(found["device"], found["reason"]),)
    return ()


PROBE = Grammar("probe", frozenset({"probe"}), ("deferred probe pending",), _read)
