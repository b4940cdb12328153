"""Times, gaps, errnos and lists in words."""

import pytest

from app.rules.wording import duration, errno_name, errno_symbol, listed, seconds


@pytest.mark.parametrize(
    ("span_us", "words"),
    [
        (None, "some time"), (0, "0 us"), (-412, "412 us"), (1_500, "1.5 ms"),
        (66_400, "66 ms"), (1_249_000, "1.2 s"),
    ],
)  # fmt: skip
def test_duration(span_us: int | None, words: str) -> None:
    assert duration(span_us) == words


def test_seconds() -> None:
    assert seconds(1_579_198) == "1.579198 s"
    assert seconds(None) == "no time"


@pytest.mark.parametrize(
    ("returned", "words"),
    [(0, "0"), (-22, "-22 (EINVAL)"), (517, "517 (EPROBE_DEFER)"), (9999, "9999")],
)
def test_errno_name(returned: int, words: str) -> None:
    assert errno_name(returned) == words
    assert errno_symbol(returned) == words.partition(" (")[2].rstrip(")")


def test_listed() -> None:
    assert [listed(list(names)) for names in ("", "a", "ab", "abc")] == [
        "",
        "a",
        "a and b",
        "a, b and c",
    ]
    assert listed(list("abcdefg")) == "a, b, c, d, e and 2 more"
