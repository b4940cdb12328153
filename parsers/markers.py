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
_KVM = frozenset({"kvm_arm_init", "arm_init", "finalize_pkvm"})


def markers_of(record: Record) -> tuple[str, ...]:
    """The markers that a record carries by itself."""
    match record:
        case Described(field="cmdline", value=value) if _PROTECTED in value.split():
            return ("pkvm.requested",)
        case Called(function="init_ima"):
            return ("ima.start",)
        case Returned(function="finalize_pkvm", returned=0):
            return ("pkvm.finalised",)
        case Returned(function="ffa_init", returned=returned) if returned in _NO_FIRMWARE:
            return ("ffa.absent",)
        case Probed(device="arm-ffa", returned=returned):
            if returned in DEFERRED:
                return ("ffa.deferred",)
            if returned in _NO_FIRMWARE:
                return ("ffa.absent",)
        case Probed(device=device, returned=0) if device.startswith("MSFT0101:") or "tpm" in device:
            return ("tpm.registered",)  # tpm_crb says nothing of its own
    return ()


def blacklisted(function: str) -> Iterable[str]:
    """The marker of a blacklisted call, where the call matters to one."""
    return ("pkvm.failed",) if function in _KVM else ()
