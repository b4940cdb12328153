"""What a log lacks, and the capture that would cure it, in words."""

from collections.abc import Collection, Sequence
from typing import Literal

from app.rules.finding import Cure
from parsers import Boot
from parsers.named import NamedTuple

Need = Literal["initcall_debug", "head", "userspace", "times"]


class Lack(NamedTuple):
    """``what`` says it, ``cure`` is an order to the reader; ``anchor`` says where to read on.

    What no capture cures has neither.
    """

    what: str
    cure: str
    anchor: str


_COMMAND_LINE = "the-command-line"
_BUFFER = "boot with log_buf_len=16M, or capture the serial console"
NO_DEBUG = Lack(
    "initcall_debug was off",
    "boot with initcall_debug ignore_loglevel log_buf_len=16M",
    _COMMAND_LINE,
)
HEAD = Lack("the head of the log is lost", _BUFFER, _COMMAND_LINE)
DROPPED = Lack("messages were dropped", _BUFFER, _COMMAND_LINE)
LOST = Lack("so its end was lost", _BUFFER, _COMMAND_LINE)
CUT = Lack(
    "the log ends before user space", "keep the log until user space starts", "serial-console"
)
NO_ASYNC = Lack(
    "no line tells of asynchronous calls",
    'boot with dyndbg="file async.c +p"',
    _COMMAND_LINE,
)
NO_TIMES = Lack("the log keeps no times", "boot with printk.time=1", _COMMAND_LINE)
NO_SYMBOLS = Lack("the level is not known", "give the build's System.map (--symbols)", "levels")
_IN_ORDER = tuple(lack.cure for lack in (NO_DEBUG, NO_ASYNC, HEAD, CUT, NO_TIMES, NO_SYMBOLS))
_BESIDE_A_TRACE = Cure(
    capture="send the log of the same boot, and this trace beside it", anchor="levels"
)


def lacks_of(boot: Boot) -> list[Lack]:
    """Why what this log does not show may have happened all the same."""
    coverage = boot.coverage
    found = [
        HEAD if not coverage.head else None,
        CUT if coverage.tail == "cut" else None,
        DROPPED if boot.counts.dropped_messages else None,
    ]
    return [lack for lack in found if lack is not None]


def unmet(boot: Boot, needs: tuple[Need, ...]) -> list[Lack]:
    """Of a rule's needs, what this log does not give. A panic is an end like user space."""
    if not needs:
        return []
    coverage = boot.coverage
    found = {
        "initcall_debug": None if coverage.initcall_debug else NO_DEBUG,
        "head": None if coverage.head else HEAD,
        "userspace": CUT if coverage.tail == "cut" else None,
        "times": NO_TIMES if coverage.clock == "none" else None,
    }
    return [lack for need in needs if (lack := found[need]) is not None]


def in_words(lacks: Sequence[Lack]) -> str:
    """``its head is lost and initcall_debug was off.``; empty for none."""
    what = " and ".join(dict.fromkeys(lack.what for lack in lacks))
    return f"{what}." if what else ""


def cure_of(lacks: Collection[Lack], *, trace: bool) -> Cure | None:
    """One order for all that a log lacks. None where no better capture would help.

    ``trace`` tells that the log is one: the log of the same boot has what it lacks.
    """
    anchors = {lack.cure: lack.anchor for lack in lacks if lack.cure}
    if not anchors:
        return None
    if trace:
        return _BESIDE_A_TRACE
    if NO_DEBUG.cure in anchors:  # it has the larger buffer in it
        anchors.pop(_BUFFER, None)
    cures = [cure for cure in _IN_ORDER if cure in anchors]
    return Cure(capture=", and ".join(cures), anchor=anchors[cures[0]])
