"""grabserial: ``[1.234567 0.000123] <line>``, seconds since it started and since the line before.

``-T`` has the time of day, or the format of ``-F``, instead of the first. Where the
kernel stamps nothing, the time since grabserial saw the first character counts.
"""

from parsers.framings.hosted import HostedFraming
from parsers.pattern import pattern

GRABSERIAL = HostedFraming(
    "grabserial",
    "[1.234567 0.000123] [    1.579198] calling  ffa_init+0x0/0x820 @ 1",
    "grabserial -d /dev/ttyUSB0 -t -o boot.log",
    pattern(
        r"\[(?:(?P<s>\d{1,9})\.(?P<us>\d{6})|[^\s\[\]<>][^\[\]<>]{0,40}:\d\d(?:[.,]\d{1,9})?)"
        r" -?\d{1,9}\.\d{6}\] ?"
    ),
    "microseconds",
    "with printk.time=0 the host's clock counts, late by what the line needs to arrive",
    "grabserial 2.1.0",
)
