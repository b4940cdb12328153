"""What a comparison says, section by section, in words that every rendering shares."""

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple, TypeVar

from app.compare import (
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
)
from app.compare.durations import USERSPACE
from app.compare.result import Said
from app.rules.finding import Outcome
from app.rules.wording import duration, listed, seconds

T = TypeVar("T")
MOST = 10
"""Rows of a section that are told one by one; the rest is counted."""
NAMED = 12
_OUTCOMES: dict[Outcome, str] = {
    "fail": "FAIL", "fragile": "FRAGILE", "inconclusive": "UNKNOWN", "pass": "pass",
    "not_applicable": "n/a", "error": "ERROR",
}  # fmt: skip


class Row(NamedTuple):
    """A line of a section, and what stands below it."""

    text: str
    below: tuple[str, ...] = ()


class Section(NamedTuple):
    """Rows under a title; ``rest`` says how many more there are, empty for none."""

    title: str
    rows: tuple[Row, ...]
    rest: str = ""


def sections(done: Comparison, most: int = MOST) -> list[Section]:
    """All sections that have something to say."""
    levels = [change for change in done.levels if change.function not in _names(done.moves)]
    made = [
        *(
            _section(title, [f for f in done.findings if f.state in states], finding_row, most)
            for title, states in _STATES
        ),
        _known(done.findings),
        _section(_moves_title(done), done.moves, move_row, most),
        _section("Level changed, order kept", levels, level_row, most),
        _section("Marked otherwise", done.markers, marker_row, most),
        _only("Only in the second", done.appeared, proved=done.appeared_proved),
        _only("Only in the first", done.vanished, proved=done.vanished_proved),
        _section("Overlapping otherwise", done.overlaps, overlap_row, most),
        _section("Durations", done.durations, duration_row, most),
        _section("What else differs", done.hints, hint_row, most),
        Section("To be kept in mind", tuple(map(Row, done.notes))),
    ]
    return [section for section in made if section.rows]


_STATES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("New findings", ("new",)),
    ("Changed findings", ("changed",)),
    ("No longer known", ("undecided",)),
    ("Fixed", ("fixed",)),
    ("No longer asked", ("gone",)),
    ("Could not be told before", ("decided",)),
)


def finding_row(change: FindingChange) -> Row:
    """``FFA001 pass -> FAIL: title``, and what is said of it now."""
    words = " -> ".join(map(_outcome, (change.before, change.after)))
    said = change.after or change.before
    preview = "" if said is not None and said.counts else " (does not count)"
    below = (said.message,) if said is not None and change.state in ("new", "changed") else ()
    return Row(f"{change.rule} {words}: {change.title}{preview}", below)


def _outcome(said: Said | None) -> str:
    if said is None:
        return "not judged"
    worth = f" (worth nothing: {said.undermined_by})" if said.undermined_by else ""
    return f"{_OUTCOMES[said.outcome]}{', waived' if said.waived else ''}{worth}"


def move_row(move: Move) -> Row:
    """``ffa_init: later, past 89 others, across kvm_arm_init``, and both its places."""
    which = "later" if move.passed > 0 else "earlier"
    parts = [f"{which}, past {abs(move.passed)} others"] if move.passed else ["among the moved"]
    if move.across:
        parts.append(f"across {listed([*move.across])}")
    if move.parallel:
        parts.append("on threads of their own: chance")
    was = f"first:  {place_words(move.before)}, {_after(move.follows_before)}"
    now = f"second: {place_words(move.after)}, {_after(move.follows_after)}"
    return Row(f"{move.function}: {', '.join(parts)}", (was, now))


def level_row(change: LevelChange) -> Row:
    """A function and its two levels."""
    return Row(f"{change.function}: {levels_of(change.before)}, now {levels_of(change.after)}")


def marker_row(change: MarkerChange) -> Row:
    """Where a marker came from, and which markers it is on the other side of."""
    was, now = change.before, change.after
    if was is None or now is None:
        spot = was or now
        source = f" in {spot.function}" if spot is not None and spot.function else ""
        return Row(f"{change.marker}: {'only in the first' if now is None else 'new'}{source}")
    text = f"{change.marker}:"
    if was.function != now.function:
        text += f" in {was.function or 'no initcall'}, now in {now.function or 'no initcall'};"
    text += f" at {seconds(was.time_us)}, now at {seconds(now.time_us)}"
    below = (f"now on the other side of {listed([*change.across], NAMED)}",)
    return Row(text, below if change.across else ())


def overlap_row(change: OverlapChange) -> Row:
    """Two functions, and whether they overlap now or did."""
    word = "now run at the same time" if change.now else "no longer run at the same time"
    return Row(f"{' and '.join(change.functions)} {word}")


def duration_row(change: DurationChange) -> Row:
    """``loop_init: 39 ms, now 17 ms``; of several boots the range that they took."""
    name = "user space reached after" if change.function == USERSPACE else f"{change.function}:"
    usual = duration(change.high_us)
    if change.boots > 1:
        usual = f"{duration(change.low_us)} to {usual} in {change.boots} boots"
    return Row(f"{name} {usual}, now {duration(change.after_us)}")


def hint_row(hint: Hint) -> Row:
    """What differs: ``kernel: 6.12, now 7.3``; words of the command line with - and +."""
    if hint.kind == "cmdline":
        words = [f"-{hint.before}"] if hint.before is not None else []
        words += [f"+{hint.after}"] if hint.after is not None else []
        return Row(f"{hint.what}: {' '.join(words)}")
    return Row(f"{hint.what}: {hint.before or 'not told'}, now {hint.after or 'not told'}")


def place_words(seen: Seen) -> str:
    """``level 6, at 1.579198 s``, or by line where there is no time."""
    at = seconds(seen.start_us) if seen.start_us is not None else f"line {seen.line}"
    module = f" {seen.module}" if seen.module else ""
    return f"{levels_of(seen)}{module}, at {at}"


def levels_of(seen: Seen) -> str:
    """``level 6``, ``level 5s..rootfs``, ``level not known``."""
    if seen.levels is None:
        return "level not known"
    low, high = seen.levels
    if low == high == "module":
        return "module"
    return f"level {low}" if low == high else f"level {low}..{high}"


def _section(title: str, items: Sequence[T], tell: Callable[[T], Row], most: int) -> Section:
    rest = len(items) - most
    return Section(title, tuple(map(tell, items[:most])), f"and {rest} more" if rest > 0 else "")


def _known(findings: Iterable[FindingChange]) -> Section:
    names = [change.rule for change in findings if change.state == "known"]
    return Section("Known findings", (Row(", ".join(names)),) if names else ())


def _only(title: str, found: Sequence[OnlyHere], *, proved: bool) -> Section:
    """Names only: those that rules speak of come first."""
    if not found:
        return Section(title, ())
    names = [
        f"{one.function} [{one.seen.module}]" if one.seen.module else one.function for one in found
    ]
    doubt = "" if proved else " (the other log is not whole: they may have run there)"
    return Section(f"{title}: {len(found)}{doubt}", (Row(listed(names, NAMED)),))


def _moves_title(done: Comparison) -> str:
    return f"Moved: {len(done.moves)} of {done.matched} that both have"


def _after(function: str | None) -> str:
    return f"after {function}" if function else "before all that kept their order"


def _names(moves: Iterable[Move]) -> set[str]:
    return {move.function for move in moves}
