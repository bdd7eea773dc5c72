"""Rows of one year read as those of a later one, so that a year's figures come again."""

import ibis

YEARS = ("birth_year",)
"""Columns that hold a year and move with the dates, so that everyone is as old as she was."""


def moved_years(table: ibis.Table, years: int) -> ibis.Table:
    """All dates so many years later, the same day of the year; 29 February becomes the 28th where there is none.

    The data year is left as it is: who opens the files states it.
    """
    dates = {name: _moved(table[name], years) for name, kind in table.schema().items() if kind.is_date()}
    whole = {name: (table[name] + years).cast(table[name].type()) for name in YEARS if name in table.columns}
    return table.mutate(**dates, **whole)


def _moved(date: ibis.expr.types.DateValue, years: int) -> ibis.expr.types.DateValue:
    return (date + ibis.interval(years=years)).cast("date")
