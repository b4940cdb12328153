"""Where each name stands in a list."""

from hypothesis import given
from hypothesis import strategies as st

from app.rules.places import Places


@given(st.lists(st.sampled_from("abcdef"), max_size=12), st.integers(0, 3), st.sets(st.integers(0)))
def test_every_place_of_each_name(names: list[str], first: int, chosen: set[int]) -> None:
    places = Places(names, first)
    known = [*dict.fromkeys(names)]
    assert [*places.last] == known
    some = [place for place in sorted(chosen) if place < len(known)]
    wanted = {known[place] for place in some}
    expected = [place for place, name in enumerate(names, first) if name in wanted]
    assert places.of(wanted) == places.of_these(some) == expected


def test_where_no_name_comes_twice() -> None:
    assert Places(["a", "b", "c"], 7).of_these([0, 2]) == [7, 9]
    assert Places(["a", "b", "c"]).of_these([0, 2]) == [0, 2]
    assert Places(["a", "b", "a"]).of_these([0]) == [0, 2]
