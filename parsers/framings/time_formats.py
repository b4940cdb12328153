"""The stamps of util-linux dmesg, for the framings that have several in a row."""

import re
from collections.abc import Callable
from datetime import UTC, datetime

from parsers.framings.base import microseconds

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

RAW = r"\[ {0,5}(?P<s>\d{1,10})\.(?P<us>\d{6})(?: < {0,12}\d{1,10}\.\d{6}>)?\] "
CTIME = (
    r"\[\S{2,6} \S{2,6} [ \d]\d \d\d:\d\d:\d\d \d{4}"
    r"(?: < {0,12}(?P<cs>\d{1,10})\.(?P<cus>\d{6})>)?\] "
)
DELTA = r"\[< {0,12}(?P<ds>\d{1,10})\.(?P<dus>\d{6})>\] "
RELTIME = r"\[(?: {1,2}\+(?P<rs>\d{1,10})\.(?P<rus>\d{6})|(?P<minute>\S{2,6}[ \d]\d \d\d:\d\d))\] "
ISO = r"(?P<iso>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d),(?P<ius>\d{6})(?P<zone>[+-]\d\d:\d\d) "
ANY = rf"(?:{RAW}|{CTIME}|{DELTA}|{RELTIME}|{ISO})"
CALLER = r"(?:\[ {0,9}(?P<caller>[TC]\d{1,10})\] )?"


def new_clock() -> Callable[[re.Match[str]], int | None]:
    """A clock that takes the finest of a line's stamps: raw, iso, then steps summed up."""
    total = 0
    first: list[int] = []

    def clock(match: re.Match[str]) -> int | None:
        nonlocal total
        found = match.groupdict()
        if found.get("s"):
            return microseconds(found["s"], found["us"])
        if found.get("iso"):
            now = _since_epoch(found)
            if now is not None and not first:
                first.append(now)
            return None if now is None else now - first[0]
        for seconds, fraction in (("cs", "cus"), ("ds", "dus"), ("rs", "rus")):
            if found.get(seconds):
                total += microseconds(found[seconds], found[fraction])
                return total
        return total if found.get("minute") else None

    return clock


def _since_epoch(found: dict[str, str]) -> int | None:
    try:
        moment = datetime.fromisoformat(f"{found['iso']}.{found['ius']}{found['zone']}")
    except ValueError:
        return None
    since = moment - _EPOCH
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds
