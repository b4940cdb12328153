"""KVM and pKVM on arm64 (arch/arm64/kvm/arm.c, pkvm.c, handle_exit.c)."""

from parsers.grammars.base import Grammar, Marked, Record
from parsers.pattern import pattern

_MODE = pattern(
    r"kvm \[\d+\]: (?P<protected>Protected )?(?:Hyp )?[hn]?(?:VHE(?:\+NV2)? |Hyp )?"
    r"mode initialized successfully\s*$"
)
_FAILED = (
    "Failed to init hyp memory protection",
    "Failed to finalize Hyp protection",
    "Protected KVM not available with VHE",
    "HYP mode not available",
    "KVM is not available. Ignoring kvm-arm.mode",
    "KVM disabled from command line",
    "error initializing Hyp mode",
    "nVHE hyp panic at",
    "nVHE hyp BUG at",
    "Cannot initialize protected mode without PSCI",
    "HYP panic",
)


def _read(text: str) -> tuple[Record, ...]:
    if text.startswith("CPU features: detected: Protected KVM"):
        return (Marked("pkvm.requested"),)
    if "mode initialized successfully" in text:
        found = _MODE.match(text)
        if found is None:
            return ()
        if found["protected"]:
            return (Marked("pkvm.requested"), Marked("pkvm.initialised"))
        return (Marked("kvm.initialised"),)
    if text.startswith(("CPU", "Kernel")) and "HYP panic" not in text:
        return ()
    return (Marked("pkvm.failed"),) if any(part in text for part in _FAILED) else ()


KVM = Grammar("kvm", frozenset({"kvm", "CPU", "KVM", "Protected", "Failed", "Kernel"}), (), _read)
