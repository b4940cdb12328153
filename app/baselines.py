"""The boot that another one is compared with: one named by its id, or the last that passed."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from app.compare import Comparison, code_since, compare
from app.errors import BadBaseline, NotFound
from app.gate import code_of, code_of_all
from app.labels import Label, parse_labels
from app.report import Policy, Report, worst_code
from app.rules.model import Pack
from app.service import Service
from app.store.listing import Listed, LogQuery

LATEST = "latest:"
SAME = ("machine", "config")
"""What is the same of a branch's baseline as of the boot, unless the query says it."""
_CANDIDATES = 5
"""Boots that are judged again, at the most, to find one that still passes."""
_ID = re.compile(r"[a-z2-7]{26}")
_NEXT_LABEL = re.compile(r",(?=(?:label=)?[a-z][a-z0-9_.-]{0,39}=)")
_HINT = "A baseline is the id of a log, or latest:branch=main,machine=rk3588."


class Spec(NamedTuple):
    """What was asked for, as text and as what it means: an id, or else labels."""

    text: str
    id: str | None
    labels: tuple[Label, ...]


class Baseline(NamedTuple):
    """What was found: ``labels`` are those it was looked for by, ``why`` why there is none."""

    spec: Spec
    labels: tuple[Label, ...]
    report: Report | None = None
    created_at: datetime | None = None
    why: str = ""


class Since(NamedTuple):
    """A boot against its baseline. Without one there is no ``comparison``.

    ``note`` says what keeps the gate from looking at what is new alone.
    """

    baseline: Baseline
    comparison: Comparison | None
    exit_code: int
    note: str


def parse_spec(text: str) -> Spec:
    """Read ``ID``, ``latest:branch=main,machine=rk3588`` or ``latest:label=branch=main``.

    A comma before ``key=`` begins another label. Raises BadBaseline and BadLabel.
    """
    text = text.strip()
    if _ID.fullmatch(text):
        return Spec(text, text, ())
    if not text.startswith(LATEST):
        raise BadBaseline("That names no baseline.", hint=_HINT)
    parts = _NEXT_LABEL.split(text.removeprefix(LATEST))
    labels = parse_labels(_without_prefix(part) for part in parts if part)
    if not labels:
        raise BadBaseline("'latest:' needs a label.", hint=_HINT)
    return Spec(text, None, labels)


def _without_prefix(part: str) -> str:
    rest = part.removeprefix("label=")
    return rest if "=" in rest else part


def find_baseline(
    service: Service,
    spec: Spec,
    identity: str,
    labels: Sequence[Label],
    *,
    before: datetime | None = None,
    guests: Sequence[Pack] = (),
) -> Baseline:
    """The baseline of the log ``identity``, whose own ``labels`` are given.

    Of ``latest`` it is the newest log with the labels that passes, by today's rules, and
    was kept before this one, and before the instant ``before``. Where the query names a
    branch it has the log's own machine and config, too, unless it names others. Never is a
    log its own baseline. ``guests`` are packs that judge besides.
    """
    kept = _in_utc(service.row(identity).created_at)
    if spec.id is not None:
        return _named(service, spec, identity, guests)
    wanted = _wanted(spec, labels)
    until = min(kept, before) if before is not None else kept
    query = LogQuery(labels=wanted, verdicts=("pass",), before=until, limit=_CANDIDATES)
    for log in service.list_logs(query):
        report = None if log.id == identity else _still_passing(service, log)
        if report is not None:
            report = service.report(log.id, guests=guests) if guests else report
            return Baseline(spec, wanted, report, log.created_at)
    named = ", ".join(str(label) for label in wanted)
    return Baseline(spec, wanted, why=f"No earlier boot with {named} passes.")


def _wanted(spec: Spec, labels: Sequence[Label]) -> tuple[Label, ...]:
    named = {label.key for label in spec.labels}
    if "branch" not in named:
        return spec.labels
    own = [label for label in labels if label.key in SAME and label.key not in named]
    keys = [label.key for label in own]
    # One of several values is not known to be this boot's.
    return tuple(sorted((*spec.labels, *(one for one in own if keys.count(one.key) == 1))))


def _named(service: Service, spec: Spec, identity: str, guests: Sequence[Pack]) -> Baseline:
    if spec.id == identity:
        return Baseline(spec, (), why="A log is no baseline of itself.")
    try:
        report = _today(service, spec.text)
        created_at = _in_utc(service.row(spec.text).created_at)
    except NotFound:
        return Baseline(spec, (), why="There is no such log here (any more).")
    report = service.report(spec.text, guests=guests) if guests else report
    return Baseline(spec, (), report, created_at)


def _still_passing(service: Service, log: Listed) -> Report | None:
    try:
        report = _today(service, log.id)
    except NotFound:  # gone meanwhile
        return None
    return report if report.verdict == "pass" else None


def _today(service: Service, identity: str) -> Report:
    """A report by the rules in force: what one rule did not ask then is not new now."""
    report = service.report(identity)
    return report if service.judged_today(report) else service.judge_again(identity)


def since(baseline: Baseline, report: Report, policy: Policy) -> Since:
    """Compare, and gate on what is new. Without a baseline the gate is as without.

    One boot is compared, the one that the report shows; the others of its capture gate as
    they would without a baseline, so that none is hidden.
    """
    if baseline.report is None:
        usual = code_of_all(report, policy)
        return Since(baseline, None, usual, f"{baseline.why} So every finding counts as new.")
    done = compare(baseline.report, report)
    shown = report.capture.boot_index
    others = [code_of(boot.concerns, policy) for boot in report.boots if boot.index != shown]
    note = ""
    if any(others):
        note = "Another boot of this capture gates, too: it is not compared."
    code = code_since([baseline.report], report, policy)
    return Since(baseline, done, worst_code([code, *others]), note)


def _in_utc(instant: datetime) -> datetime:
    """SQLite keeps no zone; what is kept is UTC."""
    return instant if instant.tzinfo is not None else instant.replace(tzinfo=UTC)
