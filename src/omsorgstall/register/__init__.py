"""The register: declared tables, immutable submissions, vintages and their catalogue."""

from omsorgstall.register.schemas import (
    Column,
    Privacy,
    TableSchema,
    identified_schema,
    raw_schema,
    register_schemas,
    snapshot_schema,
    table_schemas,
)
from omsorgstall.register.scoped import ScopedSource

__all__ = [
    "Column",
    "Privacy",
    "ScopedSource",
    "TableSchema",
    "identified_schema",
    "raw_schema",
    "register_schemas",
    "snapshot_schema",
    "table_schemas",
]
