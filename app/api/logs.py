"""/api/v1/logs: upload, report, raw, delete."""

from collections.abc import Iterable
from typing import Annotated

from fastapi import APIRouter, Header, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import PlainTextResponse, Response

from app.api.answers import JSON, Answers, Uploaded, UploadedArchive
from app.batch import Batch, submit_all
from app.errors import Forbidden
from app.report import Report
from app.reporters import REPORTERS
from app.service import Submission
from app.web.accept import preferred
from app.web.fresh import FOR_EVER, freshness, not_changed, version_of
from app.web.packs import PART
from app.web.problems import RESPONSES
from app.web.uploads import LABEL, InFraming, InService, InView, View, permalink, read_upload

router = APIRouter(prefix="/api/v1", tags=["logs"])
NAME = Query("log", max_length=200, description="What to call the log, usually its file name")
_BY_TYPE = {REPORTERS[name].media_type.partition(";")[0]: name
            for name in ("sarif", "csv", "markdown", "text", "json")}  # fmt: skip
"""What Accept asks for; where several outputs have one media type, the plainest."""
_ANSWERS = [name for name, reporter in REPORTERS.items() if reporter.joins]
FORMAT = Query(
    None, alias="format", pattern=f"^({'|'.join(REPORTERS)})$",
    description="Over Accept; docs/outputs.md tells each",
)  # fmt: skip
ANSWER = Query(None, alias="format", pattern=f"^({'|'.join(_ANSWERS)})$", description="Over Accept")

_LABEL = "key=value, such as branch=main; may come several times"
LABELS = Query([], alias=LABEL, description=_LABEL, examples=[["branch=main", "machine=rk3588"]])

_FILE = {"type": "string", "format": "binary"}
_BODY = {
    "requestBody": {
        "required": True,
        "content": {
            "application/octet-stream": {
                "schema": _FILE,
                "example": "[    1.579198] calling  ffa_init+0x0/0x820 @ 1",
            },
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["log"],
                    "properties": {
                        "log": _FILE | {"description": "A log, or a zip or tar of logs"},
                        "symbols": _FILE
                        | {"description": "System.map, kallsyms, nm listing, vmlinux"},
                        "trace": _FILE | {"description": "ftrace text of the same boot"},
                        PART: {"type": "array", "items": _FILE}
                        | {"description": "Rule files of your own, for this answer alone"},
                        LABEL: {"type": "array", "items": {"type": "string"}}
                        | {"description": _LABEL},
                    },
                }
            },
        },
    }
}

_OWN_RULES = "Judged by your own rules, too. They are not kept: the link shows the rest."
_REPORT_EXAMPLE = {
    "schema": "bootscope.report/1",
    "id": "d5g6heifnmbl7zgf7aov3nd7e5",
    "packs": [{"name": "ffa-pkvm", "version": "1.0.0"}],
    "verdict": "fail",
    "headline": "FF-A came up 306 ms before pKVM traps SMCs",
    "findings": [
        {
            "rule": "FFA001",
            "outcome": "fail",
            "severity": "error",
            "basis": "link_order",
            "level_source": "inferred",
            "gap_us": -306263,
            "evidence": [
                {
                    "line": 602,
                    "time_us": 1585658,
                    "text": "[    1.585658] ARM FF-A: Driver version 1.1",
                }
            ],
            "signature": "FFA001:fail:kvm_arm_init:ffa.up",
        }
    ],
}


@router.post(
    "/logs",
    status_code=201,
    response_model=Uploaded | UploadedArchive,
    responses={
        200: {"model": Uploaded | UploadedArchive, "description": "All of it was known already"},
        **{status: RESPONSES[status] for status in (413, 415, 422)},
    },
    openapi_extra=_BODY,
    summary="Upload a log, or several, and get the verdict",
)
async def upload(
    request: Request,
    service: InService,
    framing: InFraming,
    name: str = NAME,
    wanted: str | None = ANSWER,
    label: list[str] = LABELS,
) -> Response:
    """The body is the log (``curl --data-binary @dmesg.txt``), or multipart with a
    file ``log`` and, where there are any, the build's ``symbols`` and a ``trace`` of the
    same boot. The same bytes give the same id, with 200 instead of 201.

    A zip or tar of several logs, packed or not, answers with a list: each log is kept
    and judged by itself, also where another cannot be read. A System.map or a trace in
    it is used where there is one log that it can belong to.

    Files ``pack`` of the form are rules of your own (what ``/rules/lint`` takes, waivers
    apart): this answer's verdict, findings and ``exit_code`` are by them, too. They are
    not kept, and what the permalink shows is judged by the shipped packs alone.

    A ``label`` says what was booted: ``machine``, ``kernel``, ``branch``, ``config``,
    ``commit``, ``job_url``, or a key of your own. Labels belong to this upload, and go with it.
    """
    given, sent, labels = await read_upload(request, name, label)

    def submit() -> Submission | Batch:
        guests = [sent.load(beside_shipped=True)] if sent is not None else []
        return submit_all(service, given, framing, guests, labels)

    def answer() -> Response:
        done = submit()
        return answers.archive(done) if isinstance(done, Batch) else answers.log(done)

    output = wanted or _asked(request, _ANSWERS)
    answers = Answers(request, service, View(framing=framing), output, _OWN_RULES if sent else "")
    return await run_in_threadpool(answer)


def _asked(request: Request, names: Iterable[str]) -> str:
    """The output that Accept would rather have, of those named; JSON unless it says more."""
    offered = [kind for kind, name in reversed(_BY_TYPE.items()) if name in {*names}]
    return _BY_TYPE[preferred(request.headers.get("accept", ""), offered)]


@router.get(
    "/logs/{identity}",
    response_model=Report,
    responses={
        200: {
            "description": "Schema bootscope.report/1, or another output",
            "content": {
                "application/json": {"example": _REPORT_EXAMPLE},
                "text/plain": {"example": "FAIL: FF-A came up 306 ms before pKVM traps SMCs\n"},
                "text/markdown": {"example": "**Fails**: FF-A came up 306 ms before pKVM\n"},
                "application/sarif+json": {"example": {"version": "2.1.0", "runs": []}},
                "text/csv": {"example": "index,function,module,occurrence,state\r\n"},
            },
        },
        304: {"description": "Not changed"},
        404: RESPONSES[404],
        422: RESPONSES[422],
    },
    summary="The report on a log",
)
def report(
    request: Request,
    service: InService,
    identity: str,
    view: InView,
    wanted: str | None = FORMAT,
) -> Response:
    """Schema ``bootscope.report/1``; by ``Accept`` plain text, Markdown, CSV or SARIF; by
    ``?format=`` any output: chrome-trace is JSON that Perfetto opens, mail is short text of
    72 columns with the subjects drawn; junit, sarif, ktap, github and gitlab are for
    continuous integration, badge is a picture, prometheus are metrics.

    Of a capture with several boots it is the one with the worst verdict, unless
    ``boot`` asks for another. ``framing`` reads the log as that framing instead of the
    detected one; the report's ``capture.framing_guesses`` are what detection found.
    """
    output = wanted or _asked(request, _BY_TYPE.values())
    reporter = REPORTERS[output]
    headers = freshness(request, version_of(request, service, identity, view), output)
    headers["Vary"] = "Accept"
    if known := not_changed(request, headers):
        return known
    if view == View() and output == "json":
        return Response(service.report_json(identity), media_type=JSON, headers=headers)
    found = service.report(identity, view.index, view.framing)
    if output == "json":
        return Response(found.to_json(), media_type=JSON, headers=headers)
    if reporter.attached:
        boot = f"-boot{view.boot}" if view.boot else ""
        name = f"bootscope-{identity[:8]}{boot}.{reporter.suffix}"
        headers["Content-Disposition"] = f'attachment; filename="{name}"'
    if reporter.media_type == "image/svg+xml":
        headers |= PICTURE
    body = reporter(found, permalink(request, service, identity, view))
    return Response(body, media_type=reporter.media_type, headers=headers)


@router.get(
    "/logs/{identity}/raw",
    response_class=Response,
    responses={
        404: RESPONSES[404],
        200: {"content": {"text/plain": {}, "application/octet-stream": {}}},
    },
    summary="The log as it was uploaded",
)
def raw(service: InService, identity: str) -> Response:
    """Byte for byte; packed logs are sent as a file to save."""
    data = service.raw(identity)
    headers = {"Cache-Control": FOR_EVER, "Content-Security-Policy": _SANDBOX}
    if b"\x00" in data[:4096] or not _is_utf8(data[:4096]):
        headers["Content-Disposition"] = f'attachment; filename="{identity}.bin"'
        return Response(data, media_type="application/octet-stream", headers=headers)
    return Response(data, media_type="text/plain; charset=utf-8", headers=headers)


@router.get(
    "/logs/{identity}/lines",
    response_class=PlainTextResponse,
    responses={404: RESPONSES[404]},
    summary="The log's lines as text",
)
def lines(request: Request, service: InService, identity: str, framing: InFraming) -> Response:
    """Line n of this text is the line n that findings speak of: unpacked, decoded,
    without colours and carriage returns, and in the order of printing, where ``framing``
    (unless given, the report's) is of a source that does not keep it.
    """
    headers = freshness(
        request, version_of(request, service, identity, View(framing=framing)), "lines"
    )
    headers["Content-Security-Policy"] = _SANDBOX
    if known := not_changed(request, headers):
        return known
    return PlainTextResponse("\n".join(service.lines(identity, framing)), headers=headers)


PICTURE: dict[str, str] = {
    "Content-Security-Policy": "default-src 'none'; sandbox",
    # Whoever has the link may show the badge where they speak of it.
    "Cross-Origin-Resource-Policy": "cross-origin",
}
_SANDBOX = "sandbox; default-src 'none'"


def _is_utf8(sample: bytes) -> bool:
    try:
        sample.decode("utf-8")
    except UnicodeDecodeError as error:
        return error.start > len(sample) - 4
    return True


@router.delete(
    "/logs/{identity}",
    status_code=204,
    responses={403: {"description": "Not this log's deletion token"}, 404: RESPONSES[404]},
    summary="Take an upload back",
)
def remove(
    service: InService,
    identity: str,
    authorization: Annotated[str, Header(description="Bearer and the deletion token")] = "",
) -> Response:
    """The log goes with the last of its uploads."""
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        service.row(identity)
        raise Forbidden(
            "Deleting needs the deletion token that the upload's answer gave.",
            hint="Send it as 'Authorization: Bearer TOKEN'.",
        )
    service.delete(identity, token.strip())
    return Response(status_code=204)
