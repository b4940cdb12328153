"""Where the clients of a bus bind once the bus comes up at another place.

A driver that is registered when its device is found binds then and there, inside what found
the device; one that is registered later binds in its own initcall.
"""

import re
from collections.abc import Iterable, Iterator

from app.rules.globs import matcher
from app.whatif.link_order import source_files
from app.whatif.scene import Scene
from app.whatif.work import Work
from parsers.named import NamedTuple

MAX_CLIENTS = 40
"""Drivers of one bus in one boot; what more there are stay where they are."""
_SPEAKER = re.compile(r"([\w-]{1,40})(?: [\w:.-]{1,60})?: ", re.ASCII)


class Client(NamedTuple):
    """Probes that one driver made in one initcall, and the lines that they printed."""

    parent: int
    driver: str
    lines: list[int]


def clients_of(scene: Scene, marker: str) -> list[Client]:
    """The clients whose devices are found when ``marker`` has come."""
    draft = scene.draft
    globs = [one.meaning.probe or "" for one in scene.source.clients(marker)]
    if not globs:
        return []
    fits = matcher(tuple(globs))
    by_place: dict[tuple[int, str | None], list[int]] = {}
    for place, probe in enumerate(draft.probes):
        if probe.parent is None or not fits(probe.device) or not draft.has(probe.line):
            continue
        key = probe.parent, probe.driver
        if key in by_place or len(by_place) < MAX_CLIENTS:
            by_place.setdefault(key, []).append(place)
    found = []
    for (parent, driver), places in by_place.items():
        lines = [*_lines(scene, parent, places)]
        found.append(Client(parent, driver or _speaker(scene, lines), lines))
    return found


def _lines(scene: Scene, parent: int, places: Iterable[int]) -> Iterator[int]:
    """The lines of each probe: from when it began, by the kernel's figure, to its own."""
    draft = scene.draft
    first = draft.calls[parent].line_called or 0
    last = first
    for place in places:
        probe = draft.probes[place]
        now = draft.time_at(probe.line)
        begun = None if now is None else now - probe.reported_us
        if draft.place(probe.line) < draft.place(last):  # it runs beside its parent
            yield probe.line
            continue
        for line in draft.between(last, probe.line)[1:]:
            time = draft.time_at(line)
            if line == probe.line or begun is None or (time is not None and time >= begun):
                yield line
        last = probe.line


def _speaker(scene: Scene, lines: Iterable[int]) -> str:
    """The driver by whose name lines begin."""
    for line in lines:
        said = _SPEAKER.match(scene.source.body(line)) if line > 0 else None
        if said is not None:
            return said[1]
    return ""


def registrar(scene: Scene, driver: str) -> int | None:
    """The initcall that registers a driver, by its folder, file or name; None if not sure."""
    name = driver.replace("-", "_")
    if not name:
        return None
    calls = [(call.function, *_file(call.function)) for call in scene.draft.calls]
    for found in (
        [place for place, (_, folder, _) in enumerate(calls) if folder == name],
        [place for place, (_, _, stem) in enumerate(calls) if stem == name],
        [place for place, (function, *_) in enumerate(calls) if function.startswith(f"{name}_")],
    ):
        if found:
            return found[0] if len(found) == 1 else None
    return None


def _file(function: str) -> tuple[str, str]:
    """The last folder and the stem of a function's file, as names of C."""
    folder, _, file = source_files().get(function, "").rpartition("/")
    return folder.rpartition("/")[2].replace("-", "_"), file.partition(".")[0].replace("-", "_")


def rebind(scene: Scene, work: Work, marker: str) -> None:
    """Put the probes of a bus's clients where they come now that its work has moved."""
    draft = scene.draft
    up = [one.line for one in draft.markers if one.marker == marker and draft.has(one.line)]
    if not up or not work.lines:
        return
    for client in clients_of(scene, marker):
        if client.parent in (work.host, work.place):
            _move_out(scene, client, work, up[0])
        else:
            _move_in(scene, client, work, up[0])


def _move_in(scene: Scene, client: Client, work: Work, up: int) -> None:
    """A driver that was registered before the bus came up binds when it does."""
    draft = scene.draft
    driver = draft.calls[client.parent]
    if draft.place(driver.line_called or 0) > draft.place(up):
        return
    probed = {probe.line for probe in draft.probes if probe.device == work.device}
    theirs = {*client.lines}
    own = [line for line in work.lines if line not in probed and line not in theirs]
    draft.move(client.lines, own[-1])
    scene.adopt(client.lines, work.host)
    work.lines[:] = [*own, *client.lines, *(line for line in work.lines if line in probed)]
    scene.assume(
        f"The driver of {scene.name(client.parent)} is registered before its device is found, so"
        f" it binds where {scene.name(work.place)} does its work."
    )


def _move_out(scene: Scene, client: Client, work: Work, up: int) -> None:
    """A driver that is registered after the bus came up binds in its own initcall."""
    draft = scene.draft
    place = registrar(scene, client.driver)
    if place is None:
        scene.assume(
            f"Which initcall registers the driver {client.driver or 'of a client'} is not known:"
            f" its devices bind where {scene.name(work.place)} does its work."
        )
        return
    call = draft.calls[place]
    gone = not draft.has(call.line_returned) or not draft.has(call.line_called)
    if place in (work.host, work.place) or gone:
        return
    if draft.place(call.line_called or 0) < draft.place(up):
        return
    draft.move(client.lines, draft.before(call.line_returned or 0))
    scene.adopt(client.lines, place)
    theirs = {*client.lines}
    work.lines[:] = [line for line in work.lines if line not in theirs]
    scene.assume(
        f"The devices of {client.driver} are there before its driver is, so they bind in"
        f" {scene.name(place)}."
    )
