"""Verdict, basis and levels in words, the same on pages, in pictures and in mails."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

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
        "predicted": "moved there by a what-if",
        "unknown": "not known",
    }
)
"""How a level is known."""


class Piece(NamedTuple):
    """A piece of a sentence; ``term`` is its heading in docs/words.md, empty for none."""

    text: str
    term: str = ""
    stressed: bool = False


_SEEN = (
    Piece("Seen", stressed=True), Piece(" in this log, no more: the "), Piece("levels", "level"),
    Piece(" are not known"),
)  # fmt: skip
_BASES: Mapping[tuple[str, bool], tuple[Piece, ...]] = MappingProxyType(
    {
        ("level", True): (
            Piece("Wrong on every boot of this build: "), Piece("levels", "level", stressed=True),
            Piece(" decide this order"),
        ),
        ("level", False): (
            Piece("Guaranteed", stressed=True), Piece(" by "), Piece("level", "level"),
        ),
        ("dependency", True): (
            Piece("Wrong by "), Piece("dependency", "basis", stressed=True),
        ),
        ("dependency", False): (
            Piece("Guaranteed", stressed=True), Piece(" by "), Piece("dependency", "basis"),
            Piece(": the later one waits"),
        ),
        ("link_order", True): (
            Piece("Wrong in this boot, and "), Piece("no level settles it", stressed=True),
            Piece(": "), Piece("link order", "link-order"), Piece(" may be all that decides"),
        ),
        ("link_order", False): (
            Piece("Luck", stressed=True), Piece(": only "), Piece("link order", "link-order"),
            Piece(" keeps it"),
        ),
        ("observed", True): _SEEN,
        ("observed", False): _SEEN,
    }
)  # fmt: skip
"""By basis, and whether the order failed."""


def outcome_of(finding: Finding) -> str:
    """A finding's outcome; one that failed and is no error is a warning."""
    failed = finding.outcome == "fail" and finding.severity != "error"
    return "warning" if failed else finding.outcome


def basis_parts(finding: Finding) -> tuple[Piece, ...]:
    """Whether the order is guaranteed or luck, in pieces; none without a basis."""
    return _BASES.get((finding.basis or "", finding.outcome == "fail"), ())


def basis_words(finding: Finding) -> str:
    """The basis and where the levels are from, as one phrase; empty without a basis."""
    text = "".join(piece.text for piece in basis_parts(finding))
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
