"""Globs do what fnmatch says, and do it in time."""

import time
from fnmatch import fnmatchcase

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.rules.globs import is_glob, matcher
from app.rules.steps import Steps
from app.rules.texts import Texts

GLOBS = st.text("ab*?[]!-", max_size=8)
TEXT = st.text("ab[]-", max_size=10)


@given(st.lists(GLOBS, min_size=1, max_size=3), st.lists(TEXT, max_size=6))
def test_they_mean_what_fnmatch_means(globs: list[str], texts: list[str]) -> None:
    expected = [any(fnmatchcase(text, glob) for glob in globs) for text in texts]
    assert [bool(matcher(tuple(globs))(text)) for text in texts] == expected
    assert Texts(texts).fitting(tuple(globs), Steps()) == [
        i for i, fits in enumerate(expected) if fits
    ]


def test_what_a_glob_is() -> None:
    assert [is_glob(name) for name in ("a", "a*", "a?", "[a]", "")] == [
        False, True, True, True, False,
    ]  # fmt: skip


def test_a_line_break_in_a_glob_finds_no_two_lines() -> None:
    assert Texts(["ab", "cd"]).fitting(("*b\nc*",), Steps()) == []
    assert Texts([]).fitting(("*", "a"), Steps()) == []


@pytest.mark.parametrize("glob", ["*a" * 90 + "b", "a*" * 90 + "?b", "*[a]*" * 30 + "b"])
def test_no_glob_takes_long(glob: str) -> None:
    begun = time.process_time()
    assert not matcher((glob,))("a" * 4_000)
    assert not Texts(["a" * 4_000] * 50).fitting((glob,), Steps())
    assert time.process_time() - begun < 1


def test_a_part_that_is_often_there_is_looked_for_where_it_pays() -> None:
    texts = [f"usb{n}" if n % 12 else f"new usb{n}" for n in range(240)]
    assert Texts(texts).fitting(("new usb?4",), Steps()) == [24, 84]
    assert Texts(texts).fitting(("*usb?",), Steps()) == list(range(10))


@pytest.mark.parametrize("part", ["usb", "registered as a device", "registered as " + "a " * 20])
def test_short_parts_and_long_ones_are_found_in_order(part: str) -> None:
    """Short ones are looked for from the end."""
    texts = [f"{n}: {part}" if n % 90 == 7 else f"{n}: none" for n in range(3_000)]
    for some in (texts[:300], texts):
        expected = [n for n, text in enumerate(some) if part in text]
        assert Texts(some).fitting((f"*{part}*",), Steps()) == expected
        assert Texts(some).fitting((f"*{part}", "7: *"), Steps()) == expected


@pytest.mark.parametrize(
    "part", ["ab" + "a" * 10, "a" * 11 + "b", "ab" + "a" * 29, "ab" + "a" * 150, "aaaab"]
)
def test_looking_for_a_part_takes_no_longer_than_it_counts(part: str) -> None:
    for count in (250, 4_000):
        texts, steps = ["a" * 1_000] * count, Steps()
        begun = time.process_time()
        assert not Texts(texts).fitting((f"*{part}*",), steps)
        took = time.process_time() - begun
        assert took < (steps.limit - steps.left) * 50e-9 + 0.1


def test_stars_alone_and_parts_out_of_order() -> None:
    assert matcher(("**",))("anything")
    assert [bool(matcher(("*b*c*a",))(text)) for text in ("xbxcxa", "cbxa", "ca")] == [
        True, False, False,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("glob", "fits", "others"),
    [
        ("*a[:,] b*", ("xa: by", "a, b"), ("a; b", "a[:,] b", "a b")),
        ("[ab]", ("a", "b"), ("", "ab", "[ab]", "c")),
        ("x[]]y[", ("x]y[",), ("xy[", "x]y")),
        ("[!a]b", ("!b", "cb"), ("ab", "b")),
        ("[a-c]b", ("ab", "bb"), ("-b", "db")),
        ("[*?]b", ("*b", "?b"), ("ab", "b")),
        ("[ab][cd]", ("ac", "bd"), ("ab", "cd")),
        ("[abcde]?", ("ax", "ee"), ("a", "fx")),
    ],
)
def test_brackets(glob: str, fits: tuple[str, ...], others: tuple[str, ...]) -> None:
    found = matcher((glob,))
    wanted = {text for text in (*fits, *others) if fnmatchcase(text, glob)}
    assert {text for text in (*fits, *others) if found(text)} == wanted == set(fits)
