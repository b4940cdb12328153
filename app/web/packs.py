"""Rules as they are sent: one file as the body, or the files of a pack as a form's parts."""

from collections.abc import Sequence
from typing import Annotated, Any, NamedTuple

from fastapi import Depends, Request
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.types import Message

from app.errors import NoPack, PackTooLarge, TooManyRules
from app.reporters.text import printable
from app.rules.files import Caps, Given, from_bytes
from app.rules.loader import DEFAULT_PACKS, load_shipped
from app.rules.model import Pack
from app.rules.reading import load_given
from app.settings import Settings
from parsers.record import replace

PART = "pack"
_NAME = "rule.yaml"
_MAX_NAME = 80
_OVERHEAD = 2**16
"""Bytes of a form beside its files."""
_FILE = {"type": "string", "format": "binary"}
EXAMPLE = """\
schema: 1
id: MY001
name: ffa-too-early
title: FF-A comes up after pKVM
severity: error
why: FF-A calls that are made before pKVM proxies them break what uses FF-A later.
fix: Make ffa_init a later initcall. Whatever needs FF-A early has to wait then.
check:
  kind: order
  first: {initcall: kvm_arm_init, edge: end}
  then: {initcall: ffa_init}
examples:
  - name: the fault
    expect: fail
    log: |
      [    0.000000] Linux version 6.12.0 (aarch64-linux-gnu-gcc)
      [    1.000000] calling  ffa_init+0x0/0x10 @ 1
      [    1.500000] initcall ffa_init+0x0/0x10 returned 0 after 500000 usecs
      [    2.000000] calling  kvm_arm_init+0x0/0x10 @ 1
      [    2.500000] initcall kvm_arm_init+0x0/0x10 returned 0 after 500000 usecs
      [    9.000000] Run /init as init process
"""
"""A rule of one's own, with an example."""
BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/yaml": {
                "schema": {"type": "string"},
                "example": EXAMPLE,
            },
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": [PART],
                    "properties": {
                        PART: {
                            "type": "array",
                            "items": _FILE,
                            "description": "Rule files, and a pack.yaml where there is one",
                        }
                    },
                }
            },
        },
    }
}
"""How OpenAPI describes what ``given_pack`` reads."""


class SentPack(NamedTuple):
    """The files of a pack that was sent, and what its rules may cost together."""

    given: Given
    max_steps: int

    def load(self, *, beside_shipped: bool = False) -> Pack:
        """The pack. Raises RuleFileError with every problem, NoPack for what it may not hold.

        ``beside_shipped``: it is to judge with the shipped ones, whose ids it may not take.
        """
        pack = load_given(self.given)
        if pack.waivers:
            raise NoPack(
                "Waivers are not taken with rules that are sent.",
                hint="Leave them out; 'bootscope analyse --waivers FILE' takes them.",
            )
        for name in DEFAULT_PACKS if beside_shipped else ():
            for rule in pack.rules:
                if load_shipped(name).find(rule.id) is not None:
                    raise NoPack(
                        f"There is a shipped rule {rule.id}.", hint="Give yours an id of its own."
                    )
        # shared evenly, so that what one rule costs is no affair of another's
        return replace(pack, steps=max(1, self.max_steps // len(pack.rules)))


async def given_pack(request: Request) -> SentPack:
    """What was sent to be looked at. Raises PackTooLarge, TooManyRules, NoPack."""
    return (await read_form(request))[0]


async def read_form(request: Request, field: str = "") -> tuple[SentPack, str]:
    """What was sent, and what the form says in ``field``. Raises as ``given_pack``."""
    settings: Settings = request.app.state.service.settings
    limited = Request(request.scope, _Limited(request, settings.max_pack_bytes + _OVERHEAD).receive)
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        return sent([(_NAME, await limited.body())], settings), ""
    try:
        async with limited.form(
            max_files=settings.max_pack_files,
            max_fields=settings.max_pack_files + 1,
            max_part_size=settings.max_pack_bytes,
        ) as form:
            said = form.get(field)
            return sent(await parts(form), settings), said if isinstance(said, str) else ""
    except HTTPException as error:
        raise _told_better(error, settings) from error


InPack = Annotated[SentPack, Depends(given_pack)]


async def parts(form: FormData) -> list[tuple[str, bytes]]:
    """The parts of a form that are rule files, by their bare names. A text is one, too."""
    found: list[tuple[str, bytes]] = []
    for part in form.getlist(PART):
        if isinstance(part, UploadFile):
            if part.size:
                found.append((part.filename or _NAME, await part.read()))
        elif part.strip():
            text = part.replace("\r\n", "\n")  # browsers send every line break of a text so
            found.append((_NAME, text.encode("utf-8", "surrogateescape")))
    return found


def sent(files: Sequence[tuple[str, bytes]], settings: Settings) -> SentPack:
    """Files as a pack that may be read. Raises PackTooLarge, TooManyRules, NoPack."""
    if not any(data.strip() for _, data in files):
        raise NoPack(
            "No rule was sent.", hint=f"Send it as the body, or as files '{PART}' of a form."
        )
    if len(files) > settings.max_pack_files:
        raise _too_many(settings)
    if sum(len(data) for _, data in files) > settings.max_pack_bytes:
        raise _too_large(settings.max_pack_bytes)
    named = [(_bare(name), data) for name, data in files]
    caps = Caps(files=settings.max_pack_files, pack_bytes=settings.max_pack_bytes)
    return SentPack(from_bytes(named, caps), settings.max_steps)


def _told_better(error: HTTPException, settings: Settings) -> Exception:
    """What the form's reader refuses, as the limit of ours that it stands for."""
    detail = str(error.detail)
    if detail.startswith("Too many"):
        return _too_many(settings)
    if detail.startswith("Part exceeded"):
        return _too_large(settings.max_pack_bytes)
    return error


def _bare(name: str) -> str:
    """A file's name without folders, made harmless."""
    bare = printable(name.replace("\\", "/").rpartition("/")[2]).strip()
    return bare[-_MAX_NAME:] or _NAME


def _too_many(settings: Settings) -> TooManyRules:
    return TooManyRules(
        f"More than {settings.max_pack_files} rule files were sent.",
        hint="Send fewer at once; BOOTSCOPE_MAX_PACK_FILES is the server's limit.",
    )


def _too_large(limit: int) -> PackTooLarge:
    return PackTooLarge(
        f"The rules have more than {limit:,} bytes together.",
        hint="Send fewer at once; BOOTSCOPE_MAX_PACK_BYTES is the server's limit.",
    )


class _Limited:
    """A request's body, refused as soon as it is more than a pack may be."""

    def __init__(self, request: Request, limit: int) -> None:
        self._request, self._limit, self._size = request, limit, 0

    async def receive(self) -> Message:
        """The next piece."""
        message = await self._request.receive()
        self._size += len(message.get("body", b""))
        if self._size > self._limit:
            raise _too_large(self._limit - _OVERHEAD)
        return message
