"""Reading a file of edits (rettefil): CSV, one row for each field of a record, all of one municipality and data year."""

import re
from dataclasses import dataclass
from pathlib import Path

from omsorgstall.formats.faults import rejected
from omsorgstall.formats.spreadsheet import SheetRow, read_sheet
from omsorgstall.register.edit_table import EDIT

SENDER = ("municipality", "data_year")
PERSON = ("local_person_id", "pseudonym")
"""A person is named by the sender's own id of her, or by her pseudonym."""
COLUMNS = (*SENDER, *PERSON, *EDIT.column_names())
_NEEDED = frozenset({*SENDER, "table", "field", "old", "new"})
MOST_BYTES = 20 << 20
MOST_EDITS = 100_000
_YEAR = re.compile("[12][0-9]{3}")
_MUNICIPALITY = re.compile("[0-9]{4}")


@dataclass(frozen=True, slots=True)
class EditFile:
    """Edits of one municipality's data year as they stand in a file."""

    municipality: str
    data_year: int
    rows: tuple[SheetRow, ...]


def read_edits(path: Path) -> EditFile:
    """Read a file of edits. Columns are told apart by comma or, as Norwegian spreadsheets write, by semicolon.

    Raises:
        OmsorgstallError: INPUT_REJECTED when it is not as described; the error quotes no value.
    """
    rows = _rows(path)
    if not rows:
        raise rejected("empty-file", "The file holds no edits.", path.name)
    if len(rows) > MOST_EDITS:
        raise rejected("too-large", f"The file holds more than {MOST_EDITS} edits.", path.name)
    senders = {(r.values["municipality"] or "", r.values["data_year"] or "") for r in rows}
    if len(senders) > 1:
        raise rejected("not-edits", "The file holds edits of several municipalities or years.", path.name)
    municipality, year = senders.pop()
    if not (_MUNICIPALITY.fullmatch(municipality) and _YEAR.fullmatch(year)):
        raise rejected("not-edits", "The municipality number or the year is not one.", path.name)
    return EditFile(municipality, int(year), tuple(rows))


def _rows(path: Path) -> list[SheetRow]:
    sheet = read_sheet(path, MOST_BYTES)
    _check(sheet.columns, path)
    return [SheetRow(row.line, {name: row.values.get(name) for name in COLUMNS}) for row in sheet.rows]


def _check(found: tuple[str, ...], path: Path) -> None:
    if len(set(found)) < len(found) or not set(found) <= set(COLUMNS) or not set(found) >= _NEEDED:
        raise rejected("not-edits", "The heading line has not the columns of a file of edits.", path.name)
    if not set(found) & set(PERSON):
        raise rejected("not-edits", "No column names a person.", path.name)
