"""Services counted by dates and hours: what each record, segment and exclusion adds to a service of a person.

Most services are one record without pause, or two after each other: their records are added up as they are. Only the rest is
cut into segments. Everything is rows to be added up, so nothing has to be joined.
"""

from collections.abc import Mapping

import ibis
from ibis.expr import types as ir

from omsorgstall.measures.activity import active_on
from omsorgstall.measures.days import SERVICE, length
from omsorgstall.measures.hours import seconds_at_year_end, segments, within_year
from omsorgstall.measures.settings import Settings
from omsorgstall.measures.stays import bed_days, excluded_dates, excluding_dates

QUANTITIES = ("seconds", "days_raw", "days_off", "second_days", "second_days_off")


def quantities(services: ir.Table, stays: ir.Table, tables: Mapping[str, ir.Table], settings: Settings) -> ir.Table:
    """One row per person and service.

    Columns: the keys, ``service_type``, ``at_year_end``, ``seconds`` (a week, granted on 31 December), ``days_raw``,
    ``second_days`` (seconds a week times dates) and, of these two, what is excluded: ``days_off`` and ``second_days_off``.
    """
    daily = services.filter(services.service_type.notin(settings.bed_day_services))
    difficult = daily.filter(~daily.simple)
    simple = within_year(daily.filter(daily.simple)).select(*SERVICE, "first", "last", "seconds")
    cut = segments(difficult, tables["pause"])
    parts = simple.union(cut)
    off = excluded_dates(parts, excluding_dates(stays), settings)
    at_year_end = seconds_at_year_end(difficult)
    rows = ibis.union(
        _row(services, active=active_at_year_end(services), seconds=_simple_seconds(services)),
        _row(at_year_end, seconds=at_year_end.seconds),
        _row(parts, days_raw=_dates(parts), second_days=parts.seconds * _dates(parts)),
        _row(off, days_off=off.covered, second_days_off=off.covered * off.seconds),
        _stay_rows(bed_days(stays, settings)),
    )
    sums = {name: rows[name].sum() for name in QUANTITIES}
    return rows.group_by(list(SERVICE)).aggregate(at_year_end=rows.active.max() == 1, **sums)


def _row(rows: ir.Table, **adds: ir.Value) -> ir.Table:
    """What the rows add to a service; what they say nothing of is null."""
    given = {name: value.cast("int64") for name, value in adds.items()}
    return rows.select(*SERVICE, **{name: given.get(name, ibis.null("int64")) for name in ("active", *QUANTITIES)})


def _stay_rows(rows: ir.Table) -> ir.Table:
    return _row(rows, days_raw=rows.days_raw, days_off=rows.days_off)


def active_at_year_end(services: ir.Table) -> ir.BooleanValue:
    """Whether a selected record is active on 31 December."""
    return active_on(services["first"], services["last"], services.year_last)


def _simple_seconds(services: ir.Table) -> ir.IntegerValue:
    return (services.simple & active_at_year_end(services)).ifelse(services.seconds, ibis.null())


def _dates(parts: ir.Table) -> ir.IntegerValue:
    return length(parts["first"], parts["last"])
