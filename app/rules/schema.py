"""Older rule files, brought up to today's schema when they are read.

``UPGRADES`` has, for each schema that was left behind, a function that turns a
document of it into one of the next, with ``Document.move``, so that every problem is
still told at the line that the user wrote. Schema 1 is the first: there is none yet.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from app.rules.problems import did_you_mean
from app.rules.yaml_nodes import Document

CURRENT = 1
Upgrade = Callable[[Document], None]
UPGRADES: Mapping[int, Upgrade] = MappingProxyType({})


def upgrade(document: Document, upgrades: Mapping[int, Upgrade] = UPGRADES) -> bool:
    """Bring a document to ``CURRENT`` and tell whether it is there; what is wrong is told.

    One that does not say its schema is taken for one of today's, so that all else that is
    wrong with it is told too.
    """
    if not isinstance(document.data, dict):
        document.problem((), "a rule file is a mapping: it begins with 'schema: 1'")
        return False
    given = _given(document, document.data)
    if given > CURRENT:
        newer = f"schema {given} is newer than this Bootscope, which knows {CURRENT}"
        document.problem(("schema",), f"{newer}; upgrade Bootscope")
        return False
    if not all(schema in upgrades for schema in range(given, CURRENT)):
        document.problem(("schema",), f"there is no schema {given}; write 'schema: {CURRENT}'")
        given = CURRENT
    for schema in range(given, CURRENT):
        upgrades[schema](document)
    document.data["schema"] = CURRENT
    return True


def _given(document: Document, data: dict[str, Any]) -> int:
    """The schema that a document says it has; today's where it says none that can be."""
    if "schema" not in data:
        slips = [key for key in data if did_you_mean("schema", [key])]
        near = did_you_mean("schema", slips[:1])
        document.problem((), f"'schema' is missing; write 'schema: {CURRENT}' first{near}")
        for slip in slips[:1]:
            del data[slip]
        return CURRENT
    given = data["schema"]
    if isinstance(given, int) and not isinstance(given, bool):
        return given
    if ("schema",) not in document.unread:
        document.problem(("schema",), f"'schema': write a number, {CURRENT} is today's")
    return CURRENT
