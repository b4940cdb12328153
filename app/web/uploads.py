"""Uploads as they arrive, and the addresses that answer them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, NamedTuple
from urllib.parse import urlencode

from fastapi import Depends, Query, Request
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException

from app.labels import MAX_LABELS, Label, parse_labels
from app.service import Captured, Service
from app.web.fetched import Fetching, asked_url
from app.web.packs import PART, SentPack, parts, sent
from parsers import EmptyInput
from parsers.detect import by_name
from parsers.framings.registry import FRAMINGS

BOOT = Query(None, ge=1, le=10_000, description="Which boot of the log, from 1")
FRAMING = Query(
    None,
    max_length=40,
    description="Read the log as this framing, whatever detection says; /help/framings has the"
    " names",
    json_schema_extra={"enum": [*(framing.name for framing in FRAMINGS), None]},
)
LABEL = "label"
_FILES = ("log", "symbols", "trace")
_PARTS = (*_FILES, "text", PART, LABEL)


@dataclass(frozen=True, slots=True)
class View:
    """Which boot of a log is shown (from 1), and as what framing it is read.

    Neither is part of the id: both are asked for in the address.
    """

    boot: int | None = None
    framing: str | None = None

    @property
    def index(self) -> int | None:
        """People count boots from 1, the report from 0."""
        return self.boot - 1 if self.boot is not None else None

    @property
    def query(self) -> str:
        """The query that asks for this view; empty for the usual one."""
        asked = {"boot": self.boot, "framing": self.framing}
        given = {name: value for name, value in asked.items() if value is not None}
        return f"?{urlencode(given)}" if given else ""


def framing_of(framing: str | None = FRAMING) -> str | None:
    """The framing asked for. Raises UnknownFraming, which lists those that there are."""
    return by_name(framing).name if framing else None


InFraming = Annotated[str | None, Depends(framing_of)]


def view_of(framing: InFraming, boot: int | None = BOOT) -> View:
    """The view asked for."""
    return View(boot, framing)


InView = Annotated[View, Depends(view_of)]


def service_of(request: Request) -> Service:
    """The service that the application was made with."""
    service: Service = request.app.state.service
    return service


InService = Annotated[Service, Depends(service_of)]


class Upload(NamedTuple):
    """What was captured, the rules that it is to be judged by besides, and its labels."""

    captured: Captured
    pack: SentPack | None = None
    labels: tuple[Label, ...] = ()


async def read_upload(request: Request, name: str = "log", labels: Sequence[str] = ()) -> Upload:
    """What an upload holds; ``labels`` are those of the address, a form may have more.

    Raises EmptyInput where there is no log, BadLabel, and as rules and fetching do.
    """
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        return await _of_body(request, name, labels)
    settings = service_of(request).settings
    async with request.form(
        max_files=len(_FILES) + settings.max_pack_files + 1,
        max_fields=5 + settings.max_pack_files + 2 * MAX_LABELS,
        max_part_size=70 * 1024 * 1024,
    ) as form:
        odd = sorted({*form} - {*_PARTS})
        if odd:
            known = ", ".join(_PARTS)
            raise HTTPException(422, f"A part of the form is '{odd[0]}'; there are {known}.")
        rules = await parts(form)
        told = parse_labels((*labels, *(str(one) for one in form.getlist(LABEL))))
        log, symbols, trace = [await _bytes(form.get(part)) for part in _FILES]
        file, text = form.get("log"), form.get("text")
        if log is not None and isinstance(file, UploadFile):
            name = name if name != "log" else file.filename or name
        elif isinstance(text, str) and text.strip():
            log, name = text.encode("utf-8", "surrogateescape"), "pasted log"
        elif log is not None:
            name = "pasted log"
    if log is None:
        raise EmptyInput(
            "No log was sent.", hint="Send it as the body, or as the form's file 'log'."
        )
    pack = sent(rules, settings) if rules else None
    return Upload(Captured(log, name, symbols, trace), pack, told)


async def _of_body(request: Request, name: str, labels: Sequence[str]) -> Upload:
    """The log itself, or where it is."""
    body = await request.body()
    asked = asked_url(request, body)
    if asked is None:
        return Upload(Captured(body, name), labels=parse_labels(labels))
    told = parse_labels((*labels, *asked.label))
    fetching: Fetching = request.app.state.fetching
    fetched = await fetching.get(asked)
    name = asked.name or (name if name != "log" else fetched.name)
    return Upload(Captured(fetched.data, name), labels=told)


async def _bytes(part: UploadFile | str | None) -> bytes | None:
    """A part of a form, sent as a file or as text; None for an empty one."""
    if isinstance(part, UploadFile):
        return await part.read() if part.size else None
    return part.encode("utf-8", "surrogateescape") if part and part.strip() else None


def permalink(request: Request, service: Service, identity: str, view: View) -> str:
    """The page's address, as others can open it."""
    return f"{server(request, service)}/l/{identity}{view.query}"


def server(request: Request, service: Service) -> str:
    """What every address of this server begins with, as others can open it."""
    return (service.settings.public_url or str(request.base_url)).rstrip("/")
