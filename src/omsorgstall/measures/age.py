"""Age in completed years at a date, and the bands of the tables."""

import ibis
from ibis.expr import types as ir

from omsorgstall.codes import age_bands


def age_at(birth: ir.DateValue, date: ir.DateValue) -> ir.IntegerValue:
    """Completed years at the date; null when the birth date is unknown or later than the date.

    Who is born on 29 February completes a year on 1 March in years without that day.
    """
    years = date.year() - birth.year()
    completed = years - (_day_of_year(birth) > _day_of_year(date)).cast("int32")
    return (completed >= 0).ifelse(completed, ibis.null()).cast("int16")


def age_at_year_end(birth_year: ir.IntegerValue, year: ir.IntegerValue) -> ir.IntegerValue:
    """Completed years at 31 December of the year: everyone has had her birthday."""
    completed = year.cast("int32") - birth_year.cast("int32")
    return (completed >= 0).ifelse(completed, ibis.null()).cast("int16")


def _day_of_year(date: ir.DateValue) -> ir.IntegerValue:
    return date.month() * 100 + date.day()


def age_band(age: ir.IntegerValue) -> ir.StringValue:
    """Code of the national age band; null when the age is unknown."""
    branches = [(age.between(band.start, band.end), band.code) for band in age_bands()]
    return ibis.cases(*branches)
