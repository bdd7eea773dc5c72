"""Long-term stays in institution (langtidsopphold): who begins, who lives there and for how long, and how long stays last."""

from calendar import monthrange
from collections.abc import Mapping, Sequence
from datetime import date

import ibis
from ibis.expr import types as ir

from omsorgstall.measures.activity import active_on
from omsorgstall.measures.chains import chains, remembered, with_unit
from omsorgstall.measures.days import KEYS, SERVICE, number
from omsorgstall.measures.facts import Keep, not_kept
from omsorgstall.measures.groups import exclusive_group
from omsorgstall.measures.period import Period, happened, parts
from omsorgstall.measures.populations.leaving import by_death
from omsorgstall.measures.populations.reading import Records, read
from omsorgstall.measures.settings import Settings

LONG_TERM = 21
_MONTHS = 12


def long_term_starts(tables: Mapping[str, ir.Table], settings: Settings, period: Period, keep: Keep = not_kept) -> ir.Table:
    """One row per person who begins a long-term stay in the period (report S09); a move between places is no start.

    Former snapshots are looked at, as far as the vintage has them.

    Columns: the keys, ``day`` of the start, ``unit``, ``service_type``, ``group_before``: the exclusive group of the day before,
    null without a service, and ``household_before``: as the former year's snapshot says, null when she is not in it. The year's
    own snapshot tells of the household after the start.
    """
    records = read(tables, settings, None, period.last.year + 1, keep)
    starts = with_unit(_starts(records, settings, period), records.services, "day", "day")
    groups = _groups_before(starts, records.services, period.years)
    rows = starts.left_join(groups, [*KEYS, "day"]).select(*starts.columns, "group_before")
    return rows.left_join(_former_households(records.tables["person"]), list(KEYS)).select(*rows.columns, "household_before")


def services_before_long_term(
    tables: Mapping[str, ir.Table], settings: Settings, period: Period, keep: Keep = not_kept
) -> ir.Table:
    """The way into a long-term stay: one row per start (as in ``long_term_starts``) and service type she had the year before.

    Columns: the keys, ``day`` of the start, ``service_type``, ``days_before``: how long before the start she first had it within
    that time, ``had_until_start``: whether she had it the day before, and ``place``: 1 for what came first; equal days share one.
    """
    records = read(tables, settings, None, period.last.year + 1, keep)
    starts = _starts(records, settings, period).select(*KEYS, "day")
    rows = starts.join(remembered(records.services, period.years, back=1), list(KEYS))
    earliest = rows.day - settings.days_before_long_term
    rows = rows.filter((rows["first"] < rows.day) & (rows["last"] >= earliest))
    had = rows.group_by([*KEYS, "day", "service_type"]).aggregate(
        days_before=ibis.least(rows.day - rows["first"], settings.days_before_long_term).max(),
        had_until_start=(rows["last"] >= rows.day - 1).any(),
    )
    order = ibis.window(group_by=[*KEYS, "day"], order_by=had.days_before.desc())
    return had.mutate(place=ibis.dense_rank().over(order) + 1)


def long_term_residents(tables: Mapping[str, ir.Table], settings: Settings, on: date, keep: Keep = not_kept) -> ir.Table:
    """One row per person with a long-term stay on the date, and how long it has lasted (report S14).

    The time so far is that of the unbroken chain of stays; neither a move nor a stay in hospital breaks it. It is not the length
    of a completed stay. Former snapshots are looked at, as far as the vintage has them.

    Columns: the keys, ``day`` (the date), ``unit``, ``service_type``, ``since`` (day number), ``elapsed_days`` and
    ``elapsed_band``.
    """
    records, day = read(tables, settings, None, on.year, keep), number(on)
    found = _long_term_chains(records, [on.year], settings)
    found = found.filter(active_on(found["first"], found["last"], ibis.literal(day)))
    residents = found.select(*SERVICE, day=ibis.literal(day, type="int64"), since=found["first"]).semi_join(
        _there(records.services, day), list(SERVICE)
    )
    rows = with_unit(residents, records.services, "day", "day")
    return rows.select(
        *KEYS,
        "day",
        "unit",
        "service_type",
        "since",
        elapsed_days=rows.day - rows.since,
        elapsed_band=elapsed_band(rows.since, on, settings),
    )


def long_term_durations(tables: Mapping[str, ir.Table], settings: Settings, period: Period, keep: Keep = not_kept) -> ir.Table:
    """One row per long-term stay and year of the period: how long it had lasted when we began and ceased to watch it.

    The mean of stays that ended in a period is too short while many still run, and those who moved in before the period and left
    before it began are never seen. ``life_table`` makes of these rows what is right in both respects: a stay is watched from day
    ``entered`` to day ``left``, counted from its start, and ends on the latter when ``ended``. Rows of several years add up.

    Columns: the keys, ``day`` (the last one watched), ``unit``, ``service_type``, ``entered``, ``left``, ``ended`` and
    ``ended_by_death``.
    """
    records = read(tables, settings, None, period.last.year + 1, keep)
    rows = parts(_long_term_chains(records, period.years, settings), period)
    rows = rows.filter((rows["first"] <= rows.part_last) & (rows["last"] >= rows.part_first))
    rows = rows.mutate(
        since=ibis.greatest(rows["first"], rows.part_first),
        day=ibis.least(rows["last"], rows.part_last),
        ended=rows["last"] <= rows.part_last,
    )
    rows = with_unit(rows, records.services, "since", "day")
    rows = rows.left_join(records.people.select(*KEYS, "death"), list(KEYS)).select(*rows.columns, "death")
    return rows.select(
        *KEYS,
        "day",
        "unit",
        "service_type",
        "ended",
        entered=rows.since - rows["first"],
        left=rows.day - rows["first"],
        ended_by_death=rows.ended & by_death(rows.day, rows.death, settings),
    )


def elapsed_band(since: ir.IntegerValue, on: date, settings: Settings) -> ir.StringValue:
    """The band of the time from a day number to a date, in whole calendar months."""
    bands = [(since > number(months_before(on, b.under_months)), b.id) for b in settings.elapsed_bands if b.under_months]
    rest = [(since.notnull(), b.id) for b in settings.elapsed_bands if b.under_months is None]
    return ibis.cases(*bands, *rest)


def months_before(day: date, months: int) -> date:
    """The same day of an earlier month, or its last one when the month is shorter.

    Who began after it has not completed the months: who began on 31 January completes one on 1 March.
    """
    year, month = divmod(day.year * _MONTHS + day.month - 1 - months, _MONTHS)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _starts(records: Records, settings: Settings, period: Period) -> ir.Table:
    found = _long_term_chains(records, period.years, settings)
    return happened(found.mutate(day=found["first"]), period).select(*SERVICE, "day")


def _long_term_chains(records: Records, years: Sequence[int], settings: Settings) -> ir.Table:
    return chains(_long_term(records.services), years, settings.long_term_gap, settings)


def _long_term(services: ir.Table) -> ir.Table:
    return services.filter(services.service_type == LONG_TERM)


def _there(services: ir.Table, day: int) -> ir.Table:
    """Those with a long-term stay on the day, and not between two places."""
    return services.filter(active_on(services["first"], services["last"], ibis.literal(day)))


def _groups_before(starts: ir.Table, services: ir.Table, years: Sequence[int]) -> ir.Table:
    rows = starts.select(*KEYS, "day").join(remembered(services, years, back=1), list(KEYS))
    rows = rows.mutate(there=active_on(rows["first"], rows["last"], rows.day - 1))
    return rows.group_by([*KEYS, "day"]).aggregate(group_before=exclusive_group(rows.service_type, rows.there))


def _former_households(person: ir.Table) -> ir.Table:
    """``household_before`` by the keys of the year after; of two rows of a person the lower code holds."""
    rows = person.mutate(data_year=(person.data_year + 1).cast("int16"))
    return rows.group_by(list(KEYS)).aggregate(household_before=rows.household.min())
