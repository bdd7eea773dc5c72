"""Services counted by dates and hours: each service of a person in a row, with what exclusion takes away beside it.

Most services are one record without pause, or two after each other: they are added up at once. Only the rest is cut into
segments.
"""

from collections.abc import Mapping

from ibis.expr import types as ir

from omsorgstall.measures.activity import active_on
from omsorgstall.measures.days import KEYS, length
from omsorgstall.measures.hours import involved, length_within_year, seconds_at_year_end, segments, within_year
from omsorgstall.measures.settings import Settings
from omsorgstall.measures.stays import excluded_dates, excluding_dates

TYPE = (*KEYS, "service_type")


def daily_services(services: ir.Table, stays: ir.Table, tables: Mapping[str, ir.Table], settings: Settings) -> ir.Table:
    """One row per person and service that is no stay.

    Columns: the keys, ``service_type``, ``at_year_end``, ``seconds`` (a week, granted on 31 December), ``days_raw``,
    ``second_days`` (seconds a week times dates) and, of these two, what is excluded: ``days_off`` and ``second_days_off``.
    """
    services = services.filter(services.service_type.notin(settings.bed_day_services))
    groups = _added_up(services)
    hard = involved(services, groups, tables["pause"])
    hard_services = services.semi_join(hard, list(TYPE))
    cut = segments(hard_services, tables["pause"])
    rows = _replace(groups, hard, cut, seconds_at_year_end(hard_services))
    plain = within_year(services.anti_join(hard, list(TYPE))).select(*cut.columns)
    return _with_exclusion(rows, _taken_away(plain.union(cut), stays, settings))


def _added_up(services: ir.Table) -> ir.Table:
    """Right for services whose records neither overlap nor pause, and what tells whether they may."""
    dates = length_within_year(services)
    active = active_on(services["first"], services["last"], services.year_last)
    return services.group_by(list(TYPE)).aggregate(
        records=services.count(),
        latest_first=services["first"].max(),
        earliest_last=services["last"].min(),
        at_year_end=active.any(),
        seconds=active.ifelse(services.seconds, None).sum(),
        days_raw=dates.sum(),
        second_days=(services.seconds * dates).sum(),
    )


def _replace(groups: ir.Table, hard: ir.Table, cut: ir.Table, at_year_end: ir.Table) -> ir.Table:
    """Put the sums over segments in place of the plain sums of the services that need it."""
    dates = length(cut["first"], cut["last"])
    sums = cut.group_by(list(TYPE)).aggregate(cut_days=dates.sum(), cut_second_days=(cut.seconds * dates).sum())
    exact = hard.mutate(hard=True).left_join(sums, list(TYPE)).select(*TYPE, "hard", "cut_days", "cut_second_days")
    exact = exact.left_join(at_year_end.rename(cut_seconds="seconds"), list(TYPE))
    exact = exact.select(*TYPE, "hard", "cut_days", "cut_second_days", "cut_seconds")
    rows = groups.left_join(exact, list(TYPE))
    return rows.select(
        *TYPE,
        "at_year_end",
        seconds=rows.hard.notnull().ifelse(rows.cut_seconds, rows.seconds),
        days_raw=rows.hard.notnull().ifelse(rows.cut_days.coalesce(0), rows.days_raw),
        second_days=rows.hard.notnull().ifelse(rows.cut_second_days, rows.second_days),
    )


def _taken_away(parts: ir.Table, stays: ir.Table, settings: Settings) -> ir.Table:
    rows = excluded_dates(parts, excluding_dates(stays), settings)
    return rows.group_by(list(TYPE)).aggregate(days_off=rows.covered.sum(), second_days_off=(rows.covered * rows.seconds).sum())


def _with_exclusion(rows: ir.Table, taken: ir.Table) -> ir.Table:
    joined = rows.left_join(taken, list(TYPE))
    return joined.select(*rows.columns, days_off=joined.days_off.coalesce(0), second_days_off=joined.second_days_off.coalesce(0))
