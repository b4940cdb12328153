"""create_app(): settings in, application out."""

import socket

import uvicorn
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware

from app.api import builds, listing, logs, pictures, rulebook, rules, schemas, what_if
from app.errors import SettingsError
from app.pages import components, rule_editor, views
from app.pages import rules as rule_views
from app.pages import what_if as what_if_views
from app.pages.assets import Assets
from app.pages.documents import Documents
from app.pages.templating import make_templates
from app.rule_docs import Shelf
from app.service import open_service
from app.settings import Settings, load_settings
from app.web.body import BodyLimit
from app.web.fresh import build_of_code
from app.web.headers import SecureHeaders
from app.web.problems import respond
from parsers import BootscopeError


def create_app(settings: Settings) -> FastAPI:
    """The application over the store of ``settings``, which is opened here."""
    app = FastAPI(
        title="Bootscope",
        version="1",
        description="Judges the order of Linux boots from their logs.",
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/v1/openapi.json",
    )
    app.state.service = open_service(settings)
    app.state.build = build_of_code()
    app.state.assets = Assets()
    app.state.documents = Documents()
    app.state.shelf = Shelf.shipped()
    app.state.rule_pages = rule_views.RulePages(app.state.shelf)
    app.state.templates = make_templates()
    app.add_middleware(GZipMiddleware, minimum_size=1000, compresslevel=5)
    app.add_middleware(BodyLimit, max_bytes=settings.max_log_bytes)
    app.add_middleware(SecureHeaders)
    for router in (
        logs.router, listing.router, pictures.router, builds.router, rulebook.router, rules.router,
        schemas.router, what_if.router, views.router, rule_editor.router, rule_views.router,
        what_if_views.router, components.router,
    ):  # fmt: skip
        app.include_router(router)
    app.add_api_route("/healthz", _health, methods=["GET", "HEAD"], include_in_schema=False)
    for error in (BootscopeError, RequestValidationError, HTTPException, Exception):
        app.add_exception_handler(error, _handle)
    return app


def serve() -> int:
    """Serve until interrupted; says where in one line."""
    settings = load_settings()
    application = create_app(settings)
    config = uvicorn.Config(application, log_level="warning", server_header=False, lifespan="off")
    try:
        listener = socket.create_server((settings.host, settings.port), backlog=2048)
    except OSError as error:
        raise SettingsError(
            f"Cannot serve on {settings.host}:{settings.port}: {error.strerror}.",
            hint="Set BOOTSCOPE_PORT to a free port.",
        ) from error
    port = listener.getsockname()[1]
    samples = len(application.state.service.samples())
    print(f"Bootscope serves on http://{settings.host}:{port} with {samples} samples", flush=True)
    uvicorn.Server(config).run(sockets=[listener])
    return 0


def _handle(request: Request, error: Exception) -> Response:
    """A page for browsers, problem+json for everybody else."""
    wants_page = "text/html" in request.headers.get("accept", "")
    if wants_page and not request.url.path.startswith("/api/"):
        return views.error_page(request, error)
    return respond(request, error)


def _health() -> dict[str, str]:
    return {"status": "ok"}
