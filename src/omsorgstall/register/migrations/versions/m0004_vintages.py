"""Vintages tell their day, versions and substitutions; submissions can be withdrawn."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Make the tables; a vintage from before counts whole years, and nobody wrote its versions down."""
    op.add_column("vintage", sa.Column("reference_date", sa.Date))
    op.add_column("vintage", sa.Column("versions", sa.JSON))
    op.create_table(
        "withdrawal",
        sa.Column("submission", sa.String(80), sa.ForeignKey("submission.id"), primary_key=True),
        sa.Column("who", sa.String(200), nullable=False),
        sa.Column("why", sa.String(500), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime, nullable=False),
    )
    op.create_table("substitution", sa.Column("number", sa.Integer, primary_key=True, autoincrement=True), *_declared())
    op.create_table(
        "vintage_substitution",
        sa.Column("vintage", sa.String(80), sa.ForeignKey("vintage.name"), nullable=False),
        sa.Column("submission", sa.String(80), sa.ForeignKey("submission.id"), nullable=False),
        *_declared(),
        sa.PrimaryKeyConstraint("vintage", "municipality", "data_year"),
    )


def _declared() -> tuple[sa.Column[object], ...]:
    """What a declaration of a substitution says."""
    return (
        sa.Column("municipality", sa.String(4), nullable=False),
        sa.Column("data_year", sa.Integer, nullable=False),
        sa.Column("by_year", sa.Integer),
        sa.Column("method", sa.String(20), nullable=False),
        sa.Column("who", sa.String(200), nullable=False),
        sa.Column("why", sa.String(500), nullable=False),
        sa.Column("declared_at", sa.DateTime, nullable=False),
    )
