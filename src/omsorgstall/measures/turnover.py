"""Turnover (utskiftning): who is new, who has ended and who continues, between two 31 Decembers and within a year.

Between two 31 Decembers the snapshots of both years are asked; within a year that year's snapshot alone.
"""

from collections.abc import Mapping

import ibis
from ibis.expr import types as ir

from omsorgstall.measures.daily import active_at_year_end
from omsorgstall.measures.days import KEYS, last_day
from omsorgstall.measures.people import people
from omsorgstall.measures.report_date import at_date
from omsorgstall.measures.services import counted_services
from omsorgstall.measures.settings import Settings

NEW, ENDED, CONTINUING, NEW_AND_ENDED = "new", "ended", "continuing", "new_and_ended"
_PERSON = ("municipality", "pseudonym")
_DELIVERY = ("data_year", "municipality")
_FLAGS = ("at_year_start", "at_year_end", "in_former", "described")


def turnover(tables: Mapping[str, ir.Table], settings: Settings) -> ir.Table:
    """One row per data year, municipality and pseudonym with a service in the year or on 31 December of the former one.

    Columns: the keys; ``between_years`` (``new``, ``ended``, ``continuing`` or ``new_and_ended``, which is having services only
    between the two days; null when the municipality's former year is not among the tables); ``within_year`` (likewise, from
    services that run when the year begins to those on 31 December; null for who is not in the year); ``died`` (by 31 December;
    null when the year says nothing of the person); ``known_before`` (had services in an earlier year here; null when the tables
    hold none of the municipality) and ``years_before``, how many earlier years they hold of it.
    """
    tables, settings = at_date(tables, settings, None)
    persons = people(tables, settings)
    rows = _everyone(_marks(tables, persons, settings), persons)
    rows = rows.inner_join(_deliveries(persons), list(_DELIVERY))
    served = rows.at_year_end.notnull()
    first = served.ifelse(rows.data_year, ibis.null()).min().over(ibis.window(group_by=list(_PERSON)))
    rows = rows.mutate(first_year=first, served=served)
    rows = rows.filter(rows.served | rows.in_former.notnull())
    return rows.select(*KEYS, **_columns(rows, settings))


def _columns(rows: ir.Table, settings: Settings) -> dict[str, ir.Value]:
    end = rows.at_year_end.coalesce(False)
    between, within = _state(rows.in_former.coalesce(False), end), _state(rows.at_year_start, end)
    died = (rows.death <= last_day(rows.data_year, settings.until)).fill_null(False)
    before = rows.at_year_start.coalesce(False) | rows.in_former.coalesce(False) | (rows.first_year < rows.data_year)
    return {
        "between_years": rows.has_former.ifelse(between, ibis.null()),
        "within_year": rows.at_year_start.notnull().ifelse(within, ibis.null()),
        "died": (rows.described.fill_null(False) | died).ifelse(died, ibis.null()),
        "known_before": (before | (rows.years_before > 0)).ifelse(before, ibis.null()),
        "years_before": rows.years_before,
    }


def _state(before: ir.BooleanValue, after: ir.BooleanValue) -> ir.StringValue:
    return ibis.cases((before & after, CONTINUING), (before, ENDED), (after, NEW), else_=NEW_AND_ENDED)


def _marks(tables: Mapping[str, ir.Table], persons: ir.Table, settings: Settings) -> ir.Table:
    """Who has services in each year, and whether some run when it begins and on its last day."""
    records = counted_services(tables, persons, settings).semi_join(persons, list(KEYS))
    return records.group_by(list(KEYS)).aggregate(
        at_year_start=(records["first"] < records.year_first).any(), at_year_end=active_at_year_end(records).any()
    )


def _next(rows: ir.Table) -> ir.IntegerValue:
    return (rows.data_year + 1).cast("int16")


def _everyone(marks: ir.Table, persons: ir.Table) -> ir.Table:
    """Everybody of a year or with services on the last day of the former one, and what both snapshots tell of her.

    Rows to be added up, so that nothing has to be joined: what they say nothing of is null.
    """
    former, dead = marks.filter(marks.at_year_end), persons.filter(persons.death.notnull())
    rows = ibis.union(
        _row(marks, marks.data_year, at_year_start=marks.at_year_start, at_year_end=marks.at_year_end),
        _row(former, _next(former), in_former=ibis.literal(True)),
        _row(persons, persons.data_year, described=ibis.literal(True), death=persons.death),
        _row(dead, _next(dead), death=dead.death),
    )
    flags = {name: rows[name].any() for name in _FLAGS}
    return rows.group_by(list(KEYS)).aggregate(**flags, death=rows.death.min())


def _row(rows: ir.Table, data_year: ir.IntegerValue, **told: ir.Value) -> ir.Table:
    empty = {**dict.fromkeys(_FLAGS, ibis.null("boolean")), "death": ibis.null("int64")}
    return rows.select("municipality", "pseudonym", data_year=data_year, **{**empty, **told})


def _deliveries(persons: ir.Table) -> ir.Table:
    """The municipalities and years there are, with how many earlier years, and whether the former year is among them."""
    delivered = persons.select(*_DELIVERY).distinct()
    order = ibis.window(group_by="municipality", order_by="data_year")
    rows = delivered.mutate(years_before=ibis.row_number().over(order), former_year=delivered.data_year.lag().over(order))
    has_former = (rows.former_year == rows.data_year - 1).fill_null(False)
    return rows.select(*_DELIVERY, "years_before", has_former=has_former)
