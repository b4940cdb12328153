"""Which framing wraps a log: content only, a bounded part of it."""

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from parsers.errors import UnknownFraming
from parsers.framings import Framing
from parsers.framings.base import HEAD_LINES
from parsers.framings.dmesg import DMESG
from parsers.pattern import pattern

SAMPLE_LINES = 160
"""Lines looked at: half from the first one that any framing can read, half spread
over the rest, since printk.time=0 takes the stamps away after the first lines."""
_QUOTED = 80


class Container(Framing, Protocol):
    """A framing whose log is some lines of a text, which its heads tell from the rest."""

    def inside(self, lines: Sequence[str]) -> list[str]:
        """The lines that are the log; none where the text is no such container."""


@runtime_checkable
class Lenient(Protocol):
    """A framing that only some of its lines give away."""

    def fits(self, line: str) -> bool:
        """Whether ``line`` may be wrapped like this, given that others are."""


_PLAIN = pattern(
    r"\[ {0,5}\d{1,8}\.\d{6}\]"
    r"(?! {0,2}(?:[.\-]{0,2}\(|\[)| {1,2}c\d| \d{4}-|.*\.\d{6})"  # no column, no other stamp
)
_FOREIGN = pattern(
    r"(?=[A-Za-z@])(?!.[(/])(?!.*(?:kernel|Linux|calling|initcall|probe of))"
    r"[^\[\]{}<>;=\"#\t]*$"  # logcat has V( and V/, all others more than this
)
_BLOCK = 1_000
_SHORT = 8


def sniff(lines: Sequence[str]) -> list[tuple[Framing, float]]:
    """Rank the framings by the share (0 to 1) of sampled lines they can read.

    Everything before the kernel's first line (firmware, boot loader) is passed
    over. Framings that read no line are left out, so the list may be empty. Of a
    container, the lines inside are sampled, and what reads them best counts for it.
    Where only some lines of the best framing are telling, its share is that of the
    lines that fit it.
    """
    for container in () if all(map(_settled, lines[:HEAD_LINES])) else _containers():
        inside = container.inside(lines)
        if inside and (guesses := _shares(inside)):
            return [(container, guesses[0][1]), *guesses]
    return _shares(lines)


def choose(lines: Sequence[str]) -> tuple[Framing, list[tuple[Framing, float]]]:
    """The best framing for a log, and all guesses.

    Raises UnknownFraming, which quotes what was seen, where no line can be read.
    """
    guesses = sniff(lines)
    if guesses:
        return guesses[0][0], guesses
    from parsers.symbol_kinds import listing_kind

    if (kind := listing_kind(lines)) is not None:
        raise UnknownFraming(
            f"These are the symbols of a kernel ({kind}), not a log.",
            hint="Give them as symbols (--symbols) beside a log of that build, or judge the"
            " build alone: 'bootscope check-build', or POST them to /api/v1/builds.",
            where="line 1",
        )
    raise UnknownFraming(
        f"No line of this text reads as a kernel message: {_seen(lines)}.",
        hint="Send a serial capture, the output of dmesg or of journalctl -k. "
        f"All {len(_framings())} framings read 0% of it.",
        where="line 1",
    )


def by_name(name: str) -> Framing:
    """The framing called ``name``. Raises UnknownFraming, which lists the names."""
    for framing in (DMESG,) if name == DMESG.name else _framings():
        if framing.name == name:
            return framing
    known = ", ".join(framing.name for framing in _framings())
    raise UnknownFraming(f"There is no framing '{name}'.", hint=f"Known framings: {known}.")


def is_plain(line: str) -> bool:
    """Whether dmesg's framing reads this line and no other does.

    So are most lines of most logs: nobody else's patterns are needed for them.
    """
    return _PLAIN.match(line) is not None and '":' not in line and " kernel: " not in line


def is_foreign(line: str) -> bool:
    """Whether no framing reads this line, as is so of most that firmware prints."""
    return _FOREIGN.match(line) is not None


def _settled(line: str) -> bool:
    return is_plain(line) or is_foreign(line)


def _framings() -> tuple[Framing, ...]:
    """All of them. Importing them takes as long as reading 500 lines: plain logs go without."""
    from parsers.framings.registry import FRAMINGS

    return FRAMINGS


def _containers() -> tuple[Container, ...]:
    from parsers.framings.bugreport import BUGREPORT
    from parsers.framings.pstore import PSTORE

    return BUGREPORT, PSTORE


def _shares(lines: Sequence[str]) -> list[tuple[Framing, float]]:
    start = _first_readable(lines)
    if start is None:
        return []
    half = SAMPLE_LINES // 2
    rest = lines[start + half :]
    chosen = (*lines[start : start + half], *rest[:: max(1, len(rest) // half)][:half])
    sample = [line for line in chosen if line.strip()]
    plain = sum(map(is_plain, sample))
    others = [line for line in sample if not _settled(line)]
    if not others:
        return [(DMESG, plain / len(sample))]
    shares = [
        (f, (sum(map(f.recognises, others)) + (plain if f is DMESG else 0)) / len(sample))
        for f in _framings()
    ]
    # A sort keeps the order of equals, and the most specific come first.
    guesses = sorted(((f, s) for f, s in shares if s > 0), key=lambda guess: -guess[1])
    best = guesses[0][0]
    if isinstance(best, Lenient):
        guesses[0] = (best, sum(map(best.fits, sample)) / len(sample))
    return guesses


def _seen(lines: Sequence[str]) -> str:
    """How many lines there are, and the first with anything on it, quoted."""
    first = next((line.strip() for line in lines if line.strip()), "")
    quoted = first if len(first) <= _QUOTED else f"{first[:_QUOTED]}..."
    count = "its one line is" if len(lines) == 1 else f"the first of its {len(lines):,} lines is"
    return f"{count} '{quoted}'"


def _first_readable(lines: Sequence[str]) -> int | None:
    """Index of the first line that some framing reads, looked for in blocks."""
    for begin in range(0, len(lines), _BLOCK):
        block = lines[begin : begin + _BLOCK]
        long = [line for line in block if len(line) > _SHORT]
        if any(map(is_plain, long)) or _any_reads([line for line in long if not is_foreign(line)]):
            return begin + next(
                i for i, line in enumerate(block) if len(line) > _SHORT and _readable(line)
            )
    return None


def _any_reads(lines: Sequence[str]) -> bool:
    """Whether any framing reads any of these lines, the general ones asked first."""
    return bool(lines) and any(
        any(map(framing.recognises, lines)) for framing in reversed(_framings())
    )


def _readable(line: str) -> bool:
    return is_plain(line) or (not is_foreign(line) and _any_reads([line]))
