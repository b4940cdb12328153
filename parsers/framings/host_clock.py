"""A date or a time of day that a capture program put in front of the console's line.

tio, minicom, ts, tuxrun, KernelCI, container and CI logs, ``systemd-cat`` through
the journal. A host name, a container's stream or a program's name may follow it, or
the date of ``dmesg -T`` that was typed on the console.
"""

from parsers.framings.hosted import HostedFraming
from parsers.pattern import pattern

_DAY = r"(?:\d{4}-\d\d-\d\d|\d{4}/\d\d/\d\d)"
_TIME = r"\d\d:\d\d:\d\d(?:[.,:]\d{1,9})?"
_STAMP = (
    rf"(?:{_DAY}[T ]{_TIME}(?:Z| ?[+-]\d\d:?\d\d)?"
    rf"|{_TIME}"
    rf"|[^\W\d_]{{2,6}}\.? [ \d]\d {_TIME}"
    r"|\d{9,11}\.\d{1,9})"
)
_KERNEL = r"(?:<\d{1,3}>)?\[ {0,5}\d{1,10}\.\d{6}\]"
_CTIME = r"\[\S{2,6} \S{2,6} [ \d]\d \d\d:\d\d:\d\d \d{4}\]"

HOST_CLOCK = HostedFraming(
    "host_clock",
    "[04:27:14.123] [    1.579198] calling  ffa_init+0x0/0x820 @ 1",
    "tio -t -l; minicom with Ctrl-A N; ... | ts; tuxrun; docker logs -t; CI job logs",
    pattern(
        rf"(?:\[{_STAMP}\]|{_STAMP})[ \t]{{1,4}}"
        rf"(?:(?:stdout|stderr) [FP] |\d\d[OE][ +]|(?!{_KERNEL})\S{{1,64}} "
        rf"(?:\S{{1,64}}: )?(?={_KERNEL})|{_CTIME} )?"
    ),
    "microseconds",
    "with printk.time=0 the time: a line may have waited before it was stamped",
    "tio 2.5 tio(1), moreutils 0.67 ts, tuxrun writer.py",
)
