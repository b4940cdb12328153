"""Uploads by address: ``{"url": ...}`` instead of a log."""

import json
from typing import Annotated, NamedTuple

from anyio import CapacityLimiter, to_thread
from fastapi import Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from app.fetching import Fetched, Fetcher

_MAX_JSON = 64 * 1024
_AT_ONCE = 4


class FromUrl(BaseModel):
    """Where the log is, and what the address of the upload may say, too."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "url": "https://storage.example.org/boot/dmesg.txt.gz",
                "label": ["branch=main"],
            }
        },
    )

    url: Annotated[str, Field(max_length=2000, description="http or https")]
    name: Annotated[str | None, Field(max_length=200, description="Else the file's")] = None
    label: Annotated[list[str], Field(max_length=100, description="key=value")] = []


class Fetching(NamedTuple):
    """Fetches a few at a time, so that slow hosts do not keep other requests waiting."""

    fetcher: Fetcher
    limiter: CapacityLimiter = CapacityLimiter(_AT_ONCE)

    async def get(self, asked: FromUrl) -> Fetched:
        """What is at the address. Raises as ``Fetcher.fetch``."""
        return await to_thread.run_sync(self.fetcher.fetch, asked.url, limiter=self.limiter)


def asked_url(request: Request, body: bytes) -> FromUrl | None:
    """What a JSON body asks to be fetched; None where it is a log, which may be JSON, too.

    Raises RequestValidationError.
    """
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
        return None
    if len(body) > _MAX_JSON:
        return None
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return None
    if not isinstance(said, dict) or "url" not in said:
        return None
    try:
        return FromUrl.model_validate(said)
    except ValidationError as error:
        faults = [{**fault, "loc": ("body", *fault["loc"])} for fault in error.errors()]
        raise RequestValidationError(faults) from error
