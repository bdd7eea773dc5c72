"""Edits in the order of their sets become rounds of typed rows that an engine can join to the records they change."""

from calendar import isleap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import pyarrow as pa

from omsorgstall.register.columns import Column
from omsorgstall.register.edit_table import RECORD_KEYS
from omsorgstall.register.schemas import table_schemas

WHOSE = ("reported_municipality", "data_year", "pseudonym")
EDIT_ROUND = "edit_"
"""Before the number of a round and its table, in the name an engine opens it under."""
_LOCAL_IDS = frozenset({"local_person_id", "service_id", "pause_id"})
Edit = Mapping[str, object]
"""A row of ``EDIT`` with its key columns."""


@dataclass(frozen=True, slots=True)
class EditRound:
    """Edits of one table of which no two change the same field of the same record.

    Attributes:
        table: name of the table of the register.
        rows: ``WHOSE``, the table's ``RECORD_KEYS``, and for each edited field ``edits_…`` (whether this record's is),
            ``old_…`` and ``new_…`` with the type of the field.
        fields: the edited fields.
    """

    table: str
    rows: pa.Table
    fields: tuple[str, ...]


def editable(table: str) -> dict[str, Column]:
    """The columns of a table that an edit may change: all but those that name records and persons."""
    names = _LOCAL_IDS | {"identity_type"} | set(RECORD_KEYS[table])
    return {c.name: c for c in table_schemas()[table].columns if c.name not in names}


def rounds(edits: Sequence[Edit]) -> tuple[EditRound, ...]:
    """Edits in the order of their sets as rounds that are applied one after the other; each ends where no field comes twice."""
    seen: dict[tuple[object, ...], int] = {}
    found: dict[tuple[int, str], list[Edit]] = {}
    for edit in edits:
        place = _place(edit)
        seen[place] = seen.get(place, -1) + 1
        found.setdefault((seen[place], str(edit["table"])), []).append(edit)
    return tuple(_round(table, found[number, table]) for number, table in sorted(found))


def later(edit: Edit, years: int) -> Edit:
    """The edit with its dates moved as those of the record it is about, when an earlier year comes again."""
    if not years:
        return edit
    types = {c.name: c.type for c in table_schemas()[str(edit["table"])].columns}
    of = {**{key: key for key in RECORD_KEYS[str(edit["table"])]}, "old": str(edit["field"]), "new": str(edit["field"])}
    moved = {name: _later(edit[name], types[column], years) for name, column in of.items()}
    if edit["field"] == "birth_year":
        moved = {name: v and str(int(str(v)) + years) if name in ("old", "new") else v for name, v in moved.items()}
    return {**edit, **moved}


def _later(value: object, kind: pa.DataType, years: int) -> object:
    if value is None or not pa.types.is_date(kind):
        return value
    day = date.fromisoformat(str(value))
    leap = (day.month, day.day) == (2, 29) and not isleap(day.year + years)
    return day.replace(year=day.year + years, day=28 if leap else day.day).isoformat()


def _place(edit: Edit) -> tuple[object, ...]:
    """The field of the record an edit is about."""
    table = str(edit["table"])
    return (table, *(edit[k] for k in WHOSE), *(edit[k] for k in RECORD_KEYS[table]), edit["field"])


def _round(table: str, edits: Sequence[Edit]) -> EditRound:
    keys = (*WHOSE, *RECORD_KEYS[table])
    fields = tuple(sorted({str(e["field"]) for e in edits}))
    records: dict[tuple[object, ...], dict[str, object]] = {}
    for edit in edits:
        row = records.setdefault(tuple(edit[k] for k in keys), {k: edit[k] for k in keys})
        row |= {f"edits_{edit['field']}": True, f"old_{edit['field']}": edit["old"], f"new_{edit['field']}": edit["new"]}
    types = {f.name: f.type for f in table_schemas()[table].arrow()}
    named = [(k, k) for k in keys] + [(f"{part}_{f}", f) for f in fields for part in ("old", "new")]
    columns = {name: _typed([r.get(name) for r in records.values()], types[of]) for name, of in named}
    marks = {f"edits_{f}": pa.array([bool(r.get(f"edits_{f}")) for r in records.values()]) for f in fields}
    return EditRound(table, pa.table(columns | marks), fields)


def _typed(values: Sequence[object], kind: pa.DataType) -> pa.Array:
    """Texts as values of a column; what is typed already stays."""
    if any(isinstance(v, str) for v in values):
        return pa.array(values, pa.string()).cast(kind)
    return pa.array(values, kind)


def as_text(value: object) -> str | None:
    """A value of the register as an edit holds it: ISO dates, the shortest text of a number, ``true`` and ``false``."""
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if isinstance(value, date) else str(value)
