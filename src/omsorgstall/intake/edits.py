"""Edits checked against the register before they are kept: each names one record that is there, with the value it has.

The new value passes what intake asks of a value of its field: its form, its code list in the year, and that it is not empty where
a record cannot do without. Nothing here tells a value in a fault.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import ibis
import pyarrow as pa

from omsorgstall.codes import code_list, service_types
from omsorgstall.engine import Engine
from omsorgstall.formats.edits import EditFile
from omsorgstall.formats.spreadsheet import SheetRow
from omsorgstall.intake.parsing import parse
from omsorgstall.intake.row_faults import RowFault
from omsorgstall.register import Column
from omsorgstall.register.edit_table import EDIT, RECORD_KEYS
from omsorgstall.register.edits import as_text, editable
from omsorgstall.register.schemas import table_schemas

Record = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class CheckedEdits:
    """The outcome: rows of ``EDIT`` with key columns, in the order of the file; empty when there are faults."""

    rows: pa.Table
    faults: tuple[RowFault, ...]


class _RefusedError(Exception):
    """A row that cannot be kept: the id of its fault and the column it is about."""

    def __init__(self, fault: str, column: str) -> None:
        self.fault = fault
        self.column = column
        super().__init__(fault)


def check_edits(engine: Engine, tables: Mapping[str, ibis.Table], file: EditFile) -> CheckedEdits:
    """Find the record of each edit and hold its old value against the register.

    Args:
        tables: cleared records, within the scope of the municipality.
        file: as read; its municipality is the sender's number as reported.
    """
    register = _Register(engine, tables, file)
    kept: list[dict[str, object]] = []
    faults: list[RowFault] = []
    seen: set[tuple[object, ...]] = set()
    for row in file.rows:
        try:
            edit = register.edit(row)
        except _RefusedError as refused:
            faults.append(RowFault(row.line, refused.column, refused.fault))
            continue
        place = tuple(v for k, v in edit.items() if k not in ("line", "old", "new"))
        if place in seen:
            faults.append(RowFault(row.line, "field", "edited-twice"))
        seen.add(place)
        kept.append(edit)
    return CheckedEdits(pa.Table.from_pylist([] if faults else kept, EDIT.arrow()), tuple(faults))


class _Register:
    """The records of the persons a file names, as the register holds them."""

    def __init__(self, engine: Engine, tables: Mapping[str, ibis.Table], file: EditFile) -> None:
        self._file = file
        person = self._mine(tables["person"])
        self._by_local_id: dict[str, set[str]] = {}
        self._known: set[str] = set()
        for p in engine.run(person.select("pseudonym", "local_person_id"), "persons").to_pylist():
            self._known.add(p["pseudonym"])
            self._by_local_id.setdefault(p["local_person_id"] or "", set()).add(p["pseudonym"])
        wanted = pa.table(
            {"pseudonym": sorted({p for r in file.rows for p in self._pseudonyms(r)})}, pa.schema([("pseudonym", pa.string())])
        )
        self._records: dict[str, list[Record]] = {}
        for table in {r.values["table"] or "" for r in file.rows} & set(RECORD_KEYS):
            rows = self._mine(tables[table]).semi_join(ibis.memtable(wanted), "pseudonym")
            self._records[table] = engine.run(rows, f"records of {table}").to_pylist()

    def _mine(self, table: ibis.Table) -> ibis.Table:
        return table.filter((table.reported_municipality == self._file.municipality) & (table.data_year == self._file.data_year))

    def _pseudonyms(self, row: SheetRow) -> set[str]:
        """Those of the persons a row names."""
        local, pseudonym = row.values["local_person_id"], row.values["pseudonym"]
        named = {pseudonym} & self._known if pseudonym else self._by_local_id.get(local or "", set())
        return {p for p in named if p} & (self._by_local_id.get(local, set()) if local else self._known)

    def edit(self, row: SheetRow) -> dict[str, object]:
        """The row of ``EDIT`` for a row of the file.

        Raises:
            _RefusedError: when it cannot be kept.
        """
        table, field = row.values["table"] or "", row.values["field"] or ""
        if table not in RECORD_KEYS or field not in editable(table):
            raise _RefusedError("unknown-field", "field")
        column = editable(table)[field]
        new = _new_value(column, row.values["new"], self._file.data_year)
        record = self._record(table, row)
        if not _agrees(column, row.values["old"], record[field]):
            raise _RefusedError("old-value-differs", "old")
        if new == record[field]:
            raise _RefusedError("nothing-changes", "new")
        keys = {k: as_text(record[k]) for k in RECORD_KEYS[table]}
        who = {k: record[k] for k in ("municipality", "reported_municipality", "data_year", "pseudonym")}
        return (
            who | {"line": row.line, "table": table, "field": field} | keys | {"old": as_text(record[field]), "new": as_text(new)}
        )

    def _record(self, table: str, row: SheetRow) -> Record:
        found = self._pseudonyms(row)
        if len(found) != 1:
            raise _RefusedError("several-persons" if found else "no-person", "local_person_id")
        types = {c.name: c for c in table_schemas()[table].columns}
        wanted = {k: _typed(types[k], row.values[k]) for k in RECORD_KEYS[table]}
        mine = [r for r in self._records[table] if r["pseudonym"] in found and all(r[k] == v for k, v in wanted.items())]
        if len(mine) != 1 or None in wanted.values():
            raise _RefusedError("several-records" if len(mine) > 1 else "no-record", (*RECORD_KEYS[table], "table")[0])
        return mine[0]


def _typed(column: Column, text: str | None) -> object:
    """The value of a text as intake reads it; None when it does not fit."""
    return parse(column.name, column.type, pa.array([text], pa.string())).values[0].as_py()


def _new_value(column: Column, text: str | None, year: int) -> object:
    """The new value.

    Raises:
        _RefusedError: when intake would not take it.
    """
    value = _typed(column, text)
    if text is None and column.required:
        raise _RefusedError("value-needed", "new")
    if text is not None and (value is None or not _valid(column, value, year)):
        raise _RefusedError("value-not-valid", "new")
    return value


def _valid(column: Column, value: object, year: int) -> bool:
    if column.first_year and year < column.first_year:
        return False
    if column.name == "service_type":
        found = service_types().get(int(str(value)))
        return found is not None and bool(found.valid_in(year))
    if isinstance(value, float):
        return value >= 0
    return not column.codes or bool(value in code_list(column.codes).valid_in(year))


def _agrees(column: Column, text: str | None, value: object) -> bool:
    """Whether the old value of a file is the register's; of a number with decimals as many as are written."""
    given = _typed(column, text)
    if not isinstance(given, float) or not isinstance(value, float):
        return given == value and (text is None) == (value is None)
    decimals = len((text or "").partition(".")[2])
    return abs(given - value) <= 0.5 / 10.0**decimals + 1e-9
