"""create_app(): settings in, application out."""

import logging
import socket
import sys
from collections.abc import Mapping

import uvicorn
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import ClientDisconnect

from app.api import (
    builds,
    compare,
    findings,
    health,
    history,
    listing,
    logs,
    pictures,
    rulebook,
    rules,
    schemas,
    what_if,
)
from app.api.examples import attach
from app.errors import SettingsError
from app.fetching import Fetcher
from app.pages import compare as compare_views
from app.pages import components, histories, rule_editor, views
from app.pages import rules as rule_views
from app.pages import what_if as what_if_views
from app.pages.assets import Assets
from app.pages.documents import Documents
from app.pages.templating import make_templates
from app.rule_docs import Shelf
from app.service import open_service
from app.settings import Settings, load_settings, parts
from app.web.access import Access
from app.web.allow import allowed
from app.web.body import BodyLimit
from app.web.fetched import Fetching
from app.web.fresh import build_of_code
from app.web.gate import Gate
from app.web.head import HeadAsGet
from app.web.headers import SecureHeaders, secure
from app.web.kept import KeptTexts
from app.web.limits import open_limits
from app.web.openapi import Described
from app.web.problems import respond
from app.web.request_ids import HEADER, RequestIds, request_id
from app.webhooks import Notifier, load_hooks
from parsers import BootscopeError

_LOG = logging.getLogger("bootscope")


def create_app(settings: Settings) -> FastAPI:
    """The application over the store of ``settings``, which is opened here."""
    app = Described(
        title="Bootscope",
        version="1",
        description="Judges the order of Linux boots from their logs.",
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/v1/openapi.json",
    )
    app.state.service = open_service(settings)
    app.state.fetching = Fetching(Fetcher.of(settings))
    app.state.build = build_of_code()
    hooks = load_hooks(settings.webhooks) if settings.webhooks else ()
    app.state.notifier = Notifier(app.state.service, hooks)
    app.state.access = Access(settings.access, app.state.service.tokens)
    app.state.assets = Assets()
    app.state.documents = Documents()
    app.state.shelf = Shelf.shipped()
    app.state.rule_pages = rule_views.RulePages(app.state.shelf)
    app.state.templates = make_templates()
    app.state.kept_bars = KeptTexts()
    app.add_middleware(GZipMiddleware, minimum_size=1000, compresslevel=5)
    app.add_middleware(BodyLimit, max_bytes=settings.max_log_bytes)
    limits = open_limits(settings)
    app.add_middleware(
        Gate, settings=settings, access=app.state.access, limits=limits, refuse=_handle
    )
    app.add_middleware(SecureHeaders)
    app.add_middleware(HeadAsGet)
    app.add_middleware(RequestIds)
    app.state.routes = []
    for router in (
        logs.router, findings.router, listing.router, history.router, compare.router,
        pictures.router, builds.router, rulebook.router, rules.router, schemas.router,
        what_if.router, views.router, compare_views.router, histories.router, rule_editor.router,
        rule_views.router, what_if_views.router, components.router, health.router,
    ):  # fmt: skip
        attach(router.routes)
        app.include_router(router)
        app.state.routes += router.routes
    for error in (
        BootscopeError, RequestValidationError, HTTPException, ClientDisconnect, Exception
    ):  # fmt: skip
        app.add_exception_handler(error, _handle)
    return app


def serve() -> int:
    """Serve until interrupted; says where in one line."""
    settings = load_settings()
    application = create_app(settings)
    proxies = parts(settings.trusted_proxies)
    config = uvicorn.Config(
        application, log_level="warning", server_header=False, lifespan="off",
        proxy_headers=bool(proxies), forwarded_allow_ips=proxies,
    )  # fmt: skip
    try:
        listener = socket.create_server((settings.host, settings.port), backlog=2048)
    except OSError as error:
        raise SettingsError(
            f"Cannot serve on {settings.host}:{settings.port}: {error.strerror}.",
            hint="Set BOOTSCOPE_PORT to a free port.",
        ) from error
    port = listener.getsockname()[1]
    service = application.state.service
    samples = len(service.samples())
    if settings.access != "open" and not service.tokens.any_live():
        print("No token is live: 'bootscope tokens create NAME' makes one", file=sys.stderr)
    print(f"Bootscope serves on http://{settings.host}:{port} with {samples} samples", flush=True)
    uvicorn.Server(config).run(sockets=[listener])
    application.state.notifier.close()
    return 0


def _handle(request: Request, error: Exception) -> Response:
    """A page for browsers, problem+json for everybody else."""
    wants_page = "text/html" in request.headers.get("accept", "")
    page = wants_page and not request.url.path.startswith("/api/")
    response: Response = views.error_page(request, error) if page else respond(request, error)
    told = getattr(error, "headers", None) or []
    for name, value in told.items() if isinstance(told, Mapping) else told:
        response.headers.append(name, value)
    if response.status_code == 405:
        response.headers["Allow"] = allowed(request.app.state.routes, request.url.path)
    if response.status_code == 500:  # it is made outside of what adds these to all others
        secure(response.headers)
        response.headers[HEADER] = known_as = request_id(request)
        _LOG.error("Request %s failed: %s %a", known_as, request.method, request.url.path)
    return response
