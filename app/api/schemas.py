"""/schema: the JSON Schemas of what people write and of what Bootscope answers."""

from fastapi import APIRouter
from fastapi.responses import Response

from app.errors import NotFound
from app.published import addresses, schema_text

router = APIRouter(prefix="/schema", include_in_schema=False)
_HEADERS = {
    "Cache-Control": "public, max-age=3600",
    # an editor in a browser fetches it from another origin
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
}


@router.api_route("/{name}/{version}.json", methods=["GET", "HEAD"])
def schema(name: str, version: str) -> Response:
    """One schema; its ``$id`` is this address."""
    known = addresses()
    asked = f"/schema/{name}/{version}.json"
    if asked not in known:
        raise NotFound("There is no such schema.", hint=f"There are {', '.join(known)}.")
    return Response(
        schema_text(known[asked]), media_type="application/schema+json", headers=_HEADERS
    )
