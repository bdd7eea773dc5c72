"""Periods: which data years tell of a time from one day to another, and which part of it each tells of.

A year's snapshot tells of the days of its own year. A period over several years is counted year by year, so that nothing that
two snapshots tell of is counted twice.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import ibis
from ibis.expr import types as ir

from omsorgstall.core import ErrorFamily, OmsorgstallError
from omsorgstall.measures.days import number


@dataclass(frozen=True, slots=True)
class Period:
    """The days from the first to the last, both in it.

    Raises:
        OmsorgstallError: (USAGE, ``period-backwards``) when the last day lies before the first.
    """

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise OmsorgstallError(
                ErrorFamily.USAGE,
                "period-backwards",
                f"The period ends on {self.last}, before it begins on {self.first}.",
                todo="Give the first day before the last.",
            )

    @property
    def years(self) -> range:
        """The calendar years that the period touches."""
        return range(self.first.year, self.last.year + 1)


def of_years(tables: Mapping[str, ir.Table], first: int | None, last: int) -> dict[str, ir.Table]:
    """The tables without the rows of other data years; from the beginning when ``first`` is None.

    Events are kept: one moves every snapshot of its sender that it came after.
    """
    cut = {name for name, table in tables.items() if name != "event" and "data_year" in table.columns}
    return {name: _of_years(table, first, last) if name in cut else table for name, table in tables.items()}


def _of_years(table: ir.Table, first: int | None, last: int) -> ir.Table:
    rows = table.filter(table.data_year <= last)
    return rows if first is None else rows.filter(rows.data_year >= first)


def looked_at(rows: ir.Table, years: Sequence[int], back: int, ahead: int) -> ir.Table:
    """The rows of so many former and later data years beside its own, as each year sees them.

    ``data_year`` of a row is the year that looks.
    """
    return ibis.union(*[_looked_at(rows, year - back, year, year + ahead) for year in years])


def _looked_at(rows: ir.Table, first: int, year: int, last: int) -> ir.Table:
    return rows.filter(rows.data_year.between(first, last)).mutate(data_year=ibis.literal(year, type="int16"))


def parts(rows: ir.Table, period: Period) -> ir.Table:
    """The rows with the part of the period that their data year tells of, ``part_first`` to ``part_last``.

    Rows of years that the period does not touch are gone. ``rows`` have ``year_first`` and ``year_last``.
    """
    found = rows.mutate(
        part_first=ibis.greatest(rows.year_first, number(period.first)),
        part_last=ibis.least(rows.year_last, number(period.last)),
    )
    return found.filter(found.part_first <= found.part_last)


def goes_on(first: ir.IntegerValue, rows: ir.Table, period: Period) -> ir.BooleanValue:
    """Whether what began on day ``first`` was seen in the former year of the same period already; ``rows`` are from ``parts``."""
    return (first < rows.part_first) & (rows.part_first > number(period.first))


def happened(rows: ir.Table, period: Period) -> ir.Table:
    """The rows whose ``day`` lies in the part of the period that their data year tells of."""
    found = parts(rows, period)
    return found.filter(found.day.between(found.part_first, found.part_last)).drop("part_first", "part_last")
