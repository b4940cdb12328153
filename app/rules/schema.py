"""Older rule files, brought up to today's schema when they are read.

``UPGRADES`` has, for each schema that was left behind, a function that turns a
document of it into one of the next, with ``Document.move``, so that every problem is
still told at the line that the user wrote. Schema 1 is the first: there is none yet.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from app.rules.problems import did_you_mean
from app.rules.yaml_nodes import Document

CURRENT = 1
Upgrade = Callable[[Document], None]
UPGRADES: Mapping[int, Upgrade] = MappingProxyType({})


def upgrade(document: Document, upgrades: Mapping[int, Upgrade] = UPGRADES) -> bool:
    """Bring a document to ``CURRENT`` and tell whether it is there; what is wrong is told."""
    if not isinstance(document.data, dict):
        document.problem((), "a rule file is a mapping: it begins with 'schema: 1'")
        return False
    if "schema" not in document.data:
        near = did_you_mean("schema", document.data)
        document.problem((), f"'schema' is missing; write 'schema: {CURRENT}' first{near}")
        return False
    given = document.data["schema"]
    if isinstance(given, bool) or not isinstance(given, int):
        document.problem(("schema",), f"'schema': write a number, {CURRENT} is today's")
        return False
    if given > CURRENT:
        newer = f"schema {given} is newer than this Bootscope, which knows {CURRENT}"
        document.problem(("schema",), f"{newer}; upgrade Bootscope")
        return False
    for schema in range(given, CURRENT):
        if schema not in upgrades:
            document.problem(("schema",), f"there is no schema {given}; write 'schema: {CURRENT}'")
            return False
        upgrades[schema](document)
    document.data["schema"] = CURRENT
    return True
