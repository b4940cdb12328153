"""Two boots side by side: what differs in findings, order, levels, overlaps and durations.

Pure functions over two reports (app/report.py). ``compare(before, after)`` is all that
others need; ``new_findings`` is what a gate with a baseline looks at.
"""

from app.compare.boots import compare
from app.compare.findings import new_findings
from app.compare.gate import code_since
from app.compare.hints import firmware_versions
from app.compare.result import (
    Comparison,
    DurationChange,
    FindingChange,
    Hint,
    LevelChange,
    MarkerChange,
    Move,
    OnlyHere,
    OverlapChange,
    Seen,
    Side,
)

__all__ = [
    "Comparison",
    "DurationChange",
    "FindingChange",
    "Hint",
    "LevelChange",
    "MarkerChange",
    "Move",
    "OnlyHere",
    "OverlapChange",
    "Seen",
    "Side",
    "code_since",
    "compare",
    "firmware_versions",
    "new_findings",
]
