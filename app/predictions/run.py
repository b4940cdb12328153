"""From the bytes of a log to a what-if, the table of designs, and cures."""

from collections.abc import Sequence

from app.analysis import Analysis
from app.errors import ChangeError
from app.whatif.changes import Change
from app.whatif.cure import cures
from app.whatif.designs import PACK, design_table
from app.whatif.result import Cure, DesignTable, WhatIf
from app.whatif.source import Source
from app.whatif.what_if import what_if
from parsers.record import replace


def source_of(done: Analysis) -> Source:
    """The boot that a report is of, to predict others from."""
    return Source(done.boot, done.lines, done.report.capture.framing, done.packs)


def predict_log(done: Analysis, changes: Sequence[Change], *, recommend: bool = True) -> WhatIf:
    """What the boot that was analysed would be with ``changes``. Raises ChangeError.

    With ``recommend``, where it was judged by the pack that the designs of FF-A are judged by,
    the one that suits it best is named.
    """
    source = source_of(done)
    found = what_if(source, done.report, changes)
    if recommend and any(pack.header.pack == PACK for pack in done.packs):
        table = design_table(source, done.report)
        if table.recommended is not None:
            return replace(found, recommended=table.reason)
    return found


def table_of(done: Analysis, pack: str = PACK) -> DesignTable:
    """Every design against every rule of ``pack``. Raises ChangeError where it was not asked."""
    if pack != PACK or all(one.header.pack != pack for one in done.packs):
        raise ChangeError(
            f"There is no table of designs for '{pack[:40]}'.", hint=f"There is one for {PACK}."
        )
    return design_table(source_of(done), done.report, pack)


def cures_of(done: Analysis) -> tuple[Cure, ...]:
    """The least changes that cure what is wrong with the order of a boot."""
    return cures(source_of(done), done.report.findings)
