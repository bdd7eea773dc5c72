"""Reading a file of edits (rettefil): CSV, one row for each field of a record, all of one municipality and data year."""

import csv
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from omsorgstall.formats.faults import rejected
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
class EditRow:
    """One row of the file: texts by column, None where there is nothing."""

    line: int
    values: Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class EditFile:
    """Edits of one municipality's data year as they stand in a file."""

    municipality: str
    data_year: int
    rows: tuple[EditRow, ...]


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


def _rows(path: Path) -> list[EditRow]:
    with path.open("rb") as file:
        content = file.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise rejected("too-large", "The file is larger than a file of edits can be.", path.name)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise rejected("wrong-encoding", "The file holds bytes that are not UTF-8.", path.name) from None
    heading = text.partition("\n")[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=";" if heading.count(";") > heading.count(",") else ",")
    try:
        columns = _columns(next(reader, []), path)
        return [_row(reader.line_num, columns, cells, path) for cells in reader if any(cells)]
    except csv.Error:
        raise rejected("not-csv", "The file is no CSV file.", f"{path.name}, line {reader.line_num}") from None


def _columns(names: list[str], path: Path) -> list[str]:
    found = [name.strip() for name in names]
    if len(set(found)) < len(found) or not set(found) <= set(COLUMNS) or not set(found) >= _NEEDED:
        raise rejected("not-edits", "The heading line has not the columns of a file of edits.", path.name)
    if not set(found) & set(PERSON):
        raise rejected("not-edits", "No column names a person.", path.name)
    return found


def _row(line: int, columns: list[str], cells: list[str], path: Path) -> EditRow:
    if len(cells) != len(columns):
        raise rejected("not-csv", "A row has not as many fields as the heading line.", f"{path.name}, line {line}")
    given = {name: cell.strip() or None for name, cell in zip(columns, cells, strict=True)}
    return EditRow(line, {name: given.get(name) for name in COLUMNS})
