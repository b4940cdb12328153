"""Clients of FF-A: OP-TEE (drivers/tee/optee/ffa_abi.c) and the TPM's CRB
(drivers/char/tpm/tpm_crb_ffa.c), and any driver's failure on an FF-A device.

Printed on healthy boots and so no failure: ``mem_reclaim: ... -95``, ``Failed
to initialize async notifications: -95``, a probe that ended with 19.
"""

from parsers.grammars.base import Grammar, Marked, Record
from parsers.pattern import pattern

_FAILED = pattern(
    r"optee: Unexpected error -?\d+"
    r"|optee: Incompatible OP-TEE API version"
    r"|\S+ arm-ffa-\d+: (?:probe with driver \S+ failed with error -(?!19\b)\d+"
    r"|failed to get crb interface version)"
    r"|\S+: probe of arm-ffa-\d+ failed with error -(?!19\b)\d+"
)
_TPM = pattern(r"\S+ arm-ffa-\d+: ABI version \d")


def _read(text: str) -> tuple[Record, ...]:
    if text.startswith("optee: initialized driver"):
        return (Marked("optee.up"), Marked("ffa.client_bound"))
    if _FAILED.match(text) is not None:
        return (Marked("ffa.client_failed"),)
    if _TPM.match(text) is not None:
        return (Marked("ffa.client_bound"), Marked("tpm.over_ffa"), Marked("tpm.registered"))
    return ()


FFA_CLIENT = Grammar("ffa_client", frozenset({"optee:"}), (" arm-ffa-",), _read)
