"""Chains (forløp): services of a type that follow each other, seen over the limits of years.

The snapshot of a year holds the services of that year, so what came before a move or a new decision stands in former snapshots
only. Each tells of the time until its own 31 December and of nothing later, since a service that it shows as running may have
ended without a trace. What the vintage does not have cannot be looked back to: a chain then begins where its first known record
does.
"""

from collections.abc import Sequence
from datetime import date

import ibis
from ibis.expr import types as ir

from omsorgstall.measures.days import SERVICE, first_day, last_day, number
from omsorgstall.measures.intervals import runs
from omsorgstall.measures.settings import Settings


def remembered(services: ir.Table, years: Sequence[int], *, back: int | None = None, ahead: int = 0) -> ir.Table:
    """The records as each year knows them when it looks at other years too; ``data_year`` is the year that looks.

    Args:
        services: from ``counted_services``, of all years that may be looked at.
        years: those that look.
        back: how many former snapshots they look at; all when None.
        ahead: how many days into the next year they look for records that begin.
    """
    return ibis.union(*[_known_in(services, year, back, ahead) for year in years])


def _known_in(services: ir.Table, year: int, back: int | None, ahead: int) -> ir.Table:
    told = services.data_year <= year
    if back is not None:
        told &= services.data_year >= year - back
    if ahead:
        after = number(date(year, 12, 31))
        told |= (services.data_year == year + 1) & services.begun.between(after + 1, after + ahead)
    rows = services.filter(told)
    until = (rows.data_year < year).ifelse(ibis.least(rows["last"], rows.year_last), rows["last"])
    return rows.select(
        data_year=ibis.literal(year, type="int16"),
        municipality="municipality",
        pseudonym="pseudonym",
        service_type="service_type",
        first="first",
        last=until,
    )


def chains(services: ir.Table, years: Sequence[int], gap: int, settings: Settings) -> ir.Table:
    """Unbroken chains of each service type: up to ``gap`` days from the last of one record to the first of the next.

    Columns: the keys, ``service_type``, ``first``, ``last`` (``OPEN_END`` when it runs), ``year_first``, ``year_last``. Among
    them are chains that ended before the year or begin after it.
    """
    return with_year(runs(remembered(services, years, ahead=gap), SERVICE, gap), settings)


def with_year(rows: ir.Table, settings: Settings) -> ir.Table:
    """The rows with ``year_first`` and ``year_last`` of their data year."""
    return rows.mutate(year_first=first_day(rows.data_year), year_last=last_day(rows.data_year, settings.until))


def with_unit(rows: ir.Table, services: ir.Table, first: str, last: str) -> ir.Table:
    """The rows with ``unit``: that of the record that began latest among those of some day from ``first`` to ``last``.

    Null when it is not recorded. Rows are told apart by their service and first day. Of records that began on the same day the
    highest number holds, so that the order of rows never matters.
    """
    rows = rows.mutate(unit_from=rows[first], unit_to=rows[last])
    records = services.select(*SERVICE, "unit", record_first=services["first"], record_last=services["last"])
    there = [rows.unit_to >= records.record_first, rows.unit_from <= records.record_last]
    both = rows.left_join(records, [*SERVICE, *there]).select(*rows.columns, "unit", "record_first")
    order = [both.record_first.coalesce(0).desc(), both.unit.coalesce("").desc()]
    both = both.mutate(place=ibis.row_number().over(ibis.window(group_by=[*SERVICE, "unit_from"], order_by=order)))
    both = both.filter(both.place == 0).mutate(unit=both.unit.nullif(""))
    return both.drop("unit_from", "unit_to", "record_first", "place")
