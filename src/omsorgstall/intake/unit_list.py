"""An organisation list (organisasjonsliste) that intake holds organisation numbers against: checked whole before it is used."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from omsorgstall.formats.units import COLUMNS, UnitFile
from omsorgstall.intake.parsing import parse
from omsorgstall.intake.row_faults import RowFault
from omsorgstall.intake.rule import rules

NUMBER, INDUSTRY, FROM, TO, HOURS = COLUMNS
_TYPES = {NUMBER: pa.string(), INDUSTRY: pa.string(), FROM: pa.date32(), TO: pa.date32(), HOURS: pa.float64()}
_DAYS = 4_000_000
"""More than any day counted from the year 1: a number and a day become one order."""
_FIRST, _LAST = date.min.toordinal(), date.max.toordinal()
_EPOCH = date(1970, 1, 1).toordinal()
_INDUSTRY = r"^\d{2}(\.?\d{1,3})?$"

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class ListUsed:
    """Which list findings rest on; kept with the submission and told in its receipt.

    Attributes:
        sha256: of the file, hex.
        dated: the day the list was taken out.
        units: rows of it.
    """

    sha256: str
    dated: date
    units: int


@dataclass(frozen=True, slots=True, eq=False)
class UnitList:
    """Units with their industry, the days they are active and their staff hours a week.

    Attributes:
        rows: columns of ``formats.units.COLUMNS`` typed, in the order of number and first day.
    """

    used: ListUsed
    rows: pa.Table

    def places(self, numbers: pa.Array, days: Ints) -> Ints:
        """The row of the unit with each number that is active on each day (ordinal); −1 where there is none.

        Args:
            numbers: organisation numbers of nine digits; none is null.
        """
        known, first, last = _number(self.rows[NUMBER]), _ordinals(self.rows[FROM], _FIRST), _ordinals(self.rows[TO], _LAST)
        wanted = _number(numbers)
        at: Ints = np.searchsorted(known * _DAYS + first, wanted * _DAYS + days, side="right") - 1
        active = (at >= 0) & (known[at] == wanted) & (last[at] >= days)
        return np.where(active, at, -1)


def check_units(file: UnitFile, dated: date) -> tuple[UnitList | None, tuple[RowFault, ...]]:
    """The list, or every fault of its rows by line when there is any.

    Args:
        dated: the day the list was taken out of its register.
    """
    lines = np.array([row.line for row in file.rows])
    text = {name: pa.array([row.values[name] for row in file.rows], pa.string()) for name in COLUMNS}
    parsed = {name: parse(name, type_, text[name]) for name, type_ in _TYPES.items()}
    columns = {name: p.values for name, p in parsed.items()}
    negative = pc.fill_null(pc.less(columns[HOURS], 0), False)
    backwards = pc.fill_null(pc.less(columns[TO], columns[FROM]), False)
    wrong: list[tuple[Any, str, str]] = [
        (not_numbers(columns[NUMBER]), NUMBER, "number-not-valid"),
        (pc.invert(pc.fill_null(pc.match_substring_regex(text[INDUSTRY], _INDUSTRY), True)), INDUSTRY, "industry-not-valid"),
        (parsed[FROM].bad, FROM, "date-not-valid"),
        (parsed[TO].bad, TO, "date-not-valid"),
        (backwards, TO, "ends-before-it-begins"),
        (pc.or_(parsed[HOURS].bad, negative), HOURS, "hours-not-valid"),
    ]
    faults = [RowFault(int(line), column, fault) for rows, column, fault in wrong for line in lines[np.asarray(rows, dtype=bool)]]
    if not faults:
        faults = [RowFault(int(lines[n]), NUMBER, "listed-twice") for n in _listed_twice(columns)]
    if faults:
        return None, tuple(sorted(faults, key=lambda f: (f.line, f.column, f.id)))
    rows = pa.table(columns)
    order = np.lexsort((_ordinals(rows[FROM], _FIRST), _number(rows[NUMBER])))
    return UnitList(ListUsed(file.sha256, dated, len(lines)), rows.take(pa.array(order))), ()


def not_numbers(numbers: pa.Array) -> NDArray[np.bool_]:
    """Which organisation numbers are missing, not nine digits, or have a wrong check digit (C47)."""
    limits = rules()["C47"].limits
    weights = np.array([*limits["weights"], 1])
    digits = np.array([[int(c) for c in n] if n else [0] * len(weights) for n in numbers.to_pylist()]).reshape(-1, len(weights))
    wrong: NDArray[np.bool_] = (digits @ weights % limits["modulus"] != 0) | np.asarray(pc.is_null(numbers))
    return wrong


def _listed_twice(columns: dict[str, pa.Array]) -> Ints:
    """The later of two rows of one unit that hold on the same day."""
    number, first, last = _number(columns[NUMBER]), _ordinals(columns[FROM], _FIRST), _ordinals(columns[TO], _LAST)
    order = np.lexsort((first, number))
    same = number[order][1:] == number[order][:-1]
    until = last[order][:-1]
    # Periods that do not overlap their neighbour overlap none: the first that does is told, and the list is refused anyhow.
    twice: Ints = order[1:][same & (first[order][1:] <= until)]
    return twice


def _number(numbers: pa.Array) -> Ints:
    found: Ints = np.asarray(numbers.cast(pa.int64()))
    return found


def _ordinals(days: pa.Array, missing: int) -> Ints:
    known = pc.add(days.cast(pa.int32()).cast(pa.int64()), _EPOCH)
    found: Ints = np.asarray(pc.fill_null(known, missing))
    return found
