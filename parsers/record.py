"""``@record``: a frozen class of named fields, cheap to define.

A dataclass, except that defining one takes 20 us, not 1 ms: ``dataclasses`` writes and
compiles six methods a class, and brings ``inspect`` with it. Here methods are shared,
and only ``__init__`` is compiled, when the first object is made. Whoever asks a record
for its dataclass fields, as pydantic, FastAPI and ``dataclasses.replace`` do, gets them:
to them it is a dataclass. docs/adr/0008 has the figures.
"""

from typing import Any, ClassVar, TypeVar, dataclass_transform, get_origin

T = TypeVar("T")


@dataclass_transform(frozen_default=True, kw_only_default=True)
def record(cls: type[T]) -> type[T]:
    """Make a class a record. Its annotations are its fields, given by keyword.

    A ``__post_init__`` is called when all fields are set. A record has slots, compares
    and hashes by its fields, and cannot be inherited from.
    """
    fields = {name: hint for name, hint in cls.__annotations__.items() if not _is_class_var(hint)}
    namespace = {name: value for name, value in vars(cls).items() if name not in _LEFT_OUT}
    defaults = {name: namespace.pop(name) for name in fields if name in namespace}
    namespace |= _METHODS
    namespace |= {"__slots__": tuple(fields), "__record_fields__": tuple(fields)}
    namespace["__record_defaults__"] = defaults
    again: Any = type(cls)
    made: type[T] = again(cls.__name__, cls.__bases__, namespace)
    return made


def replace(one: T, /, **changes: object) -> T:
    """A copy of a record with some fields changed."""
    return type(one)(**(values(one) | changes))


def values(one: object) -> dict[str, Any]:
    """The fields of a record with what they hold; of anything else none."""
    return {name: getattr(one, name) for name in fields(one)}


def fields(one: object) -> tuple[str, ...]:
    """The names of a record's fields; of anything else none."""
    names: tuple[str, ...] = getattr(one, "__record_fields__", ())
    return names


def _outside(name: str) -> str:
    """What JSON and YAML call a field: ``from_`` is ``from``, which Python has taken."""
    return name.rstrip("_")


class _Fields:
    """``__dataclass_fields__``, made when somebody asks: nobody does to read a log."""

    def __get__(self, _: object, cls: Any) -> dict[str, Any]:
        from dataclasses import field, make_dataclass

        hints = cls.__annotations__
        like = make_dataclass(
            cls.__name__,
            [(name, hints[name], field()) for name in _names(cls)],
            kw_only=True,
            frozen=True,
        )
        for name in ("__dataclass_fields__", "__dataclass_params__"):
            setattr(cls, name, getattr(like, name))
        fields: dict[str, Any] = cls.__dataclass_fields__
        for name, default in cls.__record_defaults__.items():
            fields[name].default = default  # may be an empty dict, which field() refuses
        return fields


def _first_init(self: Any, /, **values: object) -> None:
    """The ``__init__`` of a class of which there is no object yet."""
    cls = type(self)
    cls.__init__ = _compiled_init(cls)
    cls.__init__(self, **values)


def _compiled_init(cls: Any) -> Any:
    """An ``__init__`` that sets the slots, each by its own descriptor."""
    names, defaults = _names(cls), cls.__record_defaults__
    arguments = ", ".join(f"{n}=default_{n}" if n in defaults else n for n in names)
    body = [f"set_{name}(self, {name})" for name in names]
    if hasattr(cls, "__post_init__"):
        body.append("self.__post_init__()")
    scope = {f"set_{name}": vars(cls)[name].__set__ for name in names}
    scope |= {f"default_{name}": value for name, value in defaults.items()}
    code = f"def __init__(self, /, *, {arguments}):\n " + "\n ".join(body)
    exec(code, scope)  # noqa: S102 - names of fields of our own classes
    return scope["__init__"]


def _names(cls: Any) -> tuple[str, ...]:
    names: tuple[str, ...] = cls.__record_fields__
    return names


def _is_class_var(hint: object) -> bool:
    return hint is ClassVar or get_origin(hint) is ClassVar


def _eq(self: Any, other: object) -> Any:
    if type(self) is not type(other):
        return NotImplemented
    return all(getattr(self, name) == getattr(other, name) for name in _names(self))


def _hash(self: Any) -> int:
    return hash(tuple(values(self).values()))


def _repr(self: Any) -> str:
    fields = ", ".join(f"{name}={value!r}" for name, value in values(self).items())
    return f"{type(self).__qualname__}({fields})"


def _frozen(self: Any, name: str, *_: object) -> None:
    raise AttributeError(f"cannot change field {name!r} of a {type(self).__name__}")


def _getstate(self: Any) -> tuple[Any, ...]:
    return tuple(values(self).values())


def _setstate(self: Any, state: tuple[Any, ...]) -> None:
    for name, value in zip(_names(self), state, strict=True):
        object.__setattr__(self, name, value)


def _no_heirs(cls: type[Any], /, **_: object) -> None:
    raise TypeError(f"a record cannot be inherited from ({cls.__name__})")


_LEFT_OUT = frozenset({"__dict__", "__weakref__"})
_METHODS = {
    "__init__": _first_init,
    "__eq__": _eq,
    "__hash__": _hash,
    "__repr__": _repr,
    "__setattr__": _frozen,
    "__delattr__": _frozen,
    "__getstate__": _getstate,
    "__setstate__": _setstate,
    "__init_subclass__": classmethod(_no_heirs),
    "__dataclass_fields__": _Fields(),
    "__pydantic_config__": {"extra": "forbid", "alias_generator": _outside},
}
