"""Granted hours and dates of services that are not stays: what overlapping records of a service give together.

On a date, each unit gives the hours of its record with the latest start, and those of records marked as added besides. Units
give side by side. A record without stated hours takes no part in the hours. Hours are counted in whole seconds a week, so that
sums are exact and do not depend on the order of rows.
"""

from collections.abc import Callable

import ibis
from ibis.expr import types as ir

from omsorgstall.measures.activity import active_on
from omsorgstall.measures.days import SERVICE
from omsorgstall.measures.intervals import elementary
from omsorgstall.measures.pauses import without_pauses

SECONDS_PER_HOUR = 3600
DAYS_PER_WEEK = 7


def within_year(parts: ir.Table) -> ir.Table:
    """The parts cut at the limits of their data year; parts outside it are gone."""
    cut = parts.mutate(first=ibis.greatest(parts["first"], parts.year_first), last=ibis.least(parts["last"], parts.year_last))
    return cut.filter(cut["first"] <= cut["last"])


def segments(services: ir.Table, pause: ir.Table) -> ir.Table:
    """The time of each service within the year, cut where what is given changes; segments of a service do not overlap.

    Columns: the keys, ``service_type``, ``first``, ``last``, ``seconds`` (a week; null when no hours are stated).
    """
    parts = within_year(without_pauses(services, pause))
    stretches = elementary(parts, SERVICE).rename(stretch_first="first", stretch_last="last")
    given = stretches.join(parts, list(SERVICE))
    given = given.filter((given["first"] <= given.stretch_first) & (given["last"] >= given.stretch_last))
    found = _given(given, ("stretch_first", "stretch_last"))
    return found.rename(first="stretch_first", last="stretch_last")


def seconds_at_year_end(services: ir.Table) -> ir.Table:
    """Seconds a week granted on 31 December; pauses and exclusion do not change what is granted.

    Columns: the keys, ``service_type``, ``seconds``.
    """
    return _given(services.filter(active_on(services.begun, services["last"], services.year_last)), ())


def seconds_by_unit(records: ir.Table) -> ir.Table:
    """Seconds a week that each unit gives, of records that are all active at the same time.

    Columns: the keys, ``service_type``, ``unit``, ``seconds`` (null when no hours are stated), and ``begun``: when the first of
    them began.
    """
    return _given(records, ("unit",), begun=lambda rows: rows.begun.min())


def _given(records: ir.Table, at: tuple[str, ...], **also: Callable[[ir.Table], ir.Value]) -> ir.Table:
    """Add up what the records of a service give at the same time ``at``."""
    adds = records.added.coalesce(False)
    records = records.mutate(adds=adds, replaces=~adds & records.seconds.notnull())
    newest_first = [records.begun.desc(), records.decided.desc(), records.seconds.desc()]
    rivals = ibis.window(group_by=list(dict.fromkeys([*SERVICE, *at, "unit", "replaces"])), order_by=newest_first)
    records = records.mutate(place=ibis.row_number().over(rivals))
    counts = records.adds | (records.replaces & (records.place == 0))
    given = {name: value(records) for name, value in also.items()}
    return records.group_by([*SERVICE, *at]).aggregate(seconds=counts.ifelse(records.seconds, None).sum(), **given)


def ambiguous_records(services: ir.Table) -> ir.Table:
    """How many records in hours overlap an earlier one of the same service and unit without saying replace or add.

    Columns: ``data_year``, ``municipality``, ``service_type``, ``records`` and ``ambiguous``.
    """
    rows = services.filter(services.seconds.notnull())
    order = [rows.begun, rows.decided, rows.seconds, rows.added.cast("int8").coalesce(-1)]
    before = ibis.window(group_by=[*SERVICE, "unit"], order_by=order, preceding=(None, 1))
    rows = rows.mutate(overlaps=(rows["last"].max().over(before) >= rows["first"]).fill_null(False))
    return rows.group_by(["data_year", "municipality", "service_type"]).aggregate(
        records=rows.count(), ambiguous=(rows.overlaps & rows.added.isnull()).sum()
    )


def in_seconds(weekly_hours: ir.FloatingValue) -> ir.IntegerValue:
    """Hours a week as whole seconds."""
    return (weekly_hours * SECONDS_PER_HOUR).round().cast("int64")


def hours_a_week(seconds: ir.IntegerValue) -> ir.FloatingValue:
    """Seconds a week as hours."""
    return seconds / SECONDS_PER_HOUR


def hours_in_period(second_days: ir.IntegerValue) -> ir.FloatingValue:
    """Granted hours: weekly hours × days ÷ 7, from the sum of seconds a week times days."""
    return second_days / (SECONDS_PER_HOUR * DAYS_PER_WEEK)
