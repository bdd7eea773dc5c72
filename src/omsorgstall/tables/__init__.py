"""The statistical table and who may see it. No figure is computed here."""

from omsorgstall.tables.cells import CellStatus
from omsorgstall.tables.kinds import (
    INNER_SCHEMA,
    CellSum,
    DerivedRatio,
    DerivedTable,
    DraftRelease,
    DraftTable,
    OwnerTable,
    PeerTable,
    ReleasedTable,
    Report,
)
from omsorgstall.tables.model import Composition, Content, ContentKind, Dimension, DimensionKind, Identity, Member, TableModel

__all__ = [
    "INNER_SCHEMA",
    "CellStatus",
    "CellSum",
    "Composition",
    "Content",
    "ContentKind",
    "DerivedRatio",
    "DerivedTable",
    "Dimension",
    "DimensionKind",
    "DraftRelease",
    "DraftTable",
    "Identity",
    "Member",
    "OwnerTable",
    "PeerTable",
    "ReleasedTable",
    "Report",
    "TableModel",
]
