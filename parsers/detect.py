"""Which framing wraps a log: content only, a bounded part of it."""

from collections.abc import Sequence

from parsers.errors import UnknownFraming
from parsers.framings import FRAMINGS, Framing
from parsers.symbol_kinds import listing_kind

SAMPLE_LINES = 160
"""Lines looked at: half from the first one that any framing can read, half spread
over the rest, since printk.time=0 takes the stamps away after the first lines."""


def sniff(lines: Sequence[str]) -> list[tuple[Framing, float]]:
    """Rank the framings by the share (0 to 1) of sampled lines they can read.

    Everything before the kernel's first line (firmware, boot loader) is passed
    over. Framings that read no line are left out, so the list may be empty.
    """
    start = next((i for i, line in enumerate(lines) if len(line) > 8 and _readable(line)), None)
    if start is None:
        return []
    half = SAMPLE_LINES // 2
    rest = lines[start + half :]
    chosen = (*lines[start : start + half], *rest[:: max(1, len(rest) // half)][:half])
    sample = [line for line in chosen if line.strip()]
    shares = [(framing, sum(map(framing.recognises, sample)) / len(sample)) for framing in FRAMINGS]
    # A sort keeps the order of equals, and FRAMINGS has the most specific first.
    return sorted(((f, s) for f, s in shares if s > 0), key=lambda guess: -guess[1])


def choose(lines: Sequence[str]) -> tuple[Framing, list[tuple[Framing, float]]]:
    """The best framing for a log, and all guesses.

    Raises UnknownFraming where no line can be read.
    """
    guesses = sniff(lines)
    if not guesses and (kind := listing_kind(lines)) is not None:
        raise UnknownFraming(
            f"These are the symbols of a kernel ({kind}), not a log.",
            hint="Give them as symbols (--symbols) beside a log of that build.",
            where="line 1",
        )
    if not guesses:
        raise UnknownFraming(
            "No line of this text reads as a kernel message.",
            hint="Send a serial capture, the output of dmesg or of journalctl -k.",
            where="line 1",
        )
    return guesses[0][0], guesses


def by_name(name: str) -> Framing:
    """The framing called ``name``. Raises UnknownFraming, which lists the names."""
    for framing in FRAMINGS:
        if framing.name == name:
            return framing
    known = ", ".join(framing.name for framing in FRAMINGS)
    raise UnknownFraming(f"There is no framing '{name}'.", hint=f"Known framings: {known}.")


def _readable(line: str) -> bool:
    return any(framing.recognises(line) for framing in FRAMINGS)
