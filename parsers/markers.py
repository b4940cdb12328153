"""Markers that follow from calls and probes rather than from one message.

Source of each: DOMAIN notes on arch/arm64/kvm/pkvm.c (finalize_pkvm),
drivers/firmware/arm_ffa/driver.c, security/integrity/ima/ima_main.c.
"""

from collections.abc import Iterable

from parsers.grammars import Called, Described, Probed, Record, Returned

DEFERRED = frozenset({517, -517})
"""Probe returns that mean "later": EPROBE_DEFER, and supplier missing."""
_PROTECTED = "kvm-arm.mode=protected"
_NO_FIRMWARE = frozenset({19, -19, 95, -95})
_RETURNING = frozenset({"finalize_pkvm", "ffa_init"})
_KVM = frozenset({"kvm_arm_init", "arm_init", "finalize_pkvm"})


def markers_of(record: Record) -> tuple[str, ...]:
    """The markers that a record carries by itself."""
    if isinstance(record, Called):
        return ("ima.start",) if record.function == "init_ima" else ()
    if isinstance(record, Returned):
        return _returned(record) if record.function in _RETURNING else ()
    if isinstance(record, Probed):
        return _probed(record)
    if isinstance(record, Described) and record.field == "cmdline":
        return ("pkvm.requested",) if _PROTECTED in record.value.split() else ()
    return ()


def _returned(record: Returned) -> tuple[str, ...]:
    if record.function == "finalize_pkvm":
        return ("pkvm.finalised",) if record.returned == 0 else ()
    return ("ffa.absent",) if record.returned in _NO_FIRMWARE else ()


def _probed(record: Probed) -> tuple[str, ...]:
    device, returned = record.device, record.returned
    if device == "arm-ffa":
        if returned in DEFERRED:
            return ("ffa.deferred",)
        return ("ffa.absent",) if returned in _NO_FIRMWARE else ()
    if returned == 0 and (device.startswith("MSFT0101:") or "tpm" in device):
        return ("tpm.registered",)  # tpm_crb says nothing of its own
    return ()


def blacklisted(function: str) -> Iterable[str]:
    """The marker of a blacklisted call, where the call matters to one."""
    return ("pkvm.failed",) if function in _KVM else ()
