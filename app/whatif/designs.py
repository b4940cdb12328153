"""The designs of FF-A that were argued over, and what each does to one boot.

They are those of the threads on linux-arm-kernel, April to July 2026, with what they were
before; where a boot has no pKVM nothing waits for it, and no probe is put off.
"""

from collections.abc import Sequence
from functools import partial

from app.errors import ChangeError
from app.report import Report, verdict_of
from app.rules.finding import Outcome
from app.whatif.changes import NOTHING, Change
from app.whatif.result import DesignResult, DesignTable
from app.whatif.scene import Scene
from app.whatif.source import Source
from app.whatif.what_if import Findings, by_rule, outlook
from app.whatif.work import work_of
from parsers.named import NamedTuple

PACK = "ffa-pkvm"
_FFA, _FINAL, _REQUESTED = "ffa_init", "finalize_pkvm", "pkvm.requested"
_LATE_IMA = Change("ima", "", "7s")
_AT_ONCE = Change("defer", _FFA, NOTHING)
_WAITS = Change("defer", _FFA, "pkvm.finalised")
_TRAPS, _UP, _IMA, _CLIENTS = "FFA001", "FFA002", "TPM002", "FFA003"


class Design(NamedTuple):
    """One design: ``changes`` make it of any other. ``cost`` is what it takes."""

    name: str
    title: str
    changes: tuple[Change, ...]
    cost: str


def _at(level: str) -> tuple[Change, ...]:
    return Change("level", _FFA, level), _AT_ONCE


DESIGNS: tuple[Design, ...] = (
    Design("rootfs", "ffa_init at rootfs_initcall", _at("rootfs"), "as 6.17 to 7.1 shipped it"),
    Design("device", "at device_initcall", _at("6"), "as before 6.17"),
    Design("device-sync", "at device_initcall_sync", _at("6s"), "clients at level 6 bind late"),
    Design("late", "at late_initcall", _at("7"), "after IMA, by link order"),
    Design("late-sync", "at late_initcall_sync", _at("7s"), "after all of IMA"),
    Design(
        "module", "FF-A as a module", (Change("module", _FFA), _AT_ONCE),
        "nothing built in can use it",
    ),
    Design(
        "deferral", "platform driver, probe deferral", (Change("level", _FFA, "6"), _WAITS),
        "merged in 7.2",
    ),
    Design(
        "root-device", "root device, deferral of all",
        (Change("level", _FFA, "6"), _WAITS), "the RFC, rejected; predicted as the merged form",
    ),
    Design(
        "notifier", "notifier from finalize_pkvm",
        (Change("level", _FFA, "6"), _AT_ONCE, Change("after", _FFA, _FINAL)),
        "rejected on the list",
    ),
    Design("ima-late-sync", "IMA at late_initcall_sync", (_LATE_IMA,), "FF-A as it is"),
    Design(
        "deferral-ima", "probe deferral, IMA at late_sync",
        (Change("level", _FFA, "6"), _WAITS, _LATE_IMA),
        "merged in 7.2 and, as an option, 7.3; IMA misses what is read before it",
    ),
)  # fmt: skip
_GOOD = ("pass", "not_applicable")
_REJECTED = frozenset({"root-device", "notifier"})


def design_of(source: Source) -> tuple[Change, ...]:
    """The changes that give any boot of that kernel the design that this one has.

    The levels of what the packs know to register a driver, whether its probe is put off, the
    level at which IMA starts, and what the command line blacklists.
    """
    scene = Scene(source)
    changes = []
    for place in source.registrars:
        call = source.boot.initcalls[place]
        if call.levels is None:
            continue
        work = work_of(scene, place)
        put_off = work.state != "inline"
        if call.levels[0] == "module":
            changes.append(Change("module", call.function))
        else:
            changes.append(Change("level", call.function, call.levels[0]))
        origin = source.origin(call.function)
        waits = origin.meaning.waits_for if origin is not None else ()
        until = waits[-1] if put_off and waits else NOTHING
        changes.append(Change("defer", call.function, until))
    host = next((m.parent for m in source.boot.markers if m.marker == "ima.start"), None)
    levels = source.boot.initcalls[host].levels if host is not None else None
    if levels is not None:
        changes.append(Change("ima", "", levels[0]))
    words = (source.boot.kernel.cmdline or "").split()
    for word in words:
        if word.startswith("initcall_blacklist="):
            changes += [Change("drop", name) for name in word.partition("=")[2].split(",") if name]
    return tuple(changes)


def design_table(source: Source, report: Report, pack: str = PACK) -> DesignTable:
    """Every design against every rule of ``pack``, on the boot that ``report`` judges."""
    measured = by_rule(report.findings)
    shown = next(one for one in source.packs if one.header.pack == pack)
    results = [_result(source, measured, design, pack) for design in DESIGNS]
    best = recommended(results)
    results.sort(key=lambda one: (best is not None and one.name != best.name,))
    return DesignTable(
        pack=pack,
        log=report.capture.name,
        rules=tuple(rule.id for rule in shown.rules),
        titles={rule.id: rule.title for rule in shown.rules},
        designs=tuple(results),
        recommended=best.name if best is not None else None,
        reason=_reason(best, results),
    )


def _result(source: Source, measured: Findings, design: Design, pack: str) -> DesignResult:
    changes = _for_boot(source, design.changes)
    told = partial(
        DesignResult, name=design.name, title=design.title, changes=tuple(map(str, changes)),
        note=design.cost,
    )  # fmt: skip
    try:
        found = outlook(source, measured, changes)
    except ChangeError as error:
        return told(
            measured=False, verdict=None, outcomes={}, worthless=(), fixed=(), broken=(), moves=0,
            error=error.message,
        )  # fmt: skip
    scene = found.predicted.scenes[0]
    own = {key[1]: one for key, one in found.judged.findings.items() if key[0] == pack}
    was = {key[1]: one.outcome for key, one in measured.items() if key[0] == pack}
    return told(
        measured=not scene.draft.changed,
        verdict=verdict_of(own.values()),
        outcomes={rule: one.outcome for rule, one in own.items()},
        worthless=tuple(r for r, one in own.items() if one.undermined_by is not None),
        fixed=tuple(r for r, one in own.items() if _bad(was.get(r)) and one.outcome in _GOOD),
        broken=tuple(r for r, one in own.items() if _bad(one.outcome) and not _bad(was.get(r))),
        moves=len(scene.moved),
        error=None,
    )


def _for_boot(source: Source, changes: Sequence[Change]) -> tuple[Change, ...]:
    """Without pKVM, or without what finalises it, nothing is waited for."""
    asked = any(marker.marker == _REQUESTED for marker in source.boot.markers)
    return tuple(_AT_ONCE if one == _WAITS and not asked else one for one in changes)


def _bad(outcome: Outcome | None) -> bool:
    return outcome in ("fail", "error", "fragile")


def recommended(results: Sequence[DesignResult]) -> DesignResult | None:
    """The design that holds most firmly: by what fails, what is luck, and what it moves.

    What the list rejected comes last among equals.
    """
    known = [one for one in results if one.error is None and one.outcomes.get(_TRAPS)]
    if not known or all(one.outcomes.get(_TRAPS) == "not_applicable" for one in known):
        return None

    def key(one: DesignResult) -> tuple[int, bool, int, int, bool, int]:
        worst = ("pass", "not_applicable", "inconclusive", "fragile", "fail", "error")
        return (
            worst.index(one.outcomes.get(_TRAPS, "error")),
            one.name in _REJECTED,
            sum(_bad(outcome) for outcome in one.outcomes.values()),
            worst.index(one.outcomes.get(_UP, "error")),
            not one.measured,
            one.moves,
        )

    return min(known, key=key)


def _reason(best: DesignResult | None, results: Sequence[DesignResult]) -> str:
    if best is None:
        if any(one.error for one in results):
            return f"No design can be predicted from this boot: {results[0].error}"
        return "Without FF-A under pKVM in this boot there is nothing to choose by."
    said = {"pass": "by level or dependency", "fragile": "by link order alone"}
    traps, ima = best.outcomes.get(_TRAPS, ""), best.outcomes.get(_IMA, "")
    first = (
        f"FF-A comes up after pKVM traps SMCs {said[traps]}" if traps in said
        else "no design lets FF-A come up after pKVM traps SMCs, and this fails least"
    )  # fmt: skip
    second = {
        "pass": " and before IMA starts, which no other accepted form does",
        "fail": ", but after IMA has started",
        "fragile": ", and before IMA by luck alone",
    }.get(ima, "")
    others = [
        one for one in results
        if one.name != best.name and one.outcomes.get(_TRAPS) == traps
        and one.outcomes.get(_IMA) == ima and one.name not in _REJECTED
    ]  # fmt: skip
    if others and ima == "pass":
        second = " and before IMA starts"
    shown = "this boot has it already: " if best.measured else ""
    return f"{best.title}: {shown}{first}{second}."
