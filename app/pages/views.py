"""Home, timeline, and the files they need."""

import gzip
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from fastapi.templating import Jinja2Templates

from app.batch import Batch, submit_all
from app.errors import NotFound, RuleError
from app.pages.assets import Assets
from app.pages.documents import Documents
from app.pages.share import share_of
from app.pages.standalone import render_page
from app.report import BootSummary, Report
from app.timeline.columns import timeline_json
from app.web.fresh import freshness, not_changed, version_of
from app.web.headers import content_policy
from app.web.problems import problem_of
from app.web.request_ids import request_id
from app.web.uploads import InService, InView, View, permalink, read_upload, service_of
from parsers.framings.registry import FRAMINGS

COMMON_FRAMINGS = ("dmesg", "printk_caller")
"""Those that the home page shows first."""
ROWS = 500
"""Initcalls on a page of the plain table."""
PAGE = Query(1, ge=1, le=100_000)
router = APIRouter(include_in_schema=False)
_READ = ["GET", "HEAD"]
_FRESH = {"Cache-Control": "no-cache", "X-Robots-Tag": "noindex"}


def assets_of(request: Request) -> Assets:
    """The static files that the application was made with."""
    assets: Assets = request.app.state.assets
    return assets


InAssets = Annotated[Assets, Depends(assets_of)]


def render(
    request: Request, template: str, context: dict[str, Any], status: int = 200
) -> HTMLResponse:
    """A page, with what every page needs."""
    templates: Jinja2Templates = request.app.state.templates
    assets = assets_of(request)
    settings = service_of(request).settings
    common = {
        "static": assets.prefix,
        "vendor": assets.vendor,
        "version": request.app.version,
        "max_mib": settings.max_log_bytes // 2**20,
        "access": settings.access,
        "listed": settings.listed,
    }
    return templates.TemplateResponse(request, template, common | context, status, dict(_FRESH))


def error_page(request: Request, error: Exception) -> HTMLResponse:
    """An error as a page; of a log in an odd view, with the way to the usual one."""
    problem = problem_of(error)
    asked = request.url.path.startswith("/l/") and request.query_params
    usual = request.url.path if asked and request.method in _READ else None
    if problem.status == 500:
        problem.request_id = request_id(request)
    context = problem.model_dump() | {"usual": usual, "about_rules": isinstance(error, RuleError)}
    return render(request, "error.html", context, problem.status)


@router.api_route("/", methods=_READ)
def home(request: Request, service: InService) -> Response:
    """Drop, choose or paste a log; the samples."""
    samples = service.samples()
    context = {
        "samples": samples,
        "samples_loaded": len(samples),
        "framings": sorted(FRAMINGS, key=lambda framing: framing.name not in COMMON_FRAMINGS),
        "max_logs": service.settings.max_logs,
    }
    return render(request, "home.html", context)


@router.post("/upload")
async def upload(request: Request, service: InService) -> Response:
    """The home page's form, for browsers without JavaScript."""
    given, _, labels = await read_upload(request)
    done = await run_in_threadpool(submit_all, service, given, labels=labels)
    if isinstance(done, Batch):
        return render(request, "archive.html", {"batch": done})
    return RedirectResponse(f"/l/{done.report.id}", 303)


@router.api_route("/l/{identity}", methods=_READ)
def timeline(
    request: Request,
    service: InService,
    assets: InAssets,
    identity: str,
    view: InView,
) -> Response:
    """Verdict, evidence, timeline and log of one boot."""
    report = service.brief(identity, view.index, view.framing)
    link = permalink(request, service, identity, view)
    api = f"/api/v1/logs/{identity}"
    version = version_of(request, service, identity, view)
    as_read = View(framing=view.framing)
    lines_version = version_of(request, service, identity, as_read)
    more = view.query.replace("?", "&")
    context = {
        "report": report,
        "head": assets.head,
        "share": share_of(report, link, version),
        "raw_url": f"{api}/raw",
        "lines_url": f"{api}/lines?v={lines_version}{as_read.query.replace('?', '&')}",
        "json_url": api + view.query,
        "table_url": f"/l/{identity}/initcalls{view.query}",
        "judge_again_url": f"/l/{identity}/judge-again{view.query}",
        "timeline_url": f"/l/{identity}/timeline.bin?v={version}{more}",
        "what_if_url": f"/l/{identity}/what-if{view.query}",
        "rule_url": f"/rules/new?log={identity}{more}",
        "compare_url": f"/compare?a={identity}{f'&boot_a={view.boot}' if view.boot else ''}",
        "boot_links": _boot_links(report, view),
        "framing_names": [framing.name for framing in FRAMINGS],
        "sample_sentence": service.sample_sentence(identity),
        "packs_today": service.judged_today(report),
    }
    page = render(request, "timeline.html", context)
    head = assets.head
    page.headers["Content-Security-Policy"] = content_policy(head.theme.hash, head.style.hash)
    return page


@router.api_route("/l/{identity}/page.html", methods=_READ)
def page_file(request: Request, service: InService, identity: str, view: InView) -> Response:
    """The page as one file to keep, which opens offline."""
    report = service.report(identity, view.index, view.framing)
    lines = service.lines(identity, view.framing)
    link = permalink(request, service, identity, view)
    boot = f"-boot{view.boot}" if view.boot else ""
    name = f"bootscope-{report.id[:8]}{boot}.html"
    headers = {**_FRESH, "Content-Disposition": f'attachment; filename="{name}"'}
    return HTMLResponse(render_page(report, lines, link), headers=headers)


@router.api_route("/l/{identity}/initcalls", methods=_READ)
def initcalls(
    request: Request, service: InService, identity: str, view: InView, page: int = PAGE
) -> Response:
    """All initcalls of a boot as a table, in pages."""
    report = service.report(identity, view.index, view.framing)
    pages = max(-(-len(report.initcalls) // ROWS), 1)
    if page > pages:
        raise NotFound("There is no such page of this table.", hint=f"The last one is {pages}.")
    query = view.query or "?"
    context = {
        "report": report, "page": page, "pages": pages, "first": (page - 1) * ROWS, "count": ROWS,
        "back_url": f"/l/{identity}{view.query}",
        "page_url": f"/l/{identity}/initcalls{query}{'' if query == '?' else '&'}page=",
    }  # fmt: skip
    return render(request, "initcalls.html", context)


def _boot_links(report: Report, view: View) -> list[tuple[BootSummary, str]]:
    """Each boot of a capture that holds several, and its address."""
    if len(report.boots) < 2:
        return []
    return [
        (one, f"/l/{report.id}{View(one.index + 1, view.framing).query}") for one in report.boots
    ]


@router.post("/l/{identity}/judge-again")
def judge_again(service: InService, identity: str, view: InView) -> Response:
    """Judge a log with today's rules, and show the boot that was shown."""
    service.judge_again(identity)
    return RedirectResponse(f"/l/{identity}{view.query}", 303)


@router.get("/l/{identity}/timeline.bin")
def timeline_data(request: Request, service: InService, identity: str, view: InView) -> Response:
    """The chart's columns; its address changes with the report."""
    headers = freshness(request, version_of(request, service, identity, view))
    headers["Vary"] = "Accept-Encoding"
    if known := not_changed(request, headers):
        return known
    data = service.timeline(identity, view.index, view.framing)
    if "gzip" in request.headers.get("accept-encoding", ""):
        headers["Content-Encoding"] = "gzip"
    else:
        data = gzip.decompress(data)
    return Response(data, media_type="application/octet-stream", headers=headers)


@router.get("/l/{identity}/timeline.json")
def timeline_as_json(request: Request, service: InService, identity: str, view: InView) -> Response:
    """The same as JSON, for other programs."""
    headers = freshness(request, version_of(request, service, identity, view), "json")
    if known := not_changed(request, headers):
        return known
    data = timeline_json(service.report(identity, view.index, view.framing))
    return Response(data, media_type="application/json", headers=headers)


@router.api_route("/help/{name}", methods=_READ)
def document(request: Request, name: str) -> Response:
    """How to capture a good log, and which framings are read."""
    documents: Documents = request.app.state.documents
    return render(request, "document.html", {"document": documents[name]})


@router.get("/static/{build}/{path:path}")
def static(request: Request, assets: InAssets, build: str, path: str) -> Response:
    """A static file. ``build`` only makes its address unique."""
    return assets.response(path, request.headers.get("accept-encoding", ""))
