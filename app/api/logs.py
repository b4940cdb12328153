"""/api/v1/logs: upload, report, raw, delete."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import PlainTextResponse, Response
from starlette.exceptions import HTTPException

from app.api.answers import JSON, Answers, Gate, Uploaded, UploadedArchive, plain_gate
from app.api.since import (
    BASELINE,
    GatedReport,
    SinceBaseline,
    read_spec,
    sentence,
    since_of,
)
from app.baselines import Spec, find_baseline, since
from app.batch import Batch, submit_all
from app.errors import BadBaseline, Forbidden, NotFound
from app.report import Policy, Report
from app.reporters import REPORTERS
from app.reporters.submitter import BUILD_ID, MAX_ID, ORIGIN, Submitter
from app.rules.model import Pack
from app.service import Service, Submission, no_such_grant
from app.store.tokens import Token
from app.web.accept import preferred
from app.web.access import Access, token_of
from app.web.fetched import FromUrl
from app.web.fresh import FOR_EVER, freshness, not_changed, version_of
from app.web.openapi import ACCESS, DELETION
from app.web.packs import PART
from app.web.problems import RESPONSES
from app.web.ranges import ranged
from app.web.uploads import (
    LABEL,
    InFraming,
    InService,
    InView,
    View,
    permalink,
    read_upload,
    server,
)
from app.webhooks import Notifier

router = APIRouter(prefix="/api/v1", tags=["logs"])
NAME = Query("log", max_length=200, description="What to call the log, usually its file name")
_BY_TYPE = {REPORTERS[name].media_type.partition(";")[0]: name
            for name in ("sarif", "csv", "markdown", "text", "json")}  # fmt: skip
"""What Accept asks for; where several outputs have one media type, the plainest."""
_ANSWERS = [name for name, reporter in REPORTERS.items() if reporter.joins]


def _types(names: Iterable[str]) -> dict[str, dict[str, Any]]:
    """The media types of some outputs, for OpenAPI."""
    return {REPORTERS[name].media_type.partition(";")[0]: {} for name in names}


FORMAT = Query(
    None, alias="format", pattern=f"^({'|'.join(REPORTERS)})$",
    description="Over Accept; docs/outputs.md tells each",
)  # fmt: skip
ANSWER = Query(None, alias="format", pattern=f"^({'|'.join(_ANSWERS)})$", description="Over Accept")

KCIDB_ORIGIN = Query(
    "bootscope", max_length=MAX_ID, pattern=ORIGIN,
    description="Of format=kcidb: the CI system that submits",
)  # fmt: skip
KCIDB_BUILD_ID = Query(
    None, max_length=MAX_ID, pattern=BUILD_ID,
    description="Of format=kcidb, which needs it: KCIDB's id of the build that was booted",
)  # fmt: skip
_LABEL = "key=value, such as branch=main; may come several times"
LABELS = Query([], alias=LABEL, description=_LABEL, examples=[["branch=main", "machine=rk3588"]])

FROM = Query(1, alias="from", ge=1, le=10**9, description="The first line shown, from 1")
TO = Query(None, alias="to", ge=1, le=10**9, description="The last line shown; else the log's")
_FILE = {"type": "string", "format": "binary"}
_RAW = {"schema": _FILE}
_BODY = {
    "requestBody": {
        "required": True,
        "content": {
            "application/octet-stream": {
                "schema": _FILE,
                "example": "[    1.579198] calling  ffa_init+0x0/0x820 @ 1",
            },
            "application/json": {
                "schema": FromUrl.model_json_schema(),
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
        200: {
            "model": Uploaded | UploadedArchive,
            "description": "All of it was known already",
            "content": _types(_ANSWERS),
        },
        201: {"content": _types(_ANSWERS)},
        **{status: RESPONSES[status] for status in (403, 413, 415, 422, 502, 504)},
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
    baseline: str | None = BASELINE,
) -> Response:
    """The body is the log (``curl --data-binary @dmesg.txt``), or multipart with a
    file ``log`` and, where there are any, the build's ``symbols`` and a ``trace`` of the
    same boot. The same bytes give the same id, with 200 instead of 201.

    A body ``{"url": ...}`` of type application/json has the log fetched, where the server's
    setting BOOTSCOPE_FETCH_HOSTS names its host.

    A zip or tar of several logs, packed or not, answers with a list: each log is kept
    and judged by itself, also where another cannot be read. A System.map or a trace in
    it is used where there is one log that it can belong to.

    Files ``pack`` of the form are rules of your own (what ``/rules/lint`` takes, waivers
    apart): this answer's verdict, findings and ``exit_code`` are by them, too. They are
    not kept, and what the permalink shows is judged by the shipped packs alone.

    A ``label`` says what was booted: ``machine``, ``kernel``, ``branch``, ``config``,
    ``commit``, ``job_url``, or a key of your own. Labels belong to this upload, and go with it.

    With a ``baseline`` the answer tells what is new, known and fixed since, and what moved,
    and ``exit_code`` closes for new findings alone. docs/api.md has the details.
    """
    spec, started = read_spec(request, baseline), datetime.now(UTC)
    given, sent, labels = await read_upload(request, name, label)

    view, output = View(framing=framing), wanted or _asked(request, _ANSWERS)
    notifier: Notifier = request.app.state.notifier

    def answer() -> Response:
        guests = [sent.load(beside_shipped=True)] if sent is not None else []
        done = submit_all(service, given, framing, guests, labels)
        for _, one in done.kept if isinstance(done, Batch) else [(name, done)]:
            if one.created:
                notifier.uploaded(one.report.id, one.labels, server(request, service))
        gate: Gate = plain_gate
        if spec is not None:
            gate = _gate(request, service, spec, view, guests, started)
        answers = Answers(request, service, view, output, _OWN_RULES if sent else "", gate)
        return answers.archive(done) if isinstance(done, Batch) else answers.log(done)

    return await run_in_threadpool(answer)


def _gate(
    request: Request, service: Service, spec: Spec, view: View, guests: list[Pack],
    started: datetime,
) -> Gate:  # fmt: skip
    """Against the baseline; logs that came with this upload are none."""

    def gate(done: Submission) -> tuple[int, SinceBaseline | None]:
        identity = done.report.id
        found = find_baseline(service, spec, identity, done.labels, before=started, guests=guests)
        told = since(found, done.report, Policy())
        return told.exit_code, since_of(request, service, told, identity, view)

    return gate


def _asked(request: Request, names: Iterable[str]) -> str:
    """The output that Accept would rather have, of those named; JSON unless it says more."""
    offered = [kind for kind, name in reversed(_BY_TYPE.items()) if name in {*names}]
    return _BY_TYPE[preferred(request.headers.get("accept", ""), offered)]


@router.get(
    "/logs/{identity}",
    response_model=Report | GatedReport,
    responses={
        200: {
            "description": "Schema bootscope.report/1, or another output; with a baseline the"
            " report has exit_code and baseline, too",
            "content": _types(REPORTERS)
            | {
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
    baseline: str | None = BASELINE,
    kcidb_origin: str = KCIDB_ORIGIN,
    kcidb_build_id: str | None = KCIDB_BUILD_ID,
) -> Response:
    """Schema ``bootscope.report/1``; by ``Accept`` plain text, Markdown, CSV or SARIF; by
    ``?format=`` any output: chrome-trace is JSON that Perfetto opens, mail is short text of
    72 columns with the subjects drawn; junit, sarif, ktap, github, gitlab and kcidb are for
    continuous integration, badge is a picture, prometheus are metrics.

    Of a capture with several boots it is the one with the worst verdict, unless
    ``boot`` asks for another. ``framing`` reads the log as that framing instead of the
    detected one; the report's ``capture.framing_guesses`` are what detection found.

    With a ``baseline``, JSON has ``exit_code`` and ``baseline`` besides, as the answer to an
    upload has them; text and Markdown end in a line that says it.
    """
    output = wanted or _asked(request, _BY_TYPE.values())
    if spec := read_spec(request, baseline):
        return _against(request, service, spec, identity, view, output)
    reporter = REPORTERS[output]
    submitter, shown = Submitter(kcidb_origin, kcidb_build_id), output
    if reporter.submitted:
        shown += f" {submitter.origin} {submitter.build}"
    headers = freshness(request, version_of(request, service, identity, view), shown)
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
    link = permalink(request, service, identity, view)
    body = reporter(found, link, submitter=submitter)
    return Response(body, media_type=reporter.media_type, headers=headers)


def _against(
    request: Request, service: Service, spec: Spec, identity: str, view: View, output: str
) -> Response:
    """The report against a baseline. Raises BadBaseline where the output has no room for it."""
    reporter = REPORTERS[output]
    if not reporter.joins:
        raise BadBaseline(
            f"The output {output} has no place for a baseline.",
            hint="Ask for json, text, mail, markdown or github.",
        )
    found = find_baseline(service, spec, identity, service.past.labels_of(identity))
    report = service.report(identity, view.index, view.framing)
    told = since(found, report, Policy())
    said = since_of(request, service, told, identity, view)
    headers = {"Cache-Control": "no-cache", "Vary": "Accept"}
    if output == "json":
        more = GatedReport(exit_code=told.exit_code, baseline=said).model_dump_json()
        body = f"{report.to_json().rstrip().removesuffix('}')},{more.removeprefix('{')}"
    else:
        link = permalink(request, service, identity, view)
        body = f"{reporter(report, link)}{reporter.said(sentence(said))}\n"
    return Response(body, media_type=reporter.media_type, headers=headers)


@router.get(
    "/logs/{identity}/raw",
    response_class=Response,
    responses={
        200: {"content": {"text/plain": _RAW, "application/octet-stream": _RAW}},
        206: {"description": "The range asked for", "content": {"text/plain": _RAW}},
        304: {"description": "Not changed"},
        **{status: RESPONSES[status] for status in (404, 416, 422)},
    },
    summary="The log as it was uploaded",
)
def raw(request: Request, service: InService, identity: str) -> Response:
    """Byte for byte; packed logs are sent as a file to save. ``Range: bytes=0-4095`` asks for
    a part; of several ranges in one request all of the log is sent.
    """
    headers = {
        "ETag": f'"{service.row(identity).log_sha256[:32]}"',
        "Cache-Control": FOR_EVER,
        "Content-Security-Policy": _SANDBOX,
    }
    if known := not_changed(request, headers):
        return known
    data = service.raw(identity)
    if b"\x00" in data[:4096] or not _is_utf8(data[:4096]):
        headers["Content-Disposition"] = f'attachment; filename="{identity}.bin"'
        return ranged(request, data, headers, "application/octet-stream")
    return ranged(request, data, headers, "text/plain; charset=utf-8")


@router.get(
    "/logs/{identity}/lines",
    response_class=PlainTextResponse,
    responses={
        200: {
            "content": {"text/plain": {"example": "[    1.585658] ARM FF-A: Driver version 1.1"}}
        },
        304: {"description": "Not changed"},
        **{status: RESPONSES[status] for status in (404, 422)},
    },
    summary="The log's lines as text",
)
def lines(
    request: Request,
    service: InService,
    identity: str,
    framing: InFraming,
    first: int = FROM,
    last: int | None = TO,
) -> Response:
    """Line n of this text is the line n that findings speak of: unpacked, decoded,
    without colours and carriage returns, and in the order of printing, where ``framing``
    (unless given, the report's) is of a source that does not keep it. ``from`` and ``to``
    are such numbers, both of them shown.
    """
    version = version_of(request, service, identity, View(framing=framing))
    headers = freshness(request, version, f"lines {first} {last}")
    headers["Content-Security-Policy"] = _SANDBOX
    if known := not_changed(request, headers):
        return known
    found = service.lines(identity, framing)
    if first > max(len(found), 1):
        raise NotFound(f"The log has no line {first:,}.", hint=f"Its last is {len(found):,}.")
    if last is not None and last < first:
        raise HTTPException(422, f"Line {last:,} is before line {first:,}.")
    return PlainTextResponse("\n".join(found[first - 1 : last]), headers=headers)


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
    responses={status: RESPONSES[status] for status in (403, 404, 422)},
    openapi_extra={"security": [{DELETION: []}, {ACCESS: []}]},
    summary="Take an upload back",
)
def remove(request: Request, service: InService, identity: str) -> Response:
    """By the deletion token that the upload's answer gave: the log goes with the last of its
    uploads. By an access token of scope ``delete``: all its uploads go, whoever sent them.
    """
    holder: Token | None = request.state.holder
    access: Access = request.app.state.access
    if holder is not None:
        access.require("delete", request.url.path, request.headers, holder)
        service.delete_for_all(identity)
        return Response(status_code=204)
    token = token_of(request.headers)
    try:
        service.row(identity)
        if token:
            service.delete(identity, token)
            return Response(status_code=204)
    except NotFound:
        if access.access != "all":
            raise
        # Who may not read here is not told either which logs there are.
        if token:
            raise no_such_grant() from None
    raise Forbidden(
        "Deleting needs the deletion token that the upload's answer gave.",
        hint="Send it as 'Authorization: Bearer TOKEN'.",
    )
