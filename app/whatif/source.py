"""The measured boot that predictions are made from, and what is known of it."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

from app.errors import ChangeError
from app.rules.facts import Facts
from app.rules.globs import matcher
from app.rules.kinds.base import MarkerMeaning
from app.rules.model import Pack
from app.whatif.draft import Draft
from app.whatif.link_order import LinkOrder
from parsers import Boot, Initcall
from parsers.framings import Frame
from parsers.named import NamedTuple

MAX_INITCALLS = 20_000
"""Of a boot that is predicted from; a kernel has some thousand."""
RETRY = "deferred_probe_initcall"
"""Deferred probes are tried again inside it (drivers/base/dd.c)."""


class Origin(NamedTuple):
    """What a marker comes from, as a pack knows it."""

    marker: str
    meaning: MarkerMeaning


class Source:
    """One measured boot with its lines, the packs that judge it, and what follows from both."""

    def __init__(
        self, boot: Boot, lines: Sequence[str], framing: str | None, packs: Sequence[Pack]
    ) -> None:
        self.boot = boot
        self.lines = lines
        self.framing = framing
        self.packs = packs
        self.facts = Facts(boot, lines, framing)
        self._origins: dict[str, Origin | None] = {}
        self.meanings: Mapping[str, MarkerMeaning] = {
            name: meaning
            for pack in reversed(packs)
            for name, meaning in pack.header.markers.items()
        }

    def draft(self) -> Draft:
        """The boot, to be changed."""
        return Draft(self.boot, self.lines, self.time_at)

    def time_at(self, line: int) -> int | None:
        """The time of a line, in µs."""
        frame = self.frames.get(line)
        return None if frame is None else frame.time_us

    def body(self, line: int) -> str:
        """What a line says."""
        frame = self.frames.get(line)
        return "" if frame is None else frame.text

    @cached_property
    def frames(self) -> dict[int, Frame]:
        """The first message of each line."""
        return {frame.line: frame for frame in reversed(self.facts.messages.frames)}

    @cached_property
    def thread(self) -> str | None:
        """The thread that runs most initcalls: the kernel's first."""
        threads = Counter(call.thread for call in self.boot.initcalls)
        return max(threads, key=threads.__getitem__, default=None)

    @cached_property
    def sequence(self) -> tuple[int, ...]:
        """The initcalls that ran one after the other on that thread, whole, none a module's."""
        return tuple(
            place
            for place, call in enumerate(self.boot.initcalls)
            if call.thread == self.thread and call.parent is None and whole(call)
            and (call.levels is None or call.levels[0] != "module")
        )  # fmt: skip

    @cached_property
    def link_order(self) -> LinkOrder:
        """What the boot shows of the order of linking."""
        return LinkOrder(self.boot.initcalls[place] for place in self.sequence)

    @cached_property
    def asked_for(self) -> frozenset[str]:
        """The functions that rules of the packs name, or that their markers come from."""
        named = {
            name
            for pack in self.packs
            for rule in pack.rules
            for selector in rule.selectors
            for name in selector.initcall or ()
        }
        named.update(name for meaning in self.meanings.values() for name in meaning.initcalls)
        return frozenset(named - {"*"})

    def find(self, name: str) -> int:
        """The place of an initcall by its name, or ``name#2``. Raises ChangeError."""
        if len(self.boot.initcalls) > MAX_INITCALLS:
            raise ChangeError(
                f"A boot of {len(self.boot.initcalls):,} initcalls is too large for a what-if.",
                hint=f"The most are {MAX_INITCALLS:,}.",
            )
        function, _, number = name.partition("#")
        found = [p for p, call in enumerate(self.boot.initcalls) if call.function == function]
        if not found:
            hint = "Name an initcall that this boot ran; 'bootscope analyse' lists them."
            if not self.boot.initcalls:
                hint = "Boot with initcall_debug: without it no initcall is in the log."
            raise ChangeError(f"There is no initcall {function} in this log.", hint=hint)
        if len(found) > 1 and not number:
            raise ChangeError(
                f"{len(found)} initcalls are named {function}.", hint=f"Say which: {function}#1."
            )
        if int(number or 1) > len(found):
            raise ChangeError(f"{function} ran {len(found)} times.", hint=f"Say {function}#1.")
        place = found[int(number or 1) - 1]
        if not whole(self.boot.initcalls[place]):
            raise ChangeError(
                f"{function} has no beginning or no end in this log, so it cannot be moved.",
                hint="Take a boot that got past it, and whose log is whole.",
            )
        return place

    def origin(self, function: str) -> Origin | None:
        """The marker whose probe an initcall registers the driver of, if a pack knows one."""
        if function not in self._origins:
            self._origins[function] = self._origin(function)
        return self._origins[function]

    def _origin(self, function: str) -> Origin | None:
        for name, meaning in self.meanings.items():
            if meaning.probe and not meaning.found_by and matcher(meaning.initcalls)(function):
                return Origin(name, meaning)
        return None

    @cached_property
    def registrars(self) -> tuple[int, ...]:
        """The initcalls that register such a driver; of one name the first."""
        first: dict[str, int] = {}
        for place, call in enumerate(self.boot.initcalls):
            first.setdefault(call.function, place)
        return tuple(place for name, place in first.items() if self.origin(name) is not None)

    def clients(self, marker: str) -> Iterator[Origin]:
        """Markers whose devices are only found when ``marker`` has come."""
        for name, meaning in self.meanings.items():
            if meaning.probe and marker in meaning.found_by:
                yield Origin(name, meaning)


def whole(call: Initcall) -> bool:
    """Whether both lines of a call are in the log."""
    return call.line_called is not None and call.line_returned is not None
