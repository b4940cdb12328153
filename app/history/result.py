"""What a history says. Schema ``bootscope.history/1``.

``boots`` are newest first; ``outcomes`` and ``took_us`` have an item for each of them, in
the same order. Boots are named by their ids. Times are integers in µs.
"""

from typing import Literal

from app.report import Verdict
from app.rules.finding import Outcome, Severity
from parsers.record import record

SCHEMA = "bootscope.history/1"
RuleState = Literal["fails", "fixed", "holds", "fragile", "undecided", "not_applicable"]
"""See RuleHistory."""
Show = Literal["slowest", "changed"]


@record
class Boot:
    """One boot: what the list of logs says of it."""

    id: str
    url: str
    name: str
    verdict: Verdict
    headline: str
    created_at: str
    kernel: str | None
    labels: tuple[str, ...]


@record
class Fault:
    """One fault of a rule, by the signature of its findings: where it was seen."""

    signature: str
    first: str
    last: str
    boots: int


@record
class RuleHistory:
    """What one rule said of the boots.

    ``state`` is by the newest boot that tells: ``fails`` (outcome fail or error), ``fixed``
    (it failed, and holds since ``fixed_in``), ``holds``, ``fragile`` (holds by luck alone;
    also where it failed before), ``undecided`` (no boot tells), ``not_applicable``. A boot
    that cannot tell ends neither failing nor holding; ``silent`` is how many newest boots
    did not tell, so that the state is older than they are. ``failing_since`` is the first
    boot of the failing that goes on or was fixed, ``held_until`` the boot before it that
    last held; None where none of these boots did, and then it may fail for longer.
    ``first_failing`` is the oldest of these boots that failed. ``outcomes`` has null for a
    boot that was not judged by this rule.
    """

    rule: str
    title: str
    severity: Severity
    counts: bool
    state: RuleState
    silent: int
    first_failing: str | None
    failing_since: str | None
    held_until: str | None
    fixed_in: str | None
    failed: int
    faults: tuple[Fault, ...]
    outcomes: tuple[Outcome | None, ...]


@record
class Trend:
    """How long an initcall took over the boots.

    ``took_us`` has null where it did not run, did not return, or its log does not tell.
    ``boots`` is in how many it is known; quartiles, ``low_us`` and ``high_us`` are over all
    of them. ``change_us`` is the median of the newest ``recent`` boots less that of those
    before, ``outside_us`` how far it is outside of what the middle half of those before
    took (0: it is not); None with fewer than two boots. Positive is slower.
    """

    initcall: str
    boots: int
    median_us: int | None
    low_us: int | None
    quartile1_us: int | None
    quartile3_us: int | None
    high_us: int | None
    recent: int
    change_us: int | None
    outside_us: int | None
    took_us: tuple[int | None, ...]


@record
class Durations:
    """Trends of the initcalls that were asked for, else of those that ``show`` names.

    ``known`` is how many boots have any duration; ``cut`` how many have so many initcalls
    that only the longest of them are kept here.
    """

    show: Show | None
    known: int
    cut: int
    trends: tuple[Trend, ...]


@record
class Turn:
    """Two subjects of a rule that came the other way round than in the boot before."""

    rule: str
    before: tuple[str, ...]
    after: tuple[str, ...]


@record
class Step:
    """What changed in the order from ``since``, the boot before, to ``boot``.

    ``matched`` initcalls are in both, leaving out those on threads of their own; ``moved``
    are the fewest whose moving explains the difference. None where one of the logs has no
    order of initcalls.
    """

    boot: str
    since: str
    matched: int
    moved: int | None
    turns: tuple[Turn, ...]


@record
class Turns:
    """How often the subjects of a rule were compared with the boot before, and turned."""

    rule: str
    compared: int
    turned: int


@record
class Order:
    """Order drift between neighbouring boots; ``steps`` newest first.

    ``compared`` is the number of neighbours with an order of initcalls, ``changed`` of
    those with any initcall moved.
    """

    compared: int
    changed: int
    rules: tuple[Turns, ...]
    steps: tuple[Step, ...]


@record
class History:
    """The boots of a label query over time. ``next`` asks for the older ones, if there are."""

    schema_: Literal["bootscope.history/1"] = "bootscope.history/1"
    labels: tuple[str, ...]
    boots: tuple[Boot, ...]
    rules: tuple[RuleHistory, ...]
    durations: Durations
    order: Order
    next: str | None

    def to_json(self) -> str:
        """The history as JSON."""
        from app.adapters import adapter

        return adapter(History).dump_json(self, by_alias=True, indent=1).decode()
