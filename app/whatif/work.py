"""What an initcall brings about, apart from where it stands: at once, deferred, or never.

A driver whose probe defers does its work in deferred_probe_initcall(); one that does not, in
the initcall that registers it.
"""

from typing import Literal

from app.errors import ChangeError
from app.rules.globs import matcher
from app.whatif.scene import Scene
from app.whatif.source import RETRY
from parsers import Deferral, Probe
from parsers.named import NamedTuple

State = Literal["inline", "deferred", "stuck"]
PUT_OFF = 517
"""EPROBE_DEFER, as the kernel prints it of a probe."""


class Work(NamedTuple):
    """What initcall ``place`` brings about: its ``lines``, printed in ``host``.

    ``device`` is what is probed. ``probe`` is the attempt that did the work, and
    ``deferral`` the ones that put it off, as places in the draft.
    """

    place: int
    state: State
    lines: list[int]
    host: int
    device: str
    probe: int | None = None
    put_off: tuple[int, ...] = ()


def work_of(scene: Scene, place: int) -> Work:
    """Find the work of an initcall as it is now."""
    draft = scene.draft
    call = draft.calls[place]
    origin = scene.source.origin(call.function)
    if origin is None:
        return Work(place, "inline", scene.inner(place), place, call.function)
    device = matcher((origin.meaning.probe or "",))
    attempts = [
        n for n, one in enumerate(draft.probes) if device(one.device) and draft.has(one.line)
    ]
    put_off = tuple(n for n in attempts if abs(draft.probes[n].returned) == PUT_OFF)
    named = draft.probes[attempts[0]].device if attempts else origin.meaning.probe or ""
    if not put_off:
        return Work(place, "inline", scene.inner(place), place, named)
    done = next((n for n in attempts if n not in put_off), None)
    host = None if done is None else draft.probes[done].parent
    if done is None or host is None:
        return Work(place, "stuck", [], place, named, None, put_off)
    lines = _probed_lines(scene, done, host)
    return Work(place, "deferred", lines, host, named, done, put_off)


def _probed_lines(scene: Scene, done: int, host: int) -> list[int]:
    """The lines of a probe that ran in ``host``: from where the one before it was over."""
    draft = scene.draft
    probe, call = draft.probes[done], draft.calls[host]
    begun = None if probe.time_us is None else probe.time_us - probe.reported_us
    first = call.line_called or 0
    for other in draft.probes:
        earlier = draft.has(other.line) and draft.place(other.line) < draft.place(probe.line)
        before = begun is None or other.time_us is None or other.time_us < begun
        if other.parent == host and earlier and before:
            first = max(first, other.line, key=draft.place)
    return draft.between(first, probe.line)[1:]


def undefer(scene: Scene, work: Work) -> Work:
    """Have deferred work done in its initcall."""
    draft, place = scene.draft, work.place
    gone = [draft.probes[n].line for n in work.put_off]
    draft.remove(gone)
    call = draft.calls[place]
    draft.move(work.lines, call.line_called or 0)
    scene.adopt(work.lines, place)
    if work.probe is not None:
        draft.edit(draft.probes, work.probe, attempt=1)
    scene.assume(
        f"The probe of {work.device} is not put off any more: its work, as measured in"
        f" {scene.name(work.host)}, is done in {scene.name(place)}."
    )
    return work_of(scene, place)


def defer(scene: Scene, work: Work, waits: str) -> Work:
    """Have work put off until deferred probes are tried again."""
    draft, place = scene.draft, work.place
    retry = _retry(scene, waits)
    call, host = draft.calls[place], draft.calls[retry]
    lines = work.lines
    if not lines:
        raise ChangeError(
            f"{scene.name(place)} printed nothing that could be put off.",
            hint="Boot with initcall_debug and loglevel=8, so that what its probe does shows.",
        )
    origin = call.line_called or 0
    rest = _take_out(scene, place, lines, host.line_called or 0)
    begun = draft.time_at(lines[0])
    scene.adopt(lines, retry)
    done = work.probe if work.probe is not None else _probe_in(scene, lines, work.device)
    driver = draft.probes[done].driver if done is not None else None
    named = f"{work.device} with driver {driver}" if driver else work.device
    off = scene.say(f"probe of {named} returned 517 after 0 usecs", origin, origin, place)
    time = 0 if draft.time_at(off) is not None else None
    if done is None:
        took = max(0, (draft.time_at(lines[-1]) or 0) - (begun or 0) + rest, call.reported_us or 0)
        over = scene.say(
            f"probe of {named} returned 0 after {took} usecs", origin, lines[-1], retry
        )
        draft.push(over, rest)
        lines = [*lines, over]
        done = len(draft.probes)
        draft.probes.append(_probe(work.device, driver, 0, over, retry, 2, took, time))
    resolved = draft.probes[done].line
    draft.edit(draft.probes, done, attempt=2)
    draft.probes.append(
        _probe(work.device, driver, PUT_OFF, off, place, 1, 0, time, resolved=resolved)
    )
    draft.deferrals.append(_deferral(work.device, driver, off, time, resolved))
    scene.hosts[place] = retry
    scene.assume(
        f"The probe of {work.device} is put off until {waits} and tried again in"
        f" {scene.name(retry)}, before any other."
    )
    scene.cannot_tell(
        "the order of retries", "several deferred devices are tried again in an order that is"
        " decided by device links and by who binds first",
    )  # fmt: skip
    return work_of(scene, place)._replace(lines=lines, host=retry, state="deferred", probe=done)


def stick(scene: Scene, work: Work, missing: str) -> Work:
    """Have work put off for ever, since ``missing`` never comes."""
    draft, place = scene.draft, work.place
    origin = draft.calls[place].line_called or 0
    draft.remove(work.lines)
    if work.state == "inline":
        off = scene.say(f"probe of {work.device} returned 517 after 0 usecs", origin, origin, place)
        time = 0 if draft.time_at(off) is not None else None
        draft.probes.append(_probe(work.device, None, PUT_OFF, off, place, 1, 0, time))
        draft.deferrals.append(_deferral(work.device, None, off, time, None))
    scene.assume(f"The probe of {work.device} waits for {missing}, which never comes: for ever.")
    return work_of(scene, place)


def attach(scene: Scene, work: Work, other: int) -> Work:
    """Have work done by a call at the end of another initcall (a notifier)."""
    draft = scene.draft
    if not work.lines:
        raise ChangeError(
            f"{scene.name(work.place)} printed nothing that another initcall could do.",
            hint="Boot with initcall_debug and loglevel=8.",
        )
    _take_out(scene, work.place, work.lines, draft.calls[other].line_returned or 0)
    scene.adopt(work.lines, other)
    scene.hosts[work.place] = other
    scene.ran_by[other] = scene.ran_by.get(other, frozenset()) | {*work.lines}
    scene.assume(
        f"{scene.name(work.place)} only registers; {scene.name(other)} calls the rest as the last"
        " thing that it does, which is drawn right behind it."
    )
    return work._replace(host=other)


def _take_out(scene: Scene, place: int, lines: list[int], after: int) -> int:
    """Move work out of its initcall, with the time until that returned, which is told in µs."""
    draft = scene.draft
    returned = draft.calls[place].line_returned or 0
    times = draft.time_at(lines[-1]), draft.time_at(returned)
    draft.move(lines, after)
    if times[0] is None or times[1] is None:
        return 0
    rest = max(0, times[1] - times[0])
    draft.pull(returned, lines[-1], rest)
    return rest


def _retry(scene: Scene, waits: str) -> int:
    draft = scene.draft
    for place, call in enumerate(draft.calls):
        if call.function == RETRY and draft.has(call.line_called) and draft.has(call.line_returned):
            return place
    raise ChangeError(
        f"What waits for {waits} is tried again in {RETRY}(), which this log does not show.",
        hint="Take a log of a boot with initcall_debug that got as far as late_initcall.",
    )


def _probe_in(scene: Scene, lines: list[int], device: str) -> int | None:
    at = {*lines}
    found = (
        n for n, probe in enumerate(scene.draft.probes)
        if probe.line in at and probe.device == device
    )  # fmt: skip
    return next(found, None)


def _probe(
    device: str, driver: str | None, returned: int, line: int, parent: int, attempt: int,
    took: int, time: int | None, resolved: int | None = None,
) -> Probe:  # fmt: skip
    return Probe(
        device=device, driver=driver, returned=returned, time_us=time, reported_us=took,
        thread=None, parent=parent, attempt=attempt, resolved_line=resolved, line=line,
    )  # fmt: skip


def _deferral(
    device: str, driver: str | None, line: int, time: int | None, resolved: int | None
) -> Deferral:
    return Deferral(
        device=device, driver=driver, line=line, time_us=time, resolved_line=resolved,
        pending_line=None, pending_us=None, reason=None,
    )  # fmt: skip
