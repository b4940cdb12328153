"""Android's ``logcat -b kernel``, in each of the formats of ``-v``.

logd takes the kernel's stamp off and what stands before the first colon, up to two
words, as a tag: both are put back together. The date is the kernel's own time plus
the time of boot, in milliseconds (``-v usec``: microseconds); times are counted from
the first line. A stamp of the kernel's that stayed in the message counts instead.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime

from parsers.framings.base import Frame, Keeps, microseconds
from parsers.framings.inner import plain
from parsers.pattern import pattern

_DATE = (
    r"(?:(?:\d{4}-)?(?P<day>\d\d-\d\d) (?P<time>\d\d:\d\d:\d\d)\.(?P<fraction>\d{3,9})"
    r"(?: [+-]\d{4})?| {0,9}(?P<s>\d{1,10})\.(?P<part>\d{3,9}))"
)
_TAG = r"(?P<tag>[^:\n]{0,40})"
_PID = r"\( {0,8}(?P<pid>\d{1,8})\)"
_FORMS = (
    pattern(
        rf"{_DATE} {{1,9}}(?:\S{{1,16}} {{1,9}})?(?P<pid>\d{{1,8}}) {{1,9}}\d{{1,8}} "
        rf"[VDIWEFS] {_TAG}: "
    ),
    pattern(rf"{_DATE} [VDIWEFS]/(?P<tag>[^:\n]{{0,40}}?){_PID}: "),
    pattern(rf"[VDIWEFS]/(?P<tag>[^:\n]{{0,40}}?){_PID}: "),
    pattern(rf"[VDIWEFS]/{_TAG}: "),
    pattern(r"[VDIWEFS]\( {0,8}(?P<pid>\d{1,8}): {0,8}\d{1,8}\) "),
    pattern(rf"[VDIWEFS]{_PID} "),
)
_LONG = pattern(
    rf"\[ {_DATE} {{1,9}}(?:\S{{1,16}} {{1,9}})?(?P<pid>\d{{1,8}}): {{0,8}}\d{{1,8}} "
    r"[VDIWEFS]/(?P<tag>[^:\n]{0,40})\]$"
)
_STAMP = pattern(r"\[ {0,5}(?P<s>\d{1,10})\.(?P<us>\d{6})\] ?(?:\[ {0,9}T(?P<task>\d{1,8})\] ?)?")
_SUFFIX = pattern(r" {1,2}\((?P<tag>[^()]{0,40})\)$")


class LogcatFraming:
    """A log has one format; whichever matches is tried first on the next line."""

    name: str = "logcat"
    example: str = "11-23 04:27:13.123     0     0 D         : calling  ffa_init+0x0/0x820 @ 1"
    made_by: str = "adb logcat -b kernel -v threadtime"
    keeps: Keeps = "milliseconds"
    loses: str = "with -v brief, tag, thread and process the time, with -v thread the tag"
    source: str = "Android logd/LogKlog.cpp (LogKlog::log, sniffTime)"

    def recognises(self, line: str) -> bool:
        """Whether a message, or the head of one, is on this line."""
        first = line[:1]
        if first == "[":
            return _LONG.match(line) is not None
        forms = _FORMS[:2] if first == " " or first.isdecimal() else _FORMS[2:]
        return any(form.match(line) for form in forms)

    def frames(self, lines: Sequence[str], first_line: int = 1) -> Iterator[Frame]:
        """Yield the messages. In ``-v long`` a message has its own line's number."""
        first: list[int] = []
        form = _FORMS[0]
        head: re.Match[str] | None = None
        for number, line in enumerate(lines, first_line):
            found = form.match(line)
            if found is None:
                later = next((f for f in _FORMS if f.match(line)), None)
                form = later if later is not None else form
                found = form.match(line)
            if found is not None:
                head = None
                yield _frame(number, found, line[found.end() :], first)
            elif (opened := _LONG.match(line)) is not None:
                head = opened
            elif head is not None and line:
                yield _frame(number, head, line, first)
                head = None


def _frame(number: int, found: re.Match[str], text: str, first: list[int]) -> Frame:
    groups = found.groupdict()
    tag = (groups.get("tag") or "").strip()
    pid = groups.get("pid") or "0"
    if "tag" not in groups and (suffix := _SUFFIX.search(text, max(0, len(text) - 50))) is not None:
        tag, text = suffix["tag"].strip(), text[: suffix.start()]
    time_us = _since_first(groups, first)
    stamp = _STAMP.match(text)
    if stamp is not None:
        time_us, text = microseconds(stamp["s"], stamp["us"]), text[stamp.end() :]
        pid = stamp["task"] or pid
    if tag and not text.startswith(f"{tag}: "):
        text = f"{tag}: {text}"
    return Frame(number, time_us, pid if pid != "0" else None, plain(text), False)


def _since_first(groups: dict[str, str | None], first: list[int]) -> int | None:
    """Microseconds since the first line. The year is not told, and taken for a leap year."""
    day, seconds = groups.get("day"), groups.get("s")
    if day is not None:
        fraction = groups["fraction"] or ""
        try:
            moment = datetime.fromisoformat(f"2000-{day}T{groups['time']}")
        except ValueError:
            return None
        since = moment - datetime(2000, 1, 1)
        now = (since.days * 86_400 + since.seconds) * 1_000_000
    elif seconds is not None:
        now, fraction = int(seconds) * 1_000_000, groups["part"] or ""
    else:
        return None
    now += int(fraction[:6].ljust(6, "0"))
    if not first:
        first.append(now)
    return now - first[0]


LOGCAT = LogcatFraming()
