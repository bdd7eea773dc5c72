"""The two fact tables every statistic is made of: one row per person and service type, and one per person."""

from collections.abc import Mapping

import ibis
from ibis.expr import types as ir

from omsorgstall.measures.activity import active_on
from omsorgstall.measures.days import KEYS, length
from omsorgstall.measures.groups import exclusive_group
from omsorgstall.measures.need import NOT_STATED, need_levels
from omsorgstall.measures.people import people
from omsorgstall.measures.services import selected_services
from omsorgstall.measures.settings import Settings
from omsorgstall.measures.staircase import short_step, step_of

PERSON_COLUMNS = ("leaf_region", "age", "age_band", "sex", "need")


def service_facts(tables: Mapping[str, ir.Table], settings: Settings) -> ir.Table:
    """One row per data year, municipality, pseudonym and service type that the person had in the year."""
    persons = people(tables, settings)
    services = selected_services(tables, persons, settings)
    return _with_person(_service_quantities(services), persons, tables, settings)


def person_facts(tables: Mapping[str, ir.Table], settings: Settings, services: ir.Table | None = None) -> ir.Table:
    """One row per data year, municipality and pseudonym with at least one service in the year.

    Columns: the keys, ``leaf_region``, ``age``, ``age_band``, ``sex``, ``need``, ``during_year``, ``at_year_end``,
    ``stair_step`` (the highest of 16) and ``stair_short`` (of 8), ``exclusive_group``, and ``home_hours`` (granted hours a week
    of the home services of table 09933). The last four are those of 31 December, null without an active service.

    Args:
        services: the service facts of the same tables and settings, when they are at hand already.
    """
    facts = service_facts(tables, settings) if services is None else services
    clock = people(tables, settings).select(*KEYS, "round_the_clock")
    rows = facts.join(clock, list(KEYS))
    step = step_of(rows.service_type, rows.age, rows.round_the_clock, settings)
    home = rows.service_type.isin(settings.home_hours_services)
    found = rows.group_by(list(KEYS)).aggregate(
        **{c: rows[c].max() for c in PERSON_COLUMNS},
        during_year=rows.during_year.any(),
        at_year_end=rows.at_year_end.any(),
        stair_step=rows.at_year_end.ifelse(step, None).max(),
        exclusive_group=exclusive_group(rows.service_type, rows.at_year_end),
        home_hours=home.ifelse(rows.weekly_hours, None).sum(),
    )
    return found.mutate(stair_short=short_step(found.stair_step))


def _service_quantities(s: ir.Table) -> ir.Table:
    dates = length(ibis.greatest(s["first"], s.year_first), ibis.least(s["last"], s.year_last))
    active = active_on(s["first"], s["last"], s.year_last)
    hours = s.weekly_hours * dates / 7
    return s.group_by([*KEYS, "service_type"]).aggregate(
        during_year=ibis.literal(True),
        at_year_end=active.any(),
        weekly_hours=active.ifelse(s.weekly_hours, None).sum(),
        hours=hours.sum(),
        hours_raw=hours.sum(),
        days=dates.sum(),
        days_raw=dates.sum(),
    )


def _with_person(rows: ir.Table, persons: ir.Table, tables: Mapping[str, ir.Table], settings: Settings) -> ir.Table:
    need = need_levels(tables, settings).select(*KEYS, "need")
    described = persons.left_join(need, list(KEYS)).mutate(need=lambda t: t.need.coalesce(NOT_STATED))
    return rows.join(described.select(*KEYS, *PERSON_COLUMNS), list(KEYS))
