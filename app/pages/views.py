"""Home, timeline, and the files they need."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from fastapi.templating import Jinja2Templates

from app.pages.assets import Assets
from app.report import BootSummary, Report
from app.reporters.text import render_text
from app.timeline.columns import timeline_json
from app.web.problems import problem_of
from app.web.uploads import BOOT, InService, boot_query, permalink, read_upload, zero_based
from parsers.framings import FRAMINGS

COMMON_FRAMINGS = ("dmesg", "printk_caller")
"""Those that the home page shows first."""
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
    common = {"static": assets.prefix, "vendor": assets.vendor, "version": request.app.version}
    return templates.TemplateResponse(request, template, common | context, status, dict(_FRESH))


def error_page(request: Request, error: Exception) -> HTMLResponse:
    """An error as a page."""
    problem = problem_of(error)
    return render(request, "error.html", problem.model_dump(), problem.status)


@router.api_route("/", methods=_READ)
def home(request: Request, service: InService) -> Response:
    """Drop, choose or paste a log; the samples."""
    samples = service.samples()
    context = {
        "samples": samples,
        "samples_loaded": len(samples),
        "framings": sorted(FRAMINGS, key=lambda framing: framing.name not in COMMON_FRAMINGS),
        "max_mib": service.settings.max_log_bytes // 2**20,
    }
    return render(request, "home.html", context)


@router.post("/upload")
async def upload(request: Request, service: InService) -> Response:
    """The home page's form, for browsers without JavaScript."""
    data, symbols, name = await read_upload(request, "log")
    done = await run_in_threadpool(service.submit, data, name=name, symbols=symbols)
    return RedirectResponse(f"/l/{done.report.id}", 303)


@router.api_route("/l/{identity}", methods=_READ)
def timeline(
    request: Request,
    service: InService,
    assets: InAssets,
    identity: str,
    boot: int | None = BOOT,
) -> Response:
    """Verdict, evidence, timeline and log of one boot."""
    report = service.report(identity, zero_based(boot))
    link = permalink(request, service, identity, boot)
    api = f"/api/v1/logs/{identity}"
    version = service.row(identity).report_sha256[:12] + assets.prefix[-6:]
    place = f"&boot={boot}" if boot is not None else ""
    context = {
        "report": report,
        "permalink": link,
        "text_report": render_text(report, link),
        "raw_url": f"{api}/raw",
        "lines_url": f"{api}/lines",
        "json_url": api + boot_query(boot),
        "judge_again_url": f"/l/{identity}/judge-again{boot_query(boot)}",
        "timeline_url": f"/l/{identity}/timeline.json?v={version}{place}",
        "boot_links": _boot_links(report),
        "sample_sentence": service.sample_sentence(identity),
        "packs_today": service.judged_today(report),
    }
    return render(request, "timeline.html", context)


def _boot_links(report: Report) -> list[tuple[BootSummary, str]]:
    """Each boot of a capture that holds several, and its address."""
    if len(report.boots) < 2:
        return []
    return [(one, f"/l/{report.id}{boot_query(one.index + 1)}") for one in report.boots]


@router.post("/l/{identity}/judge-again")
def judge_again(service: InService, identity: str, boot: int | None = BOOT) -> Response:
    """Judge a log with today's rules, and show the boot that was shown."""
    service.judge_again(identity)
    return RedirectResponse(f"/l/{identity}{boot_query(boot)}", 303)


@router.get("/l/{identity}/timeline.json")
def timeline_data(service: InService, identity: str, boot: int | None = BOOT) -> Response:
    """The chart's columns; its address changes with the report."""
    headers = {"Cache-Control": "private, max-age=31536000, immutable"}
    data = timeline_json(service.report(identity, zero_based(boot)))
    return Response(data, media_type="application/json", headers=headers)


@router.get("/static/{build}/{path:path}")
def static(request: Request, assets: InAssets, build: str, path: str) -> Response:
    """A static file. ``build`` only makes its address unique."""
    return assets.response(path, request.headers.get("accept-encoding", ""))
