"""Labels of an upload: what was booted, where, by which job, as ``key=value``."""

import re
from collections.abc import Iterable
from typing import NamedTuple

from app.errors import BadLabel

MAX_LABELS = 20
MAX_VALUE = 200
MAX_TITLE = 60
"""Characters of what is said of a label query."""
KNOWN = ("machine", "kernel", "branch", "config", "commit", "job_url")
"""Keys with a meaning to Bootscope; any other is free."""
_KEY = re.compile(r"[a-z][a-z0-9_.-]{0,39}")
_HINT = "A label is key=value, such as branch=main or machine=rk3588."


class Label(NamedTuple):
    """One label. An upload has one value for a key, or none."""

    key: str
    value: str

    def __str__(self) -> str:
        return f"{self.key}={self.value}"


def parse_labels(texts: Iterable[str]) -> tuple[Label, ...]:
    """Labels as they are sent, sorted by key; one that comes twice counts once.

    A key is a small letter and at most 39 of ``a-z 0-9 _ . -``, a value 1 to 200 printable
    characters. Raises BadLabel.
    """
    found: dict[str, Label] = {}
    for text in texts:
        label = _parse(text)
        if found.setdefault(label.key, label) != label:
            raise BadLabel(
                f"The label '{label.key}' is given two values.", hint="Send one value for a key."
            )
        if len(found) > MAX_LABELS:
            raise BadLabel(f"There are more than {MAX_LABELS} labels.", hint="Send fewer.")
    return tuple(sorted(found.values()))


def title_of(labels: tuple[Label, ...]) -> str:
    """Labels in words, for a badge or a page: branch on machine, then the others as they are."""
    told = {label.key: label.value for label in labels}
    first = " on ".join(told.pop(key) for key in ("branch", "machine") if key in told)
    rest = [f"{key}={value}" for key, value in told.items()]
    whole = ", ".join(filter(None, (first, *rest)))
    return whole if len(whole) <= MAX_TITLE else whole[: MAX_TITLE - 1] + "…"


def _parse(text: str) -> Label:
    key, equals, value = text.partition("=")
    value = value.strip()
    if not equals or not value:
        raise BadLabel(f"{_quoted(text)} has no value.", hint=_HINT)
    if not _KEY.fullmatch(key):
        raise BadLabel(
            f"{_quoted(key)} is no key of a label: a small letter, then at most 39 of a-z, 0-9,"
            " '_', '.' and '-'.",
            hint=_HINT,
        )
    if len(value) > MAX_VALUE or not value.isprintable():
        raise BadLabel(
            f"The value of the label '{key}' has more than {MAX_VALUE} characters, or one that"
            " cannot be printed.",
            hint=_HINT,
        )
    return Label(key, value)


def _quoted(text: str) -> str:
    return ascii(text if len(text) <= 60 else text[:57] + "...")
