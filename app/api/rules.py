"""POST /api/v1/rules/...: rules that are sent are looked over, run, and asked of a log."""

from typing import Any

from fastapi import APIRouter, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import PlainTextResponse, Response
from pydantic import BaseModel, ConfigDict

from app.api.answers import JSON, TEXT_OR_JSON, wants_text
from app.report import PackVersion, Policy, Report, Verdict, exit_code
from app.reporters.text import render_text
from app.rules.examples import Tried, try_examples
from app.rules.finding import Evidence, Finding, Outcome, Severity, Status
from app.rules.lint import look_over
from app.rules.model import Pack, Rule
from app.rules.reading import read_given
from app.web.packs import BODY, InPack, SentPack
from app.web.problems import RESPONSES
from app.web.uploads import InService, InView, permalink

router = APIRouter(prefix="/api/v1", tags=["rules"])
_LINES: list[Any] = [
    {"line": 602, "time_us": 1585658, "text": "[    1.585658] ARM FF-A: Driver version 1.1"}
]
_REFUSED: dict[int | str, dict[str, Any]] = {status: RESPONSES[status] for status in (413, 422)}


class RuleFault(BaseModel):
    """What is wrong with a rule file, at its place (from 1), and what to write instead."""

    file: str
    line: int
    column: int
    text: str


class RuleBrief(BaseModel):
    """A rule that could be read."""

    id: str
    name: str
    title: str
    severity: Severity
    status: Status
    kind: str
    examples: int


class Looked(BaseModel):
    """Every problem of what was sent; ``ok`` where there is none."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "ok": False,
                "pack": {"name": "user", "version": "0.0.0"},
                "rules": [],
                "waivers": 0,
                "problems": [
                    {
                        "file": "rule.yaml",
                        "line": 11,
                        "column": 3,
                        "text": "'check.than' is not a known key here; did you mean 'then'?",
                    }
                ],
            }
        }
    )

    ok: bool
    pack: PackVersion
    rules: list[RuleBrief]
    waivers: int
    problems: list[RuleFault]


class TriedExample(BaseModel):
    """An example of a rule, run: what it came to, and in what it is not as expected."""

    rule: str
    name: str
    expect: Outcome
    ok: bool
    outcome: Outcome | None
    message: str
    evidence: tuple[Evidence, ...]
    problems: tuple[str, ...]


WHOLE = Query(False, alias="report", description="Give the whole report, too")
_EXAMPLE: dict[str, Any] = {
    "rule": "MY001",
    "name": "the fault",
    "expect": "fail",
    "ok": True,
    "outcome": "fail",
    "message": "late_trace_init() came 1.5 s before the end of misc_init().",
    "evidence": [
        {"line": 2, "time_us": 1000000, "text": "[    1.000000] calling  late_trace_init+0x0/0x10"}
    ],
    "problems": [],
}


class TriedExamples(BaseModel):
    """All examples; ``ok`` where each is as expected."""

    model_config = ConfigDict(json_schema_extra={"example": {"ok": True, "examples": [_EXAMPLE]}})

    ok: bool
    examples: list[TriedExample]


class TriedOnLog(BaseModel):
    """What the rules that were sent say of a log, alone. Nothing of it is kept.

    ``boot`` counts from 1. ``verdict`` and ``exit_code`` are of these rules only, and
    those of status draft or preview count in neither.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "id": "vtgtdhzdkhj2ywhcrkkmgv7hly",
                "url": "http://127.0.0.1:8000/l/vtgtdhzdkhj2ywhcrkkmgv7hly",
                "boot": 1,
                "packs": [{"name": "user", "version": "0.0.0"}],
                "verdict": "fail",
                "headline": "ffa.up came 306 ms before the end of kvm_arm_init()",
                "exit_code": 1,
                "findings": [{"rule": "MY001", "outcome": "fail", "evidence": _LINES}],
                "examples": [_EXAMPLE],
            }
        }
    )

    id: str
    url: str
    boot: int
    packs: tuple[PackVersion, ...]
    verdict: Verdict
    headline: str
    exit_code: int
    findings: tuple[Finding, ...]
    examples: list[TriedExample]
    report: Report | None = None


def tried_example(tried: Tried) -> TriedExample:
    """An example as the API tells it."""
    found = tried.finding
    return TriedExample(
        rule=tried.rule.id,
        name=tried.example.name,
        expect=tried.example.expect,
        ok=not tried.problems,
        outcome=found.outcome if found else None,
        message=found.message if found else "",
        evidence=found.evidence if found else (),
        problems=tried.problems,
    )


def look(sent: SentPack) -> Looked:
    """Every problem of what was sent, and what could be read of it."""
    read = read_given(sent.given)
    linted = look_over([read])
    header = read.header
    problems = [
        RuleFault(file=one.file, line=one.line, column=one.column, text=one.text)
        for one in linted.problems
    ]
    return Looked(
        ok=not problems,
        pack=PackVersion(name=header.pack, version=header.version),
        rules=[_brief(rule) for rule in read.rules],
        waivers=len(read.waivers),
        problems=problems,
    )


def _brief(rule: Rule) -> RuleBrief:
    return RuleBrief(
        id=rule.id, name=rule.name, title=rule.title, severity=rule.severity,
        status=rule.status, kind=rule.check.kind, examples=len(rule.examples),
    )  # fmt: skip


def _examples(pack: Pack) -> list[TriedExample]:
    return [tried_example(one) for one in try_examples(pack)]


@router.post(
    "/rules/lint",
    response_model=Looked,
    responses=_REFUSED,
    openapi_extra=BODY,
    summary="Look rules over: every problem, at its line and column",
)
async def lint(sent: InPack) -> Looked:
    """The body is one rule file (``curl --data-binary @MY001.yaml``), or multipart with
    any number of files ``pack``: rules, and the ``pack.yaml`` and ``waivers.yaml`` of
    their folder. The answer is 200 whether or not there are problems; nothing is kept.
    """
    return await run_in_threadpool(look, sent)


@router.post(
    "/rules/test",
    response_model=TriedExamples,
    responses=_REFUSED,
    openapi_extra=BODY,
    summary="Run the examples of rules",
)
async def test(sent: InPack) -> TriedExamples:
    """As ``bootscope rules test`` does. Takes what ``lint`` takes; a rule file with
    problems is refused with 422, and ``problems`` has them all.
    """

    def run() -> TriedExamples:
        examples = _examples(sent.load())
        return TriedExamples(ok=all(one.ok for one in examples), examples=examples)

    return await run_in_threadpool(run)


@router.post(
    "/logs/{identity}/judge",
    response_model=TriedOnLog,
    responses={
        200: {"content": {"text/plain": {"example": "FAIL: ffa.up came 306 ms before ...\n"}}},
        404: RESPONSES[404],
        **_REFUSED,
    },
    openapi_extra=BODY,
    summary="Ask rules of a log that is kept",
)
async def judge(
    request: Request,
    service: InService,
    identity: str,
    view: InView,
    sent: InPack,
    wanted: str | None = TEXT_OR_JSON,
    whole: bool = WHOLE,
) -> Response:
    """Takes what ``lint`` takes, waivers apart. The boot is the one that the log's page
    shows, or ``boot``. The answer has each rule's finding and its examples' outcomes,
    or is the text of the report by ``Accept`` or ``?format=text``. Nothing is kept: the
    log's own report and page stay as they are.
    """

    def run() -> Response:
        pack = sent.load()
        report = service.try_pack(identity, pack, view.index, view.framing)
        url = permalink(request, service, identity, view)
        if wants_text(request, wanted):
            return PlainTextResponse(render_text(report, url))
        answer = TriedOnLog(
            id=identity,
            url=url,
            boot=report.capture.boot_index + 1,
            packs=report.packs,
            verdict=report.verdict,
            headline=report.headline,
            exit_code=exit_code(report, Policy()),
            findings=report.findings,
            examples=_examples(pack),
            report=report if whole else None,
        )
        return Response(answer.model_dump_json(indent=1, by_alias=True) + "\n", media_type=JSON)

    return await run_in_threadpool(run)
