"""/api/v1/logs/{id}/what-if: a kept boot with an initcall elsewhere, predicted."""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from app.predictions.output import CURES, FORMATS, TABLE, WHAT_IF
from app.predictions.run import cures_of, predict_log, table_of
from app.reporters import REPORTERS
from app.web.predicting import analysis_of
from app.web.problems import RESPONSES
from app.web.uploads import InService, InView
from app.whatif.changes import MAX_CHANGES, parse_changes
from app.whatif.result import Cure, DesignTable, WhatIf

router = APIRouter(prefix="/api/v1/logs/{identity}/what-if", tags=["what-if"])
FORMAT = Query("json", alias="format", pattern=f"^({'|'.join(FORMATS)})$")
PACK = Query("ffa-pkvm", max_length=40, description="Whose designs, and whose rules")
_ERRORS: dict[int | str, dict[str, Any]] = {status: RESPONSES[status] for status in (404, 422)}
_EXAMPLE: dict[str, Any] = {
    "schema": "bootscope.whatif/1",
    "changes": ["level:ffa_init=6s"],
    "outcomes": [{"rule": "FFA001", "before": "fail", "after": "pass", "basis": "level"}],
}


class Changes(BaseModel):
    """What to change; several apply together. docs/what-if.md tells each."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"changes": ["level:ffa_init=6s"]}}
    )
    changes: Annotated[
        list[Annotated[str, Field(max_length=300)]], Field(min_length=1, max_length=MAX_CHANGES)
    ]


def _said(text: str, output: str) -> Response:
    return Response(text, media_type=REPORTERS[output].media_type)


@router.post(
    "",
    response_model=WhatIf,
    responses={
        200: {
            "description": "Schema bootscope.whatif/1, text or Markdown",
            "content": {"application/json": {"example": _EXAMPLE}},
        },
        **_ERRORS,
    },
    summary="Predict a boot with an initcall elsewhere",
)
def what_if(
    service: InService, identity: str, view: InView, asked: Changes, output: str = FORMAT
) -> Response:
    """The report of the boot as it was measured, and as it is predicted with the changes:
    outcomes before and after, moves, assumptions, and what cannot be predicted. Nothing is kept.
    """
    changes = parse_changes(asked.changes)
    found = predict_log(analysis_of(service, identity, view), changes)
    return _said(WHAT_IF[output](found), output)


@router.get(
    "/table",
    response_model=DesignTable,
    responses=_ERRORS,
    summary="Every design of FF-A against every rule, on this boot",
)
def table(
    service: InService, identity: str, view: InView, pack: str = PACK, output: str = FORMAT
) -> Response:
    """The designs that were argued over, the recommended one first and why."""
    done = analysis_of(service, identity, view)
    return _said(TABLE[output](table_of(done, pack)), output)


@router.get(
    "/cures",
    response_model=tuple[Cure, ...],
    responses=_ERRORS,
    summary="The least changes that cure every rule of order",
)
def cures(service: InService, identity: str, view: InView, output: str = FORMAT) -> Response:
    """Single changes, and pairs of them, those that move least first."""
    done = analysis_of(service, identity, view)
    return _said(CURES[output](cures_of(done)), output)
