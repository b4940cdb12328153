"""Uploads as they arrive, and the addresses that answer them."""

from typing import Annotated

from fastapi import Depends, Query, Request
from starlette.datastructures import UploadFile

from app.service import Service
from parsers import EmptyInput

BOOT = Query(None, ge=1, le=10_000, description="Which boot of the log, from 1")


def service_of(request: Request) -> Service:
    """The service that the application was made with."""
    service: Service = request.app.state.service
    return service


InService = Annotated[Service, Depends(service_of)]


async def read_upload(request: Request, name: str) -> tuple[bytes, bytes | None, str]:
    """Log, symbols and name of an upload. Raises EmptyInput where there is no log."""
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        return await request.body(), None, name
    async with request.form(max_files=2, max_fields=5, max_part_size=70 * 1024 * 1024) as form:
        log, symbols, text = form.get("log"), form.get("symbols"), form.get("text")
        packed = await symbols.read() if isinstance(symbols, UploadFile) and symbols.size else None
        if isinstance(log, UploadFile) and log.size:
            return await log.read(), packed, name if name != "log" else log.filename or name
        pasted = text if isinstance(text, str) and text.strip() else log
        if isinstance(pasted, str) and pasted.strip():
            return pasted.encode("utf-8", "surrogateescape"), packed, "pasted log"
    raise EmptyInput("No log was sent.", hint="Send it as the body, or as the form's file 'log'.")


def permalink(request: Request, service: Service, identity: str, boot: int | None = None) -> str:
    """The page's address, as others can open it."""
    base = service.settings.public_url or str(request.base_url)
    return f"{base.rstrip('/')}/l/{identity}{boot_query(boot)}"


def boot_query(boot: int | None) -> str:
    """The query that asks for one boot (from 1); empty for none."""
    return f"?boot={boot}" if boot is not None else ""


def zero_based(boot: int | None) -> int | None:
    """People count boots from 1, the report from 0."""
    return boot - 1 if boot is not None else None
