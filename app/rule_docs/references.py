"""References as links: a file of the kernel at its version, a list post by its subject."""

import re
from urllib.parse import quote

from app.rule_docs.prose import inline

_TREE = "https://git.kernel.org/pub/scm/linux/kernel/git/stable/linux.git/tree"
_LISTS = "https://lore.kernel.org"
_FILE = re.compile(r"(?P<path>(?:[\w.+-]+/)*[\w+-]+\.(?:c|h|S|rs|lds|rst|txt|dts|dtsi))\b")
_VERSION = re.compile(r"\bLinux (?P<version>\d+\.\d+(?:\.\d+)?)")
_POST = re.compile(r"(?P<list>[a-z][a-z0-9-]+), \d{1,2} \w+ \d{4}: (?P<subject>.+)")
_ADDRESS = re.compile(r"https://[\w.-]+(?:/[\w./~%?=&#+:@,-]*)?")


def address(reference: str) -> str | None:
    """Where a reference is to be read; None where that cannot be told.

    ``init/main.c, do_one_initcall(), Linux 6.12`` is a file of that version, the newest
    where none is named; ``linux-arm-kernel, 5 May 2026: subject`` a search of the list
    for the subject; ``https://...`` itself.
    """
    whole = _ADDRESS.search(reference)
    if whole is not None:
        return whole[0]
    post = _POST.fullmatch(reference)
    if post is not None:
        asked = quote(f's:"{post["subject"]}"')
        return f"{_LISTS}/{post['list']}/?q={asked}"
    file = _FILE.match(reference)
    if file is None:
        return None
    version = _VERSION.search(reference)
    return f"{_TREE}/{file['path']}" + (f"?h=v{version['version']}" if version else "")


def linked(reference: str) -> str:
    """A reference as Markdown."""
    where = address(reference)
    text = inline(reference)
    return text if where is None else f"[{text}](<{where}>)"
