"""Boot logs into events: the public surface.

What reads symbols is imported when it is asked for: most logs come without.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from parsers.errors import (
    BootscopeError,
    EmptyInput,
    InputError,
    InputTooLarge,
    UnknownBoot,
    UnknownFraming,
    UnreadableInput,
)
from parsers.events import (
    AsyncCall,
    AsyncWait,
    Boot,
    Capture,
    Counts,
    Coverage,
    Deferral,
    Diagnostic,
    Initcall,
    Kernel,
    Level,
    LevelBanner,
    LevelSource,
    Marker,
    Phase,
    Probe,
)
from parsers.levels import LEVELS, MACROS, RANK
from parsers.markers import DEFERRED
from parsers.pipeline import lines_read_as, parse_log
from parsers.source import MAX_BYTES, MAX_SYMBOL_BYTES

if TYPE_CHECKING:
    from parsers.symbol_kinds import SymbolKind
    from parsers.symbol_lookup import listed_functions
    from parsers.symbols import (
        Symbol,
        SymbolTable,
        read_symbol_table,
        symbol_kind,
    )

__all__ = [
    "DEFERRED", "LEVELS", "MACROS", "MAX_BYTES", "MAX_SYMBOL_BYTES", "RANK",
    "AsyncCall", "AsyncWait", "Boot", "BootscopeError", "Capture", "Counts", "Coverage",
    "Deferral", "Diagnostic",
    "EmptyInput", "Initcall", "InputError", "InputTooLarge", "Kernel", "Level", "LevelBanner",
    "LevelSource", "Marker", "Phase", "Probe", "Symbol", "SymbolKind", "SymbolTable", "UnknownBoot",
    "UnknownFraming", "UnreadableInput",
    "lines_read_as", "listed_functions", "parse_log", "read_symbol_table", "symbol_kind",
]  # fmt: skip

_OF_SYMBOLS = {
    "SymbolKind": "symbol_kinds", "listed_functions": "symbol_lookup",
    "Symbol": "symbols", "SymbolTable": "symbols",
    "read_symbol_table": "symbols", "symbol_kind": "symbols",
}  # fmt: skip


def __getattr__(name: str) -> Any:
    if name not in _OF_SYMBOLS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_OF_SYMBOLS[name]}"), name)
