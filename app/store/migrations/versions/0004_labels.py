"""Labels of an upload; the kernel's release beside a log, and what a list is read by."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make room for them; of the logs that are there the release stays unknown."""
    op.add_column("logs", sa.Column("kernel", sa.Text))
    op.create_index("ix_logs_created_at_id", "logs", ["created_at", "id"])
    op.create_index("ix_grants_log_id", "grants", ["log_id"])
    op.create_table(
        "labels",
        sa.Column(
            "grant_id",
            sa.Integer,
            sa.ForeignKey("grants.id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("key", sa.String(40), primary_key=True),
        sa.Column("value", sa.String(200), nullable=False),
    )
    op.create_index("ix_labels_key_value", "labels", ["key", "value"])
