"""/api/v1/compare: what differs between two kept boots."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from app.compare import Comparison
from app.side_by_side import RENDERERS
from app.web.accept import preferred
from app.web.comparing import InSides, compared, comparison_link, version_of
from app.web.problems import RESPONSES
from app.web.uploads import InService

router = APIRouter(prefix="/api/v1", tags=["compare"])
_TYPES = {
    "application/json": "json", "text/plain": "text", "text/markdown": "markdown",
}  # fmt: skip
_EXAMPLE = {
    "schema": "bootscope.comparison/1",
    "headline": "Changed: FFA001; fixed: FFA003; ffa_init moved across kvm_arm_init",
    "matched": 375,
    "kept": 374,
    "findings": [{"rule": "FFA003", "state": "fixed"}],
    "moves": [{"function": "ffa_init", "passed": 89, "across": ["kvm_arm_init"]}],
}


@router.get(
    "/compare",
    response_model=Comparison,
    responses={
        200: {
            "description": "Schema bootscope.comparison/1, or text or Markdown",
            "content": {
                "application/json": {"example": _EXAMPLE},
                "text/plain": {"example": "Changed: FFA001; fixed: FFA003\n"},
                "text/markdown": {"example": "**Changed: FFA001; fixed: FFA003**\n"},
            },
        },
        304: {"description": "Not changed"},
        404: RESPONSES[404],
        422: RESPONSES[422],
    },
    summary="Two boots compared",
)
def comparison(
    request: Request,
    service: InService,
    a: Annotated[str, Query(max_length=64, description="The id of the log before")],
    b: Annotated[str, Query(max_length=64, description="The id of the log after")],
    sides: InSides,
    wanted: Annotated[
        str | None,
        Query(alias="format", pattern="^(json|text|markdown)$", description="Over Accept"),
    ] = None,
) -> Response:
    """Findings new, fixed and known, the fewest moves that explain the other order, levels,
    overlaps and durations; docs/comparing.md tells each. ``baseline`` names more boots
    like the first: their findings are known, and lengths as theirs are no change.
    """
    output = wanted or _TYPES[preferred(request.headers.get("accept", ""), [*_TYPES])]
    etag = f'"{version_of(service, a, b, sides)}-{output}"'
    headers = {"ETag": etag, "Cache-Control": "no-cache", "Vary": "Accept"}
    if etag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    done = compared(service, a, b, sides).comparison
    text = RENDERERS[output](done, comparison_link(request, service, a, b, sides))
    media_type = next(kind for kind, name in _TYPES.items() if name == output)
    return Response(text, media_type=media_type, headers=headers)
