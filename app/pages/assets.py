"""Static files under a prefix that changes with their content, packed once."""

import gzip
import hashlib
import json
import mimetypes
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from fastapi.responses import Response

from app.errors import NotFound, SettingsError
from app.pages.inline import Inline, inline
from app.pages.linking import link_modules

_FOLDER = Path(__file__).parents[1] / "static"
_PACKED_TYPES = ("text/", "application/json", "image/svg+xml", "application/javascript")
_TYPES = {".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8"}


SHEETS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "page": ("base", "intake", "print"),
        "home": ("base", "intake", "home", "print"),
        "below": ("timeline", "chart", "intake", "print"),
        "table": ("base", "intake", "timeline", "print"),
        "rule": ("base", "intake", "verdict", "timeline", "rule", "print"),
        "compare": ("base", "intake", "verdict", "timeline", "compare", "print"),
        "what-if": ("base", "intake", "document", "what-if", "print"),
        "document": ("base", "intake", "document", "print"),
        "history": ("base", "intake", "history", "print"),
        "components": ("base", "intake", "verdict", "timeline", "chart", "components", "print"),
    }
)
"""The style sheets of a page, served as one file: nothing is painted before all are there.

A boot's page has what its verdict needs in itself (``Head``), ``below`` comes after that."""
BUNDLE = "js/timeline.bundle.js"
"""The modules of the timeline's page as one file, made when it is first asked for."""


class Head(NamedTuple):
    """What the first paint of a boot's page needs, to stand in the page itself: a cold
    browser shows the verdict without asking for anything else.
    """

    style: Inline
    theme: Inline


class _File(NamedTuple):
    media_type: str
    data: bytes
    packed: bytes | None


class Assets:
    """The files of app/static, read once. Raises SettingsError where Plotly is missing."""

    def __init__(self, folder: Path = _FOLDER) -> None:
        self._folder = folder
        self._files: dict[str, _File] = {}
        manifest = folder / "vendor" / "manifest.json"
        if not manifest.is_file():
            raise SettingsError(
                "The browser library is not installed.",
                hint="Run 'make run', or 'python scripts/vendor.py'.",
            )
        self.vendor: dict[str, str] = json.loads(manifest.read_text("utf-8"))

    @cached_property
    def prefix(self) -> str:
        """The address that all files lie below, such as ``/static/3fa9c1d2e4b5``."""
        digest = hashlib.sha256()
        for path in sorted(self._folder.rglob("*")):
            if path.is_file():
                digest.update(path.relative_to(self._folder).as_posix().encode())
                digest.update(path.read_bytes())
        return f"/static/{digest.hexdigest()[:12]}"

    @cached_property
    def head(self) -> Head:
        """Style and script for the head of a boot's page, read once."""
        style = "".join(self._read(f"css/{name}.css") for name in ("base", "verdict"))
        return Head(inline(style), inline(self._read("js/theme.js")))

    def response(self, path: str, accept_encoding: str) -> Response:
        """One file, packed where the browser takes that. Raises NotFound."""
        file = self._file(path)
        headers = {
            "Cache-Control": "public, max-age=31536000, immutable",
            "Vary": "Accept-Encoding",
        }
        if file.packed is not None and "gzip" in accept_encoding:
            headers["Content-Encoding"] = "gzip"
            return Response(file.packed, media_type=file.media_type, headers=headers)
        return Response(file.data, media_type=file.media_type, headers=headers)

    def _file(self, path: str) -> _File:
        known = self._files.get(path)
        if known is not None:
            return known
        joined = self._joined(path)
        if joined is not None:
            data = joined.encode()
            kind = _TYPES[Path(path).suffix]
            self._files[path] = _File(kind, data, gzip.compress(data, 9, mtime=0))
            return self._files[path]
        place = (self._folder / path).resolve()
        root = self._folder.resolve()
        usual = place.is_relative_to(root) and place.relative_to(root).as_posix() == path
        if not usual or not place.is_file():  # of two spellings each would be kept
            raise NotFound("There is no such file.")
        media_type = _TYPES.get(place.suffix) or mimetypes.guess_type(place.name)[0]
        media_type = media_type or "application/octet-stream"
        data = place.read_bytes()
        packed = gzip.compress(data, 9, mtime=0) if media_type.startswith(_PACKED_TYPES) else None
        self._files[path] = _File(media_type, data, packed)
        return self._files[path]

    def _joined(self, path: str) -> str | None:
        """The text of a file that is made of several, None for any other."""
        if path == BUNDLE:
            return link_modules(lambda name: self._read(f"js/{name}.js"), "timeline")
        sheets = SHEETS.get(path.removeprefix("css/").removesuffix(".sheet.css"))
        if sheets is None or not path.endswith(".sheet.css"):
            return None
        return "".join(self._read(f"css/{name}.css") for name in sheets)

    def _read(self, name: str) -> str:
        return (self._folder / name).read_text("utf-8")
