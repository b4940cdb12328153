"""What is said of a boot since its baseline, in the answers to uploads and with reports."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from fastapi import Query, Request
from pydantic import BaseModel, ConfigDict

from app.baselines import Since, Spec, parse_spec
from app.compare import Comparison, FindingChange, Move
from app.report import Verdict
from app.rules.finding import Outcome, Severity
from app.service import Service
from app.store.tokens import Token
from app.web.access import Access
from app.web.comparing import Sides, comparison_link
from app.web.listed import may_list
from app.web.uploads import View, permalink

MAX_MOVES = 50
BASELINE = Query(
    None, alias="baseline", max_length=5000,
    description="Gate on what is new since this boot: the id of a log, or"
    " latest:branch=main,machine=rk3588 for the newest log with these labels that passes",
)  # fmt: skip
_EXAMPLE: dict[str, Any] = {
    "asked": "latest:branch=main",
    "labels": ["branch=main", "machine=rk3588"],
    "found": True,
    "id": "vtgtdhzdkhj2ywhcrkkmgv7hly",
    "url": "http://127.0.0.1:8000/l/vtgtdhzdkhj2ywhcrkkmgv7hly",
    "name": "dmesg.txt",
    "verdict": "pass",
    "created_at": "2026-11-24T10:12:14.123456Z",
    "compare_url": "http://127.0.0.1:8000/compare/vtgtdhzdkhj2ywhcrkkmgv7hly/"
    "d5g6heifnmbl7zgf7aov3nd7e5",
    "headline": "New: FFA001; ffa_init moved across kvm_arm_init",
    "new": [
        {
            "rule": "FFA001",
            "signature": "FFA001:fail:kvm_arm_init:ffa.up",
            "outcome": "fail",
            "severity": "error",
            "counts": True,
            "message": "FF-A came up 306 ms before pKVM traps SMCs.",
        }
    ],
    "undecided": [],
    "known": [],
    "fixed": [],
    "moved": [{"function": "ffa_init", "passed": -89, "across": ["kvm_arm_init"]}],
    "moves": 1,
    "note": "",
}


class SinceFinding(BaseModel):
    """A finding by its signature; of one that is fixed, as the baseline had it."""

    rule: str
    signature: str
    outcome: Outcome
    severity: Severity
    counts: bool
    message: str


class Moved(BaseModel):
    """An initcall that moved: past how many others (positive: later), and across what."""

    function: str
    passed: int
    across: tuple[str, ...]


class SinceBaseline(BaseModel):
    """A boot against its baseline.

    ``labels`` are those that it was looked for by. Where none was found (``found``), all
    that names it is null, the lists are empty, ``note`` says so, and the gate is as without.
    ``new`` are findings whose signature the baseline does not have: they alone can close
    the gate; ``undecided`` could be told there and no longer can; ``known`` are in both,
    ``fixed`` hold now. ``moved`` are at most 50 of the ``moves`` initcalls that moved, those
    first that rules speak of.
    """

    model_config = ConfigDict(json_schema_extra={"example": _EXAMPLE})

    asked: str
    labels: list[str]
    found: bool
    id: str | None = None
    url: str | None = None
    name: str | None = None
    verdict: Verdict | None = None
    created_at: datetime | None = None
    compare_url: str | None = None
    headline: str | None = None
    new: list[SinceFinding] = []
    undecided: list[SinceFinding] = []
    known: list[SinceFinding] = []
    fixed: list[SinceFinding] = []
    moved: list[Moved] = []
    moves: int = 0
    note: str = ""


class GatedReport(BaseModel):
    """What a report has besides, where a baseline is asked for."""

    exit_code: int
    baseline: SinceBaseline


def read_spec(request: Request, text: str | None) -> Spec | None:
    """The baseline that an address asks for. Raises BadBaseline, BadLabel and NotListed.

    Looking for one by labels tells where a log is, so it goes where logs are listed; what
    it says of the baseline is read, and where reading needs a token, so does that: raises
    TokenNeeded and NotInScope.
    """
    if text is None:
        return None
    spec = parse_spec(text)
    access: Access = request.app.state.access
    if access.access == "all":
        holder: Token | None = request.state.holder
        access.require("read", request.url.path, request.headers, holder)
    if spec.id is None:
        may_list(request)
    return spec


def since_of(
    request: Request, service: Service, since: Since, identity: str, view: View
) -> SinceBaseline:
    """A comparison as an answer tells it, with links."""
    baseline, done = since.baseline, since.comparison
    said = SinceBaseline(
        asked=baseline.spec.text,
        labels=[str(label) for label in baseline.labels],
        found=baseline.report is not None,
        note=since.note,
    )
    if baseline.report is None or done is None:
        return said
    before = baseline.report
    sides = Sides(boot_b=view.boot)
    moves = [move for move in done.moves if not move.parallel]
    return said.model_copy(update={
        "id": before.id,
        "url": permalink(request, service, before.id, View()),
        "name": before.capture.name,
        "verdict": before.verdict,
        "created_at": baseline.created_at,
        "compare_url": comparison_link(request, service, before.id, identity, sides),
        "headline": done.headline,
        "new": _findings(done, "new", "changed"),
        "undecided": _findings(done, "undecided"),
        "known": _findings(done, "known"),
        "fixed": _findings(done, "fixed"),
        "moved": [_moved(move) for move in moves[:MAX_MOVES]],
        "moves": len(moves),
    })  # fmt: skip


def sentence(said: SinceBaseline) -> str:
    """The same in a line, for outputs in words."""
    if not said.found:
        return f"Baseline {said.asked}: {said.note}"
    parts = [
        f"{word} {', '.join(found.rule for found in getattr(said, word))}"
        for word in ("new", "undecided", "known", "fixed") if getattr(said, word)
    ]  # fmt: skip
    if said.moves:
        parts.append(f"{said.moves} initcall{'s' if said.moves > 1 else ''} moved")
    told = "; ".join(parts) or "no finding and no order differs"
    return " ".join(filter(None, (f"Since {said.url}: {told}. {said.compare_url}", said.note)))


def _findings(done: Comparison, *states: str) -> list[SinceFinding]:
    return [*_told(change for change in done.findings if change.state in states)]


def _told(changes: Iterable[FindingChange]) -> Iterable[SinceFinding]:
    for change in changes:
        said = change.before if change.state == "fixed" else change.after
        if said is not None:
            yield SinceFinding(
                rule=change.rule, signature=said.signature, outcome=said.outcome,
                severity=said.severity, counts=said.counts, message=said.message,
            )  # fmt: skip


def _moved(move: Move) -> Moved:
    return Moved(function=move.function, passed=move.passed, across=move.across)
