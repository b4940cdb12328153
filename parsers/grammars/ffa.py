"""Arm FF-A, the driver itself (drivers/firmware/arm_ffa/driver.c, bus.c).

There is no line that says "FF-A initialised": ``Driver version`` is printed when
the driver starts to talk to the firmware, whatever comes of it.
"""

from parsers.grammars.base import Grammar, Marked, Record

_PREFIX = "ARM FF-A: "
_FAILED = (
    "Incompatible v",
    "failed to register FFA RxTx buffers",
    "failed to obtain VM id for self",
    "failed to setup partitions",
    "No partitions found",
    "invalid SMCCC conduit",
)


def _read(text: str) -> tuple[Record, ...]:
    if not text.startswith(_PREFIX):
        return ()
    message = text[len(_PREFIX) :]
    if message.startswith("Driver version "):
        return (Marked("ffa.up"),)
    if message.startswith("Firmware version ") and " found" in message:
        return (Marked("ffa.version"),)
    if "FFA_VERSION returned not supported" in message:
        return (Marked("ffa.absent"),)
    return (Marked("ffa.failed"),) if any(part in message for part in _FAILED) else ()


FFA = Grammar("ffa", frozenset({"ARM"}), (), _read)
