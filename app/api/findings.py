"""/api/v1/logs/{id}/findings: the findings alone, filtered."""

from collections.abc import Sequence
from typing import Any, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from app.api.answers import JSON
from app.errors import NotFound
from app.report import PackVersion, Report, Verdict
from app.rules.finding import Finding, Outcome, Severity
from app.web.fresh import freshness, not_changed, version_of
from app.web.problems import RESPONSES
from app.web.uploads import InService, InView

router = APIRouter(prefix="/api/v1", tags=["logs"])
_EXAMPLE: dict[str, Any] = {
    "schema": "bootscope.findings/1",
    "id": "vtgtdhzdkhj2ywhcrkkmgv7hly",
    "boot_index": 0,
    "verdict": "fail",
    "headline": "FF-A came up 306 ms before pKVM traps SMCs",
    "packs": [{"name": "ffa-pkvm", "version": "1.1.0"}],
    "findings": [],
}


class Findings(BaseModel):
    """Those findings of a report that were asked for, what matters most first.

    ``verdict`` and ``headline`` are of all of them; ``boot_index`` is from 0.
    """

    model_config = ConfigDict(json_schema_extra={"example": _EXAMPLE})

    schema_: Literal["bootscope.findings/1"] = Field(
        "bootscope.findings/1", serialization_alias="schema"
    )
    id: str
    boot_index: int
    verdict: Verdict
    headline: str
    packs: tuple[PackVersion, ...]
    findings: tuple[Finding, ...]


OUTCOMES = Query([], alias="outcome", description="One of several, where it comes several times")
SEVERITIES = Query([], alias="severity", description="One of several")
RULES = Query([], alias="rule", max_length=100, description="A rule's id, or a former one")


@router.get(
    "/logs/{identity}/findings",
    response_model=Findings,
    responses={
        200: {"description": "Schema bootscope.findings/1"},
        304: {"description": "Not changed"},
        **{status: RESPONSES[status] for status in (404, 422)},
    },
    summary="The findings on a log",
)
def findings(
    request: Request,
    service: InService,
    identity: str,
    view: InView,
    outcome: list[Outcome] = OUTCOMES,
    severity: list[Severity] = SEVERITIES,
    rule: list[str] = RULES,
) -> Response:
    """As the report has them. A rule that did not judge the log is 404: no finding of it is
    no good news.
    """
    shown = f"findings {sorted(outcome)} {sorted(severity)} {sorted(rule)}"
    headers = freshness(request, version_of(request, service, identity, view), shown)
    if known := not_changed(request, headers):
        return known
    report = service.report(identity, view.index, view.framing)
    asked = _by_rule(report, rule)
    answer = Findings(
        id=report.id,
        boot_index=report.capture.boot_index,
        verdict=report.verdict,
        headline=report.headline,
        packs=report.packs,
        findings=tuple(
            found
            for found in asked
            if (not outcome or found.outcome in outcome)
            and (not severity or found.severity in severity)
        ),
    )
    body = answer.model_dump_json(by_alias=True, indent=1) + "\n"
    return Response(body, media_type=JSON, headers=headers)


def _by_rule(report: Report, rules: Sequence[str]) -> list[Finding]:
    """The findings of these rules, of all where none is named. Raises NotFound."""
    named = {name: found for found in report.findings for name in (*found.former_ids, found.rule)}
    for rule in rules:
        if rule not in named:
            there = ", ".join(found.rule for found in report.findings)
            raise NotFound(
                f"No finding of this report is of rule {rule!r}.", hint=f"There are: {there}."
            )
    wanted = {named[rule].rule for rule in rules}
    return [found for found in report.findings if not rules or found.rule in wanted]
