"""What the history needs of each report, made from it where it is missing."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make room for it."""
    op.create_table(
        "digests",
        sa.Column(
            "log_id",
            sa.String(26),
            sa.ForeignKey("logs.id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("report_sha256", sa.String(64), nullable=False),
        sa.Column("format", sa.Integer, nullable=False),
        sa.Column("data", sa.LargeBinary, nullable=False),
    )
