"""Records are what dataclasses are, to people, to pydantic and to pickle."""

import copy
import dataclasses
import pickle
from typing import ClassVar

import pytest
from pydantic import TypeAdapter, ValidationError

from parsers.record import record, replace


@record
class Point:
    """A place."""

    UNIT: ClassVar[str] = "mm"
    x: int
    name: str | None = None
    tags: tuple[str, ...] = ()

    @property
    def doubled(self) -> int:
        """Twice x."""
        return self.x * 2


@record
class Even:
    """A checked one."""

    x: int

    def __post_init__(self) -> None:
        if self.x % 2:
            raise ValueError("odd")


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Twin:
    """What Point is like."""

    __pydantic_config__ = {"extra": "forbid"}  # noqa: RUF012 - as pydantic wants it

    x: int
    name: str | None = None
    tags: tuple[str, ...] = ()


def test_fields_are_given_by_name_and_have_defaults() -> None:
    assert (Point(x=1).x, Point(x=1).name, Point(x=1, tags=("a",)).tags) == (1, None, ("a",))
    assert Point(x=2).doubled == 4
    assert Point.UNIT == "mm"
    assert repr(Point(x=1)) == "Point(x=1, name=None, tags=())"
    with pytest.raises(TypeError, match="missing 1 required"):
        Point()  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="unexpected keyword"):
        Point(x=1, y=2)  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="positional"):
        Point(1)  # type: ignore[misc]


def test_a_first_object_made_wrongly_spoils_nothing() -> None:
    @record
    class Fresh:
        x: int

    with pytest.raises(TypeError):
        Fresh()  # type: ignore[call-arg]
    assert Fresh(x=3).x == 3


def test_records_are_frozen() -> None:
    point = Point(x=1)
    with pytest.raises(AttributeError, match="cannot change field 'x' of a Point"):
        point.x = 2  # type: ignore[misc]
    with pytest.raises(AttributeError, match="cannot change"):
        del point.x
    with pytest.raises(AttributeError):
        point.new = 2  # type: ignore[attr-defined]
    with pytest.raises(TypeError, match="inherited"):
        type("Heir", (Point,), {})


def test_equality_and_hash_are_those_of_the_fields() -> None:
    assert Point(x=1) == Point(x=1)
    assert Point(x=1) != Point(x=2)
    assert Point(x=1) != Twin(x=1)
    assert len({Point(x=1), Point(x=1), Point(x=2)}) == 2


def test_copies_and_pickles_are_equal() -> None:
    point = Point(x=1, name="a")
    assert replace(point, name="b") == Point(x=1, name="b")
    assert dataclasses.replace(point, name="b") == Point(x=1, name="b")
    assert copy.deepcopy(point) == copy.copy(point) == point
    assert pickle.loads(pickle.dumps(point)) == point


def test_post_init_checks() -> None:
    assert Even(x=2).x == 2
    with pytest.raises(ValueError, match="odd"):
        Even(x=3)
    with pytest.raises(ValidationError, match="odd"):
        TypeAdapter(Even).validate_python({"x": 3})


def test_to_pydantic_a_record_is_the_dataclass_it_looks_like() -> None:
    ours, theirs = TypeAdapter(Point), TypeAdapter(Twin)
    schema = theirs.json_schema() | {"title": "Point", "description": "A place."}
    assert ours.json_schema() == schema
    point = ours.validate_json('{"x": 1, "tags": ["a"]}')
    assert point == Point(x=1, tags=("a",))
    assert ours.dump_json(point) == theirs.dump_json(Twin(x=1, tags=("a",)))
    assert dataclasses.is_dataclass(Point)
    assert dataclasses.asdict(point) == {"x": 1, "name": None, "tags": ("a",)}
    with pytest.raises(ValidationError, match="Unexpected keyword"):
        ours.validate_json('{"x": 1, "y": 2}')
