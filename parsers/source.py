"""Bytes to numbered lines: decompression, decoding, line ends, caps.

Nothing here knows what a kernel log is.
"""

import re
import sys
import zlib
from collections.abc import Iterable, Sequence
from io import BytesIO
from typing import IO, cast

from parsers.archive import is_archive, members
from parsers.errors import EmptyInput, InputTooLarge, UnreadableInput
from parsers.named import NamedTuple
from parsers.pattern import bytes_pattern, pattern

MAX_BYTES = 64 * 1024 * 1024
"""Cap on a log, as sent and once unpacked (a 300,000-initcall boot is 40 MB)."""
MAX_SYMBOL_BYTES = 512 * 1024 * 1024
"""Cap of the command line on a vmlinux, as it is and unpacked (text: MAX_BYTES)."""

_CHUNK = 1024 * 1024
_BLOCK = 4096
_MAX_LAYERS = 2
_MAGIC = (
    (b"\x1f\x8b", "gzip"),
    (b"\xfd7zXZ\x00", "xz"),
    (b"BZh", "bzip2"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
)
_ANSI = pattern(r"\x1b\[[0-9;?]*[ -/]*[@-~]|\x1b[()][0-9A-B]|\x1b[=>78]")
_HTML = bytes_pattern(rb"\s*(?:<!doctype\s+html|<html[\s>]|<head[\s>]|<\?xml)", re.IGNORECASE)
_TEXT_BYTES = b"\t\n\r\x1b\x08\x0b\x0c" + bytes(range(32, 256))


class LogSource(NamedTuple):
    """A log's lines as text. Line N of the capture is ``lines[N - 1]``.

    ``invalid_bytes`` counts bytes that were no UTF-8 (shown as U+FFFD),
    ``container`` names the compression, empty for none.
    """

    lines: tuple[str, ...]
    invalid_bytes: int
    container: str


_QUOTE = pattern(r"(?:> ?)+")


def unquoted(lines: tuple[str, ...]) -> tuple[str, ...]:
    """The lines without the quote marks of a mail, which no kernel line begins with."""
    if not any(line.startswith(">") for line in lines):
        return lines
    return tuple(_QUOTE.sub("", line, count=1) if line[:1] == ">" else line for line in lines)


def present(lines: Sequence[str], wanted: Iterable[str]) -> tuple[str, ...]:
    """Those of the literals that occur in a log at all: most logs lack most of them."""
    missing, found = set(wanted), []
    for start in range(0, len(lines), _BLOCK):
        block = "\n".join(lines[start : start + _BLOCK])
        here = [literal for literal in missing if literal in block]
        found += here
        missing.difference_update(here)
        if not missing:
            break
    return tuple(sorted(found))


def read_source(data: bytes, *, max_bytes: int = MAX_BYTES) -> LogSource:
    """Unpack, decode and split one log.

    Raises EmptyInput, InputTooLarge (as sent, or unpacked past ``max_bytes``;
    unpacking stops there) and UnreadableInput (binary, web page, broken archive).
    """
    if len(data) > max_bytes:
        raise InputTooLarge(
            f"The log has {len(data):,} bytes; the cap is {max_bytes:,}.",
            hint="Send the part from 'Booting Linux' to user space, or raise the cap.",
        )
    data, container = _unpack(data, max_bytes)
    if is_archive(data):
        data, container = _only_member(data, max_bytes), "archive"
    if not data.strip(b"\x00 \t\r\n"):
        raise EmptyInput("The log is empty.", hint="Send the output of dmesg or a serial capture.")
    _refuse_foreign(data)
    text = _decode(data)
    invalid = text.count("\ufffd")
    if "\x1b" in text:
        text = _ANSI.sub("", text)
    if "\x00" in text:
        text = text.replace("\x00", "")
    lines = text.split("\n")
    if lines[-1] == "":
        lines.pop()
    if "\r" in text:
        lines = [line.rstrip("\r") for line in lines]
    return LogSource(tuple(lines), invalid, container)


def logs_in(data: bytes, name: str, *, max_bytes: int = MAX_BYTES) -> list[tuple[str, bytes]]:
    """The logs of an archive, packed or not, each with its name; else the one log.

    Raises as read_source does.
    """
    if len(data) > max_bytes:
        return [(name, data)]
    unpacked, _ = _unpack(data, max_bytes)
    if not is_archive(unpacked):
        return [(name, data)]
    return [
        (f"{name}/{member}", log) for member, log in members(unpacked, max_bytes) if log.strip()
    ]


def unpack(data: bytes, *, max_bytes: int = MAX_BYTES) -> bytes:
    """The one file in ``data``, without compression or archive; text or not.

    Raises InputTooLarge and UnreadableInput as read_source does.
    """
    if len(data) > max_bytes:
        raise InputTooLarge(f"The log has {len(data):,} bytes; the cap is {max_bytes:,}.")
    data, _ = _unpack(data, max_bytes)
    return _only_member(data, max_bytes) if is_archive(data) else data


def _only_member(data: bytes, max_bytes: int) -> bytes:
    logs = [(name, log) for name, log in members(data, max_bytes) if log.strip()]
    if len(logs) > 1:
        names = ", ".join(name for name, _ in logs[:5]) + (" ..." if len(logs) > 5 else "")
        raise UnreadableInput(
            f"This archive holds {len(logs)} files ({names}).",
            hint="Send them one at a time; 'bootscope analyse' takes the archive as it is.",
        )
    return _unpack(logs[0][1], max_bytes)[0] if logs else b""


def _decode(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace")
    return data.decode("utf-8-sig", errors="replace")


def _refuse_foreign(data: bytes) -> None:
    """Refuse web pages and binary data in words that say what they look like."""
    if _HTML.match(data, 0, 512):
        raise UnreadableInput(
            "This is a web page, not a log.",
            hint="Save the raw text behind it (a 'raw' or 'plain' link) and send that.",
            where="line 1",
        )
    if data.startswith(b"\x7fELF"):
        raise UnreadableInput(
            "This is an ELF file, not a log.",
            hint="If it is the build's vmlinux, give it as symbols (--symbols) beside a log.",
        )
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return
    sample = data[:65536].replace(b"\x00", b"")
    if len(sample) < len(data[:65536]) // 3:
        sample = b""
    strange = len(sample.translate(None, _TEXT_BYTES))
    invalid = sample.decode("utf-8", errors="replace").count("\ufffd")
    if not sample or strange > len(sample) // 20 or invalid > len(sample) // 5:
        raise UnreadableInput(
            "This is binary data, not a text log.",
            hint="Send plain text, or text packed with gzip, xz, zstd or bzip2.",
            where="line 1",
        )


def _unpack(data: bytes, max_bytes: int) -> tuple[bytes, str]:
    """Undo at most two layers of compression, told by magic bytes."""
    names: list[str] = []
    while name := next((name for magic, name in _MAGIC if data.startswith(magic)), None):
        if len(names) == _MAX_LAYERS:
            raise UnreadableInput("The log is packed more than twice.", hint="Unpack it once.")
        data = _read_all(*_reader(name, data), name, max_bytes)
        names.append(name)
    return data, "+".join(names)


def _reader(name: str, data: bytes) -> tuple[IO[bytes], type[Exception]]:
    """What unpacks ``data``, and what it raises on broken data; most logs need none."""
    file = BytesIO(data)
    if name == "gzip":
        from gzip import GzipFile

        return cast(IO[bytes], GzipFile(fileobj=file)), zlib.error
    if name == "xz":
        from lzma import LZMAError, LZMAFile

        return LZMAFile(file), LZMAError
    if name == "bzip2":
        from bz2 import BZ2File

        return BZ2File(file), OSError
    if sys.version_info >= (3, 14):
        from compression.zstd import ZstdError, ZstdFile
    else:
        from backports.zstd import ZstdError, ZstdFile
    return cast(IO[bytes], ZstdFile(file)), ZstdError


def _read_all(reader: IO[bytes], broken: type[Exception], name: str, max_bytes: int) -> bytes:
    """Read a chunk at a time, so that a bomb is met before it is unpacked."""
    parts: list[bytes] = []
    size = 0
    try:
        while part := reader.read(_CHUNK):
            size += len(part)
            if size > max_bytes:
                raise InputTooLarge(
                    f"The log is over {max_bytes:,} bytes once unpacked ({name}).",
                    hint="Send the part from 'Booting Linux' to user space.",
                )
            parts.append(part)
    except (OSError, EOFError, ValueError, broken) as error:
        raise UnreadableInput(
            f"The {name} data is broken: {error}.", hint="Pack the log again, or send it plain."
        ) from error
    return b"".join(parts)
