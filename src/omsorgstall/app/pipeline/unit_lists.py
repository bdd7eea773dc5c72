"""The organisation list a user gives, from its file to what the rules of intake use."""

from datetime import UTC, date, datetime
from pathlib import Path

from omsorgstall.formats.units import read_units
from omsorgstall.intake.row_faults import RowFault
from omsorgstall.intake.unit_list import UnitList, check_units


def unit_list(path: Path, dated: date | None) -> tuple[UnitList | None, tuple[RowFault, ...]]:
    """The list of a file, or the faults of its rows.

    Args:
        dated: the day it was taken out of its register; when None the day the file was last written.

    Raises:
        OmsorgstallError: INPUT_REJECTED when the file is no organisation list.
    """
    written = datetime.fromtimestamp(path.stat().st_mtime, UTC).date()
    return check_units(read_units(path), dated or written)
