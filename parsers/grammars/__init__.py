"""The grammars. A message may speak to several of them."""

from parsers.grammars.async_call import ASYNC_CALL
from parsers.grammars.base import (
    AsyncCalled,
    AsyncContinued,
    AsyncReturned,
    AsyncWaited,
    Blacklisted,
    Called,
    Described,
    Dropped,
    Entered,
    Grammar,
    Marked,
    Pending,
    Probed,
    Record,
    Returned,
)
from parsers.grammars.ffa import FFA
from parsers.grammars.ffa_client import FFA_CLIENT
from parsers.grammars.ima import IMA
from parsers.grammars.initcall import INITCALL
from parsers.grammars.kernel import KERNEL
from parsers.grammars.kvm import KVM
from parsers.grammars.probe import PROBE
from parsers.grammars.tpm import TPM
from parsers.grammars.trace_event import TRACE_EVENT

GRAMMARS: tuple[Grammar, ...] = (
    INITCALL, ASYNC_CALL, PROBE, KERNEL, KVM, FFA, FFA_CLIENT, TPM, IMA, TRACE_EVENT
)  # fmt: skip

__all__ = [
    "GRAMMARS",
    "AsyncCalled",
    "AsyncContinued",
    "AsyncReturned",
    "AsyncWaited",
    "Blacklisted",
    "Called",
    "Described",
    "Dropped",
    "Entered",
    "Grammar",
    "Marked",
    "Pending",
    "Probed",
    "Record",
    "Returned",
]
