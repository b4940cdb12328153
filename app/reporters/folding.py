"""Lines of 72 columns, quotable in a mail: folded, never cut."""

from collections.abc import Iterator
from textwrap import wrap

from app.printable import printable

WIDTH = 72


def folded(text: str, first: str = "", rest: str = "") -> Iterator[str]:
    """Text as lines; ``first`` and ``rest`` indent the first and those after it."""
    yield from wrap(
        text, WIDTH, initial_indent=first, subsequent_indent=rest, break_on_hyphens=False,
        drop_whitespace=True,
    ) or [first.rstrip()]  # fmt: skip


def log_line(line: int, text: str) -> Iterator[str]:
    """A line of the log with its number, folded with a hanging indent."""
    label = f"  L{line}: "
    yield from folded(printable(text), label, " " * len(label))
