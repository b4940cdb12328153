"""zip and tar archives of logs, and the body of a LAVA callback, which holds a job's log.

Nothing is written to disk, names are only shown.
"""

from collections.abc import Iterator
from io import BytesIO
from typing import IO

from parsers.errors import InputTooLarge, UnreadableInput
from parsers.pattern import bytes_pattern

MAX_MEMBERS = 1_000
MAX_ENTRIES = 10_000
"""Files, folders and links together: each costs memory, even if it is passed over."""
_TAR_MAGIC_AT = 257
_ZIP_ENTRY = b"PK\x01\x02"
_CALLBACK_LOG = bytes_pattern(rb'"log":\s{0,4}"[^"]{0,40}- \{(?:\\")?dt\b')


def is_archive(data: bytes) -> bool:
    """Whether these bytes begin a zip or a tar archive, or are a LAVA callback."""
    is_tar = data[_TAR_MAGIC_AT : _TAR_MAGIC_AT + 5] == b"ustar"
    return is_tar or data.startswith((b"PK\x03\x04", b"PK\x05\x06")) or _is_callback(data)


def members(data: bytes, max_bytes: int) -> Iterator[tuple[str, bytes]]:
    """The files of an archive, by name, in its order.

    Raises InputTooLarge where they are over ``max_bytes`` together once unpacked, or
    too many, and UnreadableInput where the archive is broken.
    """
    if _is_callback(data):
        yield "log.yaml", _callback_log(data)
        return
    broken = _broken()
    found = _zip_members(data) if data.startswith(b"PK") else _tar_members(data)
    left = max_bytes
    try:
        for count, (name, reader) in enumerate(found):
            content = reader.read(left + 1)
            left -= len(content)
            if left < 0 or count == MAX_MEMBERS:
                raise _too_much(f"{max_bytes:,} bytes or {MAX_MEMBERS:,} files")
            yield name.encode("utf-8", "backslashreplace").decode(), content
    except broken as error:
        raise UnreadableInput(
            f"The archive is broken: {error}.", hint="Pack it again, or send the logs plain."
        ) from error


def _broken() -> tuple[type[Exception], ...]:
    """What a broken archive may raise. A plain log needs none of these modules."""
    import lzma
    import struct
    import tarfile
    import zipfile
    import zlib

    return (
        zipfile.BadZipFile, tarfile.TarError, zlib.error, lzma.LZMAError, struct.error, EOFError,
        OSError, ValueError, NotImplementedError, OverflowError, LookupError,
        RuntimeError,  # zipfile has it for a password
    )  # fmt: skip


def _too_much(what: str) -> InputTooLarge:
    return InputTooLarge(f"The archive holds over {what}.", hint="Send the logs one at a time.")


def _zip_members(data: bytes) -> Iterator[tuple[str, IO[bytes]]]:
    if data.count(_ZIP_ENTRY) > MAX_ENTRIES:  # opening it makes an object of each
        raise _too_much(f"{MAX_ENTRIES:,} files")
    import zipfile

    with zipfile.ZipFile(BytesIO(data)) as archive:
        for entry in archive.infolist():
            if not entry.is_dir():
                with archive.open(entry) as reader:
                    yield entry.filename, reader


def _tar_members(data: bytes) -> Iterator[tuple[str, IO[bytes]]]:
    import tarfile

    with tarfile.open(fileobj=BytesIO(data), mode="r:") as archive:
        for count, entry in enumerate(archive):
            if count == MAX_ENTRIES:
                raise _too_much(f"{MAX_ENTRIES:,} files")
            reader = archive.extractfile(entry) if entry.isfile() else None
            if reader is not None:
                yield entry.name, reader


def _is_callback(data: bytes) -> bool:
    """A JSON object with the job's YAML log, escaped, as one of its strings."""
    return data[:64].lstrip().startswith(b"{") and _CALLBACK_LOG.search(data) is not None


def _callback_log(data: bytes) -> bytes:
    """The log alone. It cannot be larger than the callback. Raises UnreadableInput."""
    import json

    try:
        log = json.loads(data, strict=False)["log"]
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise UnreadableInput(
            f"The LAVA callback is broken: {error}.",
            hint="Send it whole, or the job's log.yaml.",
        ) from error
    return str(log).encode("utf-8", "replace")
