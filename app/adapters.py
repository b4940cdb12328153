"""pydantic, where something crosses the border: JSON, rule files, schemas.

Import this where that happens, not at the top of a module: importing pydantic takes
longer than reading a log does (docs/adr/0008).
"""

from functools import cache
from typing import Any, TypeVar

from pydantic import TypeAdapter

T = TypeVar("T")


def adapter(cls: type[T]) -> TypeAdapter[T]:
    """What checks, reads, writes and describes records of ``cls``; made once."""
    key: Any = cls
    return _adapter(key)


@cache
def _adapter(cls: Any) -> TypeAdapter[Any]:
    return TypeAdapter(cls)
