"""What is kept of reports for the history: packed bytes, by log and report."""

import sys
from collections.abc import Sequence

from sqlalchemy import Connection, Engine, delete, insert, select
from sqlalchemy.exc import IntegrityError, OperationalError

from app.store.tables import DIGESTS, LOGS

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

_LEVEL = 3


def get_digests(connection: Connection, ids: Sequence[str], made_as: int) -> dict[str, bytes]:
    """Those of these logs that are of their report as it is now, and of format ``made_as``."""
    asked = select(DIGESTS.c.log_id, DIGESTS.c.data).join(
        LOGS, (LOGS.c.id == DIGESTS.c.log_id) & (LOGS.c.report_sha256 == DIGESTS.c.report_sha256)
    )
    asked = asked.where(DIGESTS.c.log_id.in_(ids), DIGESTS.c.format == made_as)
    return {log_id: zstd.decompress(data) for log_id, data in connection.execute(asked)}


def put_digest(engine: Engine, log_id: str, report_sha256: str, made_as: int, data: bytes) -> None:
    """Keep one in place of the one before. A log that is gone meanwhile gets none."""
    values = {
        "report_sha256": report_sha256, "format": made_as, "data": zstd.compress(data, _LEVEL)
    }  # fmt: skip
    try:
        with engine.begin() as connection:
            connection.execute(delete(DIGESTS).where(DIGESTS.c.log_id == log_id))
            connection.execute(insert(DIGESTS).values(log_id=log_id, **values))
    except (IntegrityError, OperationalError):
        # Deleted, another process was faster, or busy: it is made again when it is asked for.
        return
