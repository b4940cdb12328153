"""``dmesg`` and the serial console: ``[    1.579198] calling ...``.

Whatever stands before the stamp is passed over: priorities of other tools, host
time stamps of a capture program (the kernel's own stamp wins), quote marks of a
mail, text of user space on the same serial line.
"""

from parsers.framings.base import StampedFraming

DMESG = StampedFraming.of(
    "dmesg",
    "[    1.579198] calling  ffa_init+0x0/0x820 @ 1",
    "dmesg; a serial console: minicom -C, tio -l, picocom -g",
    r"\[ {0,5}(\d{1,10})\.(\d{6})\] ?",
    loses="facility and level",
    source="Linux 6.12 kernel/printk/printk.c (print_time, info_print_prefix)",
)
