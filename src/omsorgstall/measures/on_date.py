"""What is given on a date: the services that are active, as sum reports count them."""

from collections.abc import Mapping
from datetime import date

import ibis
from ibis.expr import types as ir

from omsorgstall.measures.activity import active_on
from omsorgstall.measures.days import number
from omsorgstall.measures.facts import Keep, not_kept
from omsorgstall.measures.hours import seconds_by_unit
from omsorgstall.measures.populations.reading import read
from omsorgstall.measures.settings import Settings


def active_services(tables: Mapping[str, ir.Table], settings: Settings, on: date, keep: Keep = not_kept) -> ir.Table:
    """One row per person, service type and unit that gives a counted service on the date (population of S01–S04 and others).

    The rows come from the snapshots of the date's calendar year; on 31 December they are those of ``service_facts`` with
    ``at_year_end``.

    Columns: the keys, ``day``, ``service_type`` (recoded), ``unit`` (organisation number, empty when not stated), ``seconds``
    (granted a week on the date, null when none are stated), and ``begun``: the day number of the first start.
    """
    day = ibis.literal(number(on), type="int64")
    services = read(tables, settings, on.year, on.year, keep).services
    return seconds_by_unit(services.filter(active_on(services.begun, services["last"], day))).mutate(day=day)
