"""What is kept of logs for their history, and the labels that they are found by."""

from collections.abc import Callable, Sequence

from app.errors import NotFound
from app.history import FORMAT, Digest, digest_of
from app.labels import Label
from app.report import Report
from app.store.metadata import LogRow, Metadata


class Past:
    """Digests of reports, made by ``report_of`` a log where there is none."""

    def __init__(self, metadata: Metadata, report_of: Callable[[str], Report]) -> None:
        self._metadata = metadata
        self._report_of = report_of

    def labels_of(self, identity: str) -> list[Label]:
        """The labels of all uploads that hold a log."""
        return self._metadata.labels_of(identity)

    def labels_in_use(self, limit: int, without: Sequence[str] = ()) -> list[Label]:
        """The labels that were sent last, but for those of the keys ``without``."""
        return self._metadata.labels_in_use(limit, without)

    def digests(self, ids: Sequence[str]) -> dict[str, Digest]:
        """Of these logs; one that is gone meanwhile has none."""
        found = self._metadata.digests(ids, FORMAT)
        digests = {identity: Digest.from_bytes(data) for identity, data in found.items()}
        for identity in ids:
            try:
                report = self._report_of(identity) if identity not in digests else None
            except NotFound:
                continue
            row = self._metadata.get(identity) if report is not None else None
            if report is not None and row is not None:
                digests[identity] = self.keep(row, report)
        return digests

    def keep(self, row: LogRow, report: Report) -> Digest:
        """Keep the digest of the report that ``row`` has."""
        digest = digest_of(report)
        self._metadata.put_digest(row, FORMAT, digest.to_bytes())
        return digest
