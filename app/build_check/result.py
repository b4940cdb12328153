"""What symbols alone say of a build."""

from typing import Literal

from app.report import PackVersion, Verdict
from app.rules.finding import Outcome, Severity, Status, Waived
from parsers import Level, SymbolKind
from parsers.record import record

UNSEEN = (
    "deferral: when a driver's probe is tried again, and so when its device is up",
    "modules: what is loaded after boot is not in the table, whatever its order",
    "parallel work: asynchronous probes, threads, what outlives its initcall",
    "firmware: whether FF-A, a TPM or EL2 is there, and what it answers",
    "the command line: what is asked for, and what is blacklisted",
)
"""What no symbol tells."""

BuildBasis = Literal["level", "link_order"]


@record
class Place:
    """Where the build has what a rule speaks of.

    ``name`` is the marker or function that the rule names, ``function`` the initcall.
    ``link_order`` is the 0-based place in running order, of all built-in initcalls;
    it and ``level`` are None where the symbols do not tell. With ``or_later`` it may
    come later than this initcall: a probe, which may be put off.
    """

    role: Literal["first", "then", "subject"]
    name: str
    function: str
    module: str
    level: Level | None
    link_order: int | None
    or_later: bool = False


@record
class BuildFinding:
    """What a rule says of a build.

    ``basis`` tells whether ``pass``, ``fragile`` or ``fail`` holds by level or by link
    order. ``places`` are the two subjects of an order, or every candidate where that is
    open. ``assumed`` are the conditions that only a boot can show. The rest is as in
    app/rules/finding.py.
    """

    rule: str
    rule_version: int
    pack: str
    title: str
    severity: Severity
    status: Status
    counts: bool
    outcome: Outcome
    basis: BuildBasis | None
    message: str
    places: tuple[Place, ...]
    assumed: tuple[str, ...]
    caused_by: str | None
    undermined_by: str | None
    why: str
    fix: str
    references: tuple[str, ...]
    signature: str
    waived: tuple[Waived, ...] = ()


@record
class SymbolsInfo:
    """The file that was judged; ``initcalls`` counts its built-in initcalls."""

    name: str
    sha256: str
    size_bytes: int
    kind: SymbolKind | None
    initcalls: int


@record
class BuildReport:
    """The judged build. ``kernel`` is the release that was given: symbols tell none."""

    schema_: Literal["bootscope.build/1"] = "bootscope.build/1"
    symbols: SymbolsInfo
    kernel: str | None
    packs: tuple[PackVersion, ...]
    verdict: Verdict
    headline: str
    lead: str | None
    unseen: tuple[str, ...]
    findings: tuple[BuildFinding, ...]

    @property
    def has_initcalls(self) -> bool:
        """Whether the symbols have any."""
        return self.symbols.initcalls > 0
