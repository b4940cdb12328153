"""Bytes by content: raw logs and their reports, packed, in an object store."""

import os
import sys
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

import obstore
from obstore.exceptions import AlreadyExistsError, BaseError
from obstore.store import LocalStore, ObjectStore, from_url

from app.errors import SettingsError, StoreDown

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

_LEVEL = 3
_ASK = "Whoever runs the server has to look at BOOTSCOPE_DATA or BOOTSCOPE_BLOBS_URL."


class Blobs(Protocol):
    """Content-addressed bytes. A put is durable once it returns."""

    def put(self, key: str, data: bytes) -> None:
        """Keep ``data`` under ``key``; the same key always has the same bytes."""

    def get(self, key: str) -> bytes | None:
        """The bytes, or None."""

    def delete(self, key: str) -> None:
        """Forget the bytes, if they are there."""

    def check(self) -> None:
        """Raises StoreDown where they cannot be reached."""


def open_blobs(url: str) -> Blobs:
    """The object store behind ``url`` (``file://``, ``s3://``, ``gs://``, ``az://``)."""
    parts = urlsplit(url)
    if parts.scheme == "file":
        folder = Path(unquote(parts.path))
        folder.mkdir(parents=True, exist_ok=True)
        return ObjectBlobs(LocalStore(folder), folder)
    try:
        return ObjectBlobs(from_url(url), None)
    except BaseError as error:
        raise SettingsError(
            f"BOOTSCOPE_BLOBS_URL cannot be used: {str(error).splitlines()[0]}"
        ) from error


class ObjectBlobs:
    """Blobs in an obstore store. Of a local folder, every put is flushed to disk."""

    def __init__(self, store: ObjectStore, folder: Path | None) -> None:
        self._store = store
        self._folder = folder

    def put(self, key: str, data: bytes) -> None:
        """Keep ``data``, packed. What is there already is left, if it is whole.

        A power cut may leave a file that was never acknowledged without its bytes; it
        must not pass for the blob when the same bytes come again.
        """
        packed = zstd.compress(data, _LEVEL)
        path = self._folder / key if self._folder is not None else None
        new_folder = path is not None and not path.parent.exists()
        try:
            obstore.put(self._store, key, packed, mode="create")
        except AlreadyExistsError:
            if self._is_whole(key, data):
                return
            obstore.put(self._store, key, packed, mode="overwrite")
        if path is not None:
            _flush(path)
            _flush(path.parent)
        if path is not None and new_folder:
            _flush(path.parent.parent)
            _flush(path.parent.parent.parent)

    def get(self, key: str) -> bytes | None:
        """The bytes as they were given, or None."""
        try:
            return zstd.decompress(bytes(obstore.get(self._store, key).bytes()))
        except FileNotFoundError:
            return None

    def _is_whole(self, key: str, data: bytes) -> bool:
        try:
            return self.get(key) == data
        except (zstd.ZstdError, EOFError):
            return False

    def delete(self, key: str) -> None:
        """Forget the bytes."""
        try:
            obstore.delete(self._store, key)
        except FileNotFoundError:
            return

    def check(self) -> None:
        """See that the folder is there; of another store, that it knows what it has not."""
        if self._folder is not None:
            if not self._folder.is_dir():
                raise StoreDown("The blobs' folder is gone.", hint=_ASK)
            return
        try:
            obstore.head(self._store, "health/nothing")
        except FileNotFoundError:
            return
        except BaseError as error:
            raise StoreDown("The blobs' store does not answer.", hint=_ASK) from error


def blob_key(kind: str, sha256: str) -> str:
    """Where bytes of a kind lie: ``logs/ab/abcdef....zst``."""
    return f"{kind}/{sha256[:2]}/{sha256}.zst"


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
