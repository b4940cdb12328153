"""/rules: every shipped rule, and a page for each, made from the rule when it is asked for."""

from threading import Lock

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from app.pages.documents import Document, as_document
from app.pages.views import render
from app.rule_docs import PAGES, Shelf, rule_page
from app.rules.waivers import EXPIRED, UNUSED

router = APIRouter(include_in_schema=False)
_READ = ["GET", "HEAD"]
_WAIVERS = "/help/rules#waivers"


class RulePages:
    """The pages by id of the rule, each made once. Raises UnknownRule."""

    def __init__(self, shelf: Shelf) -> None:
        self.shelf = shelf
        self._made: dict[str, Document] = {}
        self._making = Lock()

    def __getitem__(self, rule_id: str) -> Document:
        """The page of the rule that has just this id."""
        shelved = self.shelf.find(rule_id)
        with self._making:
            if shelved.rule.id not in self._made:
                text = rule_page(self.shelf, shelved, PAGES)
                self._made[shelved.rule.id] = as_document(text)
            return self._made[shelved.rule.id]


def rule_pages_of(request: Request) -> RulePages:
    """The pages that the application was made with."""
    pages: RulePages = request.app.state.rule_pages
    return pages


@router.api_route("/rules", methods=_READ)
def rules(request: Request) -> Response:
    """All rules, pack by pack."""
    return render(request, "rules.html", {"packs": rule_pages_of(request).shelf.packs})


@router.api_route("/rules/{identity}", methods=_READ)
def rule(request: Request, identity: str) -> Response:
    """One rule; an id that it had before leads to the one that it has."""
    if identity.upper() in (EXPIRED, UNUSED):
        return RedirectResponse(_WAIVERS, 307)
    pages = rule_pages_of(request)
    today = pages.shelf.find(identity).rule.id
    if identity != today:
        return RedirectResponse(f"/rules/{today}", 301)
    context = {"document": pages[identity], "rule": identity}
    return render(request, "rule_about.html", context)
