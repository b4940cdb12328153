"""What the later one is known to have waited for: a deferral, a call that it ran in, the
bus that finds its device, a wait for asynchronous calls.
"""

from collections.abc import Iterator
from typing import Literal

from app.rules.facts import Facts
from app.rules.finding import Basis
from app.rules.kinds.base import Context, MarkerMeaning
from app.rules.seen import Seen
from app.rules.steps import CALL
from parsers import AsyncWait, Initcall, Probe
from parsers.named import NamedTuple

_ASKED_TO_WAIT = 517
"""EPROBE_DEFER from the driver itself. -517 says that a supplier was missing: not what
the pack knows the driver to wait for (drivers/base/dd.c, really_probe)."""
_FIRST_TASK = "1"


class Proof(NamedTuple):
    """On what an order rests, a sentence that says so, and the lines that show it.

    ``basis`` is None where an initcall that never returned shows that it does not hold.
    """

    basis: Basis | None
    because: str
    lines: tuple[int, ...] = ()


def deferral(context: Context, first: Seen, then: Seen) -> Proof | None:
    """``then`` came from a probe that was put off, for ``first`` as the pack says."""
    for probe in _probes_behind(context, then, first, "waits_for"):
        deferred = _first_deferral(context.facts, probe)
        if deferred is not None:
            because = (
                f"The probe of {probe.device} was deferred until then (EPROBE_DEFER), so this"
                " order is guaranteed."
            )
            return Proof("dependency", because, (deferred.line, probe.line))
    return None


def dependency(context: Context, earlier: Seen, later: Seen) -> Proof | None:
    """Any other dependency that the log shows."""
    for shown in (_nesting, _discovery, _wait):
        proof = shown(context, earlier, later)
        if proof is not None:
            return proof
    return None


def _probes_behind(
    context: Context, later: Seen, earlier: Seen, need: Literal["waits_for", "found_by"]
) -> Iterator[Probe]:
    """The probes that ``later`` came from, of which a pack says that they need ``earlier``."""
    for name, meaning in context.meanings.items():
        if not _from_probe(context.facts, name, meaning, later):
            continue
        if earlier.name in _markers_and_calls(context, getattr(meaning, need)):
            probe = context.facts.probe_around(meaning.probe or "", later)
            if probe is not None:
                yield probe


def _from_probe(facts: Facts, name: str, meaning: MarkerMeaning, seen: Seen) -> bool:
    """Whether ``seen`` is what the pack knows to come from a probe."""
    if meaning.probe is None:
        return False
    probed = seen.end and seen.initcall is None
    fits = seen.name == name or (probed and facts.steps.matcher((meaning.probe,))(seen.name))
    return bool(fits)


def _markers_and_calls(context: Context, markers: tuple[str, ...]) -> set[str]:
    """Markers by their names, and the initcalls that they come from."""
    calls = (context.meanings[name].initcalls for name in markers)
    return {*markers}.union(*calls)


def _first_deferral(facts: Facts, probe: Probe) -> Probe | None:
    """The first attempt that the driver put off and that ``probe`` resolved."""
    facts.steps.spend(len(facts.boot.probes) * CALL)
    for earlier in facts.boot.probes:
        if (
            (earlier.device, earlier.driver) == (probe.device, probe.driver)
            and earlier.returned == _ASKED_TO_WAIT
            and earlier.resolved_line == probe.line
        ):
            return earlier
    return None


def _nesting(context: Context, earlier: Seen, later: Seen) -> Proof | None:
    """``later`` was called by what ``earlier`` is the start of, or is printed by."""
    facts = context.facts
    inside = later.inside if later.initcall is None else facts.calls[later.initcall].parent
    if earlier.initcall is not None and not earlier.end:
        if inside == earlier.initcall:
            return _nested(f"{earlier.name}()", facts.last_edge(inside).line)
        return None
    for name, meaning in context.meanings.items():
        if earlier.name != name:
            continue
        if meaning.probe is not None:
            outer = facts.probe_around(meaning.probe, earlier)
            if outer is not None and later.line < outer.line and later.inside == earlier.inside:
                return _nested(f"the probe of {outer.device}", outer.line)
        if earlier.inside is not None:
            caller = facts.calls[earlier.inside].function
            if caller in meaning.initcalls and inside == earlier.inside:
                return _nested(f"{caller}()", facts.last_edge(earlier.inside).line)
    return None


def _nested(what: str, line: int) -> Proof:
    because = f"It ran inside {what}, which had come as far by then: this order is guaranteed."
    return Proof("dependency", because, (line,))


def _discovery(context: Context, earlier: Seen, later: Seen) -> Proof | None:
    """``later`` came from the probe of a device that is not there before ``earlier``."""
    for probe in _probes_behind(context, later, earlier, "found_by"):
        because = (
            f"It came from the probe of {probe.device}, a device that is only found by then:"
            " this order is guaranteed."
        )
        return Proof("dependency", because, (probe.line,))
    return None


def _wait(context: Context, earlier: Seen, later: Seen) -> Proof | None:
    """The thread of ``later`` waited until the asynchronous call of ``earlier`` was over.

    The lines of a wait do not say for which calls it is (kernel/async.c). That one that
    still ran when it began had ended when it was over, and all other calls begun by then
    with it, is taken for the answer. What kernel_init() waits for before user space is
    known: all of them (init/main.c).
    """
    facts = context.facts
    call = _asynchronous(facts, earlier)
    if call is None or call.line_called is None or call.line_returned is None:
        return None
    facts.steps.spend(len(facts.boot.async_waits) * CALL)
    thread = _FIRST_TASK if later.name == "userspace.start" else facts.thread_of(later)
    for wait in reversed(facts.boot.async_waits):
        begun, over = wait.line_waiting, wait.line_continuing
        if wait.thread != thread or over is None or not earlier.line < over < later.line:
            continue
        for_all = later.name == "userspace.start" and wait.parent is None
        if call.line_called < begun and (for_all or _waited_for(facts, call, wait)):
            what = f"{call.function}()"
            because = (
                f"Thread {thread} waited until asynchronous calls were over, {what} among"
                " them: this order is guaranteed."
            )
            return Proof("dependency", because, (call.line_returned, begun, over))
    return None


def _asynchronous(facts: Facts, seen: Seen) -> Initcall | None:
    """The asynchronous call that ``seen`` is an edge of, or was printed in."""
    known = len(facts.boot.initcalls)
    if seen.initcall is not None:
        return facts.calls[seen.initcall] if seen.initcall >= known else None
    facts.steps.spend(len(facts.boot.async_calls) * CALL)
    for call in facts.calls[known:]:
        if (
            call.thread is not None
            and call.thread == seen.thread
            and (call.line_called or 0) < seen.line < (call.line_returned or 0)
        ):
            return call
    return None


def _waited_for(facts: Facts, call: Initcall, wait: AsyncWait) -> bool:
    """Whether ``call`` still ran when the wait began, and nothing begun by then after it."""
    facts.steps.spend(len(facts.boot.async_calls) * CALL)
    over = wait.line_continuing or 0
    begun = [
        one.line_returned or float("inf")
        for one in facts.calls[len(facts.boot.initcalls) :]
        if one.line_called is not None and one.line_called < wait.line_waiting
    ]
    return wait.line_waiting < (call.line_returned or 0) and max(begun) < over
