"""Every part that pages are made of, on one page, for whoever changes the look."""

from dataclasses import replace
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.errors import NotFound
from app.pages.views import render
from app.phrases import VERDICTS, outcome_of
from app.report import Report
from app.rules.finding import Finding
from app.service import Service
from app.web.uploads import InService

router = APIRouter(include_in_schema=False)


@router.api_route("/components", methods=["GET", "HEAD"])
def components(request: Request, service: InService) -> Response:
    """Badges, findings, evidence, dialogs of the sample boots. Raises NotFound where it is off."""
    if not service.settings.components:
        raise NotFound(
            "The page of components is not shown here.",
            hint="It is for developers: set BOOTSCOPE_COMPONENTS=1 and start again.",
        )
    return render(request, "components.html", _context(service))


def _context(service: Service) -> dict[str, Any]:
    """For each verdict a boot, for each outcome a finding: the first of the samples."""
    boots: dict[str, Report] = {}
    findings: dict[str, tuple[Report, Finding]] = {}
    bases: dict[tuple[str, str], Finding] = {}
    for sample in service.samples():
        report = service.brief(sample.id)
        boots.setdefault(report.verdict, report)
        for finding in report.findings:
            findings.setdefault(outcome_of(finding), (report, finding))
            if finding.basis:
                bases.setdefault((finding.outcome, finding.basis), finding)
    if findings and "error" not in findings:
        report, finding = next(iter(findings.values()))
        findings["error"] = (report, _as_error(finding))
    return {
        "verdicts": tuple(VERDICTS),
        "boots": [boots[verdict] for verdict in VERDICTS if verdict in boots],
        "findings": [findings[outcome] for outcome in VERDICTS if outcome in findings],
        "bases": [bases[key] for key in sorted(bases)],
    }


def _as_error(finding: Finding) -> Finding:
    """No shipped rule crashes; how that would look is shown with another one's finding."""
    return replace(
        finding, outcome="error", severity="error", basis=None,
        message="The rule crashed; the others went on.",
    )  # fmt: skip
