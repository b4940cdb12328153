"""Text out of a log, made fit to be shown: nothing in it may act on who reads it."""


def printable(text: str) -> str:
    """Log text as it may stand in a terminal or a mail: no control, no direction marks."""
    if text.isascii() and text.isprintable():
        return text
    import unicodedata

    return "".join(
        char if char == " " or not unicodedata.category(char).startswith(("C", "Z")) else
        (" " if char == "\t" or unicodedata.category(char)[0] == "Z" else f"\\x{ord(char):02x}")
        for char in text
    )  # fmt: skip


def shortened(text: str, longest: int) -> str:
    """At most ``longest`` characters, the last an ellipsis where something was cut."""
    return text if len(text) <= longest else f"{text[: max(longest - 1, 0)]}…"
