"""Reading a file of changed identity numbers (endrede identitetsnumre): CSV, the old number, the new one, and the day."""

from dataclasses import dataclass, field
from pathlib import Path

from omsorgstall.formats.faults import rejected
from omsorgstall.formats.spreadsheet import read_sheet

NEEDED = ("old_number", "new_number", "known_on")
COLUMNS = (*NEEDED, "old_type", "new_type")
MOST_BYTES = 20 << 20
MOST_CHANGES = 500_000


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """One row of the file: texts as written, None where there is nothing. It never shows the numbers.

    Attributes:
        known_on: the day, in ISO form.
        old_type: code system 9032; a fødselsnummer or D-nummer when there is nothing. ``new_type`` likewise.
    """

    line: int
    old_number: str | None = field(repr=False)
    new_number: str | None = field(repr=False)
    known_on: str | None
    old_type: str | None = None
    new_type: str | None = None


def read_changes(path: Path) -> tuple[ChangeRow, ...]:
    """Read a file of changed identity numbers.

    Raises:
        OmsorgstallError: INPUT_REJECTED when it is not as described; the error quotes no value.
    """
    sheet = read_sheet(path, MOST_BYTES)
    names, rows = set(sheet.columns), tuple(sheet.rows)
    if len(names) < len(sheet.columns) or not set(NEEDED) <= names <= set(COLUMNS):
        raise rejected("not-changes", "The heading line has not the columns of a file of changed identity numbers.", path.name)
    if not rows:
        raise rejected("empty-file", "The file holds no changes.", path.name)
    if len(rows) > MOST_CHANGES:
        raise rejected("too-large", f"The file holds more than {MOST_CHANGES} changes.", path.name)
    return tuple(ChangeRow(row.line, **row.values) for row in rows)
