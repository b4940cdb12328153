"""Errors as RFC 9457 problem+json, and the one table of handlers."""

from typing import Any
from uuid import uuid4

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict
from starlette.exceptions import HTTPException

from app.errors import RuleFileError
from parsers import BootscopeError


class Problem(BaseModel):
    """What went wrong and the way out (RFC 9457)."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "type": "about:blank#unreadable-input",
                "title": "Not a text log",
                "status": 415,
                "detail": "line 1: This is a web page, not a log.",
                "hint": "Save the raw text behind it and send that.",
            }
        }
    )

    type: str
    title: str
    status: int
    detail: str
    hint: str = ""
    request_id: str | None = None
    problems: list[dict[str, Any]] | None = None


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
    return Problem(
        type="about:blank",
        title="Internal error",
        status=500,
        detail="Something broke on our side.",
        request_id=uuid4().hex,
    )


def respond(request: Request, error: Exception) -> JSONResponse:
    """The problem as a response."""
    problem = problem_of(error)
    headers = dict(error.headers or {}) if isinstance(error, HTTPException) else {}
    return JSONResponse(
        problem.model_dump(exclude_none=True),
        status_code=problem.status,
        media_type="application/problem+json",
        headers=headers,
    )


RESPONSES: dict[int | str, dict[str, Any]] = {
    status: {
        "description": description,
        "content": {"application/problem+json": {"schema": Problem.model_json_schema()}},
    }
    for status, description in (
        (403, "Not shown to be allowed"),
        (404, "No log at this address"),
        (413, "Over the size cap: of a log, or of rules"),
        (415, "Not text, a web page, or broken compression"),
        (422, "Empty, no kernel log, or rules that cannot be used: ``problems`` has all of it"),
    )
}
