"""IMA (security/integrity/ima/ima_init.c) and the LSM hooks that start it.

The first ``ima:`` line, or ``LSM: running ima late initcall`` with lsm.debug,
shows that IMA has started; its own initcall, up to 6.18, shows it better.
"""

from parsers.grammars.base import Grammar, Marked, Record
from parsers.pattern import pattern

_LSM = pattern(r"LSM: running ima late(?:_sync)? initcall")


def _read(text: str) -> tuple[Record, ...]:
    if text.startswith("ima: No TPM chip found"):
        return (Marked("ima.start"), Marked("ima.bypass"))
    if text.startswith("ima: ") or _LSM.match(text) is not None:
        return (Marked("ima.start"),)
    return ()


IMA = Grammar("ima", frozenset({"ima:", "LSM:"}), (), _read)
