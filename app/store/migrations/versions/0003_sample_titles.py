"""A title and a topic for each sample."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make room for them; the next start fills them in."""
    for name in ("title", "topic"):
        op.add_column("samples", sa.Column(name, sa.Text, nullable=False, server_default=""))
