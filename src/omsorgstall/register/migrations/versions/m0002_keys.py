"""Locked keys of submissions, which key a store belongs to, and where content that was written anew stands."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the tables of keys; a store made before has no keys in them and goes on as it is."""
    op.create_table(
        "submission_key",
        sa.Column("submission", sa.String(80), sa.ForeignKey("submission.id"), primary_key=True),
        sa.Column("wrapped", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "key_check",
        sa.Column("purpose", sa.String(20), primary_key=True),
        sa.Column("key_id", sa.String(80), nullable=False),
    )
    op.create_table(
        "submission_folder",
        sa.Column("submission", sa.String(80), sa.ForeignKey("submission.id"), primary_key=True),
        sa.Column("folder", sa.String(100), nullable=False),
    )
