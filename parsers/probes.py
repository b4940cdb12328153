"""Probe lines into attempts and deferrals (drivers/base/dd.c)."""

from collections import defaultdict
from collections.abc import Sequence

from parsers.events import Deferral, Probe
from parsers.framings import Frame
from parsers.grammars import Pending, Probed
from parsers.markers import DEFERRED
from parsers.named import NamedTuple


class ProbeLine(NamedTuple):
    """One "probe of" line: where it ran, as indices of an initcall and an async call."""

    frame: Frame
    probed: Probed
    parent: int | None
    async_call: int | None


def attempts(found: Sequence[ProbeLine]) -> tuple[Probe, ...]:
    """Number the attempts of each device and driver, and find what resolved them."""
    resolutions = _resolutions(found)
    turns: defaultdict[tuple[str, str | None], int] = defaultdict(int)
    probes = []
    for (frame, probed, parent, async_call), resolved in zip(found, resolutions, strict=True):
        key = (probed.device, probed.driver)
        turns[key] += 1
        probes.append(
            Probe(
                device=probed.device,
                driver=probed.driver,
                returned=probed.returned,
                time_us=frame.time_us,
                reported_us=probed.reported_us,
                thread=frame.thread,
                parent=parent,
                async_call=async_call,
                attempt=turns[key],
                resolved_line=resolved if probed.returned in DEFERRED else None,
                line=frame.line,
            )
        )
    return tuple(probes)


def _resolutions(found: Sequence[ProbeLine]) -> list[int | None]:
    """For each attempt the line of the next bind of its device and driver, else of
    the next answer that was not "later".
    """
    bound: dict[tuple[str, str | None], int] = {}
    answered: dict[tuple[str, str | None], int] = {}
    lines: list[int | None] = []
    for probe in reversed(found):
        key = (probe.probed.device, probe.probed.driver)
        lines.append(bound.get(key, answered.get(key)))
        if probe.probed.returned == 0:
            bound[key] = probe.frame.line
        elif probe.probed.returned not in DEFERRED:
            answered[key] = probe.frame.line
    return lines[::-1]


def deferrals_of(
    probes: Sequence[Probe], pendings: Sequence[tuple[Frame, Pending]]
) -> tuple[Deferral, ...]:
    """One deferral a device and driver; one more for a device only said to be pending."""
    said = {pending.device: (frame, pending) for frame, pending in pendings}
    deferrals: dict[tuple[str, str | None], Deferral] = {}
    for probe in probes:
        key = (probe.device, probe.driver)
        if probe.returned not in DEFERRED or key in deferrals:
            continue
        frame, pending = said.get(probe.device, (None, None))
        deferrals[key] = Deferral(
            device=probe.device,
            driver=probe.driver,
            line=probe.line,
            time_us=probe.time_us,
            resolved_line=probe.resolved_line,
            pending_line=frame.line if frame is not None else None,
            pending_us=frame.time_us if frame is not None else None,
            reason=pending.reason if pending is not None else None,
        )
    known = {device for device, _ in deferrals}
    for device, (frame, pending) in said.items():
        if device not in known:
            deferrals[(device, None)] = Deferral(
                device=device,
                driver=None,
                line=frame.line,
                time_us=frame.time_us,
                resolved_line=None,
                pending_line=frame.line,
                pending_us=frame.time_us,
                reason=pending.reason,
            )
    return tuple(deferrals.values())
