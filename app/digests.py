"""SHA-256 of what is small, without OpenSSL.

``hashlib`` loads OpenSSL, which takes 3 ms: as long as Python's own SHA-256 takes for
half a megabyte, and a twentieth of all that it takes to judge a boot. What is larger goes to
``hashlib``, which is faster then.
"""

import sys
from collections.abc import Callable
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


def _maker(size: int) -> Callable[[bytes], Any]:
    with suppress(ImportError):
        if size <= _SMALL:
            return import_module(_OWN).sha256  # type: ignore[no-any-return]
    from hashlib import sha256

    return sha256
