"""Who hands results in to KCIDB, and for which build: what no log can say of itself."""

import re

from app.errors import NoSubmitter
from parsers.named import NamedTuple

ORIGIN = r"^[a-z0-9_]+$"
BUILD_ID = r"^[a-z0-9_]+:[^\x00]+$"
"""Patterns of KCIDB's schema; a build's id has something behind its colon here."""
MAX_ID = 200


class Submitter(NamedTuple):
    """``origin`` is the CI system that submits, ``build_id`` KCIDB's id of what was booted."""

    origin: str = "bootscope"
    build_id: str | None = None

    @property
    def build(self) -> str:
        """The build's id. Raises NoSubmitter where there is none, or one of these is amiss."""
        if self.build_id is None:
            raise NoSubmitter(
                "KCIDB wants to know which build was booted.",
                hint="Give its id: --kcidb-build-id ORIGIN:ID; kcidb_build_id= in an address.",
            )
        for said, pattern, what in (
            (self.origin, ORIGIN, "origin: small letters, digits and _"),
            (self.build_id, BUILD_ID, "build id: ORIGIN:ID"),
        ):
            if len(said) > MAX_ID or not re.search(pattern, said) or not said.isprintable():
                raise NoSubmitter(f"That is no KCIDB {what}, of {MAX_ID} characters at most.")
        return self.build_id
