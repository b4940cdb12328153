"""What a boot would be with an initcall elsewhere: predicted, judged by the same engine."""

from app.whatif.changes import Change, parse_change, parse_changes
from app.whatif.result import DesignTable, WhatIf
from app.whatif.source import Source
from app.whatif.what_if import what_if

__all__ = [
    "Change", "DesignTable", "Source", "WhatIf", "parse_change", "parse_changes", "what_if",
]  # fmt: skip
