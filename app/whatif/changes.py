"""What may be changed of a boot, and how it is written.

``level:FUNC=LEVEL``, ``defer:FUNC=EVENT``, ``module:FUNC``, ``after:FUNC=FUNC2``,
``drop:FUNC``, ``ima:LEVEL``.
"""

import re
from collections.abc import Sequence
from typing import Literal

from app.errors import ChangeError
from parsers import LEVELS, MACROS
from parsers.named import NamedTuple

ChangeKind = Literal["level", "defer", "module", "after", "drop", "ima"]
MAX_CHANGES = 12
NOTHING = "nothing"
"""``defer:FUNC=nothing``: its probe waits for nothing any more."""
_NAME = re.compile(r"[A-Za-z_][\w.]{0,127}(?:#[1-9]\d{0,3})?", re.ASCII)
_FORMS = {
    "level": "level:FUNC=LEVEL",
    "defer": "defer:FUNC=INITCALL, defer:FUNC=MARKER or defer:FUNC=nothing",
    "module": "module:FUNC",
    "after": "after:FUNC=FUNC2",
    "drop": "drop:FUNC",
    "ima": "ima:LEVEL (ima:7s is late_initcall_sync)",
}
_ALONE = ("module", "drop")
_BY_NAME = (
    {
        macro.replace("_initcall", ""): level
        for level, macro in MACROS.items()
        if level not in ("con", "module")
    }
    | {macro: level for level, macro in MACROS.items()}
    | {"module_init": "6"}
)
"""Levels by their names (``device_sync``) and macros."""


class Change(NamedTuple):
    """One change: of ``function``, to or until ``to``.

    ``to`` is a level, an initcall or a marker, and empty for a module and for what is
    dropped. ``function`` is empty for ``ima``. ``NAME#2`` is its second occurrence.
    """

    kind: ChangeKind
    function: str
    to: str = ""

    def __str__(self) -> str:
        if self.kind == "ima":
            return f"ima:{self.to}"
        return f"{self.kind}:{self.function}" + (f"={self.to}" if self.to else "")


def parse_change(text: str) -> Change:
    """Read one change. Raises ChangeError."""
    kind, colon, rest = text.strip().partition(":")
    if kind not in _FORMS or not colon:
        raise ChangeError(f"'{text[:80]}' is no change.", hint=_known())
    if kind == "ima":
        return Change("ima", "", _level(rest, text))
    function, equals, to = rest.partition("=")
    if not _NAME.fullmatch(function) or (kind in _ALONE) == bool(equals):
        raise ChangeError(f"'{text[:80]}' is no such change.", hint=f"Write {_FORMS[kind]}.")
    if kind in _ALONE:
        return Change(kind, function)  # type: ignore[arg-type]
    if kind == "level":
        return Change("level", function, _level(to, text))
    if not _NAME.fullmatch(to) or to == function:
        raise ChangeError(f"'{text[:80]}' is no such change.", hint=f"Write {_FORMS[kind]}.")
    return Change(kind, function, to)  # type: ignore[arg-type]


def parse_changes(texts: Sequence[str]) -> tuple[Change, ...]:
    """Read several, which apply together. Raises ChangeError."""
    if len(texts) > MAX_CHANGES:
        raise ChangeError(f"{len(texts)} changes are more than {MAX_CHANGES}.", hint="Give fewer.")
    return tuple(map(parse_change, texts))


def settled(changes: Sequence[Change]) -> tuple[Change, ...]:
    """What is left where a later change of the same kind and function replaces an earlier.

    A module has no level: of ``level`` and ``module`` of one function the later counts.
    """
    last: dict[tuple[str, str], Change] = {}
    for change in changes:
        place = "place" if change.kind in ("level", "module") else change.kind
        last.pop((change.function, place), None)
        last[change.function, place] = change
    return tuple(last.values())


def _level(text: str, whole: str) -> str:
    """A level by its number, name or macro. Raises ChangeError."""
    name = _BY_NAME.get(text.strip().removesuffix("_initcall"), text.strip())
    if name in LEVELS and name not in ("con", "module"):
        return name
    raise ChangeError(
        f"'{whole[:80]}' names no level.",
        hint="Levels are early, 0 to 7, 0s to 7s (as in device_initcall_sync: 6s) and rootfs.",
    )


def _known() -> str:
    return f"Changes are {'; '.join(_FORMS.values())}."
