"""The two fact tables every statistic is made of: one row per person and service type, and one per person."""

from collections.abc import Callable, Collection, Mapping

import ibis
from ibis.expr import types as ir

from omsorgstall.measures.circumstances import LONG_TERM_STAY, with_circumstances
from omsorgstall.measures.cleared import cleared
from omsorgstall.measures.daily import active_at_year_end, quantities
from omsorgstall.measures.days import KEYS, SERVICE
from omsorgstall.measures.groups import exclusive_group
from omsorgstall.measures.hours import SECONDS_PER_HOUR, ambiguous_records, hours_a_week, hours_in_period
from omsorgstall.measures.need import NOT_STATED, need_levels
from omsorgstall.measures.people import people
from omsorgstall.measures.services import counted_services, selected_services
from omsorgstall.measures.settings import Settings
from omsorgstall.measures.staircase import short_step, step_of
from omsorgstall.measures.stays import stay_runs
from omsorgstall.measures.waiting import band_of_first_start, first_start

PERSON_COLUMNS = ("leaf_region", "age", "age_band", "sex", "need")
AMOUNTS = ("weekly_hours", "hours", "hours_raw", "days", "days_raw")
SERVICE_FACTS = (*SERVICE, *PERSON_COLUMNS, "during_year", "at_year_end", *AMOUNTS)

Keep = Callable[[ir.Table, str], ir.Table]
"""Runs an intermediate step and gives back a table of its rows, such as ``Engine.materialise``."""


def not_kept(step: ir.Table, name: str) -> ir.Table:  # noqa: ARG001 - the name is for those who keep
    """Leave the step an expression: everything runs as one query."""
    return step


def service_facts(
    tables: Mapping[str, ir.Table],
    settings: Settings,
    keep: Keep = not_kept,
    columns: Collection[str] = SERVICE_FACTS,
) -> ir.Table:
    """One row per data year, municipality, pseudonym and service type that the person had in the year.

    Columns: the keys and ``service_type`` (recoded), then of the person ``leaf_region``, ``age`` (completed years on 31
    December), ``age_band``, ``sex``, ``need``; then ``during_year`` (true), ``at_year_end``, ``weekly_hours`` (granted hours a
    week on 31 December, null when none), ``hours`` and ``days`` (with exclusion), ``hours_raw`` and ``days_raw`` (without).
    ``days`` are bed-days for stays and dates for other services; hours are granted, never delivered. ``waiting``, which must be
    asked for, is the band of days from decision to the first start of the service in the year; null when it did not start then.

    Args:
        keep: runs the steps that are used several times; with a national year this halves the time.
        columns: those wanted, the keys among them. The rows are the same whatever is asked for, but hours, days and need take
            most of the time, and are not computed when nobody asks.
    """
    tables = cleared(tables)
    persons, amounts = people(tables, settings), not set(AMOUNTS).isdisjoint(columns)
    if amounts:
        persons = keep(persons, "people")
    found = _amounts(tables, persons, settings, keep, columns) if amounts else _marks(tables, persons, settings)
    described = _with_need(persons, tables, settings) if "need" in columns else persons
    facts = found.join(described.select(*KEYS, *(c for c in PERSON_COLUMNS if c in columns)), list(KEYS))
    return facts.select(*columns)


def _amounts(
    tables: Mapping[str, ir.Table], persons: ir.Table, settings: Settings, keep: Keep, columns: Collection[str]
) -> ir.Table:
    services = keep(selected_services(tables, persons, settings), "selected services")
    stays = keep(stay_runs(services, tables, settings), "stays")
    found = _in_hours(quantities(services, stays, tables, settings))
    if "waiting" not in columns:
        return found
    starts = services.group_by(list(SERVICE)).aggregate(start=first_start(services))
    waits = starts.select(*SERVICE, waiting=band_of_first_start(starts.start, settings))
    return found.left_join(waits, list(SERVICE)).select(*found.columns, "waiting")


def _marks(tables: Mapping[str, ir.Table], persons: ir.Table, settings: Settings) -> ir.Table:
    """Which services the person had, without how much of them."""
    services = counted_services(tables, persons, settings)
    marks = {"at_year_end": active_at_year_end(services).any(), "start": first_start(services)}
    marked = services.group_by(list(SERVICE)).aggregate(**marks)
    return marked.mutate(during_year=True, waiting=band_of_first_start(marked.start, settings)).drop("start")


def counted_records(tables: Mapping[str, ir.Table], settings: Settings) -> ir.Table:
    """The service records that count in their data year, as ``counted_services`` describes them, without those of test users."""
    tables = cleared(tables)
    persons = people(tables, settings)
    return counted_services(tables, persons, settings).semi_join(persons, list(KEYS))


def ambiguous_overlaps(tables: Mapping[str, ir.Table], settings: Settings) -> ir.Table:
    """How often the register leaves open what an overlap of records means; says how far granted hours can be trusted.

    Columns: ``data_year``, ``municipality``, ``service_type``, ``records`` with stated hours, and ``ambiguous``: those that
    overlap an earlier record of the same service and unit without saying whether they replace it or add to it.
    """
    tables = cleared(tables)
    return ambiguous_records(selected_services(tables, people(tables, settings), settings))


def _in_hours(rows: ir.Table) -> ir.Table:
    return rows.select(
        *KEYS,
        "service_type",
        "at_year_end",
        during_year=ibis.literal(True),
        weekly_hours=hours_a_week(rows.seconds),
        hours=hours_in_period(rows.second_days - rows.second_days_off.coalesce(0)),
        hours_raw=hours_in_period(rows.second_days),
        days=rows.days_raw.coalesce(0) - rows.days_off.coalesce(0),
        days_raw=rows.days_raw.coalesce(0),
    )


def person_facts(
    tables: Mapping[str, ir.Table],
    settings: Settings,
    services: ir.Table | None = None,
    circumstances: Collection[str] = (),
) -> ir.Table:
    """One row per data year, municipality and pseudonym with at least one service in the year.

    Columns: the keys, ``leaf_region``, ``age``, ``age_band``, ``sex``, ``need``, ``during_year``, ``at_year_end``,
    ``stair_step`` (the highest of 16) and ``stair_short`` (of 8), ``exclusive_group``, and ``home_hours`` (granted hours a week
    of the home services of table 09933). The last four are those of 31 December, null without an active service.

    Args:
        services: the service facts of the same tables and settings, when they are at hand already.
        circumstances: further columns wanted, of ``with_circumstances``.
    """
    facts = service_facts(tables, settings) if services is None else services
    tables = cleared(tables)
    clock = people(tables, settings).select(*KEYS, "round_the_clock")
    rows = facts.join(clock, list(KEYS))
    step = step_of(rows.service_type, rows.age, rows.round_the_clock)
    home = rows.service_type.isin(settings.home_hours_services)
    found = rows.group_by(list(KEYS)).aggregate(
        **{c: rows[c].max() for c in PERSON_COLUMNS},
        during_year=rows.during_year.any(),
        at_year_end=rows.at_year_end.any(),
        stair_step=rows.at_year_end.ifelse(step, None).max(),
        exclusive_group=exclusive_group(rows.service_type, rows.at_year_end),
        home_hours=home.ifelse(rows.weekly_hours, None).sum(),
        resident=(rows.at_year_end & (rows.service_type == LONG_TERM_STAY)).any(),
        **_effort(rows, settings),
    )
    return with_circumstances(found.mutate(stair_short=short_step(found.stair_step)), tables, settings, circumstances)


def _effort(rows: ir.Table, settings: Settings) -> dict[str, ir.Value]:
    """Whether the person uses home services, and whole seconds of them granted a week: sums of hours would not be exact."""
    at_home = rows.service_type.isin(settings.high_effort_home_services)
    seconds = (rows.weekly_hours * SECONDS_PER_HOUR).round().cast("int64")
    return {"home_user": (rows.at_year_end & at_home).any(), "home_seconds": at_home.ifelse(seconds, None).sum()}


def _with_need(persons: ir.Table, tables: Mapping[str, ir.Table], settings: Settings) -> ir.Table:
    need = need_levels(tables, settings).select(*KEYS, "need")
    return persons.left_join(need, list(KEYS)).mutate(need=lambda t: t.need.coalesce(NOT_STATED))
