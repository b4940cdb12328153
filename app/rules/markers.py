"""The markers that rules may speak of, and what each means.

Most are made by parsers/grammars and parsers/markers.py from messages; those named
``log.*`` tell of the log itself and are made by ``facts``.
"""

from collections.abc import Mapping
from types import MappingProxyType

MARKERS: Mapping[str, str] = MappingProxyType(
    {
        "ffa.absent": "there is no FF-A firmware, or it was refused as none",
        "ffa.client_bound": "a client of FF-A works",
        "ffa.client_failed": "a client of FF-A failed",
        "ffa.deferred": "the probe of arm-ffa was put off",
        "ffa.failed": "the FF-A driver says that its start failed",
        "ffa.up": "the FF-A driver starts to talk to the firmware",
        "ffa.version": "the FF-A version that was found",
        "ima.bypass": "IMA found no TPM",
        "ima.start": "IMA starts",
        "kernel.panic": "the kernel panicked",
        "kvm.initialised": "KVM initialised, without protection",
        "optee.up": "OP-TEE's driver is up",
        "pkvm.failed": "pKVM cannot be, or failed to, initialise",
        "pkvm.finalised": "finalize_pkvm() returned 0",
        "pkvm.initialised": "pKVM traps the host's SMCs",
        "pkvm.requested": "the command line asks for pKVM",
        "probe.deferred": "a probe was put off",
        "tpm.over_ffa": "a TPM behind FF-A",
        "tpm.registered": "a TPM registered",
        "userspace.start": "user space starts",
        "log.async": "lines of asynchronous calls, or of waits for them",
        "log.head_lost": "the first lines of the boot are missing",
        "log.dropped": "messages were dropped here",
        "log.clock_back": "the clock steps back here, by more than 2 ms",
        "log.torn": "another message cuts this line in two",
        "log.return_lost": "an initcall whose returned line is missing, though its thread went on",
        "log.level_inversion": "an initcall out of the order of its known level",
    }
)
FROM_DEBUG = frozenset({"ffa.deferred", "pkvm.finalised", "probe.deferred"})
"""Markers that only the lines of initcall_debug show."""
FROM_PROBES = frozenset(
    {"ffa.client_bound", "ffa.client_failed", "ffa.failed", "ffa.up", "ffa.version",
     "optee.up", "tpm.over_ffa", "tpm.registered"}
)  # fmt: skip
"""Markers that a driver's probe prints, which may run on a thread of its own."""
ASYNCHRONOUS_DRIVERS = ("tpm_tis_spi ",)
"""How messages begin of drivers that probe so by themselves (PROBE_PREFER_ASYNCHRONOUS in
drivers/char/tpm/tpm_tis_spi_main.c, Linux 6.8)."""
FROM_DIAGNOSTICS: Mapping[str, str] = MappingProxyType(
    {
        "dropped": "log.dropped",
        "clock_back": "log.clock_back",
        "torn_line": "log.torn",
        "return_lost": "log.return_lost",
        "anchor_out_of_order": "log.level_inversion",
    }
)
"""The marker that stands for each kind of diagnostic."""
