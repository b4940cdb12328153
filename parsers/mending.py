"""Messages that lost their place in a line, mended where no doubt is left.

Only a whole initcall_debug message counts, from its first word to its last: one that
is glued to the end of another writer's text (``sdc:initcall init_sd+0x0/0x16b
[sd_mod] returned 0 after 13 usecs``), and one that a terminal or a mail wrapped.
"""

from parsers.pattern import pattern

_SYMBOL = r"[^\s+]{1,512}\+0x[0-9a-f]{1,8}/0x[0-9a-f]{1,8}(?: \[[^\]\s]{1,64}\])?"
_WHOLE = pattern(
    rf"(?:calling  {_SYMBOL} @ \d{{1,10}}"
    rf"|initcall {_SYMBOL} returned -?\d{{1,10}} after -?\d{{1,18}} usecs"
    r"|probe of \S.{0,200} returned -?\d{1,10} after -?\d{1,18} usecs)\s*$"
)
MENDABLE = ("initcall ", "calling  ")
"""What a message holds that may be glued to another text."""
BEGUN = (*MENDABLE, "probe of ")
"""What a message begins with that may be wrapped."""
_QUOTED = pattern(r"[> ]*")


def glued(text: str) -> str | None:
    """The whole message that ends ``text`` behind something else; None for none.

    ``calling`` after a space is another's word: PCI quirks and suspend print it
    behind a device's name (drivers/pci/quirks.c, drivers/base/power/main.c).
    """
    place = text.rfind("initcall ")
    if place <= 0:
        place = text.rfind("calling  ")
        if place <= 0 or text[place - 1] == " ":
            return None
    if text[:place].rstrip().endswith("]"):
        return None  # a stamp or a caller: what wraps lines is the framing's to read
    found = _WHOLE.match(text, place)
    return found[0].rstrip() if found is not None else None


def wrapped(text: str, following: str) -> str | None:
    """The whole message that ``text`` begins and the line after it ends; None for none."""
    if not text.startswith(BEGUN) or len(following) > 300:
        return None
    rest = following[_QUOTED.match(following).end() :].rstrip()  # type: ignore[union-attr]
    if not rest:
        return None
    for joint in (" ", ""):
        if (found := _WHOLE.match(f"{text.rstrip()}{joint}{rest}")) is not None:
            return found[0].rstrip()
    return None
