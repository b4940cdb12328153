"""zip and tar archives of logs. Nothing is written to disk, names are only shown."""

from collections.abc import Iterator
from io import BytesIO
from typing import IO

from parsers.errors import InputTooLarge, UnreadableInput

MAX_MEMBERS = 1_000
_TAR_MAGIC_AT = 257


def is_archive(data: bytes) -> bool:
    """Whether these bytes begin a zip or a tar archive."""
    return data.startswith(b"PK\x03\x04") or data[_TAR_MAGIC_AT : _TAR_MAGIC_AT + 5] == b"ustar"


def members(data: bytes, max_bytes: int) -> Iterator[tuple[str, bytes]]:
    """The files of an archive, by name, in its order.

    Raises InputTooLarge where they are over ``max_bytes`` together once unpacked, or
    too many, and UnreadableInput where the archive is broken.
    """
    import tarfile  # a plain log needs none of it
    import zipfile
    import zlib

    broken = (
        zipfile.BadZipFile, tarfile.TarError, zlib.error, EOFError, OSError,
        NotImplementedError, RuntimeError,  # zipfile has the last for a password
    )  # fmt: skip
    found = _zip_members(data) if data.startswith(b"PK") else _tar_members(data)
    left = max_bytes
    try:
        for count, (name, reader) in enumerate(found):
            content = reader.read(left + 1)
            left -= len(content)
            if left < 0 or count == MAX_MEMBERS:
                raise InputTooLarge(
                    f"The archive holds over {max_bytes:,} bytes or {MAX_MEMBERS:,} files.",
                    hint="Send the logs one at a time.",
                )
            yield name, content
    except broken as error:
        raise UnreadableInput(
            f"The archive is broken: {error}.", hint="Pack it again, or send the logs plain."
        ) from error


def _zip_members(data: bytes) -> Iterator[tuple[str, IO[bytes]]]:
    import zipfile

    with zipfile.ZipFile(BytesIO(data)) as archive:
        for entry in archive.infolist():
            if not entry.is_dir():
                with archive.open(entry) as reader:
                    yield entry.filename, reader


def _tar_members(data: bytes) -> Iterator[tuple[str, IO[bytes]]]:
    import tarfile

    with tarfile.open(fileobj=BytesIO(data), mode="r:") as archive:
        for entry in archive:
            reader = archive.extractfile(entry) if entry.isfile() else None
            if reader is not None:
                yield entry.name, reader
