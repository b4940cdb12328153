"""What is kept of a report for the history, so that hundreds of them can be read at once.

A report of 1,500 initcalls is 1 MB of JSON, its digest 60 kB (10 kB packed), and quick to
read: columns, no objects.
"""

import json
from collections.abc import Sequence
from typing import NamedTuple

from app.compare.matching import duration_us
from app.compare.order import MAIN_THREADS
from app.printable import shortened
from app.report import Report
from app.rules.finding import Finding, Outcome, Severity
from parsers import Initcall

FORMAT = 1
"""Raised when a digest holds something else: those of before are made anew."""
MAX_CALLS = 5_000
"""Initcalls of one boot that are kept: the longest, where there are more."""
MAX_NAME = 200


class Told(NamedTuple):
    """What a rule said; ``order`` are the two subjects of an order, as they came."""

    rule: str
    title: str
    severity: Severity
    counts: bool
    outcome: Outcome
    signature: str
    order: tuple[str, ...]

    @property
    def failed(self) -> bool:
        """Whether it surely did not hold, or could not be judged for a fault of the rule."""
        return self.outcome in ("fail", "error")

    @property
    def held(self) -> bool:
        """Whether it surely held, if only by luck."""
        return self.outcome in ("pass", "fragile")


class Digest(NamedTuple):
    """Findings and durations of one boot.

    ``calls`` are the initcalls in the order of their calling, each as ``function``,
    ``function [module]`` or ``function (2)`` for the second call of it; ``took_us`` is how
    long each took, by its two stamps, else by the kernel's word; None where it did not
    return. ``threaded`` are the places in ``calls`` of those that ran on a thread of their
    own, where order is chance. ``left_out`` is how many shorter ones were left out.
    """

    findings: tuple[Told, ...]
    calls: tuple[str, ...]
    took_us: tuple[int | None, ...]
    threaded: tuple[int, ...]
    left_out: int

    def to_bytes(self) -> bytes:
        """As compact JSON."""
        calls = "\n".join(self.calls)
        data = [self.findings, calls, self.took_us, self.threaded, self.left_out]
        return json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()

    @classmethod
    def from_bytes(cls, data: bytes) -> "Digest":
        """Read what ``to_bytes`` wrote."""
        findings, calls, took_us, threaded, left_out = json.loads(data)
        return cls(
            tuple(Told._make([*said, tuple(order)]) for *said, order in findings),
            tuple(calls.split("\n")) if calls else (),
            tuple(took_us),
            tuple(threaded),
            left_out,
        )


def digest_of(report: Report) -> Digest:
    """What the history needs of a report."""
    calls: Sequence[Initcall] = [
        call for call in report.initcalls if call.line_called is not None
    ]  # of an orphan the place in the order is not known
    left_out = max(len(calls) - MAX_CALLS, 0)
    if left_out:
        longest = sorted(range(len(calls)), key=lambda place: -(duration_us(calls[place]) or 0))
        calls = [calls[place] for place in sorted(longest[:MAX_CALLS])]
    return Digest(
        findings=tuple(_told(found) for found in report.findings),
        calls=tuple(call_name(call) for call in calls),
        took_us=tuple(duration_us(call) for call in calls),
        threaded=tuple(
            place for place, call in enumerate(calls) if call.thread not in MAIN_THREADS
        ),
        left_out=left_out,
    )


def call_name(call: Initcall) -> str:
    """An initcall's identity in one line."""
    name = shortened(call.function, MAX_NAME)
    if call.module:
        name += f" [{shortened(call.module, MAX_NAME)}]"
    name = name.replace("\n", " ")
    return f"{name} ({call.occurrence})" if call.occurrence > 1 else name


def _told(found: Finding) -> Told:
    ends = [one for one in found.subjects if one.role != "subject" and one.line is not None]
    ends.sort(key=lambda one: one.line or 0)
    return Told(
        found.rule, found.title, found.severity, found.counts, found.outcome, found.signature,
        tuple(shortened(one.name, MAX_NAME) for one in ends),
    )  # fmt: skip
