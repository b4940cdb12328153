"""Boots over time: outcomes, durations and order of the boots that a label query finds.

Pure functions over digests, the little that is kept of each report for this.
"""

from app.history.digest import FORMAT, Digest, digest_of
from app.history.history import Wanted, history_of
from app.history.result import (
    Boot,
    Durations,
    Fault,
    History,
    Order,
    RuleHistory,
    RuleState,
    Show,
    Step,
    Trend,
    Turn,
    Turns,
)

__all__ = [
    "FORMAT",
    "Boot",
    "Digest",
    "Durations",
    "Fault",
    "History",
    "Order",
    "RuleHistory",
    "RuleState",
    "Show",
    "Step",
    "Trend",
    "Turn",
    "Turns",
    "Wanted",
    "digest_of",
    "history_of",
]
