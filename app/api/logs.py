"""/api/v1/logs: upload, report, raw, delete."""

from typing import Annotated

from fastapi import APIRouter, Header, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import PlainTextResponse, Response
from pydantic import BaseModel, ConfigDict

from app.errors import Forbidden
from app.report import Policy, Report, Verdict, exit_code
from app.reporters.text import render_text
from app.rules.finding import Evidence, Outcome, Severity
from app.service import Service, Submission
from app.web.problems import RESPONSES
from app.web.uploads import BOOT, InService, permalink, read_upload, zero_based

router = APIRouter(prefix="/api/v1", tags=["logs"])
NAME = Query("log", max_length=200, description="What to call the log, usually its file name")
_JSON = "application/json"
FORMAT = Query(None, alias="format", pattern="^(json|text)$", description="Over Accept")


class Brief(BaseModel):
    """A finding, as short as a bot needs it."""

    rule: str
    outcome: Outcome
    severity: Severity
    counts: bool
    message: str
    evidence: tuple[Evidence, ...]
    signature: str


class Uploaded(BaseModel):
    """The answer to an upload: verdict and permalink, and the way to take it back."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "id": "vtgtdhzdkhj2ywhcrkkmgv7hly",
                "url": "http://127.0.0.1:8000/l/vtgtdhzdkhj2ywhcrkkmgv7hly",
                "verdict": "fail",
                "headline": "FF-A came up 306 ms before pKVM traps SMCs",
                "exit_code": 1,
                "created": True,
                "report_url": "http://127.0.0.1:8000/api/v1/logs/vtgtdhzdkhj2ywhcrkkmgv7hly",
                "raw_url": "http://127.0.0.1:8000/api/v1/logs/vtgtdhzdkhj2ywhcrkkmgv7hly/raw",
                "deletion_token": "shown once",
                "expires_at": None,
                "findings": [],
            }
        }
    )

    id: str
    url: str
    verdict: Verdict
    headline: str
    exit_code: int
    created: bool
    report_url: str
    raw_url: str
    deletion_token: str | None
    expires_at: str | None
    findings: list[Brief]


_BODY = {
    "requestBody": {
        "required": True,
        "content": {
            "application/octet-stream": {
                "schema": {"type": "string", "format": "binary"},
                "example": "[    1.579198] calling  ffa_init+0x0/0x820 @ 1",
            },
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["log"],
                    "properties": {
                        "log": {"type": "string", "format": "binary"},
                        "symbols": {"type": "string", "format": "binary"},
                    },
                }
            },
        },
    }
}

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
    response_model=Uploaded,
    responses={
        200: {"model": Uploaded, "description": "These bytes were known already"},
        **{status: RESPONSES[status] for status in (413, 415, 422)},
    },
    openapi_extra=_BODY,
    summary="Upload a log and get its verdict",
)
async def upload(
    request: Request, service: InService, name: str = NAME, wanted: str | None = FORMAT
) -> Response:
    """The body is the log (``curl --data-binary @dmesg.txt``), or multipart with a
    file ``log`` and, where there is one, the build's ``symbols``. The same bytes give
    the same id, with 200 instead of 201.
    """
    data, symbols, name = await read_upload(request, name)
    done = await run_in_threadpool(service.submit, data, name=name, symbols=symbols)
    return _answer(request, service, done, wanted)


def _answer(request: Request, service: Service, done: Submission, wanted: str | None) -> Response:
    report = done.report
    url = permalink(request, service, report.id)
    api = str(request.url_for("report", identity=report.id))
    status = 201 if done.created else 200
    headers = {"Location": api}
    if _wants_text(request, wanted):
        return PlainTextResponse(render_text(report, url), status, headers)
    answer = Uploaded(
        id=report.id,
        url=url,
        verdict=report.verdict,
        headline=report.headline,
        exit_code=exit_code(report, Policy()),
        created=done.created,
        report_url=api,
        raw_url=f"{api}/raw",
        deletion_token=done.deletion_token,
        expires_at=done.expires_at.isoformat() if done.expires_at else None,
        findings=[_brief(report, place) for place in range(len(report.findings))],
    )
    body = answer.model_dump_json(indent=1) + "\n"
    return Response(body, status, headers, media_type=_JSON)


def _brief(report: Report, place: int) -> Brief:
    found = report.findings[place]
    return Brief.model_validate({name: getattr(found, name) for name in Brief.model_fields})


def _wants_text(request: Request, wanted: str | None) -> bool:
    if wanted is not None:
        return wanted == "text"
    accept = request.headers.get("accept", "")
    return "text/plain" in accept and "application/json" not in accept


@router.get(
    "/logs/{identity}",
    response_model=Report,
    responses={
        200: {
            "description": "Schema bootscope.report/1, or text",
            "content": {
                "application/json": {"example": _REPORT_EXAMPLE},
                "text/plain": {"example": "FAIL: FF-A came up 306 ms before pKVM traps SMCs\n"},
            },
        },
        304: {"description": "Not changed"},
        404: RESPONSES[404],
    },
    summary="The report on a log",
)
def report(
    request: Request,
    service: InService,
    identity: str,
    wanted: str | None = FORMAT,
    boot: int | None = BOOT,
) -> Response:
    """Schema ``bootscope.report/1``, or plain text by ``Accept`` or ``?format=text``.

    Of a capture with several boots it is the one with the worst verdict, unless
    ``boot`` asks for another.
    """
    row = service.row(identity)
    text = _wants_text(request, wanted)
    etag = f'"{row.report_sha256[:32]}-{boot or 0}{"-text" if text else ""}"'
    headers = {"ETag": etag, "Cache-Control": "no-cache", "Vary": "Accept"}
    if etag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    if boot is None and not text:
        return Response(service.report_json(identity), media_type=_JSON, headers=headers)
    found = service.report(identity, zero_based(boot))
    if text:
        body = render_text(found, permalink(request, service, identity, boot))
        return PlainTextResponse(body, headers=headers)
    return Response(found.to_json(), media_type=_JSON, headers=headers)


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
    headers = {**FROZEN, "Content-Security-Policy": "sandbox; default-src 'none'"}
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
def lines(service: InService, identity: str) -> Response:
    """Line n of this text is the line n that findings speak of: unpacked, decoded,
    without colours and carriage returns.
    """
    headers = {**FROZEN, "Content-Security-Policy": "sandbox; default-src 'none'"}
    return PlainTextResponse("\n".join(service.lines(identity)), headers=headers)


FROZEN: dict[str, str] = {"Cache-Control": "private, max-age=31536000, immutable"}
"""For what is named by its content: it never changes, though it may be deleted."""


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
