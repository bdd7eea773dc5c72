"""Rejected attempts, for the board of deliveries."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Make the table; what was rejected before is not known."""
    op.create_table(
        "rejected_attempt",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("municipality", sa.String(4), nullable=False),
        sa.Column("data_year", sa.Integer),
        sa.Column("content_hash", sa.String(64), nullable=False),
        sa.Column("reasons", sa.JSON, nullable=False),
        sa.Column("attempted_at", sa.DateTime, nullable=False),
    )
    op.create_index("rejected_attempt_content", "rejected_attempt", ["content_hash"])
