"""CONFIG_PRINTK_CALLER: ``[    0.999724][    T1] calling ...``.

``T`` and a pid for a task, ``C`` and a processor in an interrupt. The console
prints no space between the brackets, ``dmesg -S`` and newer dmesg print one.
"""

from parsers.framings.base import StampedFraming

PRINTK_CALLER = StampedFraming.of(
    "printk_caller",
    "[    0.999724][    T1] calling  ffa_init+0x0/0x820 @ 1",
    "a kernel with CONFIG_PRINTK_CALLER",
    r"\[ {0,5}(\d{1,10})\.(\d{6})\] ?\[ {0,9}([TC]\d{1,10})\] ?",
    loses="facility and level",
    source="Linux 6.12 kernel/printk/printk.c (print_caller)",
)
