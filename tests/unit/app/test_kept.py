"""Texts that are kept for a while."""

from app.web.kept import KeptTexts


def test_what_was_not_asked_for_longest_goes_first() -> None:
    kept = KeptTexts(most=10)
    kept.keep("a", b"1234")
    kept.keep("b", b"5678")
    assert kept.get("a") == b"1234"
    kept.keep("c", b"90ab")
    assert (kept.get("a"), kept.get("b"), kept.get("c")) == (b"1234", None, b"90ab")
    kept.keep("a", b"12")
    kept.keep("d", b"cdef")
    assert (kept.get("a"), kept.get("c"), kept.get("d")) == (b"12", b"90ab", b"cdef")


def test_too_much_is_not_kept() -> None:
    kept = KeptTexts(most=10)
    kept.keep("a", b"x" * 11)
    assert kept.get("a") is None
    kept.keep("b", b"y" * 10)
    assert kept.get("b") == b"y" * 10
