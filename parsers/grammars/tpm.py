"""TPM chips that announce themselves (drivers/char/tpm/tpm_tis_core.c, tpm_crb.c)."""

from parsers.grammars.base import Grammar, Marked, Record
from parsers.pattern import pattern

_REGISTERED = pattern(r"tpm_\S+ \S+: (?:1\.2|2\.0) TPM \(device-id")


def _read(text: str) -> tuple[Record, ...]:
    return (Marked("tpm.registered"),) if _REGISTERED.match(text) is not None else ()


TPM = Grammar("tpm", frozenset(), (" TPM (device-id",), _read)
