"""The tables of the register, declared once: columns, types, privacy class and meaning.

The content is that of the KPR/IPLOS register (reference sections 2–7). ``formats`` reads and writes the same tables with
identity numbers instead of pseudonyms; ``docs`` and the validation of files are made from these declarations.
"""

from functools import cache

import pyarrow as pa

from omsorgstall.register.columns import MOMENT, SHORT, TEXT, TableSchema
from omsorgstall.register.edit_table import EDIT
from omsorgstall.register.person_tables import ASSESSMENT, DIAGNOSIS, NUTRITION, PARTICIPATION, PERSON
from omsorgstall.register.service_tables import EVENT, HOSPITAL_STAY, PAUSE, SERVICE, STAY

TABLES = (PERSON, ASSESSMENT, SERVICE, PAUSE, STAY, HOSPITAL_STAY, DIAGNOSIS, PARTICIPATION, NUTRITION)


@cache
def table_schemas() -> dict[str, TableSchema]:
    """The tables of an annual submission by name."""
    return {t.name: t for t in TABLES}


@cache
def register_schemas() -> dict[str, TableSchema]:
    """Every table of the register by name: those of an annual submission, events and edits."""
    return {**table_schemas(), EVENT.name: EVENT, EDIT.name: EDIT}


@cache
def snapshot_schema() -> pa.Schema:
    """The annual submissions a vintage rests on, as a table: an event counts when it was registered after ``extracted_at``."""
    return pa.schema([("reported_municipality", TEXT), ("data_year", SHORT), ("extracted_at", MOMENT)])


def identified_schema(table: TableSchema) -> pa.Schema:
    """The table as it is in files: identity number and type in place of the pseudonym, no municipality conversion.

    Columns: ``identity_number``, ``identity_type`` (code system 9032), then the table's own columns that files carry.
    """
    own = [pa.field(c.name, c.type) for c in table.sent]
    return pa.schema([pa.field("identity_number", TEXT), pa.field("identity_type", pa.int8()), *own])


def raw_schema(table: TableSchema) -> pa.Schema:
    """The table as read from a file before any check: every column text, with the line it stood on."""
    own = [pa.field(c.name, TEXT) for c in table.sent]
    return pa.schema([pa.field("line", pa.int32()), pa.field("identity_number", TEXT), pa.field("identity_type", TEXT), *own])
