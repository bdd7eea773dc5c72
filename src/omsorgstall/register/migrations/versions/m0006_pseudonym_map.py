"""The pseudonym map, and the version of it that a vintage rests on."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Make the tables; vintages from before rest on no map."""
    op.add_column("vintage", sa.Column("map_version", sa.Integer))
    op.create_table(
        "pseudonym_map_version",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("source", sa.String(200), nullable=False),
        sa.Column("who", sa.String(200), nullable=False),
        sa.Column("entered_at", sa.DateTime, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "pseudonym_change",
        sa.Column("version", sa.Integer, sa.ForeignKey("pseudonym_map_version.number"), nullable=False),
        sa.Column("old", sa.String(80), nullable=False),
        sa.Column("new", sa.String(80), nullable=False),
        sa.Column("known_on", sa.Date, nullable=False),
        sa.Column("holds", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("version", "old"),
    )
