"""A report as it is kept, and what of a large one is kept beside it."""

from collections.abc import Mapping
from typing import NamedTuple

from app.digests import sha256_hex
from app.report import Report, brief
from app.store.blobs import blob_key
from app.timeline.packed import timeline_bytes

MANY = 5_000
"""Initcalls from which on a report takes long to read: what its page needs is kept beside it."""
DERIVED = ("timelines", "briefs")
_FORMAT = 1
"""Raised when what is kept beside a report changes: then it is not found, and made anew."""


class Kept(NamedTuple):
    """A report as it is kept: its hash, and its bytes and what is made of them by key."""

    sha256: str
    blobs: Mapping[str, bytes]


def kept_of(report: Report) -> Kept:
    """What is to be kept of a report."""
    data = report.to_json().encode()
    sha256 = sha256_hex(data)
    blobs = {blob_key("reports", sha256): data}
    if len(report.initcalls) > MANY:
        blobs[derived_key("timelines", sha256)] = timeline_bytes(report)
        blobs[derived_key("briefs", sha256)] = brief(report).to_json().encode()
    return Kept(sha256, blobs)


def derived_key(kind: str, report_sha256: str) -> str:
    """The key of what is kept beside a report; another format has another key."""
    return blob_key(kind, sha256_hex(f"{_FORMAT} {report_sha256}".encode()))
