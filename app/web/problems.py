"""Errors as RFC 9457 problem+json, and the one table of handlers."""

from typing import Any

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from app.errors import QuotaExceeded, RuleFileError
from app.web.request_ids import request_id
from parsers import BootscopeError

_QUOTA = "https://iana.org/assignments/http-problem-types#quota-exceeded"
"""The type that draft-ietf-httpapi-ratelimit-headers-10 registers, section "Quota Exceeded"."""


class Problem(BaseModel):
    """What went wrong and the way out (RFC 9457).

    ``violated-policies`` names the rates that were exceeded, as RateLimit-Policy does.
    """

    model_config = ConfigDict(
        serialize_by_alias=True,
        validate_by_name=True,
        json_schema_extra={
            "example": {
                "type": "about:blank#unreadable-input",
                "title": "Not a text log",
                "status": 415,
                "detail": "line 1: This is a web page, not a log.",
                "hint": "Save the raw text behind it and send that.",
            }
        },
    )

    type: str
    title: str
    status: int
    detail: str
    hint: str = ""
    request_id: str | None = None
    problems: list[dict[str, Any]] | None = None
    violated_policies: list[str] | None = Field(None, alias="violated-policies")


def problem_of(error: Exception) -> Problem:
    """Any exception as a problem; one that is not ours tells nothing but an id."""
    if isinstance(error, BootscopeError):
        where = f"{error.where}: " if error.where else ""
        found = Problem(
            type=f"about:blank#{error.code}",
            title=error.title,
            status=error.status,
            detail=f"{where}{error.message}",
            hint=error.hint,
        )
        if isinstance(error, RuleFileError):
            found.problems = [
                {"file": p.file, "line": p.line, "column": p.column, "text": p.text}
                for p in error.problems
            ]
        if isinstance(error, QuotaExceeded):
            found.type, found.violated_policies = _QUOTA, error.policies
        return found
    if isinstance(error, RequestValidationError):
        faults = [{"where": ".".join(map(str, e["loc"])), "text": e["msg"]} for e in error.errors()]
        detail = "; ".join(f"{fault['where']}: {fault['text']}" for fault in faults)
        return Problem(
            type="about:blank#request", title="Faulty request", status=422, detail=detail,
            problems=faults,
        )  # fmt: skip
    if isinstance(error, HTTPException):
        detail = str(error.detail)
        return Problem(
            type="about:blank", title=detail, status=error.status_code, detail=detail,
            hint="See /api/v1/openapi.json for what there is." if error.status_code == 404 else "",
        )  # fmt: skip
    if isinstance(error, ClientDisconnect):
        return Problem(
            type="about:blank#broken-off", title="Broken off", status=400,
            detail="The request ended before its body did. Nothing of it is kept.",
            hint="Send it again.",
        )  # fmt: skip
    return Problem(
        type="about:blank",
        title="Internal error",
        status=500,
        detail="Something broke on our side.",
        hint="Whoever runs the server finds it in its log by the request's id.",
    )


def respond(request: Request, error: Exception) -> JSONResponse:
    """The problem as a response."""
    problem = problem_of(error)
    problem.request_id = request_id(request)
    return JSONResponse(
        problem.model_dump(exclude_none=True),
        status_code=problem.status,
        media_type="application/problem+json",
    )


RESPONSES: dict[int | str, dict[str, Any]] = {
    status: {
        "description": description,
        "content": {"application/problem+json": {"schema": Problem.model_json_schema()}},
    }
    for status, description in (
        (400, "A body that is cut short, or no form or JSON where it says so"),
        (401, "A token is needed, or the one sent is no good"),
        (403, "Not in the token's scope, sent by another site's page, or not given by this server"),
        (429, "More than a rate allows: ``Retry-After`` and ``RateLimit`` say when there is more"),
        (404, "No log at this address"),
        (413, "Over the size cap: of a log, or of rules"),
        (415, "Not text, a web page, or broken compression"),
        (416, "The log has no such bytes"),
        (422, "Empty, no kernel log, or rules that cannot be used: ``problems`` has all of it"),
        (502, "The address to fetch from gave no log"),
        (503, "The store does not answer"),
        (504, "The address to fetch from took too long"),
    )
}
