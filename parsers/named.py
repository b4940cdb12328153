"""``NamedTuple``, cheap to define.

To a type checker it is ``typing.NamedTuple``, and it has what that has. Defining one
takes 15 us instead of 100: its ``__new__`` is compiled when the first object is made.
docs/adr/0008 has the figures. From Python 3.14 on it is the real one, which reads
annotations in another way.
"""

import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING or sys.version_info >= (3, 14):  # pragma: no cover - not run by 3.11 to 3.13
    from typing import NamedTuple
else:
    from collections import _tuplegetter

    def _first_new(cls: Any, /, *args: object, **values: object) -> Any:
        """The ``__new__`` of a class of which there is no object yet."""
        cls.__new__ = _compiled_new(cls)
        return cls(*args, **values)

    def _compiled_new(cls: Any) -> Any:
        names, defaults = cls._fields, cls._field_defaults
        arguments = ", ".join(f"{n}=default_{n}" if n in defaults else n for n in names)
        scope = {f"default_{name}": value for name, value in defaults.items()}
        scope |= {"make": tuple.__new__}
        code = f"lambda cls, {arguments}: make(cls, ({', '.join(names)},))"
        return eval(code, scope)  # noqa: S307 - names of fields of our own classes

    def _make(cls: Any, values: Any) -> Any:
        return cls(*values)

    def _replace(self: Any, /, **changes: object) -> Any:
        made = self._make(changes.pop(name, value) for name, value in self._asdict().items())
        if changes:
            raise ValueError(f"no such field: {', '.join(changes)}")
        return made

    def _asdict(self: Any) -> dict[str, Any]:
        return dict(zip(self._fields, self, strict=True))

    def _repr(self: Any) -> str:
        fields = ", ".join(f"{name}={value!r}" for name, value in self._asdict().items())
        return f"{type(self).__name__}({fields})"

    def _getnewargs(self: Any) -> tuple[Any, ...]:
        return tuple(self)

    _METHODS = {
        "__slots__": (),
        "__new__": _first_new,
        "__repr__": _repr,
        "__getnewargs__": _getnewargs,
        "_make": classmethod(_make),
        "_replace": _replace,
        "_asdict": _asdict,
    }

    class _Definition(type):
        """Makes of the body of a class a tuple with named fields."""

        def __new__(cls, name: str, _: Any, body: dict[str, Any]) -> Any:
            fields = tuple(body.get("__annotations__", ()))
            defaults = {field: body.pop(field) for field in fields if field in body}
            getters = {field: _tuplegetter(place, "") for place, field in enumerate(fields)}
            about = {"_fields": fields, "_field_defaults": defaults, "__match_args__": fields}
            return type(name, (tuple,), _METHODS | body | getters | about)

    NamedTuple = type.__new__(_Definition, "NamedTuple", (), {})

__all__ = ["NamedTuple"]
