"""Two kept logs as one comparison, and the address that asks for it."""

import re
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Depends, Query, Request

from app.compare import Comparison, compare, firmware_versions
from app.report import Report
from app.service import Service
from app.web.uploads import server

MOST = 20
"""Boots of a baseline."""
ID = re.compile(r"(?:^|/l/)([a-z2-7]{26})(?:[/?#]|$)")
"""An id, by itself or in the address of a log's page."""
_Boot = Annotated[int | None, Query(ge=1, le=10_000, description="Which boot of that log, from 1")]


@dataclass(frozen=True, slots=True)
class Sides:
    """Which boots (from 1) of the two logs, and which logs are more of the first's kind."""

    boot_a: int | None = None
    boot_b: int | None = None
    baseline: tuple[str, ...] = ()

    @property
    def query(self) -> str:
        """The query that asks for these; empty for the usual ones."""
        asked = [("boot_a", self.boot_a), ("boot_b", self.boot_b)]
        given = [(name, value) for name, value in asked if value is not None]
        return urlencode([*given, *(("baseline", one) for one in self.baseline)])

    @property
    def swapped(self) -> "Sides":
        """The same the other way round; a baseline is of one side, and is left out."""
        return Sides(self.boot_b, self.boot_a)


def sides_of(
    boot_a: _Boot = None,
    boot_b: _Boot = None,
    baseline: Annotated[
        list[str] | None,
        Query(max_length=MOST, description="Ids, or links, of more boots like the first"),
    ] = None,
) -> Sides:
    """The boots asked for."""
    asked = [(one, ID.search(one)) for one in baseline or () if one.strip()]
    return Sides(boot_a, boot_b, tuple(found[1] if found else one for one, found in asked))


InSides = Annotated[Sides, Depends(sides_of)]


@dataclass(frozen=True, slots=True)
class Compared:
    """A comparison, and the reports that it is of."""

    comparison: Comparison
    before: Report
    after: Report


def compared(service: Service, one: str, other: str, sides: Sides) -> Compared:
    """Compare two kept logs. Raises NotFound, and InputError where a boot is not there."""
    before, after = (
        service.report(identity, None if boot is None else boot - 1)
        for identity, boot in ((one, sides.boot_a), (other, sides.boot_b))
    )
    baseline = [service.report(identity) for identity in sides.baseline]
    firmware = [
        firmware_versions(
            service.lines(report.id)[report.capture.first_line - 1 : report.capture.last_line]
        )
        for report in (before, after)
    ]
    done = compare(before, after, baseline=baseline, firmware=(firmware[0], firmware[1]))
    return Compared(done, before, after)


def version_of(service: Service, one: str, other: str, sides: Sides) -> str:
    """Text that changes with whatever a comparison is made of. Raises NotFound."""
    hashes = [service.row(name).report_sha256[:20] for name in (one, other, *sides.baseline)]
    return "-".join([*hashes, str(sides.boot_a or 0), str(sides.boot_b or 0)])


def comparison_link(request: Request, service: Service, one: str, other: str, sides: Sides) -> str:
    """The page's address, as others can open it."""
    query = f"?{sides.query}" if sides.query else ""
    return f"{server(request, service)}/compare/{one}/{other}{query}"
