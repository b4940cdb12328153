"""Logs, the grants that hold them, samples."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the first three tables."""
    op.create_table(
        "logs",
        sa.Column("id", sa.String(26), primary_key=True),
        sa.Column("log_sha256", sa.String(64), nullable=False),
        sa.Column("symbols_sha256", sa.String(64)),
        sa.Column("report_sha256", sa.String(64), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("size_bytes", sa.Integer, nullable=False),
        sa.Column("verdict", sa.String(20), nullable=False),
        sa.Column("headline", sa.Text, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_logs_log_sha256", "logs", ["log_sha256"])
    op.create_index("ix_logs_symbols_sha256", "logs", ["symbols_sha256"])
    op.create_table(
        "grants",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column(
            "log_id", sa.String(26), sa.ForeignKey("logs.id", ondelete="CASCADE"), nullable=False
        ),
        sa.Column("token_sha256", sa.String(64), unique=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True)),
    )
    op.create_index("ix_grants_expires_at", "grants", ["expires_at"])
    op.create_table(
        "samples",
        sa.Column("name", sa.String(100), primary_key=True),
        sa.Column(
            "log_id", sa.String(26), sa.ForeignKey("logs.id", ondelete="CASCADE"), nullable=False
        ),
        sa.Column("sentence", sa.Text, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
    )
