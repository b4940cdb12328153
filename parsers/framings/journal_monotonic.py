"""journalctl -k -o short-monotonic and short-delta: the kernel's own time."""

from parsers.framings.base import AnchoredFraming, stamped
from parsers.pattern import pattern

JOURNAL_MONOTONIC = AnchoredFraming(
    "journal_monotonic",
    "[    1.579198] host kernel: calling  ffa_init+0x0/0x820 @ 1",
    "journalctl -k -o short-monotonic (short-delta)",
    pattern(
        r"\[ {0,5}(?P<s>\d{1,10})\.(?P<us>\d{6})(?: <[ \d.]+>| +)?\] \S+ kernel: "
        r"(?:\[ {0,9}(?P<caller>[TC]\d+)\] )?"
    ),
    stamped,
    loses="facility and level, the thread",
    source="journalctl 252, by its output in both formats",
    sign=" kernel: ",
)
