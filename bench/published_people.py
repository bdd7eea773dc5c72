"""The people of one year as arrays, one row a person: what published figures are counted from, by the project's own measures."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import ibis
import numpy as np
import pyarrow as pa
from ibis.expr import types as ir
from numpy.typing import NDArray

from omsorgstall.engine import Engine
from omsorgstall.measures import Settings, person_facts, service_facts
from omsorgstall.measures.days import day_number, last_day
from omsorgstall.measures.hours import SECONDS_PER_HOUR
from omsorgstall.measures.period import Period
from omsorgstall.measures.populations import coercion_measures, decisions_made, long_term_durations
from omsorgstall.measures.report_date import at_date
from omsorgstall.measures.survival import Lasting, lasting, life_table
from omsorgstall.measures.turnover import turnover
from omsorgstall.statistics.sum_reports.breakdowns import breakdowns
from omsorgstall.statistics.sum_reports.snapshot import Snapshot, snapshot

Arrays = Mapping[str, NDArray[np.generic]]
Tables = Mapping[str, ir.Table]
HOME_SERVICES = (1, 2, 3, 15)
_TEXT = ("need", "help", "place", "group", "age_band", "municipality")


@dataclass(frozen=True, slots=True)
class Nation:
    """One year.

    Attributes:
        at_end: persons with a service on 31 December.
        during: persons with a service in the year.
        decisions: one element a decision; ``coercion`` one a person and legal basis.
        stays: how long long-term stays last, with those who still live there and those who moved in before the year.
        ended: days that the long-term stays that ended in the year had lasted, and whether death ended them.
        moved: persons by what became of them between the beginning and the end of the year, with those who died.
    """

    year: int
    at_end: Arrays
    during: Arrays
    decisions: Arrays
    coercion: Arrays
    stays: tuple[Lasting, ...]
    ended: Arrays
    moved: Arrays


def gather(engine: Engine, tables: Tables, settings: Settings, on: date) -> Nation:
    """Count everything once; each person once in the country."""
    year = Period(date(on.year, 1, 1), on)
    tables = {n: t.filter(t.data_year == on.year) for n, t in at_date(tables, settings, None)[0].items()}
    seen = snapshot(engine, tables, settings, on)
    decisions = decisions_made(tables, settings, year)
    coercion = coercion_measures(tables, settings, year).select("pseudonym", "legal_basis", "municipality").distinct()
    durations = engine.materialise(long_term_durations(tables, settings, year), step="long-term stays")
    stays = engine.run(life_table(durations, ()), step="life table")
    ended = durations.filter(durations.ended).select("left", "ended_by_death", "municipality")
    moved = turnover(tables, settings)
    return Nation(
        on.year,
        _arrays(engine.run(_at_end(seen), step="persons at the end of the year")),
        _arrays(engine.run(_during(engine, tables, settings), step="persons during the year")),
        _arrays(engine.run(decisions.select("service_type", "outcome", "complaint", "waiting_days"), step="decisions")),
        _arrays(engine.run(coercion, step="coercion")),
        tuple(lasting(zip(*(stays[c].to_pylist() for c in ("days", "at_risk", "ended")), strict=True))),
        _arrays(engine.run(ended, step="stays that ended")),
        _arrays(engine.run(moved.select("within_year", "died"), step="turnover")),
    )


def _at_end(seen: Snapshot) -> ir.Table:
    """Per person: bits of services, bits of those with hours, seconds at home and of day activity, and what she is."""
    services, help_code = seen.services, breakdowns()["PrivatHjelp"].code(seen.persons)
    bit = ibis.literal(1, type="int64") << services.service_type.cast("int64")
    kinds = services.mutate(bit=bit, with_hours=(services.seconds > 0).fill_null(False)).select(
        "pseudonym", "service_type", "bit", "with_hours", "seconds"
    )
    kinds = kinds.group_by(["pseudonym", "service_type", "bit"]).aggregate(
        with_hours=kinds.with_hours.any(), seconds=kinds.seconds.sum()
    )
    home = kinds.service_type.isin(HOME_SERVICES)
    given = kinds.group_by("pseudonym").aggregate(
        services=kinds.bit.sum().cast("int64"),
        with_hours=kinds.with_hours.ifelse(kinds.bit, 0).sum().cast("int64"),
        hours=home.ifelse(kinds.seconds, 0).sum().coalesce(0) / SECONDS_PER_HOUR,
        day_hours=(kinds.service_type == 4).ifelse(kinds.seconds, 0).sum().coalesce(0) / SECONDS_PER_HOUR,
    )
    rows = seen.persons.mutate(help=help_code)
    known = rows.group_by("pseudonym").aggregate(
        **{c: rows[c].max() for c in ("age", "sex", "need", "help", "municipality")},
        # Of two places the one that comes first in the order of the report: its name, as it happens, is the later letter.
        place=rows.place.max(),
        alone=(rows.household == 1).any(),
        plan=(rows.individual_plan == 1).any(),
        doctor=rows.doctor.any(),
        dental=rows.dental.any(),
    )
    return given.join(known, "pseudonym").drop("pseudonym")


def _during(engine: Engine, tables: Tables, settings: Settings) -> ir.Table:
    """Per person: bits of services in the year, exclusive group and answers on 31 December, age, sex and need."""
    wanted = ("medication_review", "undernutrition")
    services = engine.materialise(service_facts(tables, settings), step="service facts")
    facts = person_facts(tables, settings, services, wanted)
    bit = ibis.literal(1, type="int64") << services.service_type.cast("int64")
    kinds = services.select("pseudonym", bit=bit).distinct()
    had = kinds.group_by("pseudonym").aggregate(services=kinds.bit.sum().cast("int64"))
    known = facts.group_by("pseudonym").aggregate(
        **{c: facts[c].max() for c in ("age", "sex", "need", "municipality")},
        group=facts.exclusive_group.min(),
        **{c: facts[c].min() for c in wanted},
    )
    person = tables["person"]
    last = last_day(person.data_year)
    stated = person.group_by("pseudonym").aggregate(
        clock=person.round_the_clock.fill_null(False).any(),
        waits=day_number(person.waiting_list_date).between(last - 364, last).fill_null(False).any(),
    )
    return had.join(known, "pseudonym").left_join(stated, "pseudonym").drop("pseudonym", "pseudonym_right")


def _arrays(table: pa.Table) -> Arrays:
    """Columns as arrays; texts without nulls, numbers that are not known as -1."""
    found = {}
    for name in table.column_names:
        column = table[name]
        text = pa.types.is_string(column.type) or pa.types.is_large_string(column.type)
        empty = "" if text else False if pa.types.is_boolean(column.type) else -1
        found[name] = np.array(column.fill_null(empty).to_pylist()) if text else column.fill_null(empty).to_numpy()
    return found
