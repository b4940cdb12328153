"""SHA-256 of what is small, without OpenSSL, and the ids that are made of it.

``hashlib`` loads OpenSSL, which takes 3 ms: as long as Python's own SHA-256 takes for
half a megabyte, and a twentieth of all that it takes to judge a boot. What is larger goes to
``hashlib``, which is faster then.
"""

import sys
from base64 import b32encode
from collections.abc import Callable, Sequence
from contextlib import suppress
from importlib import import_module
from typing import Any

_SMALL = 512 * 1024
_OWN = "_sha2" if sys.version_info >= (3, 12) else "_sha256"
"""CPython's module; other Pythons have none."""


def sha256_hex(data: bytes) -> str:
    """The hash in hexadecimal digits."""
    return str(_maker(len(data))(data).hexdigest())


def sha256_bytes(data: bytes) -> bytes:
    """The hash as it is, 32 bytes."""
    return bytes(_maker(len(data))(data).digest())


def log_id(log_sha256: str, companions: Sequence[str | None] = ()) -> str:
    """The id of a log: 26 characters of base32 over the SHA-256 of its bytes.

    ``companions`` are symbols and trace, in this order. With any, it is over the list of
    all hashes, as hex, one a line; where symbols are missing before a trace their line is
    empty, so that the same bytes in either place get two ids. Whoever holds the log can
    compute it.
    """
    digest = bytes.fromhex(log_sha256)
    if any(companions):
        listed = "\n".join([log_sha256, *(sha256 or "" for sha256 in companions)]).rstrip("\n")
        digest = sha256_bytes(listed.encode())
    return b32encode(digest).decode("ascii").lower()[:26]


def _maker(size: int) -> Callable[[bytes], Any]:
    with suppress(ImportError):
        if size <= _SMALL:
            return import_module(_OWN).sha256  # type: ignore[no-any-return]
    from hashlib import sha256

    return sha256
