"""Waivers: findings that somebody lets pass, for a reason, until a day.

A waived finding stays in the report. It gates nothing, and the verdict is never
better than ``pass`` for it. What is wrong with a waiver is a finding itself.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Annotated, Literal

from app.rules.conditions import KernelRange, test_kernel
from app.rules.finding import Finding, Outcome, Severity, Waived
from app.rules.globs import matcher
from app.rules.hints import Date, Limits, TextLimits
from app.rules.selectors import Glob, Names
from parsers import Kernel
from parsers.named import NamedTuple
from parsers.record import record

Waivable = Literal["fail", "fragile", "inconclusive"]
EXPIRED, UNUSED = "WAIVER001", "WAIVER002"
PACK = "waivers"
"""What the findings about waivers name as their pack: they are of none."""


class About(NamedTuple):
    """What a finding about a waiver says of itself, as a rule does."""

    title: str
    severity: Severity
    counts: bool
    why: str
    fix: str


ABOUT: Mapping[str, About] = MappingProxyType(
    {
        EXPIRED: About(
            "No waiver is out of date",
            "warning",
            True,
            "A waiver is a debt with a date. Past it nobody knows whether its reason holds.",
            "Look at the finding again: cure it, or write a new date and why.",
        ),
        UNUSED: About(
            "Every waiver has something to let pass",
            "note",
            False,
            "A waiver that matches nothing hides the next fault that it happens to fit.",
            "Take it out, or narrow it with 'machine' and 'kernel' to where it is needed.",
        ),
    }
)
"""By the id of what is wrong with a waiver."""


@record
class Waiver:
    """One finding that is let pass.

    ``subject`` (globs) must fit every subject of the finding, alone or with other
    waivers; ``signature`` is a glob over the finding's signature. ``machine`` (a glob)
    and ``kernel`` (a range) say where the waiver holds. ``expires`` is its last day.
    """

    rule: Annotated[str, TextLimits(pattern=r"^[A-Z][A-Z0-9]{1,15}\d{3}$")]
    reason: Annotated[str, TextLimits(min_length=1, max_length=500, strip_whitespace=True)]
    expires: Date
    subject: Names | None = None
    signature: Glob | None = None
    machine: Glob | None = None
    kernel: KernelRange | None = None
    outcomes: Annotated[tuple[Waivable, ...], Limits(min_length=1)] = ("fail", "fragile")

    def holds_on(self, kernel: Kernel) -> bool:
        """Whether it is meant for this machine and kernel; what is unknown is not it."""
        if self.machine is not None and not matcher((self.machine,))(kernel.machine or ""):
            return False
        return self.kernel is None or test_kernel(kernel.release, self.kernel).holds is True

    def covers(self, names: Sequence[str], signature: str) -> frozenset[str]:
        """Of a finding's subjects those that it lets pass; a finding without is one ``""``."""
        if self.signature is not None and not matcher((self.signature,))(signature):
            return frozenset()
        if self.subject is None:
            return frozenset(names or ("",))
        return frozenset(filter(matcher(self.subject), names))


@record
class WaiverFile:
    """A file of waivers."""

    schema_: Literal[1]
    waivers: Annotated[tuple[Waiver, ...], Limits(min_length=1, max_length=1_000)]


class Placed(NamedTuple):
    """A waiver, and the file:line that it stands at."""

    waiver: Waiver
    where: str


class Waivers(NamedTuple):
    """What is waived on the day ``today``, which is there where anything is."""

    placed: tuple[Placed, ...] = ()
    today: Date | None = None

    def expired(self, placed: Placed) -> bool:
        """Whether its last day is over."""
        return self.today is not None and placed.waiver.expires < self.today

    def matching(
        self, rules: frozenset[str], outcome: Outcome, names: Sequence[str], signature: str,
        kernel: Kernel,
    ) -> tuple[tuple[Waived, ...], frozenset[str]]:  # fmt: skip
        """The waivers that together let a finding pass, and where those are that match.

        ``rules`` are the finding's rule and its former ids. Those that match but leave
        a subject over let nothing pass.
        """
        found: list[Placed] = []
        covered: set[str] = set()
        for placed in self.placed:
            waiver = placed.waiver
            if waiver.rule not in rules or outcome not in waiver.outcomes or self.expired(placed):
                continue
            covers = waiver.covers(names, signature) if waiver.holds_on(kernel) else frozenset()
            if covers:
                covered |= covers
                found.append(placed)
        used = frozenset(placed.where for placed in found)
        if not found or covered != set(names or ("",)):
            return (), used
        waived = tuple(
            Waived(reason=p.waiver.reason, expires=p.waiver.expires, where=p.where) for p in found
        )
        return waived, used

    def findings(self, used: frozenset[str], kernel: Kernel) -> list[Finding]:
        """Those that are over, and those that matched nothing in this boot."""
        unused = [
            _finding(UNUSED, placed)
            for placed in self.placed
            if placed.where not in used
            and placed.waiver.holds_on(kernel)
            and not self.expired(placed)
        ]
        return [*self.expired_ones(), *unused]

    def expired_ones(self) -> list[Finding]:
        """Those that are over."""
        return [_finding(EXPIRED, placed) for placed in self.placed if self.expired(placed)]


def utc_day() -> Date:
    """Today, by which waivers expire."""
    from datetime import UTC, datetime

    return datetime.now(UTC).date()


def _finding(rule: str, placed: Placed) -> Finding:
    waiver, about = placed.waiver, ABOUT[rule]
    said = f"expired on {waiver.expires}; it lets nothing pass any more"
    if rule == UNUSED:
        said = "matches no finding of this boot"
    message = (
        f"The waiver of {waiver.rule} at {placed.where} {said}. Its reason was: {waiver.reason}"
    )
    return Finding(
        rule=rule, rule_version=1, pack=PACK, title=about.title, severity=about.severity,
        status="stable", counts=about.counts, outcome="fail", basis=None, level_source=None,
        message=message, why=about.why, fix=about.fix, references=(), caused_by=None,
        undermined_by=None, evidence=(), subjects=(), gap_us=None,
        signature=f"{rule}:fail:{waiver.rule}", help=f"/rules/{rule}",
    )  # fmt: skip
