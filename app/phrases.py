"""Verdict, basis and levels in words, the same on pages, in pictures and in mails."""

from collections.abc import Mapping
from types import MappingProxyType

from app.rules.finding import Finding
from parsers import MACROS, Initcall, LevelSource

VERDICTS: Mapping[str, str] = MappingProxyType(
    {
        "fail": "Fails", "error": "Rule error", "warning": "Warning", "fragile": "Fragile",
        "inconclusive": "Cannot tell", "pass": "Passes", "not_applicable": "Does not apply",
    }
)  # fmt: skip
"""By verdict; findings have the same words for their outcomes."""
SOURCES: Mapping[LevelSource, str] = MappingProxyType(
    {
        "system_map": "from the build's symbols",
        "trace": "from a trace",
        "known": "from functions whose level never varied",
        "banner": "from the log's level banners",
        "inferred": "inferred from neighbours of known level",
        "unknown": "not known",
    }
)
"""How a level is known."""


def outcome_of(finding: Finding) -> str:
    """A finding's outcome; one that failed and is no error is a warning."""
    failed = finding.outcome == "fail" and finding.severity != "error"
    return "warning" if failed else finding.outcome


def basis_parts(finding: Finding) -> tuple[str, str, str]:
    """Whether the order is guaranteed or luck: (before, what to stress, after)."""
    failed = finding.outcome == "fail"
    if finding.basis == "level" and failed:
        return "Wrong on every boot of this build: ", "levels", " decide this order"
    if finding.basis == "level":
        return "", "Guaranteed", " by level"
    if finding.basis == "dependency" and failed:
        return "Wrong by ", "dependency", ""
    if finding.basis == "dependency":
        return "", "Guaranteed", " by dependency: the later one waits"
    if finding.basis == "link_order" and failed:
        why = ": link order may be all that decides"
        return "Wrong in this boot, and ", "no level settles it", why
    if finding.basis == "link_order":
        return "", "Luck", ": only link order keeps it"
    if finding.basis == "observed":
        return "", "Seen", " in this log, no more: the levels are not known"
    return "", "", ""


def basis_words(finding: Finding) -> str:
    """The basis and where the levels are from, as one phrase; empty without a basis."""
    text = "".join(basis_parts(finding))
    source = finding.level_source
    known = f" (levels {SOURCES[source]})" if source and source != "unknown" else ""
    return f"{text}{known}" if text else ""


def level_words(levels: tuple[str, str] | None) -> str:
    """``level 6 · device_initcall``, ``level rootfs..6``, ``level not known``."""
    if levels is None:
        return "level not known"
    low, high = levels
    return f"level {low} · {MACROS.get(low, low)}" if low == high else f"level {low}..{high}"


def call_state(call: Initcall) -> str:
    """``returned``, ``open``, ``return_lost``, or ``orphan`` where its calling is lost."""
    if call.returned is None:
        return "return_lost" if call.return_lost else "open"
    return "orphan" if call.line_called is None else "returned"
