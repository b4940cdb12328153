"""/api/v1/logs/{id}/subjects: a finding's subjects as a picture, made without a browser."""

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from app.errors import NotFound
from app.report import Report
from app.rules.finding import Finding
from app.timeline.card import card_svg
from app.timeline.raster import png_of
from app.timeline.strip import strip_of
from app.timeline.strip_svg import empty_svg, svg_file
from app.web.fresh import freshness, not_changed, version_of
from app.web.problems import RESPONSES
from app.web.uploads import InService, InView

router = APIRouter(prefix="/api/v1", tags=["pictures"])
FINDING = Query(None, max_length=64, description="A rule's id; else what the verdict comes from")
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; sandbox",
    # Whoever has the link may show the picture where they speak of it.
    "Cross-Origin-Resource-Policy": "cross-origin",
}


@router.get(
    "/logs/{identity}/subjects.svg",
    response_class=Response,
    responses={200: {"content": {"image/svg+xml": {}}}, 404: RESPONSES[404], 422: RESPONSES[422]},
    summary="The subjects of a finding, drawn to scale",
)
def subjects_svg(
    request: Request,
    service: InService,
    identity: str,
    view: InView,
    finding: str | None = FINDING,
) -> Response:
    """Rows in the order that was observed, the arrow from what must be first to what must
    follow; a line of text where a finding has nothing to draw.
    """
    headers = _HEADERS | freshness(
        request, version_of(request, service, identity, view), f"subjects {finding}"
    )
    if known := not_changed(request, headers):
        return known
    report = service.report(identity, view.index, view.framing)
    found = _chosen(report, finding)
    strip = strip_of(report, found) if found is not None else None
    if found is None:
        svg = empty_svg(report.headline)
    elif strip is None:
        svg = empty_svg(f"{found.rule}: {found.message}")
    else:
        said = report.headline if found is report.lead_finding else found.message.split(". ")[0]
        svg = svg_file(strip, found.outcome, found.rule, f"{found.rule}: {said}")
    return Response(svg, media_type="image/svg+xml", headers=headers)


@router.get(
    "/logs/{identity}/subjects.png",
    response_class=Response,
    responses={200: {"content": {"image/png": {}}}, 404: RESPONSES[404], 422: RESPONSES[422]},
    summary="Verdict and subjects as a card of 1200 by 630",
)
def subjects_png(
    request: Request,
    service: InService,
    identity: str,
    view: InView,
    finding: str | None = FINDING,
) -> Response:
    """What a chat or a tracker shows for the page's link (Open Graph)."""
    headers = _HEADERS | freshness(
        request, version_of(request, service, identity, view), f"subjects {finding}"
    )
    if known := not_changed(request, headers):
        return known
    report = service.report(identity, view.index, view.framing)
    svg = card_svg(report, _chosen(report, finding), lead=finding is None)
    return Response(png_of(svg), media_type="image/png", headers=headers)


def _chosen(report: Report, rule: str | None) -> Finding | None:
    """The finding asked for, by its rule's id or a former one. Raises NotFound."""
    if rule is None:
        return report.shown_finding
    for found in report.findings:
        if rule == found.rule or rule in found.former_ids:
            return found
    names = ", ".join(found.rule for found in report.findings)
    raise NotFound(f"No finding of this report is of rule {rule!r}.", hint=f"There are: {names}.")
