"""The tables. A change here needs a migration beside it."""

from sqlalchemy import (
    Column,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
)

METADATA = MetaData()


class FreeText(TypeDecorator[str]):
    """Text of strangers. PostgreSQL keeps no NUL and no half of a pair, so nothing does."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """What is kept of it."""
        if value is None:
            return None
        return value.replace("\0", "\N{REPLACEMENT CHARACTER}").encode("utf-8", "replace").decode()


LOGS = Table(
    "logs",
    METADATA,
    Column("id", String(26), primary_key=True),
    Column("log_sha256", String(64), nullable=False, index=True),
    Column("symbols_sha256", String(64), index=True),
    Column("trace_sha256", String(64), index=True),
    Column("report_sha256", String(64), nullable=False),
    Column("name", FreeText, nullable=False),
    Column("size_bytes", Integer, nullable=False),
    Column("verdict", String(20), nullable=False),
    Column("headline", FreeText, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("kernel", FreeText),
    Index("ix_logs_created_at_id", "created_at", "id"),
)

GRANTS = Table(
    "grants",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column(
        "log_id",
        String(26),
        ForeignKey("logs.id", ondelete="CASCADE"),
        nullable=False,
        index=True,
    ),
    Column("token_sha256", String(64), unique=True),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("expires_at", DateTime(timezone=True), index=True),
)

LABELS = Table(
    "labels",
    METADATA,
    Column("grant_id", Integer, ForeignKey("grants.id", ondelete="CASCADE"), primary_key=True),
    Column("key", String(40), primary_key=True),
    Column("value", String(200), nullable=False),
    Index("ix_labels_key_value", "key", "value"),
)

DIGESTS = Table(
    "digests",
    METADATA,
    Column("log_id", String(26), ForeignKey("logs.id", ondelete="CASCADE"), primary_key=True),
    Column("report_sha256", String(64), nullable=False),
    Column("format", Integer, nullable=False),
    Column("data", LargeBinary, nullable=False),
)

TOKENS = Table(
    "tokens",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("name", String(100), nullable=False),
    Column("token_sha256", String(64), nullable=False, unique=True),
    Column("scopes", String(100), nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("expires_at", DateTime(timezone=True)),
    Column("revoked_at", DateTime(timezone=True)),
    Column("last_used_at", DateTime(timezone=True)),
)

SAMPLES = Table(
    "samples",
    METADATA,
    Column("name", String(100), primary_key=True),
    Column("log_id", String(26), ForeignKey("logs.id", ondelete="CASCADE"), nullable=False),
    Column("title", Text, nullable=False, server_default=""),
    Column("sentence", Text, nullable=False),
    Column("topic", Text, nullable=False, server_default=""),
    Column("position", Integer, nullable=False),
)
