"""Changes applied to one boot: scenes, one for each place that what is moved may get."""

from collections.abc import Mapping, Sequence
from itertools import islice, product

from app.errors import ChangeError
from app.whatif.changes import NOTHING, Change, settled
from app.whatif.clients import clients_of, rebind, registrar
from app.whatif.link_order import folder_of
from app.whatif.places import Places, places_in
from app.whatif.scene import Scene
from app.whatif.source import Source
from app.whatif.work import Work, attach, defer, stick, undefer, work_of
from parsers.levels import known_levels
from parsers.named import NamedTuple

MAX_SCENES = 24
_IMA = "init_ima"
_HOOKS = {"7": "security_initcall_late", "7s": "security_initcall_late_sync"}
"""Where IMA starts from Linux 7.2 on, by level (security/lsm_init.c)."""


class Placed(NamedTuple):
    """Where a moved initcall comes to stand: its level, and the neighbours that bound it."""

    function: str
    level: str
    after: str
    before: str
    width: int
    known: bool


class Predicted(NamedTuple):
    """The scenes of a what-if, the likeliest first, and the places of what was moved."""

    scenes: tuple[Scene, ...]
    placed: tuple[Placed, ...]


def predict(source: Source, changes: Sequence[Change]) -> Predicted:
    """Apply changes together. Raises ChangeError where they cannot be."""
    changes = settled(changes)
    first = Attempt(source, changes, {})
    choices = {change: range(len(one.anchors)) for change, one in first.places.items()}
    scenes = [first.scene]
    for picks in islice(product(*choices.values()), MAX_SCENES):
        chosen = dict(zip(choices, picks, strict=True))
        if any(pick != len(choices[change]) - 1 for change, pick in chosen.items()):
            scenes.append(Attempt(source, changes, chosen).scene)
    placed = tuple(
        Placed(change.function, change.to, one.after, one.before, one.width, one.known)
        for change, one in first.places.items()
    )
    return Predicted(tuple(scenes), placed)


class Attempt:
    """Changes applied with one choice of places; ``picks`` are by change, the last by default."""

    def __init__(
        self, source: Source, changes: Sequence[Change], picks: Mapping[Change, int]
    ) -> None:
        self.source = source
        self.scene = Scene(source)
        self.places: dict[Change, Places] = {}
        self._picks = picks
        self._dropped: set[int] = set()
        by_kind = {kind: [one for one in changes if one.kind == kind] for kind in (
            "drop", "level", "module", "ima", "defer", "after"
        )}  # fmt: skip
        for change in by_kind["drop"]:
            self._drop(source.find(change.function))
        for change in by_kind["level"]:
            self._level(change)
        for change in by_kind["module"]:
            self._module(source.find(change.function))
        for change in by_kind["ima"]:
            self._ima(change)
        self._settle(
            {source.find(one.function): one.to for one in by_kind["defer"]},
            {source.find(one.function): source.find(one.to) for one in by_kind["after"]},
        )

    def _level(self, change: Change) -> None:
        place = self.source.find(change.function)
        self._move(place, change.to, change)
        if self.source.boot.initcalls[place].levels == ("module", "module"):
            for other in self._companions(place):
                level = known_levels().get(self.scene.draft.calls[other].function)
                if self.scene.draft.calls[other].levels != ("module", "module"):
                    continue
                if level is None:
                    self.scene.assume(f"{self.scene.name(other)} stays a module.")
                    continue
                self._move(other, level, None)
                self.scene.assume(
                    f"{self.scene.name(other)} is built in with it, at level {level}."
                )

    def _move(self, place: int, level: str, change: Change | None) -> None:
        scene = self.scene
        draft = scene.draft
        call = draft.calls[place]
        if place in self._dropped or call.levels == (level, level):
            return
        places = places_in(self.source, draft, place, level)
        if change is not None:
            self.places[change] = places
        pick = self._picks.get(change, -1) if change is not None else -1
        draft.move(scene.block(place), places.anchors[pick])
        draft.edit(
            draft.calls, place, levels=(level, level), level_source="predicted", link_order=None,
            module=None, thread=self.source.thread,
        )  # fmt: skip
        scene.moved[place] = None
        scene.cannot_tell(
            scene.name(place), "whether it succeeds at its new place: it is taken to return what"
            " it returned, after as long",
        )  # fmt: skip

    def _module(self, place: int) -> None:
        scene = self.scene
        if scene.draft.calls[place].levels == ("module", "module"):
            return
        begun = [m.line for m in scene.draft.markers if m.marker == "userspace.start"]
        if not begun:
            raise ChangeError(
                "This log does not show user space, where modules are loaded.",
                hint="Take a log that goes on until 'Run /init'.",
            )
        after = begun[0]
        for other in sorted([place, *self._companions(place)]):
            if scene.draft.calls[other].levels == ("module", "module") or not scene.block(other):
                continue
            block = scene.block(other)
            scene.draft.move(block, after)
            after = block[-1]
            scene.draft.edit(
                scene.draft.calls, other, levels=("module", "module"), level_source="predicted",
                link_order=None, thread="module",
            )  # fmt: skip
            scene.moved[other] = None
            if other != place:
                scene.assume(
                    f"{scene.name(other)} becomes a module too: it belongs to"
                    f" {scene.name(place)} or needs its symbols."
                )
        scene.cannot_tell(
            f"when {scene.name(place)} runs as a module",
            "user space decides; it is drawn as the first thing that user space does",
        )

    def _companions(self, place: int) -> list[int]:
        """What goes with an initcall into a module, or out of it: its folder, its clients."""
        scene = self.scene
        calls = scene.draft.calls
        folder = folder_of(calls[place].function)
        together = [
            n for n, call in enumerate(calls)
            if n != place and folder is not None and folder_of(call.function) == folder
        ]  # fmt: skip
        origin = self.source.origin(calls[place].function)
        for client in clients_of(scene, origin.marker) if origin else ():
            owner = registrar(scene, client.driver)
            if owner is not None and owner != place and owner not in together:
                together.append(owner)
        return together

    def _ima(self, change: Change) -> None:
        calls = self.scene.draft.calls
        named = [place for place, call in enumerate(calls) if call.function == _IMA]
        if named:
            self._move(named[0], change.to, change._replace(function=_IMA))
            self._late_ima(change.to)
            return
        at = {call.function: place for place, call in enumerate(calls)}
        starts = [m.parent for m in self.scene.draft.markers if m.marker == "ima.start"]
        host = next((one for one in starts if one is not None), None)
        there = at.get(_HOOKS.get(change.to, ""))
        if host is None or there is None:
            raise ChangeError(
                f"This log does not show an IMA that could start at level {change.to}.",
                hint="It must show init_ima(), or IMA inside security_initcall_late().",
            )
        if host == there:
            return
        lines = [
            line for line in self.scene.inner(host) if self.source.body(line).startswith("ima:")
        ]
        self.scene.draft.move(lines, calls[there].line_called or 0)
        self.scene.adopt(lines, there)
        self.scene.moved[there] = None
        self.scene.assume(
            f"IMA starts in {self.scene.name(there)} instead of {self.scene.name(host)}, and"
            " prints the same."
        )
        self._late_ima(change.to)

    def _late_ima(self, level: str) -> None:
        if level == "7s":
            self.scene.cannot_tell(
                "what IMA measures", "files that are read between late_initcall and"
                " late_initcall_sync are measured no more",
            )  # fmt: skip

    def _drop(self, place: int) -> None:
        scene = self.scene
        draft = scene.draft
        call = draft.calls[place]
        work = work_of(scene, place)
        origin = self.source.origin(call.function)
        gone = {*work.lines, *scene.block(place)}
        for client in clients_of(scene, origin.marker) if origin else ():
            gone.update(client.lines)
        parent = call.parent
        scene.say(
            f"initcall {call.function} blacklisted", call.line_called or 0,
            draft.before(call.line_called or 0), parent,
        )  # fmt: skip
        draft.remove(gone)
        self._dropped.add(place)
        scene.cannot_tell(
            f"what else fails without {scene.name(place)}",
            "only what a rule's pack knows to wait for it is predicted",
        )

    def _settle(self, waits: Mapping[int, str], after: Mapping[int, int]) -> None:
        """Put each work where its waits leave it, and its clients with it."""
        draft = self.scene.draft
        for place in self._workers([*waits, *after]):
            if place in self._dropped:
                continue
            work = work_of(self.scene, place)
            if place in after:
                work = self._attached(work, after[place])
            else:
                work = self._waited(work, waits.get(place))
            origin = self.source.origin(draft.calls[place].function)
            if origin is not None and draft.changed:
                rebind(self.scene, work, origin.marker)

    def _workers(self, named: Sequence[int]) -> list[int]:
        return [*dict.fromkeys([*self.source.registrars, *named])]

    def _attached(self, work: Work, other: int) -> Work:
        if other in self._dropped:
            raise ChangeError(f"{self.scene.name(other)} is dropped, so nothing can run in it.")
        if work.state == "stuck":
            raise _never_seen(self.scene, work)
        if work.state == "deferred":
            work = undefer(self.scene, work)
        self.scene.moved[work.place] = None
        return attach(self.scene, work, other)

    def _waited(self, work: Work, asked: str | None) -> Work:
        """Work after what it waits for: by a change, or as it was measured."""
        if asked == NOTHING:
            if work.state == "stuck":
                raise _never_seen(self.scene, work)
            if work.state == "deferred":
                self.scene.moved[work.place] = None
                return undefer(self.scene, work)
            return work
        if asked is None and work.state != "deferred":
            return work
        events = self._events(work, asked)
        draft = self.scene.draft
        ends = {event: self._end_of(event) for event in events}
        missing = [event for event, line in ends.items() if line is None]
        if missing:
            return stick(self.scene, work, missing[0]) if work.state != "stuck" else work
        if work.state == "stuck":
            raise _never_seen(self.scene, work)
        last = max((line for line in ends.values() if line is not None), key=draft.place)
        begun = draft.calls[work.place].line_called or 0
        if draft.place(last) < draft.place(begun):
            return undefer(self.scene, work) if work.state == "deferred" else work
        self._not_after_retry(work, last)
        if work.state == "deferred":
            return work
        self.scene.moved[work.place] = None
        return defer(self.scene, work, events[-1])

    def _events(self, work: Work, asked: str | None) -> tuple[str, ...]:
        """What a probe waits for: as a pack knows it, where nothing else was asked for."""
        origin = self.source.origin(self.scene.draft.calls[work.place].function)
        waits = origin.meaning.waits_for if origin is not None else ()
        seen = {marker.marker for marker in self.source.boot.markers}
        known = tuple(name for name in waits if name in seen) or waits
        meant = {name for wait in waits for name in (wait, *self.source.meanings[wait].initcalls)}
        if asked is None or asked in meant:
            return tuple(dict.fromkeys((*known, *([asked] if asked else ()))))
        return (asked,)

    def _end_of(self, event: str) -> int | None:
        """The line after which an event has come; None where it does not."""
        draft = self.scene.draft
        if "." in event:
            lines = [m.line for m in draft.markers if m.marker == event and draft.has(m.line)]
            return max(lines, key=draft.place, default=None)
        call = draft.calls[self.source.find(event)]
        return call.line_returned if draft.has(call.line_returned) else None

    def _not_after_retry(self, work: Work, last: int) -> None:
        draft = self.scene.draft
        for call in draft.calls:
            if call.function == "deferred_probe_initcall" and draft.has(call.line_called):
                late = max(last, draft.calls[work.place].line_called or 0, key=draft.place)
                if draft.place(late) > draft.place(call.line_called or 0):
                    raise ChangeError(
                        f"{self.scene.name(work.place)} would be put off past"
                        " deferred_probe_initcall(): when it is tried again is not predictable.",
                        hint="From then on a probe is tried again when any other device binds.",
                    )


def _never_seen(scene: Scene, work: Work) -> ChangeError:
    return ChangeError(
        f"In this boot the probe of {work.device} never did its work, so nothing shows it.",
        hint=f"Predict from a boot in which {scene.name(work.place)} got as far.",
    )
