"""The page to write a rule on: looked over as it is typed, tried on a log, kept nowhere."""

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response

from app.errors import NotFound, Problem, RuleFileError
from app.pages.views import render
from app.report import Report
from app.rules.examples import Tried, try_examples
from app.rules.loader import DEFAULT_PACKS
from app.rules.skeleton import KINDS, skeleton
from app.service import Service
from app.web.packs import SentPack, read_form
from app.web.uploads import InService, InView, View

router = APIRouter(include_in_schema=False)
ADDRESS = "/rules/new"
_ID = "MY001"
LOG = Query("", max_length=64, description="The log to try it on")


@dataclass(frozen=True, slots=True)
class AtHand:
    """The log that a rule is tried on, if any, and how it is looked at."""

    id: str
    name: str
    view: View

    @property
    def page(self) -> str:
        """The address of its own page."""
        return f"/l/{self.id}{self.view.query}"

    @property
    def query(self) -> str:
        """What this page's address asks with."""
        return f"?log={self.id}{self.view.query.replace('?', '&')}"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a rule came to: its problems, or what it says of a log and of its examples."""

    problems: tuple[Problem, ...] = ()
    rule: str = _ID
    report: Report | None = None
    examples: tuple[Tried, ...] = ()


def at_hand(service: InService, view: InView, log: str = LOG) -> AtHand | None:
    """The log that the address names. Raises NotFound where it is none."""
    return AtHand(log, service.row(log).name, view) if log else None


InHand = Annotated[AtHand | None, Depends(at_hand)]


@router.api_route(ADDRESS, methods=["GET", "HEAD"])
def begin(request: Request, service: InService, log: InHand, kind: str = "order") -> Response:
    """A first rule of a kind, to be edited."""
    if kind not in KINDS:
        raise NotFound(f"There is no kind '{kind}'.", hint=f"There are {', '.join(KINDS)}.")
    text = skeleton(_ID, kind)
    return render(request, "rule.html", _context(service, log, text, kind) | {"answer": None})


@router.post(ADDRESS)
async def answer(request: Request, service: InService, log: InHand) -> Response:
    """The rule as it was written, and what it came to."""
    sent, chosen = await read_form(request, "log")

    def run() -> Response:
        on = log if log is not None and log.id == chosen else at_hand(service, View(), chosen)
        came_to = _tried(service, sent, on)
        text = sent.given.files[0].data.decode("utf-8", "replace")
        context = _context(service, on or log, text, "")
        context |= {"answer": came_to, "on": on, "first_rule": came_to.rule}
        return render(request, "rule.html", context)

    return await run_in_threadpool(run)


def _tried(service: Service, sent: SentPack, on: AtHand | None) -> Answer:
    try:
        pack = sent.load()
    except RuleFileError as error:
        return Answer(tuple(error.problems))
    view = on.view if on is not None else View()
    report = service.try_pack(on.id, pack, view.index, view.framing) if on is not None else None
    return Answer((), pack.rules[0].id, report, tuple(try_examples(pack)))


def _context(service: Service, log: AtHand | None, text: str, kind: str) -> dict[str, Any]:
    """What the page shows beside an answer; ``kind`` is empty where it is no skeleton."""
    samples = [sample for sample in service.samples() if log is None or sample.id != log.id]
    return {
        "text": text,
        "kind": kind,
        "kinds": KINDS,
        "log": log,
        "on": log,
        "samples": samples,
        "query": log.query if log is not None else "",
        "first_rule": _ID,
        "packs": DEFAULT_PACKS,
    }
