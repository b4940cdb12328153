"""What pydantic must know of a field of a rule file, said without importing it.

They stand in ``Annotated``, are asked only when a rule file is read or described, and
mean what pydantic's own do: judging a log by rules that were read before asks nobody.
"""

from collections.abc import Callable, Iterator
from importlib import import_module
from typing import TYPE_CHECKING, Annotated, Any

if TYPE_CHECKING:
    import datetime

    Date = datetime.date


class Limits:
    """Bounds of a number, a list or a mapping, as ``pydantic.Field`` names them."""

    __is_annotated_types_grouped_metadata__ = True  # pydantic asks such a one for its parts

    def __init__(self, **limits: Any) -> None:
        self._limits = limits

    def __iter__(self) -> Iterator[Any]:
        from pydantic import Field

        yield from Field(**self._limits).metadata


class TextLimits:
    """Bounds of a text, as ``pydantic.StringConstraints`` names them."""

    __is_annotated_types_grouped_metadata__ = True

    def __init__(self, **limits: Any) -> None:
        self._limits = limits

    def __iter__(self) -> Iterator[Any]:
        from pydantic import StringConstraints

        yield from StringConstraints(**self._limits)


class Before:
    """``turn`` makes what people may write into what the field holds; ``takes`` is its type."""

    def __init__(self, turn: Callable[[Any], Any], takes: Any) -> None:
        self._turn, self._takes = turn, takes

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> Any:
        from pydantic import BeforeValidator

        turned = BeforeValidator(self._turn, json_schema_input_type=self._takes)
        return turned.__get_pydantic_core_schema__(source, handler)


class After:
    """``check`` returns a value that is right, and raises ValueError for another."""

    def __init__(self, check: Callable[[Any], Any]) -> None:
        self._check = check

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> Any:
        from pydantic import AfterValidator

        return AfterValidator(self._check).__get_pydantic_core_schema__(source, handler)


class Later:
    """The type ``name`` of a module that is imported when a rule file is read or described."""

    def __init__(self, module: str, name: str) -> None:
        self._module, self._name = module, name

    def __get_pydantic_core_schema__(self, _: Any, handler: Any) -> Any:
        return handler.generate_schema(getattr(import_module(self._module), self._name))


class ToldBy:
    """Of a union, the field that tells which one is meant."""

    def __init__(self, field: str) -> None:
        self._field = field

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> Any:
        from pydantic import Field

        return handler.generate_schema(Annotated[source, Field(discriminator=self._field)])


if not TYPE_CHECKING:  # pragma: no branch
    Date = Annotated[Any, Later("datetime", "date")]
"""A day. The module of days is large, and few boots are judged with a waiver."""
