"""Reading a dwelling file (boligfil): CSV, one row for each place or person and period, with what is known of the dwelling."""

from dataclasses import dataclass
from pathlib import Path

from omsorgstall.codes.dwellings import dwelling_fields
from omsorgstall.formats.faults import rejected
from omsorgstall.formats.spreadsheet import SheetRow, read_sheet

UNIT, PERSON = "organisation_number", "local_person_id"
KEYS = ("municipality", UNIT, PERSON, "valid_from", "valid_to")
COLUMNS = (*KEYS, *dwelling_fields())
MOST_BYTES = 50 << 20
MOST_ROWS = 500_000


@dataclass(frozen=True, slots=True)
class DwellingFile:
    """A dwelling file as it stands.

    Attributes:
        rows: every column of ``COLUMNS``, None where the file says nothing.
    """

    name: str
    rows: tuple[SheetRow, ...]


def read_dwellings(path: Path) -> DwellingFile:
    """Read a dwelling file. A column that is none of ``COLUMNS`` refuses it: a field misspelt would be lost.

    Raises:
        OmsorgstallError: INPUT_REJECTED when it is no such file; the error quotes no value.
    """
    sheet = read_sheet(path, MOST_BYTES)
    names = set(sheet.columns)
    told = (
        len(names) == len(sheet.columns) and names <= set(COLUMNS) and names & {UNIT, PERSON} and names & set(dwelling_fields())
    )
    if not told:
        raise rejected("not-dwellings", "The heading line has not the columns of a dwelling file.", path.name)
    rows = tuple(SheetRow(row.line, {name: row.values.get(name) for name in COLUMNS}) for row in sheet.rows)
    if not rows:
        raise rejected("empty-file", "The dwelling file names no place and no person.", path.name)
    if len(rows) > MOST_ROWS:
        raise rejected("too-large", f"The dwelling file has more than {MOST_ROWS} rows.", path.name)
    return DwellingFile(path.name, rows)
