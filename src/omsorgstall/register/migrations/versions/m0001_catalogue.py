"""Submissions, vintages and the audit log."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the first tables."""
    _submissions()
    _vintages()
    op.create_table("identity", sa.Column("store", sa.String(32), primary_key=True))
    op.create_table(
        "audit_event",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("action", sa.String(20), nullable=False),
        sa.Column("what", sa.String(200), nullable=False),
        sa.Column("who", sa.String(200), nullable=False),
        sa.Column("why", sa.String(500), nullable=False),
        sa.Column("happened_at", sa.DateTime, nullable=False),
        sa.Column("municipalities", sa.JSON),
    )


def _submissions() -> None:
    op.create_table(
        "submission",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("id", sa.String(80), nullable=False, unique=True),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("municipality", sa.String(4), nullable=False),
        sa.Column("data_year", sa.Integer, nullable=False),
        sa.Column("content_hash", sa.String(64), nullable=False, unique=True),
        sa.Column("accepted_at", sa.DateTime, nullable=False),
        sa.Column("extracted_at", sa.DateTime),
        sa.Column("registered_until", sa.DateTime),
        sqlite_autoincrement=True,
    )
    op.create_index("submission_sender", "submission", ["municipality", "data_year"])
    op.create_table(
        "submission_file",
        sa.Column("submission", sa.String(80), sa.ForeignKey("submission.id"), primary_key=True),
        sa.Column("name", sa.String(40), primary_key=True),
        sa.Column("table", sa.String(40), nullable=False),
        sa.Column("rows", sa.BigInteger, nullable=False),
        sa.Column("bytes", sa.BigInteger, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
    )
    op.create_table(
        "submission_municipality",
        sa.Column("submission", sa.String(80), sa.ForeignKey("submission.id"), primary_key=True),
        sa.Column("municipality", sa.String(4), primary_key=True),
    )


def _vintages() -> None:
    op.create_table(
        "vintage",
        sa.Column("name", sa.String(80), primary_key=True),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("created_at", sa.DateTime, nullable=False),
        sa.Column("until", sa.DateTime, nullable=False),
        sa.Column("code_version", sa.String(80), nullable=False),
        sa.Column("years", sa.JSON, nullable=False),
    )
    op.create_table(
        "vintage_submission",
        sa.Column("vintage", sa.String(80), sa.ForeignKey("vintage.name"), primary_key=True),
        sa.Column("submission", sa.String(80), sa.ForeignKey("submission.id"), primary_key=True),
    )
