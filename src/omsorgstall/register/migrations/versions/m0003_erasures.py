"""Erasures with their tombstones, and pseudonyms whose rows are left out at intake."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make the tables of erasures."""
    op.create_table(
        "erasure",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("erased_at", sa.DateTime, nullable=False),
        sa.Column("case", sa.String(80), nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "tombstone",
        sa.Column("erasure", sa.Integer, sa.ForeignKey("erasure.number"), primary_key=True),
        sa.Column("submission", sa.String(80), sa.ForeignKey("submission.id"), primary_key=True),
        sa.Column("rows", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "blocked_pseudonym",
        sa.Column("pseudonym", sa.String(80), primary_key=True),
        sa.Column("case", sa.String(80), nullable=False),
    )
