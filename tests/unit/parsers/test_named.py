"""The cheap NamedTuple is as typing's, whatever is done with it."""

import copy
import pickle
import typing
from typing import Any

import pytest

from parsers.named import NamedTuple


class Ours(NamedTuple):
    """A place."""

    name: str
    line: int = 1
    more: tuple[str, ...] = ()

    @property
    def twice(self) -> int:
        """A method of its own."""
        return self.line * 2


class Theirs(typing.NamedTuple):
    """A place."""

    name: str
    line: int = 1
    more: tuple[str, ...] = ()


class Bare(NamedTuple):
    """No defaults."""

    one: int
    other: int


BOTH = [Ours, Theirs]


@pytest.mark.parametrize("made", BOTH)
def test_it_is_a_tuple_with_names(made: Any) -> None:
    one = made("a", more=("x",))
    name, line, more = one
    assert (name, line, more) == ("a", 1, ("x",)) == one == (one.name, one.line, one.more)
    assert isinstance(one, tuple) and len(one) == 3 and one[0] == "a"
    assert hash(one) == hash(("a", 1, ("x",)))
    assert one._replace(line=5) == ("a", 5, ("x",))
    assert one._asdict() == {"name": "a", "line": 1, "more": ("x",)}
    assert made._make(["b", 2, ()]) == made("b", 2)
    assert made._fields == ("name", "line", "more")
    assert made._field_defaults == {"line": 1, "more": ()}
    assert made.__match_args__ == made._fields
    assert made.__doc__ == "A place."
    assert repr(one) == f"{made.__name__}(name='a', line=1, more=('x',))"
    assert copy.copy(one) == pickle.loads(pickle.dumps(one)) == one
    assert not hasattr(one, "__dict__")


@pytest.mark.parametrize("made", BOTH)
@pytest.mark.parametrize(
    ("arguments", "named"), [((), {}), (("a", 1, (), 4), {}), (("a",), {"nope": 1})]
)
def test_wrong_arguments_are_refused(made: Any, arguments: Any, named: Any) -> None:
    with pytest.raises(TypeError):
        made(*arguments, **named)
    with pytest.raises(TypeError):  # not only the first time
        made(*arguments, **named)


@pytest.mark.parametrize("made", BOTH)
def test_it_stays_as_it_is(made: Any) -> None:
    with pytest.raises(AttributeError):
        made("a").line = 2
    with pytest.raises(ValueError, match="nope"):
        made("a")._replace(nope=1)


def test_it_has_methods_and_matches_patterns() -> None:
    match Ours("a", 4):
        case Ours(name, line):
            assert (name, line) == ("a", 4)
    assert Ours("a", 4).twice == 8
    assert Bare(1, other=2) == (1, 2)
    assert Bare.__annotations__ == {"one": int, "other": int}
