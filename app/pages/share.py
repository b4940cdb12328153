"""What a boot's page offers to copy and to save, as its templates take it."""

from typing import NamedTuple

from app.report import Report
from app.reporters import REPORTERS
from app.timeline.card import card_words

TEXTS = (("mail", "mail"), ("Markdown", "markdown"), ("text", "text"))
"""What can be copied: in words, and by the reporter's name."""


class Share(NamedTuple):
    """``texts`` are (title, name, text), ``files`` (title, address); without a server there
    is no ``permalink``, no card and no file.
    """

    permalink: str | None
    words: str
    texts: tuple[tuple[str, str, str], ...]
    files: tuple[tuple[str, str], ...] = ()
    card_url: str = ""


def share_of(report: Report, permalink: str | None = None, version: str = "") -> Share:
    """What is offered for a report; ``version`` makes the card's address change with it."""
    texts = tuple((title, name, REPORTERS[name](report, permalink)) for title, name in TEXTS)
    words = card_words(report)
    if permalink is None:
        return Share(None, words, texts)
    base, _, place = permalink.partition("/l/")
    query = place.partition("?")[2]
    more = f"&{query}" if query else ""
    api, page = f"/api/v1/logs/{report.id}", f"/l/{report.id}"
    files = (
        ("This page as one file (HTML)", f"{page}/page.html{f'?{query}' if query else ''}"),
        ("The subjects as PNG", f"{api}/subjects.png?v={version}{more}"),
        ("Initcalls as CSV", f"{api}?format=csv{more}"),
        ("For Perfetto (Chrome trace)", f"{api}?format=chrome-trace{more}"),
        ("Report as JSON", f"{api}?format=json{more}"),
    )
    return Share(permalink, words, texts, files, f"{base}{files[1][1]}")
