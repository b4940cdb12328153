"""A pattern that is compiled late does all that one compiled at once does."""

import re

import pytest

from parsers.pattern import bytes_pattern, pattern


def test_every_method_is_that_of_the_compiled_pattern() -> None:
    late, now = pattern(r"(?P<a>\d)(b)?"), re.compile(r"(?P<a>\d)(b)?")
    text = "x1b2"
    assert late.search(text)[0] == "1b"  # type: ignore[index]
    assert late.match(text) is None
    assert late.fullmatch("1b") is not None
    assert late.findall(text) == now.findall(text)
    assert [found[0] for found in late.finditer(text)] == ["1b", "2"]
    assert late.sub("-", text) == "x--"
    assert (late.groups, late.groupindex) == (now.groups, now.groupindex)
    assert late.pattern == now.pattern
    assert pattern("A", re.IGNORECASE).match("a") is not None
    assert bytes_pattern(b"a").match(b"a") is not None


def test_a_fault_is_told_at_the_first_use() -> None:
    faulty = pattern("(")
    with pytest.raises(re.error):
        faulty.match("x")
