"""``dmesg`` and the serial console: ``[    1.579198] calling ...``."""

from parsers.framings.base import Framing

DMESG = Framing.of(
    "dmesg",
    "[    1.579198] calling  ffa_init+0x0/0x820 @ 1",
    r"\[ {0,5}(\d{1,10})\.(\d{6})\] ?",
)
