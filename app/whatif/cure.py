"""The least changes that cure a boot: searched among single ones and pairs."""

from collections.abc import Iterator, Sequence
from itertools import combinations

from app.errors import ChangeError
from app.rules.finding import Finding
from app.whatif.changes import Change
from app.whatif.moves import moves_of
from app.whatif.result import Cure
from app.whatif.source import RETRY, Source
from app.whatif.what_if import Findings, Outlook, outlook
from parsers.named import NamedTuple

MAX_PAIRS = 120
MAX_INITCALLS = 4_000
"""Of a boot that is searched: each try costs what one what-if does."""
_ORDER = ("order", "sequence", "level", "deferral")
_LEVELS = ("rootfs", "6", "6s", "7", "7s")
_BAD = ("fail", "fragile", "error")
_IMA_STARTS = "ima.start"
_Keys = frozenset[tuple[str, str]]


class _Tried(NamedTuple):
    """A change, or two, and what came of it."""

    changes: tuple[Change, ...]
    found: Outlook
    bad: _Keys


def cures(source: Source, findings: Sequence[Finding]) -> tuple[Cure, ...]:
    """Changes after which no rule of order fails or is fragile and none fails that did not.

    The ones that move least come first. Rules that are no matter of order are left out: no
    order cures them. Pairs are tried of which one alone cures something. Raises ChangeError
    where there are too many initcalls.
    """
    if len(source.boot.initcalls) > MAX_INITCALLS:
        raise ChangeError(
            f"A boot of {len(source.boot.initcalls):,} initcalls is too large to search for cures.",
            hint=f"The most are {MAX_INITCALLS:,}; try single changes.",
        )
    measured = {(one.pack, one.rule): one for one in findings}
    wanted = _of_order(source, measured)
    if not wanted:
        return ()
    tried = (_try(source, measured, (one,)) for one in _candidates(source, measured, wanted))
    singles = [one for one in tried if one is not None]
    helping = [one for one in singles if wanted - one.bad]
    pairs = [
        (*one.changes, *other.changes)
        for one, other in combinations(singles, 2)
        if (one in helping or other in helping) and _apart(one.changes[0], other.changes[0])
    ][:MAX_PAIRS]
    healed = [one for one in singles if _heals(one, measured, wanted)]
    single = {one.changes[0] for one in healed}
    both = [t for pair in pairs if not single & {*pair} and (t := _try(source, measured, pair))]
    healed += [one for one in both if _heals(one, measured, wanted)]
    return tuple(sorted((_told(source, one) for one in healed), key=_weight))


def _of_order(source: Source, measured: Findings) -> _Keys:
    """The rules that fail or are fragile by order, or follow from one that does."""
    kinds = {
        (pack.header.pack, rule.id): rule.check.kind for pack in source.packs for rule in pack.rules
    }
    own = {
        key for key, one in measured.items()
        if one.counts and one.outcome in _BAD and kinds.get(key) in _ORDER
    }  # fmt: skip
    names = {rule for _, rule in own}
    following = {key for key, one in measured.items() if one.counts and one.caused_by in names}
    return frozenset(own | following)


def _candidates(source: Source, measured: Findings, wanted: _Keys) -> Iterator[Change]:
    """What may be changed of the subjects of these rules, each once."""
    boot = source.boot
    seen: dict[Change, None] = {}
    for key in sorted(wanted):
        for one in measured[key].subjects:
            if one.name == _IMA_STARTS:
                continue
            meaning = source.meanings.get(one.name)
            functions = [
                call.function for call in boot.initcalls
                if meaning is not None and meaning.probe and call.function in meaning.initcalls
            ]  # fmt: skip
            if not functions and one.initcall is not None:
                functions = [boot.initcalls[one.initcall].function]
            for function in functions[:1]:
                if function != RETRY and _movable(source, function):
                    seen |= dict.fromkeys(_of(source, function))
    if any(marker.marker == _IMA_STARTS for marker in boot.markers):
        seen[Change("ima", "", "7s")] = None
    yield from seen


def _of(source: Source, function: str) -> Iterator[Change]:
    call = source.boot.initcalls[source.find(function)]
    for level in _LEVELS:
        if call.levels != (level, level):
            yield Change("level", function, level)
    origin = source.origin(function)
    markers = {marker.marker for marker in source.boot.markers}
    waits = [one for one in origin.meaning.waits_for if one in markers] if origin else []
    if waits:
        yield Change("defer", function, waits[-1])
        final = source.meanings[waits[-1]].initcalls
        at = [one.function for one in source.boot.initcalls if one.function in final]
        if at:
            yield Change("after", function, at[0])
    if call.levels != ("module", "module"):
        yield Change("module", function)


def _movable(source: Source, function: str) -> bool:
    try:
        source.find(function)
    except ChangeError:
        return False
    return True


def _apart(one: Change, other: Change) -> bool:
    """Whether two changes say different things, and not of one function's place."""
    if one.function != other.function:
        return True
    kinds = {one.kind, other.kind}
    return kinds == {"level", "defer"} or kinds == {"level", "after"}


def _try(source: Source, measured: Findings, changes: tuple[Change, ...]) -> _Tried | None:
    try:
        found = outlook(source, measured, changes)
    except ChangeError:
        return None
    bad = {key for key, one in found.judged.findings.items() if one.counts and one.outcome in _BAD}
    return _Tried(changes, found, frozenset(bad))


def _heals(one: _Tried, measured: Findings, wanted: _Keys) -> bool:
    was = {key for key, found in measured.items() if found.counts and found.outcome in _BAD}
    return not one.bad & wanted and not one.bad - was


def _told(source: Source, one: _Tried) -> Cure:
    scene = one.found.predicted.scenes[0]
    moves = moves_of(source, scene, one.found.built.boot)
    passed = sum(abs((m.from_position or 0) - (m.to_position or 0)) for m in moves)
    findings = one.found.judged.findings.values()
    return Cure(
        changes=tuple(map(str, one.changes)),
        moves=len(scene.moved),
        distance=passed,
        open=tuple(sorted(f.rule for f in findings if f.counts and f.rule in {
            unknown.what for unknown in one.found.judged.unknown
        })),
        preview=tuple(sorted(f.rule for f in findings if not f.counts and f.outcome in _BAD)),
    )  # fmt: skip


def _weight(cure: Cure) -> tuple[int, int, int, int, tuple[str, ...]]:
    return cure.moves, len(cure.preview), cure.distance, len(cure.changes), cure.changes
