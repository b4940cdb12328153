"""What a boot log says, as frozen events.

Units: ``*_us`` microseconds since boot as printed, ``line`` 1-based in the
capture. Times are None where the log has none.

Every event is a record, which pydantic reads, checks, writes and describes where one
crosses the border, and which needs no pydantic to be made: importing that costs the
command line more than reading a log does (docs/adr/0008).
"""

from typing import Literal

from parsers.record import record

Level = Literal[
    "con", "early", "0", "0s", "1", "1s", "2", "2s", "3", "3s", "4", "4s",
    "5", "5s", "rootfs", "6", "6s", "7", "7s", "module",
]  # fmt: skip
LevelSource = Literal["system_map", "trace", "known", "banner", "inferred", "predicted", "unknown"]
Tail = Literal["userspace", "panic", "cut"]
Clock = Literal["monotonic", "steps_back", "none"]
Proof = Literal["order", "absence", "levels", "durations"]
PhaseKind = Literal["firmware", "kernel", "userspace"]


@record
class Initcall:
    """A function run by ``do_one_initcall()`` (init/main.c).

    Identity is function, module and occurrence (1-based, in order of calling).
    ``levels`` is an inclusive interval; None where nothing is known.
    ``reported_us`` is the kernel's "after N usecs", ``span_us`` the difference
    of the two stamps. ``line_called`` is None for an orphan (its calling line is
    lost); ``returned`` is None while the call is open. ``return_lost`` marks an
    open call whose thread demonstrably went on. ``trace_us`` is what a trace given
    beside the log measured: without the console only where initcall_debug was off.
    """

    function: str
    module: str | None
    occurrence: int
    levels: tuple[Level, Level] | None
    level_source: LevelSource
    link_order: int | None
    thread: str | None
    parent: int | None
    start_us: int | None
    end_us: int | None
    reported_us: int | None
    span_us: int | None
    returned: int | None
    return_lost: bool
    line_called: int | None
    line_returned: int | None
    trace_us: int | None = None


@record
class Probe:
    """One attempt to bind a device ("probe of ...", drivers/base/dd.c).

    ``returned`` is as printed: 0 bound, errno positive, 517 deferred, -517 not
    even tried. ``parent`` is the index of the initcall it ran in, ``async_call`` that
    of the asynchronous call whose thread it ran on. ``attempt`` is 1-based per device
    and driver; ``resolved_line`` is the line of a deferred
    device's first later attempt that was not deferred.
    """

    device: str
    driver: str | None
    returned: int
    time_us: int | None
    reported_us: int
    thread: str | None
    parent: int | None
    async_call: int | None = None
    attempt: int
    resolved_line: int | None
    line: int


@record
class AsyncCall:
    """``calling  N_function @ PID`` and its end (kernel/async.c).

    ``cookie`` is the kernel's number N, in the order of scheduling. The thread is a
    kworker's; which initcall scheduled the call is not in the log. ``line_returned``
    is None while it is open, ``line_called`` where its start is lost.
    """

    cookie: int
    function: str
    module: str | None
    thread: str | None
    start_us: int | None
    end_us: int | None
    reported_us: int | None
    line_called: int | None
    line_returned: int | None


@record
class AsyncWait:
    """``async_waiting @ PID`` to ``async_continuing @ PID``: a thread waited for all
    asynchronous calls before it. ``parent`` is the initcall that waited.
    """

    thread: str | None
    parent: int | None
    start_us: int | None
    end_us: int | None
    reported_us: int | None
    line_waiting: int
    line_continuing: int | None


@record
class Phase:
    """A part of the capture: firmware before the kernel, the kernel, user space.

    ``name`` is what printed it (``TF-A``, ``U-Boot``, ``kernel`` ...), both lines inclusive.
    Firmware has no kernel clock: its times are None.
    """

    kind: PhaseKind
    name: str
    first_line: int
    last_line: int
    start_us: int | None
    end_us: int | None


@record
class Deferral:
    """A device whose probe was put off, from the first attempt to the last word.

    ``resolved_line`` is None while it is pending; ``pending_line`` is the
    kernel's own "deferred probe pending" at ``pending_us``, with its ``reason``.
    """

    device: str
    driver: str | None
    line: int
    time_us: int | None
    resolved_line: int | None
    pending_line: int | None
    pending_us: int | None
    reason: str | None


@record
class LevelBanner:
    """``entering initcall level: NAME`` (init/main.c, 6.16 and later)."""

    level: str
    line: int
    time_us: int | None


@record
class Marker:
    """A named meaning found in one line. ``parent`` indexes ``Boot.initcalls``."""

    marker: str
    time_us: int | None
    line: int
    text: str
    thread: str | None
    parent: int | None


@record
class Diagnostic:
    """Odd input that was kept: ``code`` is stable, ``detail`` is for people."""

    code: str
    line: int | None
    detail: str


@record
class Kernel:
    """What the boot says of itself."""

    release: str | None = None
    banner: str | None = None
    arch: str | None = None
    machine: str | None = None
    cmdline: str | None = None


@record
class Counts:
    """Lines and what became of them. ``returned`` includes orphans.

    ``torn_lines`` were cut by another message, ``mended_lines`` of them read all the
    same; ``repeated_lines`` had been printed before and were left out.
    ``firmware_lines`` stand before the kernel, ``userspace_lines`` are no messages of
    the kernel and stand after user space began.
    """

    lines: int
    framed: int
    understood: int
    initcalls: int
    called: int
    returned: int
    open: int
    orphans: int
    probes: int
    deferrals: int
    markers: int
    dropped_messages: int
    torn_lines: int
    mended_lines: int = 0
    repeated_lines: int = 0
    firmware_lines: int = 0
    userspace_lines: int = 0


@record
class Coverage:
    """What this log is able to prove.

    ``head``: the first lines of the boot are there. ``tail``: ``userspace`` was
    reached, the boot ended in a ``panic``, or the log was ``cut`` before either.
    ``proves`` is what can be told for certain: the ``order`` of initcalls, the
    ``absence`` of what is not there, every initcall's one level, ``durations``.
    """

    initcall_debug: bool
    head: bool
    tail: Tail
    clock: Clock
    userspace: bool
    symbols: bool
    notes: tuple[str, ...]
    proves: tuple[Proof, ...] = ()


@record
class Boot:
    """One kernel start.

    ``first_line`` and ``last_line`` bound it in the capture, its firmware included;
    ``last_time_us`` is the last stamp; ``clock_steps`` are the lines at which the clock
    steps back, or starts over.
    """

    index: int
    first_line: int
    last_line: int
    last_time_us: int | None
    kernel: Kernel
    counts: Counts
    coverage: Coverage
    initcalls: tuple[Initcall, ...]
    probes: tuple[Probe, ...]
    deferrals: tuple[Deferral, ...]
    banners: tuple[LevelBanner, ...]
    markers: tuple[Marker, ...]
    diagnostics: tuple[Diagnostic, ...]
    async_calls: tuple[AsyncCall, ...] = ()
    async_waits: tuple[AsyncWait, ...] = ()
    phases: tuple[Phase, ...] = ()
    clock_steps: tuple[int, ...] = ()


@record
class Capture:
    """One log as given: how it was read, and the boots in it.

    ``lines`` is the text, one item a line, as shown to people (line N is item
    N-1); ``framing_guesses`` are the ranked (name, confidence) of detection.
    """

    framing: str
    framing_confidence: float
    framing_guesses: tuple[tuple[str, float], ...]
    lines: tuple[str, ...]
    boots: tuple[Boot, ...]
