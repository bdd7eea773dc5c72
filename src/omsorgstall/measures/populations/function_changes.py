"""Change of function from one assessment to the one about a year later, whatever the services (not rehabilitation alone).

Who scores high one day is often lower the next time whatever is done (regression to the mean), so a change says something only
beside that of others with the same start. The pairs tell whether the services were the same at both ends: those whose services
did not change are what others can be held against.
"""

from collections.abc import Mapping

import ibis
from ibis.expr import types as ir

from omsorgstall.measures.activity import active_on
from omsorgstall.measures.chains import remembered, with_year
from omsorgstall.measures.days import KEYS, day_number
from omsorgstall.measures.facts import Keep, not_kept
from omsorgstall.measures.groups import exclusive_group
from omsorgstall.measures.need import KEPT
from omsorgstall.measures.period import Period, happened, looked_at
from omsorgstall.measures.populations.reading import Records, read
from omsorgstall.measures.populations.scores import measured_scores, one_a_day
from omsorgstall.measures.settings import Settings


def function_changes(tables: Mapping[str, ir.Table], settings: Settings, period: Period, keep: Keep = not_kept) -> ir.Table:
    """One row per person and year of the period with an assessment in it, another about a year before, and a service then.

    Of several assessments in the period the last that has one before it within the window counts, and of those before it the
    one nearest to a year away, the earlier of two. The former year's snapshot is looked at too.

    Columns: the keys; ``day`` of the later assessment and ``first_day`` of the earlier (day numbers); ``group_before`` and
    ``group_after``: the exclusive group of services on each, the latter null without a service; ``same_services``: whether the
    service types were the same; ``age`` (on 31 December, null when unknown); and of each function variable (``F01``), subscale
    and ``need`` the value on each day, ``<measure>_before`` and ``<measure>_after``, null when not known. Lower is better.
    """
    records = read(tables, settings, period.first.year - 1, period.last.year, keep)
    assessed = looked_at(records.tables["assessment"], period.years, back=1, ahead=0)
    assessed = assessed.filter(assessed.assessment_date.notnull()).mutate(assessed=day_number(assessed.assessment_date))
    measured = keep(measured_scores(one_a_day(assessed.semi_join(records.people, list(KEYS))), settings), "scores")
    pairs = keep(_pairs(measured, settings, period), "pairs of assessments")
    names = [c for c in measured.columns if c not in KEPT]
    rows = pairs.join(_at(measured, names, "first_day", "before"), [*KEYS, "first_day"])
    rows = rows.join(_at(measured, names, "day", "after"), [*KEYS, "day"])
    rows = rows.join(_served(pairs, records, period), list(KEYS))
    return rows.join(records.people.select(*KEYS, "age"), list(KEYS))


def _pairs(measured: ir.Table, settings: Settings, period: Period) -> ir.Table:
    """The day of the later and of the earlier assessment of each person."""
    days = measured.select(*KEPT)
    later = happened(with_year(days.select(*KEYS, day=days.assessed), settings), period).select(*KEYS, "day")
    both = later.join(days.select(*KEYS, first_day=days.assessed), list(KEYS))
    both = both.mutate(apart=both.day - both.first_day)
    both = both.filter(both.apart.between(settings.change_least_days, settings.change_most_days))
    order = [both.day.desc(), (both.apart - settings.change_days).abs(), both.first_day]
    placed = both.mutate(place=ibis.row_number().over(ibis.window(group_by=list(KEYS), order_by=order)))
    return placed.filter(placed.place == 0).select(*KEYS, "day", "first_day")


def _at(measured: ir.Table, names: list[str], day: str, suffix: str) -> ir.Table:
    return measured.select(*KEYS, **{day: measured.assessed}, **{f"{n}_{suffix}": measured[n] for n in names})


def _served(pairs: ir.Table, records: Records, period: Period) -> ir.Table:
    """The groups of services at both ends of those who had a service at the first, and whether they are the same types."""
    both = pairs.join(remembered(records.services, period.years, back=1), list(KEYS))
    both = both.mutate(
        before=active_on(both["first"], both["last"], both.first_day), after=active_on(both["first"], both["last"], both.day)
    )
    kinds = both.group_by([*KEYS, "service_type"]).aggregate(before=both.before.any(), after=both.after.any())
    found = kinds.group_by(list(KEYS)).aggregate(
        group_before=exclusive_group(kinds.service_type, kinds.before),
        group_after=exclusive_group(kinds.service_type, kinds.after),
        same_services=(kinds.before == kinds.after).all(),
    )
    return found.filter(found.group_before.notnull())
