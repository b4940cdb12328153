"""The result of one rule on one boot."""

from typing import Literal

from app.rules.hints import Date
from parsers import LevelSource
from parsers.record import record

Outcome = Literal["pass", "fragile", "fail", "inconclusive", "not_applicable", "error"]
Basis = Literal["level", "dependency", "link_order", "observed"]
Guarantee = Literal["level", "dependency"]
"""The bases on which an order may pass; less than these is luck."""
Severity = Literal["error", "warning", "note"]
Status = Literal["draft", "preview", "stable", "deprecated"]


@record
class Evidence:
    """A line of the log: its number (1-based), its time in µs, its text as captured."""

    line: int
    time_us: int | None
    text: str


@record
class Subject:
    """One thing a rule speaks of, where the timeline can show it.

    ``role`` is ``first``, ``then`` or ``subject``; ``initcall`` indexes the
    report's initcalls; ``end`` tells that the end of the call is meant.
    """

    role: Literal["first", "then", "subject"]
    name: str
    line: int | None
    time_us: int | None
    initcall: int | None
    end: bool


@record
class Cure:
    """What to do for a log that can tell.

    ``capture`` is an order to the reader, without a full stop; ``anchor`` the section
    of docs/capturing.md (the page /help/capturing) that says how.
    """

    capture: str
    anchor: str


@record
class Waived:
    """Why a finding is let pass, until when, and where that is written down."""

    reason: str
    expires: Date
    where: str


@record
class Finding:
    """What a rule says of a boot, and the lines that prove it.

    ``caused_by`` is the rule whose failure this one follows from; ``undermined_by``
    the one whose failure makes this outcome worthless.
    ``gap_us`` is the time from ``first`` to ``then`` (negative where the order is
    reversed). ``signature`` is made of rule, outcome and subjects alone, so that
    it is the same for every boot with the same fault. ``counts`` is false for
    rules that are not stable: they never change the verdict. ``cure`` is the capture
    that would decide what is ``inconclusive``, where one would. ``waived`` holds the
    waivers that cover it: it is shown, but neither gates nor worsens the verdict.
    ``former_ids`` are the names that the rule went by before. ``help`` is the path of a
    Bootscope server's page that explains the rule; rules of a user's own have none.
    """

    rule: str
    rule_version: int
    pack: str
    title: str
    severity: Severity
    status: Status
    counts: bool
    outcome: Outcome
    basis: Basis | None
    level_source: LevelSource | None
    message: str
    why: str
    fix: str
    references: tuple[str, ...]
    caused_by: str | None
    undermined_by: str | None
    evidence: tuple[Evidence, ...]
    subjects: tuple[Subject, ...]
    gap_us: int | None
    signature: str
    cure: Cure | None = None
    waived: tuple[Waived, ...] = ()
    former_ids: tuple[str, ...] = ()
    help: str | None = None
