"""conserver with a stamp on every line: ``[Mon Nov 23 04:27:14 UTC 2026]<line>``.

No space follows the bracket. Stamps on every tenth line and ``[-- MARK -- ...]``
lines alone leave a plain console log.
"""

from parsers.framings.hosted import HostedFraming
from parsers.pattern import pattern

CONSERVER = HostedFraming(
    "conserver",
    "[Mon Nov 23 04:27:14 UTC 2026][    1.579198] calling  ffa_init+0x0/0x820 @ 1",
    'conserver with `timestamp "1l";` in conserver.cf',
    pattern(r"\[\w{3} \w{3} [ \d]\d \d\d:\d\d:\d\d (?:\S{1,6} )?\d{4}\](?! )"),
    "microseconds",
    "with printk.time=0 the time: conserver stamps whole seconds",
    "conserver conserver/group.c (WriteLog, Mark), conserver.cf(5) 8.2.7",
)
