"""The framings, most specific first: detection prefers the earlier of equals."""

from parsers.framings.base import Frame, Framing
from parsers.framings.dmesg import DMESG
from parsers.framings.printk_caller import PRINTK_CALLER

FRAMINGS: tuple[Framing, ...] = (PRINTK_CALLER, DMESG)

__all__ = ["FRAMINGS", "Frame", "Framing"]
