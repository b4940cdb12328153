"""Two builds compared by their symbols: what moved, before anything boots."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Literal, NamedTuple

from app.build_check.result import BuildReport, SymbolsInfo
from app.compare import FindingChange, LevelChange, Move, OnlyHere, Seen
from app.compare.findings import changes_of
from app.compare.matching import match
from app.compare.order import Pair, moves_of
from app.compare.result import levels_differ
from app.report import Judged, Verdict
from app.reporters.folding import folded
from app.rules.globs import is_glob
from app.rules.model import Pack
from app.rules.wording import listed
from app.side_by_side.sections import Row, Section, finding_row, levels_of
from parsers import Level, SymbolTable
from parsers.record import record

SCHEMA = "bootscope.build-comparison/1"
MOST = 10
NAMED = 12


@record
class BuildSide:
    """One of the two builds, in a line."""

    symbols: SymbolsInfo
    verdict: Verdict
    headline: str


@record
class BuildComparison:
    """Two builds. ``initcall`` of a place is its 0-based place in running order.

    ``moves`` are the fewest that explain the other order, as of boots; ``sentences`` say
    what they mean to the rules: "This build moved ffa_init before kvm_arm_init ...".
    """

    schema_: Literal["bootscope.build-comparison/1"] = "bootscope.build-comparison/1"
    before: BuildSide
    after: BuildSide
    headline: str
    sentences: tuple[str, ...]
    matched: int
    findings: tuple[FindingChange, ...]
    moves: tuple[Move, ...]
    levels: tuple[LevelChange, ...]
    appeared: tuple[OnlyHere, ...]
    vanished: tuple[OnlyHere, ...]

    def to_json(self) -> str:
        """The comparison as JSON."""
        from app.adapters import adapter

        return adapter(BuildComparison).dump_json(self, by_alias=True).decode()


class _Placed(NamedTuple):
    """An initcall of a build."""

    function: str
    module: str | None
    levels: tuple[Level, Level] | None
    link_order: int


def compare_builds(
    before: tuple[BuildReport, SymbolTable],
    after: tuple[BuildReport, SymbolTable],
    packs: Sequence[Pack],
) -> BuildComparison:
    """What differs between two judged builds, by level and by link order."""
    ones, others = _in_order(before[1]), _in_order(after[1])
    spoken = _spoken_of((before[0], after[0]), packs)
    matched = match(ones, others)
    pairs = [
        Pair(ones[one].function, _seen(ones, one), _seen(others, other),
             ones[one].function in spoken, parallel=False)
        for one, other in matched.pairs
    ]  # fmt: skip
    moves = tuple(moves_of(pairs))
    changes = [
        LevelChange(function=p.function, before=p.before, after=p.after, subject=p.subject)
        for p in pairs
        if levels_differ(p.before, p.after)
    ]
    levels = tuple(sorted(changes, key=lambda change: (not change.subject, change.function)))
    findings = tuple(changes_of(before[0].findings, after[0].findings))
    appeared = _only(others, matched.appeared, spoken)
    vanished = _only(ones, matched.vanished, spoken)
    sentences = (
        *(sentence for move in moves for sentence in _meaning(move, spoken)),
        *_gone_or_come(
            vanished, "no longer has {} built in: a module now, not configured, or renamed"
        ),
        *_gone_or_come(appeared, "has {} built in, which it had not"),
    )
    return BuildComparison(
        before=_side(before[0]),
        after=_side(after[0]),
        headline=_headline(sentences, moves, levels),
        sentences=sentences,
        matched=len(pairs),
        findings=findings,
        moves=moves,
        levels=levels,
        appeared=appeared,
        vanished=vanished,
    )


def new_build_findings(before: BuildReport, after: BuildReport) -> list[Judged]:
    """The findings that the build before does not have; a rule that crashed is never known."""
    known = {found.signature for found in before.findings}
    return [f for f in after.findings if f.signature not in known or f.outcome == "error"]


def render_text(done: BuildComparison) -> str:
    """What moved and what it means, in 72 columns."""
    lines = [*folded(done.headline, "", "  "), ""]
    for word, side in (("before", done.before), ("after", done.after)):
        about = f"{word}: {side.symbols.name}, {side.symbols.initcalls} initcalls"
        lines += folded(f"{about}, {side.verdict.upper()}: {side.headline}", "", "  ")
    for section in _sections(done):
        lines += ["", *folded(section.title, "", "  ")]
        for row in section.rows:
            lines += folded(row.text, "  ", "      ")
            lines += [line for text in row.below for line in folded(text, "    ", "      ")]
        lines += [f"  {section.rest}"] if section.rest else []
    return "\n".join(lines) + "\n"


def render_json(done: BuildComparison) -> str:
    """Schema ``bootscope.build-comparison/1``."""
    return f"{done.to_json()}\n"


RENDERERS: Mapping[str, Callable[[BuildComparison], str]] = MappingProxyType(
    {"text": render_text, "json": render_json}
)


def _in_order(table: SymbolTable) -> list[_Placed]:
    """The initcalls whose place the symbols tell, in running order."""
    placed = [
        _Placed(
            one.function, one.module, (one.level, one.level) if one.level else None, one.link_order
        )
        for symbols in table.by_function.values()
        for one in symbols
        if one.link_order is not None
    ]
    return sorted(placed, key=lambda one: one.link_order)


def _exactly(level: Level | None) -> tuple[Level, Level] | None:
    return (level, level) if level is not None else None


def _spoken_of(reports: Sequence[BuildReport], packs: Sequence[Pack]) -> set[str]:
    """Functions that rules speak of: subjects of their findings, and what markers come from."""
    places = {place.function for r in reports for f in r.findings for place in f.places}
    meanings = (meaning for pack in packs for meaning in pack.header.markers.values())
    named = {name for meaning in meanings for name in meaning.initcalls if not is_glob(name)}
    return places | named


def _seen(placed: Sequence[_Placed], place: int) -> Seen:
    one = placed[place]
    return Seen(
        initcall=place, module=one.module, occurrence=1, levels=one.levels,
        level_source="system_map" if one.levels else "unknown", start_us=None, line=None,
        span_us=None,
    )  # fmt: skip


def _side(report: BuildReport) -> BuildSide:
    return BuildSide(symbols=report.symbols, verdict=report.verdict, headline=report.headline)


def _only(
    placed: Sequence[_Placed], places: Sequence[int], spoken: set[str]
) -> tuple[OnlyHere, ...]:
    found = [
        OnlyHere(
            function=placed[place].function, seen=_seen(placed, place),
            subject=placed[place].function in spoken,
        )
        for place in places
    ]  # fmt: skip
    return tuple(sorted(found, key=lambda only: not only.subject))


def _meaning(move: Move, spoken: set[str]) -> Iterator[str]:
    """What a move across a subject means; of what is no subject itself nothing is said."""
    if move.function in spoken and move.across:
        where = "after" if move.passed > 0 else "before"
        yield f"This build moved {move.function} {where} {listed([*move.across])}, {_how(move)}."


def _gone_or_come(found: Sequence[OnlyHere], words: str) -> Iterator[str]:
    names = [one.function for one in found if one.subject]
    if names:
        yield f"This build {words.format(listed(names))}."


def _how(move: Move) -> str:
    if levels_differ(move.before, move.after):
        return f"by level: {levels_of(move.before)}, now {levels_of(move.after)}"
    return f"by link order alone, inside {levels_of(move.after)}"


def _headline(
    sentences: Sequence[str], moves: Sequence[Move], levels: Sequence[LevelChange]
) -> str:
    if sentences:
        return sentences[0].rstrip(".").partition(": ")[0]
    if not moves and not levels:
        return "Both builds run what they share in the same order"
    if not moves:
        return f"{levels[0].function} changed its level, and nothing its order"
    others = f"{len(moves)} initcalls moved" if len(moves) != 1 else "1 initcall moved"
    return f"{others}, none across what rules speak of" if not _near(moves) else others


def _near(moves: Sequence[Move]) -> list[Move]:
    return [move for move in moves if move.across]


def _sections(done: BuildComparison) -> Iterator[Section]:
    meant = [Row(text) for text in done.sentences]
    told = [move for move in done.moves if not (move.subject and move.across)]
    for title, rows in (
        ("What it means", meant),
        ("Findings", [_finding(f) for f in done.findings]),
        ("Also moved across what rules speak of", [_move(m) for m in _near(told)]),
        ("Other moves", [_move(m) for m in told if not m.across]),
        ("Level changed", [_level(change) for change in done.levels]),
        ("Only before", _names(done.vanished)),
        ("Only after", _names(done.appeared)),
    ):
        if rows:
            rest = len(rows) - MOST
            yield Section(title, tuple(rows[:MOST]), f"and {rest} more" if rest > 0 else "")


def _finding(change: FindingChange) -> Row:
    row = finding_row(change)
    return Row(f"{change.state}: {row.text}", row.below)


def _move(move: Move) -> Row:
    across = f" across {listed([*move.across])}," if move.across else ""
    where = "later" if move.passed > 0 else "earlier"
    return Row(f"{move.function}: {where},{across} past {abs(move.passed)}, {_how(move)}")


def _level(change: LevelChange) -> Row:
    return Row(f"{change.function}: {levels_of(change.before)}, now {levels_of(change.after)}")


def _names(found: Sequence[OnlyHere]) -> list[Row]:
    return [Row(listed([one.function for one in found], NAMED))] if found else []
