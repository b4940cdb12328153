"""What a comparison says. Schema ``bootscope.comparison/1``.

``before`` and ``after`` are the two boots; every figure is from one to the other. Times
are integers in µs; ``initcall`` indexes the initcalls of its own boot's report.
"""

from typing import Literal

from app.report import Verdict
from app.rules.finding import Outcome, Severity
from parsers import Level, LevelSource
from parsers.record import record

SCHEMA = "bootscope.comparison/1"
FindingState = Literal[
    "new", "changed", "undecided", "known", "gone", "fixed", "decided"
]  # fmt: skip
"""See FindingChange."""
HintKind = Literal[
    "kernel", "arch", "machine", "cmdline", "firmware", "ffa.answered_by", "rules", "coverage"
]  # fmt: skip


@record
class Side:
    """One of the two boots, in a line. ``initcalls`` is how many its log has."""

    id: str
    name: str
    boot_index: int
    release: str | None
    verdict: Verdict
    headline: str
    lead: str | None
    initcalls: int


@record
class Seen:
    """An initcall where one boot has it. ``line`` is that of its call; None for an orphan."""

    initcall: int
    module: str | None
    occurrence: int
    levels: tuple[Level, Level] | None
    level_source: LevelSource
    start_us: int | None
    line: int | None
    span_us: int | None


@record
class Said:
    """What a rule said of one of the boots; ``undermined_by``: that rule makes it worthless."""

    outcome: Outcome
    severity: Severity
    counts: bool
    waived: bool
    undermined_by: str | None
    message: str
    signature: str


@record
class FindingChange:
    """A rule's finding where it does not hold on one side at least.

    ``known``: the same signature on both sides. ``new``: does not hold now, and its
    signature is not in the baseline, nor did the rule fail there. ``changed``: the rule did
    not hold there either, but otherwise (other subjects, or an outcome that is better or
    worse); a gate takes it for new. ``fixed``: holds now, and is not undermined. ``gone``:
    no longer asked, since the rule does not apply or was not judged. ``undecided``: could
    be told and no longer can, or its pass is worth nothing; ``decided``: holds now and
    could not be told. A waived finding holds.
    """

    rule: str
    pack: str
    title: str
    state: FindingState
    before: Said | None
    after: Said | None


@record
class Move:
    """One of the fewest initcalls whose moving explains the other order.

    ``follows_before`` and ``follows_after`` are the functions of those it ran after, among
    the initcalls that kept their order; None where it ran before all of them. ``passed`` is
    how many of these it passed: positive, it runs later now. ``across`` are the functions
    that rules speak of and that it runs on the other side of now. ``subject``: rules
    speak of it itself. ``parallel``: both boots ran it beside others, on a thread of its
    own, where order is chance.
    """

    function: str
    before: Seen
    after: Seen
    follows_before: str | None
    follows_after: str | None
    passed: int
    across: tuple[str, ...]
    subject: bool
    parallel: bool

    @property
    def level_changed(self) -> bool:
        """Whether its level surely is another one now."""
        return levels_differ(self.before, self.after)


@record
class OnlyHere:
    """An initcall that one boot alone has."""

    function: str
    seen: Seen
    subject: bool


@record
class LevelChange:
    """An initcall whose levels in the two boots have nothing in common."""

    function: str
    before: Seen
    after: Seen
    subject: bool


@record
class OverlapChange:
    """Two initcalls that ran at the same time in one of the boots and not in the other."""

    functions: tuple[str, str]
    now: bool
    subject: bool


@record
class Spot:
    """Where a marker was first seen: its line, its time, and the initcall it came from."""

    line: int
    time_us: int | None
    function: str | None


@record
class MarkerChange:
    """A marker that one boot alone has, or that came from another initcall, or other order.

    ``across`` are the markers that it is on the other side of now.
    """

    marker: str
    before: Spot | None
    after: Spot | None
    across: tuple[str, ...] = ()


@record
class DurationChange:
    """A length that differs by more than the boots of the baseline differ among themselves.

    ``function`` is an initcall's, or ``userspace.start`` for the time until user space.
    ``low_us`` to ``high_us`` is what the baseline's ``boots`` took.
    """

    function: str
    before: Seen | None
    after: Seen | None
    low_us: int
    high_us: int
    boots: int
    after_us: int

    @property
    def change_us(self) -> int:
        """How far it is outside of what the baseline took; positive: slower."""
        nearest = self.high_us if self.after_us > self.high_us else self.low_us
        return self.after_us - nearest


@record
class Hint:
    """What else differs and may be why: ``before`` and ``after`` are None where not told."""

    kind: HintKind
    what: str
    before: str | None
    after: str | None


@record
class Comparison:
    """Two boots compared.

    ``matched`` initcalls are in both, by function, module and occurrence; ``kept`` of them
    in the same order. ``baseline`` are more boots like ``before``: what they differ in is
    no difference. ``vanished_proved`` and ``appeared_proved`` tell whether the log that
    lacks an initcall proves that it did not run. ``notes`` say what cannot be compared.
    """

    schema_: Literal["bootscope.comparison/1"] = "bootscope.comparison/1"
    before: Side
    after: Side
    baseline: tuple[Side, ...] = ()
    headline: str
    matched: int
    kept: int
    findings: tuple[FindingChange, ...]
    moves: tuple[Move, ...]
    appeared: tuple[OnlyHere, ...]
    appeared_proved: bool
    vanished: tuple[OnlyHere, ...]
    vanished_proved: bool
    levels: tuple[LevelChange, ...]
    overlaps: tuple[OverlapChange, ...]
    markers: tuple[MarkerChange, ...]
    durations: tuple[DurationChange, ...]
    hints: tuple[Hint, ...]
    notes: tuple[str, ...]

    @property
    def is_empty(self) -> bool:
        """Whether nothing differs; what both boots fail in alike is no difference."""
        differing = (
            self.moves, self.appeared, self.vanished, self.levels, self.overlaps, self.markers,
            self.durations, self.hints, [f for f in self.findings if f.state != "known"],
        )  # fmt: skip
        return not any(differing)

    def to_json(self) -> str:
        """The comparison as JSON."""
        from app.adapters import adapter

        return adapter(Comparison).dump_json(self, by_alias=True).decode()

    @classmethod
    def from_json(cls, text: str | bytes) -> "Comparison":
        """Read what ``to_json`` wrote. Raises pydantic's ValidationError on anything else."""
        from app.adapters import adapter

        return adapter(Comparison).validate_json(text)


def levels_differ(one: Seen, other: Seen) -> bool:
    """Whether two levels are surely different: intervals that do not meet."""
    from parsers import RANK

    if one.levels is None or other.levels is None:
        return False
    return (
        RANK[one.levels[1]] < RANK[other.levels[0]] or RANK[other.levels[1]] < RANK[one.levels[0]]
    )
