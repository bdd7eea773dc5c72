"""Edits (rettinger): what someone who knows better says a field of a record should hold, and how the record is named.

An edit set is kept as a submission of its own kind. Each row is one field of one record with its old and its new value as text,
so that a set can be read without the program, and undone by another set.
"""

from collections.abc import Mapping

from omsorgstall.register.columns import PERSONAL, PUBLIC, RESTRICTED, TEXT, Column, TableSchema

RECORD_KEYS: Mapping[str, tuple[str, ...]] = {
    "person": (),
    "assessment": ("assessment_date",),
    "service": ("service_id",),
    "pause": ("service_id", "pause_id"),
    "stay": ("service_id", "from_date"),
    "hospital_stay": ("from_date",),
    "diagnosis": ("system", "code"),
    "participation": ("area",),
    "nutrition": (),
}
"""What names a record of a person, table by table; without a name of its own a person has one record."""
EDIT = TableSchema(
    "edit",
    "rettelse",
    "One row per edit: the field of a record of an annual submission, its old and its new value",
    (
        Column("table", TEXT, PUBLIC, "Table of the register the record stands in", "tabell", True),
        Column("field", TEXT, PUBLIC, "Column that is changed", "felt", True),
        Column("service_id", TEXT, RESTRICTED, "Names the record: the service", "tjenesteID"),
        Column("pause_id", TEXT, RESTRICTED, "Names the record: the stop", "midlertidigStoppID"),
        Column("assessment_date", TEXT, PERSONAL, "Names the record: date of the assessment", "vurderingsdato"),
        Column("from_date", TEXT, PERSONAL, "Names the record: first day of the stay", "fra dato"),
        Column("system", TEXT, PERSONAL, "Names the record: system of the diagnosis", "kodeverk"),
        Column("code", TEXT, PERSONAL, "Names the record: code of the diagnosis", "diagnosekode"),
        Column("area", TEXT, PERSONAL, "Names the record: area of life", "område"),
        Column("old", TEXT, PERSONAL, "Value before, as text; empty when there was none", "gammel verdi"),
        Column("new", TEXT, PERSONAL, "Value after, as text; empty to take it away", "ny verdi"),
    ),
)
