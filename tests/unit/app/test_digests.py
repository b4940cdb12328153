"""The hashes that ids are made of are hashlib's, whoever makes them."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app import digests
from app.digests import sha256_bytes, sha256_hex


@given(st.binary(max_size=200))
def test_small_ones(data: bytes) -> None:
    assert sha256_hex(data) == hashlib.sha256(data).hexdigest()
    assert sha256_bytes(data) == hashlib.sha256(data).digest()


@pytest.mark.parametrize("size", [512 * 1024, 512 * 1024 + 1])
def test_large_ones(size: int) -> None:
    assert sha256_hex(b"x" * size) == hashlib.sha256(b"x" * size).hexdigest()


def test_where_python_has_none_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(digests, "_OWN", "no_such_module")
    assert sha256_hex(b"x") == hashlib.sha256(b"x").hexdigest()
