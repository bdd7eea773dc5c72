"""Every step of the care staircase that a person stands on, where ``person_facts`` tells the highest alone."""

from collections.abc import Mapping
from datetime import date

import ibis
from ibis.expr import types as ir

from omsorgstall.measures.days import KEYS, SERVICE
from omsorgstall.measures.report_date import active_records, at_date, people_on
from omsorgstall.measures.settings import Settings
from omsorgstall.measures.staircase import short_step, step_of


def stair_steps(tables: Mapping[str, ir.Table], settings: Settings, on: date | None = None) -> ir.Table:
    """One row per data year, municipality, pseudonym and step with a service on 31 December, or ``on`` a date.

    Columns: the keys, ``stair_step`` (of 16), ``stair_short`` (of 8) and ``highest``: the one step that ``person_facts`` tells.
    Of two steps that are one in the short view, both have rows.
    """
    tables, settings = at_date(tables, settings, on)
    services = active_records(tables, settings).select(*SERVICE).distinct()
    rows = services.join(people_on(tables, settings, on), list(KEYS))
    rows = rows.select(*KEYS, stair_step=step_of(rows.service_type, rows.age, rows.round_the_clock)).distinct()
    rows = rows.filter(rows.stair_step.notnull())
    highest = rows.stair_step.max().over(ibis.window(group_by=list(KEYS)))
    return rows.mutate(stair_short=short_step(rows.stair_step), highest=rows.stair_step == highest)
