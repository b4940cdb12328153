"""The page of a boot that was never made: choose a change, see what follows."""

from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response
from markupsafe import Markup

from app.analysis import Analysis
from app.errors import ChangeError
from app.pages.views import render
from app.predictions.picture import picture, rows_of
from app.predictions.run import cures_of, predict_log, source_of, table_of
from app.predictions.text import move_words, unpredictable_words
from app.web.predicting import analysis_of
from app.web.uploads import InService, InView, View
from app.whatif.changes import MAX_CHANGES, parse_changes
from app.whatif.designs import DESIGNS, PACK

router = APIRouter(include_in_schema=False)
KINDS = {
    "level": "to another level", "defer": "probe deferred until", "module": "as a module",
    "after": "at the end of another initcall", "drop": "blacklisted", "ima": "IMA at level",
}  # fmt: skip
_WITHOUT_TARGET = ("module", "drop")
CHANGE = Query(default_factory=list, max_length=MAX_CHANGES)
Short = Annotated[str, Query(max_length=200)]
MAX_NAMES = 3_000
"""Names that the form offers."""


@router.api_route("/l/{identity}/what-if", methods=["GET", "HEAD"])
def what_if(
    request: Request, service: InService, identity: str, view: InView,
    change: Annotated[list[str], CHANGE], kind: Short = "", function: Short = "", to: Short = "",
    *, cure: bool = False,
) -> Response:  # fmt: skip
    """What was measured and what is predicted, side by side. A plain form asks for it."""
    page = f"/l/{identity}/what-if"
    changes = [text for text in change if text.strip()]
    written = _written(kind, function.strip(), to.strip())
    if written:
        return RedirectResponse(_address(page, view, [*changes, written]), 303)
    done = analysis_of(service, identity, view)
    context: dict[str, Any] = {
        "report": done.report, "changes": changes, "kinds": KINDS, "page": page, "error": None,
        "found": None, "cures": None, "view": view, "back_url": f"/l/{identity}{view.query}",
        "functions": [*dict.fromkeys(c.function for c in done.report.initcalls)][:MAX_NAMES],
        "json_url": f"/api/v1/logs/{identity}/what-if",
        "without": [(one, _address(page, view, [o for o in changes if o is not one]))
                    for one in changes],
        "presets": [(design, _address(page, view, [*map(str, design.changes)]))
                    for design in DESIGNS],
        "cure_url": _address(page, view, changes) + ("&" if changes or view.query else "?")
        + "cure=1",
    }  # fmt: skip
    status = 200
    try:
        context |= _predicted(done, changes)
        if cure:
            context["cures"] = [(one, _address(page, view, one.changes)) for one in cures_of(done)]
    except ChangeError as error:
        context["error"], status = error, error.status
    context["table"] = _table(done)
    return render(request, "what_if.html", context, status)


def _written(kind: str, function: str, to: str) -> str:
    """The change that the form's three fields make; empty for none."""
    if kind == "ima":
        return f"ima:{to or '7s'}"
    if not function or kind not in KINDS:
        return ""
    return f"{kind}:{function}" if kind in _WITHOUT_TARGET else f"{kind}:{function}={to}"


def _address(page: str, view: View, changes: Any) -> str:
    asked = [("change", text) for text in changes]
    given = [*([("boot", view.boot)] if view.boot else []),
             *([("framing", view.framing)] if view.framing else [])]  # fmt: skip
    query = urlencode([*asked, *given])
    return f"{page}?{query}" if query else page


def _predicted(done: Analysis, changes: list[str]) -> dict[str, Any]:
    if not changes:
        return {}
    found = predict_log(done, parse_changes(changes), recommend=False)
    drawn = picture(rows_of(found, source_of(done).asked_for))
    return {
        "found": found,
        "moves": [*map(move_words, found.moves)],
        "unpredictable": [*map(unpredictable_words, found.unpredictable)],
        "picture": Markup(drawn),  # noqa: S704  # it escapes what it is given
    }


def _table(done: Analysis) -> Any:
    try:
        return table_of(done, PACK)
    except ChangeError:
        return None
