"""Stays: bed-days (døgn) of institution stays, and the dates on which stays and hospital exclude other services.

A stay is a run of dates of one service type; the unit does not matter, since a person lies in one bed. Its bed-days are its
nights, each named by the date it begins, and a stay of one date has one.
"""

from collections.abc import Mapping

import ibis
from ibis.expr import types as ir

from omsorgstall.measures.days import KEYS, OPEN_END, RECORD, SERVICE, day_number, first_day, last_day, length
from omsorgstall.measures.intervals import covered_length, runs
from omsorgstall.measures.pauses import without_pauses
from omsorgstall.measures.settings import HOSPITAL, Settings


def stay_runs(services: ir.Table, tables: Mapping[str, ir.Table], settings: Settings) -> ir.Table:
    """Runs of dates in institution and in hospital (``service_type`` ``HOSPITAL``), not cut at the year's limits.

    Columns: the keys, ``service_type``, ``first``, ``last``, ``year_first``, ``year_last``.
    """
    present = without_pauses(stay_records(services, tables, settings), tables["pause"])
    found = runs(present.select(*SERVICE, "first", "last").union(_hospital(tables["hospital_stay"])), SERVICE)
    return found.mutate(year_first=first_day(found.data_year), year_last=last_day(found.data_year, settings.until))


def stay_records(services: ir.Table, tables: Mapping[str, ir.Table], settings: Settings) -> ir.Table:
    """The records of stays, pauses within them: decisions as they are, of rolling respite the registered stays instead."""
    stays = services.filter(services.service_type.isin(settings.bed_day_services))
    by_decision = stays.filter(stays.service_type.notin(settings.counted_on_registered_days))
    registered = _registered_days(stays.filter(stays.service_type.isin(settings.counted_on_registered_days)), tables["stay"])
    return by_decision.union(registered)


def _registered_days(services: ir.Table, stay: ir.Table) -> ir.Table:
    days = stay.select(
        *RECORD,
        stay_first=day_number(stay.from_date),
        stay_last=day_number(stay.to_date).coalesce(OPEN_END),
    )
    rows = services.join(days, list(RECORD))
    rows = rows.mutate(first=ibis.greatest(rows["first"], rows.stay_first), last=ibis.least(rows["last"], rows.stay_last))
    return rows.filter(rows["first"] <= rows["last"]).select(*services.columns)


def _hospital(hospital_stay: ir.Table) -> ir.Table:
    rows = hospital_stay.select(
        *KEYS,
        service_type=ibis.literal(HOSPITAL, type="int16"),
        first=day_number(hospital_stay.from_date),
        last=day_number(hospital_stay.to_date).coalesce(OPEN_END),
    )
    return rows.filter(rows["first"] <= rows["last"])


def bed_days(stays: ir.Table, settings: Settings) -> ir.Table:
    """Bed-days of stays in the year, to be added up.

    Columns: the keys, ``service_type``, ``days_raw``, and ``days_off``: nights that a stay of higher rank also has.
    """
    nights = _nights(stays, settings)
    lost = covered_length(_outranked(nights, settings), [*SERVICE, "night_first"])
    had = nights.select(*SERVICE, days_raw=length(nights["first"], nights["last"]), days_off=ibis.literal(0, type="int64"))
    return had.union(lost.select(*SERVICE, days_raw=ibis.literal(0, type="int64"), days_off=lost.covered))


def _nights(stays: ir.Table, settings: Settings) -> ir.Table:
    """The nights of each stay within the year, as dates from ``first`` to ``last``; ``night_first`` names the stay."""
    rows = stays.filter(stays.service_type != HOSPITAL)
    rows = rows.mutate(first=ibis.greatest(rows["first"], rows.year_first), last=ibis.least(rows["last"], rows.year_last))
    rows = rows.filter(rows["first"] <= rows["last"])
    least = rows["first"] + (settings.least_bed_days - 1)
    rows = rows.mutate(last=ibis.greatest(rows["last"] - 1, least), night_first=rows["first"])
    return rows.select(*SERVICE, "night_first", "first", "last")


def _outranked(nights: ir.Table, settings: Settings) -> ir.Table:
    rank = _rank(nights, settings)
    low = nights.mutate(rank=rank)
    high = low.select(*KEYS, high_rank="rank", high_first="first", high_last="last")
    both = low.join(high, list(KEYS))
    both = both.filter(both.high_rank < both.rank)
    return _intersection(both, "high").select(*SERVICE, "night_first", "first", "last")


def _rank(rows: ir.Table, settings: Settings) -> ir.IntegerValue:
    places = [(service, place) for place, service in enumerate(settings.stay_rank)]
    return rows.service_type.cases(*places, else_=len(settings.stay_rank)).cast("int16")


def excluding_dates(stays: ir.Table) -> ir.Table:
    """Dates on which a stay or hospital excludes other services: all but the dates of entry and exit, within the year.

    Columns: the keys, ``by`` (service type or ``HOSPITAL``), ``off_first``, ``off_last``.
    """
    rows = stays.select(
        *KEYS,
        by=stays.service_type,
        off_first=ibis.greatest(stays["first"] + 1, stays.year_first),
        off_last=ibis.least(stays["last"] - 1, stays.year_last),
    )
    return rows.filter(rows.off_first <= rows.off_last)


def excluded_dates(parts: ir.Table, excluding: ir.Table, settings: Settings) -> ir.Table:
    """Number of dates of each part of a service that are excluded.

    Args:
        parts: the keys, ``service_type``, ``first``, ``last`` and ``seconds``; parts of a service do not overlap.
        excluding: from ``excluding_dates``.

    Returns:
        The keys, ``service_type``, ``part_first`` (which names the part), ``seconds`` and ``covered``.
    """
    concerned = parts.filter(parts.service_type.isin(sorted({c for e in settings.exclusions for c in e.excludes})))
    both = concerned.mutate(part_first=concerned["first"]).join(excluding, list(KEYS))
    listed = [both.by.isin(e.by) & both.service_type.isin(e.excludes) for e in settings.exclusions]
    both = _intersection(both.filter(ibis.or_(*listed)), "off")
    return covered_length(both, [*SERVICE, "part_first", "seconds"])


def _intersection(rows: ir.Table, other: str) -> ir.Table:
    """The dates common to ``first``–``last`` and ``<other>_first``–``<other>_last``."""
    cut = rows.mutate(
        first=ibis.greatest(rows["first"], rows[f"{other}_first"]), last=ibis.least(rows["last"], rows[f"{other}_last"])
    )
    return cut.filter(cut["first"] <= cut["last"])
