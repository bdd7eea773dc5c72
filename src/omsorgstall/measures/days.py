"""Dates as day numbers. Interval algebra is integer arithmetic here, so that every engine computes it alike."""

from datetime import date, timedelta

import ibis
from ibis.expr import types as ir

KEYS = ("data_year", "municipality", "pseudonym")
"""What makes a person in a submission: facts never look across these."""

SERVICE = (*KEYS, "service_type")
"""What makes a service of a person: records with these belong together."""

RECORD = (*KEYS, "reported_municipality", "service_id")
"""What links a pause or a registered stay to its record of a service."""

OPEN_END = 4_000_000
"""Day number of an end that is not known: later than any date (about the year 12900)."""


EPOCH = date(1970, 1, 1).toordinal()


def number(day: date) -> int:
    """Day number of a date that is known when the expression is built."""
    return day.toordinal() - EPOCH


def day_number(date: ir.DateValue) -> ir.IntegerValue:
    """Days since 1 January 1970."""
    return date.epoch_days().cast("int64")


def first_day(year: ir.IntegerValue) -> ir.IntegerValue:
    """Day number of 1 January of the year."""
    return day_number(ibis.date(year.cast("int32"), 1, 1))


def last_day(year: ir.IntegerValue, until: date | None = None) -> ir.IntegerValue:
    """Day number of 31 December of the year, or of the day figures are counted to when that is earlier."""
    end = day_number(ibis.date(year.cast("int32"), 12, 31))
    return end if until is None else ibis.least(end, day_number(ibis.literal(until)))


def length(first: ir.IntegerValue, last: ir.IntegerValue) -> ir.IntegerValue:
    """Number of dates from the first to the last, both counted; 0 when the last lies before the first."""
    return ibis.greatest(last - first + 1, 0)


def year_before(year: ir.IntegerValue, end: date | None, *, at_least: bool = True) -> ir.IntegerValue:
    """The first day of the twelve months that end on a day; of the data year when it ends on 31 December.

    Args:
        end: the day; None for 31 December.
        at_least: no later than 1 January of the data year.
    """
    if end is None or (end.month, end.day) == (12, 31):
        return first_day(year)
    leap_day = (end.month, end.day) == (2, 29)
    same_day = date(end.year - 1, 2, 28) if leap_day else end.replace(year=end.year - 1)
    first = day_number(ibis.literal(same_day + timedelta(days=1)))
    return ibis.least(first, first_day(year)) if at_least else first
