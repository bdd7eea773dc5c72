"""What sum reports on a date count from: the persons served on it, with all they can be broken down by, and their services."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date

import ibis
from ibis.expr import types as ir

from omsorgstall.engine import Engine
from omsorgstall.measures.characteristics import described
from omsorgstall.measures.days import KEYS, day_number, number
from omsorgstall.measures.on_date import active_services
from omsorgstall.measures.populations.long_term import months_before
from omsorgstall.measures.settings import Settings
from omsorgstall.statistics.sum_reports.attached import attached, place
from omsorgstall.statistics.sum_reports.groundwork import Groundwork
from omsorgstall.statistics.sum_reports.population import SERVED, years_of

DATES = ("doctor_assessed", "dental_assessed")


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Persons and services on a date, kept in the engine.

    Attributes:
        persons: one row per person with an active service: ``measures.characteristics``, ``place``, and the marks ``doctor`` and
            ``dental`` (assessed in the twelve months before) and ``served_long`` (the oldest of her services is of twelve
            months or more).
        services: the rows of ``active_services`` of these persons.
    """

    at: date
    persons: ir.Table
    services: ir.Table

    def forget(self, engine: Engine) -> None:
        """Free what is kept."""
        engine.forget(self.persons, self.services)


def snapshot(
    engine: Engine,
    tables: Mapping[str, ir.Table],
    settings: Settings,
    on: date,
    *,
    ground: Groundwork | None = None,
    columns: Collection[str] | None = None,
) -> Snapshot:
    """Find who is served on a date, once for any number of reports.

    Args:
        ground: what is shared with other populations.
        columns: those that are broken down by; all when None.
    """
    shared = ground or Groundwork(engine, tables, settings, [(SERVED, on)])
    services = engine.materialise(active_services(shared.tables, settings, on, shared.keep), step="services on the date")
    persons = engine.materialise(_persons(shared, settings, services, on, columns), step="persons on the date")
    if ground is None:
        shared.forget()
    return Snapshot(on, persons, services)


def _persons(ground: Groundwork, settings: Settings, services: ir.Table, on: date, columns: Collection[str] | None) -> ir.Table:
    served = services.group_by([*KEYS, "day"]).aggregate(place=place(services.service_type, settings), since=services.begun.min())
    wanted = None if columns is None else {*columns, *DATES, "age"}
    rows = described(ground.tables, settings, served, keep=ground.keep, columns=wanted, years=years_of(on))
    rows = attached(rows, ground, replace(settings, until=on), columns, services)
    # Of 29 February the year before: the day after 28 February is in the year.
    first = day_number(ibis.literal(_year_before(on))) + 1
    return rows.mutate(
        doctor=rows.doctor_assessed.between(first, rows.day).fill_null(False),
        dental=rows.dental_assessed.between(first, rows.day).fill_null(False),
        served_long=rows.since <= number(months_before(on, settings.served_long_months)),
    )


def _year_before(on: date) -> date:
    leap_day = (on.month, on.day) == (2, 29)
    return on.replace(year=on.year - 1, day=28 if leap_day else on.day)
