"""/compare: two kept boots side by side, and the page that chooses the second."""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response
from markupsafe import Markup

from app.errors import NotFound
from app.pages.views import InAssets, render
from app.side_by_side.bars import Bars, bars_of
from app.side_by_side.picture import both_svg
from app.side_by_side.sections import levels_of, sections
from app.web.comparing import ID, Compared, InSides, Sides, compared, version_of
from app.web.kept import KeptTexts
from app.web.uploads import InService

router = APIRouter(include_in_schema=False)
_READ = ["GET", "HEAD"]
_IN_TABLES = ("New", "Changed", "Fixed", "No longer", "Known", "Could", "Moved")
_AT = Query(max_length=100, pattern=r"^(start|(level|marker|call):[\w.]+)$")
MOST = 200
"""Moves in the table; names in a list."""


@router.api_route("/compare", methods=_READ)
def choose(
    request: Request,
    service: InService,
    sides: InSides,
    a: Annotated[str, Query(max_length=200)] = "",
    b: Annotated[str, Query(max_length=400)] = "",
) -> Response:
    """Which boot to compare with: a sample, an upload of this browser, or an address."""
    first, second = ID.search(a), ID.search(b)
    if first and second:
        query = f"?{sides.query}" if sides.query else ""
        return RedirectResponse(f"/compare/{first[1]}/{second[1]}{query}", 303)
    if first is None:
        raise NotFound(
            "There is no log at this address.",
            hint="Open a log, and choose 'Compare with another boot' there.",
        )
    row = service.row(first[1])
    context = {
        "row": row, "wrong": b, "query": sides.query,
        "samples": [sample for sample in service.samples() if sample.id != row.id],
    }  # fmt: skip
    return render(request, "compare_with.html", context)


@router.api_route("/compare/{one}/{other}", methods=_READ)
def compare_page(
    request: Request,
    service: InService,
    one: str,
    other: str,
    sides: InSides,
    at: Annotated[str, _AT] = "start",
) -> Response:
    """Verdicts, findings, both timelines, moves; all but the zoom without JavaScript."""
    done = compared(service, one, other, sides)
    bars = bars_of(done.comparison, done.before, done.after)
    anchor = bars.anchor(at)
    _kept(request).keep(version_of(service, one, other, sides), bars.to_json().encode())
    query = f"?{sides.query}" if sides.query else ""
    swapped = sides.swapped.query
    api = urlencode({"a": one, "b": other})
    context = {
        "done": done.comparison,
        "sides": _sides(done, sides),
        "bars": bars, "anchor": anchor, "both": Markup(both_svg(bars, anchor)),  # noqa: S704
        "calls": _names(bars),
        "rest": [s for s in sections(done.comparison, MOST) if not s.title.startswith(_IN_TABLES)],
        "levels_of": levels_of,
        "asked": sides,
        "most": MOST,
        "urls": (f"/l/{one}{_boot(sides.boot_a)}", f"/l/{other}{_boot(sides.boot_b)}"),
        "swap_url": f"/compare/{other}/{one}{f'?{swapped}' if swapped else ''}",
        "bars_url": f"/compare/{one}/{other}/bars.json{query}",
        "api_url": f"/api/v1/compare?{api}{f'&{sides.query}' if sides.query else ''}",
    }  # fmt: skip
    return render(request, "compare.html", context)


@router.get("/compare/{one}/{other}/bars.json")
def bars_data(
    request: Request, service: InService, assets: InAssets, one: str, other: str, sides: InSides
) -> Response:
    """What the browser draws."""
    etag = f'"{version_of(service, one, other, sides)}-{assets.prefix[-6:]}"'
    headers = {"ETag": etag, "Cache-Control": "private, no-cache"}
    if etag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    data = _kept(request).get(version_of(service, one, other, sides))
    if data is None:
        done = compared(service, one, other, sides)
        data = bars_of(done.comparison, done.before, done.after).to_json().encode()
    return Response(data, media_type="application/json", headers=headers)


def _kept(request: Request) -> KeptTexts:
    """The page is followed by its chart at once: what it was made of is not made twice."""
    kept: KeptTexts = request.app.state.kept_bars
    return kept


def _sides(done: Compared, sides: Sides) -> list[tuple[str, object, str]]:
    """Both boots with their word and page."""
    return [
        ("First", done.comparison.before, f"/l/{done.before.id}{_boot(sides.boot_a)}"),
        ("Second", done.comparison.after, f"/l/{done.after.id}{_boot(sides.boot_b)}"),
    ]


def _boot(boot: int | None) -> str:
    return f"?boot={boot}" if boot is not None else ""


def _names(bars: Bars) -> list[str]:
    """Moved functions to align on, offered first."""
    return [*dict.fromkeys(bars.before.function[one] for one, _, _ in bars.moves[:MOST])]
