"""The register: declared tables, immutable submissions, vintages and their catalogue."""

from omsorgstall.register.columns import Column, Privacy, TableSchema
from omsorgstall.register.delivery import Delivery, Submission
from omsorgstall.register.schemas import identified_schema, raw_schema, register_schemas, snapshot_schema, table_schemas
from omsorgstall.register.scoped import FilePart, ScopedSource
from omsorgstall.register.store import Store
from omsorgstall.register.vintage import Vintage

__all__ = [
    "Column",
    "Delivery",
    "FilePart",
    "Privacy",
    "ScopedSource",
    "Store",
    "Submission",
    "TableSchema",
    "Vintage",
    "identified_schema",
    "raw_schema",
    "register_schemas",
    "snapshot_schema",
    "table_schemas",
]
