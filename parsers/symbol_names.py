"""The names that a kernel build gives to its initcalls.

include/linux/init.h, 5.12 and later, names an entry of the initcall table
``__initcall__kmod_<module>__<counter>_<line>_<function><id>``, and with Clang's LTO
also the function in it, a stub that calls the real one, ``__initstub__kmod_...``
alike. Before, an entry was ``__initcall_<function><id>``, without ``id`` for
console_initcall() and security_initcall(), and for all before 2.6.20 or so. A built-in
module of Rust is ``__<module>_initcall`` (rust/macros/module.rs).

``id`` is glued to the function's name, and all the same never in doubt: it is
the level, and no level's id ends as another's does. A name that may have none is
the real trap (``foo_v2``), which only its place in the table decides.
"""

from parsers.events import Level
from parsers.named import NamedTuple
from parsers.pattern import pattern

MAX_NAME = 512
"""Characters of a symbol, the kernel's own limit (KSYM_NAME_LEN, include/linux/kallsyms.h)."""

_DECORATION = pattern(r"(?:\.[0-9a-f]{32})?\.cfi_jt$|\.(?:isra|constprop|part|llvm)\.\d+(?:\..*)?$")
_KMOD = pattern(r"__(initcall|initstub)__kmod_(.+?)__\d+_\d+_(.+)")
_OLD = pattern(r"__initcall_(?!_kmod_|start$|end$)(\w+)")
_RUST = pattern(r"__(\w+)_initcall")
_LEVEL = pattern(r"(early|rootfs|con|[0-7]s?)$")


class Entry(NamedTuple):
    """What a symbol says of an initcall. ``level`` is None where its name has no id.

    ``kind`` is ``kmod`` (5.12 and later), ``old``, ``rust`` or ``stub``.
    """

    kind: str
    module: str
    function: str
    level: Level | None

    @property
    def glued(self) -> str:
        """Function and id as they stand in the symbol."""
        return self.function + (self.level or "")


def plain_name(symbol: str) -> str:
    """A function's name without what the compiler or an LTO build added to it."""
    return named(symbol)[0]


def named(symbol: str) -> tuple[str, Level | None]:
    """A function's plain name, and the level that an LTO build's stub names."""
    if "." not in symbol and not symbol.startswith("__initstub__"):
        return symbol, None
    plain = undecorated(symbol)
    if plain.startswith("__initstub__") and (entry := read_name(plain)) is not None:
        return entry.function, entry.level
    return plain, None


def read_name(symbol: str) -> Entry | None:
    """What an undecorated name says of an initcall; None for every other symbol."""
    if (found := _KMOD.fullmatch(symbol)) is not None:
        kind = "stub" if found[1] == "initstub" else "kmod"
        return Entry(kind, found[2], *_split(found[3]))
    if (found := _OLD.fullmatch(symbol)) is not None:
        return Entry("old", "", *_split(found[1]))
    if (found := _RUST.fullmatch(symbol)) is not None:
        return Entry("rust", found[1], f"__{found[1]}_init", "6")
    return None


def undecorated(symbol: str) -> str:
    """A symbol without what the compiler added to it."""
    return _DECORATION.sub("", symbol) if "." in symbol else symbol


def _split(glued: str) -> tuple[str, Level | None]:
    suffix = _LEVEL.search(glued)
    if suffix is None or suffix.start() == 0:
        return glued, None
    level: Level = suffix[1]  # type: ignore[assignment]
    return glued[: suffix.start()], level
