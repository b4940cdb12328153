"""What a log lacks, and the capture that would cure it, in words."""

from typing import Literal, NamedTuple

from parsers import Boot

Need = Literal["initcall_debug", "head", "userspace", "times"]


class Lack(NamedTuple):
    """``what`` follows "this log: ", ``cure`` follows "It takes "."""

    what: str
    cure: str


_SERIAL = "a serial console captured from the start, or log_buf_len=16M"
HEAD = Lack("the head of the log is lost", _SERIAL)
CUT = Lack("the log ends before user space", "a log that goes on until user space runs")
DROPPED = Lack("messages were dropped", _SERIAL)
NO_DEBUG = Lack("initcall_debug was off", "a boot with initcall_debug (on serial ignore_loglevel)")
LOST = Lack("so its end was lost", "a log without dropped messages")
NO_TIMES = Lack("the log keeps no times", "a boot with printk.time=1, or the dmesg of it")
NO_SYMBOLS = Lack("the level is not known", "the build's System.map (--symbols)")


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
    coverage = boot.coverage
    found = {
        "initcall_debug": None if coverage.initcall_debug else NO_DEBUG,
        "head": None if coverage.head else HEAD,
        "userspace": CUT if coverage.tail == "cut" else None,
        "times": NO_TIMES if coverage.clock == "none" else None,
    }
    return [lack for need in needs if (lack := found[need]) is not None]


def in_words(lacks: list[Lack]) -> str:
    """``its head is lost and initcall_debug was off. It takes A, B.``; empty for none."""
    if not lacks:
        return ""
    what = " and ".join(dict.fromkeys(lack.what for lack in lacks))
    cures = "; ".join(dict.fromkeys(lack.cure for lack in lacks))
    return f"{what}. It takes {cures}."
