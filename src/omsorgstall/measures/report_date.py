"""Facts of another day than 31 December: the snapshot of the day's calendar year, counted to that day."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import ibis
from ibis.expr import types as ir

from omsorgstall.measures.characteristics import with_persons
from omsorgstall.measures.cleared import cleared
from omsorgstall.measures.daily import active_at_year_end
from omsorgstall.measures.days import KEYS, number
from omsorgstall.measures.people import people
from omsorgstall.measures.period import of_years
from omsorgstall.measures.services import counted_services
from omsorgstall.measures.settings import Settings

_FOLDED = ("event", "snapshot")
"""What clearing has folded into the other tables; it must not be folded in twice."""


def at_date(tables: Mapping[str, ir.Table], settings: Settings, on: date | None) -> tuple[dict[str, ir.Table], Settings]:
    """Cleared tables, and settings that count to the date.

    Args:
        on: only the snapshot of its year, counted to it; None for every data year, counted to its 31 December.
    """
    found = {name: table for name, table in cleared(tables).items() if name not in _FOLDED}
    if on is None:
        return found, settings
    return of_years(found, on.year, on.year), replace(settings, until=on)


def people_on(tables: Mapping[str, ir.Table], settings: Settings, on: date | None) -> ir.Table:
    """The keys, ``age`` (on the date; on 31 December when None) and ``round_the_clock`` of each person.

    Args:
        tables: cleared, from ``at_date``.
    """
    rows = people(tables, settings).select(*KEYS, "age", "round_the_clock")
    if on is None:
        return rows
    days = rows.select(*KEYS, "round_the_clock", day=ibis.literal(number(on), type="int64"))
    return with_persons(tables, settings, days).select(*KEYS, "age", "round_the_clock")


def active_records(tables: Mapping[str, ir.Table], settings: Settings) -> ir.Table:
    """The records of ``counted_services`` that are active on the day figures are counted to, without those of test users.

    Args:
        tables: cleared, from ``at_date``.
    """
    persons = people(tables, settings)
    records = counted_services(tables, persons, settings).semi_join(persons, list(KEYS))
    return records.filter(active_at_year_end(records))
