"""What a grammar is: one family of kernel messages, without their wrapping."""

from collections.abc import Callable
from typing import Literal

from parsers.events import Level
from parsers.named import NamedTuple


class Called(NamedTuple):
    """``calling  X @ PID``. ``pid`` is None on kernels before 2.6.28.

    ``traced`` here and below: a trace event said so, not initcall_debug. ``level`` is
    what X says of itself, as the stubs of an LTO build do.
    """

    function: str
    module: str | None
    pid: str | None
    traced: bool = False
    level: Level | None = None


class Returned(NamedTuple):
    """``initcall X returned N after M usecs``; a trace event has no "after"."""

    function: str
    module: str | None
    returned: int
    reported_us: int | None
    traced: bool = False


class Blacklisted(NamedTuple):
    """``initcall X blacklisted``: X was skipped."""

    function: str


class AsyncCalled(NamedTuple):
    """``calling  N_X @ PID`` of kernel/async.c."""

    cookie: int
    function: str
    module: str | None
    pid: str


class AsyncReturned(NamedTuple):
    """``initcall N_X returned after M usecs`` of kernel/async.c."""

    cookie: int
    function: str
    module: str | None
    reported_us: int


class AsyncWaited(NamedTuple):
    """``async_waiting @ PID``."""

    pid: str


class AsyncContinued(NamedTuple):
    """``async_continuing @ PID after N usec``."""

    pid: str
    reported_us: int


class Probed(NamedTuple):
    """``probe of DEV [with driver DRV] returned N after M usecs``."""

    device: str
    driver: str | None
    returned: int
    reported_us: int


class Pending(NamedTuple):
    """``BUS DEV: deferred probe pending: REASON``."""

    device: str
    reason: str | None


class Entered(NamedTuple):
    """``entering initcall level: NAME``."""

    level: str
    traced: bool = False


class Marked(NamedTuple):
    """A message with a name of its own (DESIGN's markers)."""

    marker: str


class Described(NamedTuple):
    """A fact about the kernel: a field of ``events.Kernel``."""

    field: Literal["release", "banner", "arch", "machine", "cmdline"]
    value: str


class Dropped(NamedTuple):
    """``N printk messages dropped``; or as many events of a trace."""

    messages: int
    by: Literal["printk", "the trace", "the journal"] = "printk"


Record = (
    Called | Returned | Blacklisted | AsyncCalled | AsyncReturned | AsyncWaited | AsyncContinued
    | Probed | Pending | Entered | Marked | Described | Dropped
)  # fmt: skip


class Grammar(NamedTuple):
    """Reads one family of messages.

    A message is offered to a grammar when its first word is in ``first_words`` or
    one of ``literals`` occurs anywhere in it; ``read`` returns what it
    understood, nothing for a message that is not its own.
    """

    name: str
    first_words: frozenset[str]
    literals: tuple[str, ...]
    read: Callable[[str], tuple[Record, ...]]
