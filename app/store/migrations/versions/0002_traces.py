"""A trace beside a log."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make room for the trace's hash; the logs that are there have none."""
    op.add_column("logs", sa.Column("trace_sha256", sa.String(64)))
    op.create_index("ix_logs_trace_sha256", "logs", ["trace_sha256"])
