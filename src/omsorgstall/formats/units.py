"""Reading an organisation list (organisasjonsliste): CSV, one row for each unit and period, out of a register of units."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from omsorgstall.formats.faults import rejected
from omsorgstall.formats.spreadsheet import SheetRow, read_sheet

COLUMNS = ("organisation_number", "industry_code", "active_from", "active_to", "weekly_staff_hours")
_NEEDED = frozenset(COLUMNS[:2])
MOST_BYTES = 200 << 20
MOST_UNITS = 1_000_000


@dataclass(frozen=True, slots=True)
class UnitFile:
    """An organisation list as it stands in a file.

    Attributes:
        sha256: of the file, hex.
        rows: every column of ``COLUMNS``, None where the file says nothing.
    """

    name: str
    sha256: str
    rows: tuple[SheetRow, ...]


def read_units(path: Path) -> UnitFile:
    """Read an organisation list. Columns beside ``COLUMNS`` are passed over: registers of units tell more.

    Raises:
        OmsorgstallError: INPUT_REJECTED when it is no such list.
    """
    sheet = read_sheet(path, MOST_BYTES)
    found = sheet.columns
    if len(set(found)) < len(found) or not set(found) >= _NEEDED:
        raise rejected("not-units", "The heading line has not the columns of an organisation list.", path.name)
    rows = tuple(SheetRow(row.line, {name: row.values.get(name) for name in COLUMNS}) for row in sheet.rows)
    if not rows:
        raise rejected("empty-file", "The organisation list names no unit.", path.name)
    if len(rows) > MOST_UNITS:
        raise rejected("too-large", f"The organisation list has more than {MOST_UNITS} rows.", path.name)
    return UnitFile(path.name, hashlib.sha256(sheet.content).hexdigest(), rows)
