"""The statistical table and who may see it. No figure is computed here."""

from omsorgstall.tables.cells import CellStatus
from omsorgstall.tables.kinds import INNER_SCHEMA, DraftRelease, DraftTable, OwnerTable, ReleasedTable, Report
from omsorgstall.tables.model import Composition, Content, ContentKind, Dimension, DimensionKind, Identity, Member, TableModel

__all__ = [
    "INNER_SCHEMA",
    "CellStatus",
    "Composition",
    "Content",
    "ContentKind",
    "Dimension",
    "DimensionKind",
    "DraftRelease",
    "DraftTable",
    "Identity",
    "Member",
    "OwnerTable",
    "ReleasedTable",
    "Report",
    "TableModel",
]
