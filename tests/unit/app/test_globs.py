"""Globs do what fnmatch says, and do it in time."""

import time
from fnmatch import fnmatchcase

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.rules.globs import Texts, is_glob, matcher

GLOBS = st.text("ab*?[]!-", max_size=8)
TEXT = st.text("ab[]-", max_size=10)


@given(st.lists(GLOBS, min_size=1, max_size=3), st.lists(TEXT, max_size=6))
def test_they_mean_what_fnmatch_means(globs: list[str], texts: list[str]) -> None:
    expected = [any(fnmatchcase(text, glob) for glob in globs) for text in texts]
    assert [matcher(tuple(globs))(text) for text in texts] == expected
    assert Texts(texts).fitting(tuple(globs)) == [i for i, fits in enumerate(expected) if fits]


def test_what_a_glob_is() -> None:
    assert [is_glob(name) for name in ("a", "a*", "a?", "[a]", "")] == [
        False, True, True, True, False,
    ]  # fmt: skip


def test_a_line_break_in_a_glob_finds_no_two_lines() -> None:
    assert Texts(["ab", "cd"]).fitting(("*b\nc*",)) == []
    assert Texts([]).fitting(("*", "a")) == []


@pytest.mark.parametrize("glob", ["*a" * 90 + "b", "a*" * 90 + "?b", "*[a]*" * 30 + "b"])
def test_no_glob_takes_long(glob: str) -> None:
    begun = time.process_time()
    assert not matcher((glob,))("a" * 4_000)
    assert not Texts(["a" * 4_000] * 50).fitting((glob,))
    assert time.process_time() - begun < 1


def test_a_part_that_is_often_there_is_looked_for_where_it_pays() -> None:
    texts = [f"usb{n}" if n % 12 else f"new usb{n}" for n in range(240)]
    assert Texts(texts).fitting(("new usb?4",)) == [24, 84]
    assert Texts(texts).fitting(("*usb?",)) == list(range(10))
