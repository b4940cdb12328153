"""Boot logs into events: the public surface."""

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
from parsers.pipeline import parse_log
from parsers.source import MAX_BYTES
from parsers.symbol_kinds import SymbolKind
from parsers.symbol_lookup import listed_functions
from parsers.symbols import MAX_SYMBOL_BYTES, Symbol, SymbolTable, read_symbol_table, symbol_kind

__all__ = [
    "DEFERRED", "LEVELS", "MACROS", "MAX_BYTES", "MAX_SYMBOL_BYTES", "RANK",
    "AsyncCall", "AsyncWait", "Boot", "BootscopeError", "Capture", "Counts", "Coverage",
    "Deferral", "Diagnostic",
    "EmptyInput", "Initcall", "InputError", "InputTooLarge", "Kernel", "Level", "LevelBanner",
    "LevelSource", "Marker", "Phase", "Probe", "Symbol", "SymbolKind", "SymbolTable", "UnknownBoot",
    "UnknownFraming", "UnreadableInput",
    "listed_functions", "parse_log", "read_symbol_table", "symbol_kind",
]  # fmt: skip
