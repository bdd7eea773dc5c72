"""The populations of the sum reports against a twin that writes down every date, over three data years."""

from datetime import date
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from omsorgstall.measures import Settings, populations, service_facts
from omsorgstall.measures.days import EPOCH
from omsorgstall.measures.period import Period
from omsorgstall.measures.survival import life_table
from tests.builders.several_years import several_years
from tests.register_rows import register_tables
from tests.twins import populations as slow

DAYS = ("day", "first", "last", "since", "start_assessed", "end_assessed", "first_day")
OVER_TWO_NEW_YEARS = Period(date(2019, 12, 15), date(2021, 2, 28))
ON_A_DATE = ("long_term_residents", "high_effort_users", "care_stairs", "round_the_clock_answers")
PERIODS = [name for name in populations.__all__ if name not in ON_A_DATE]
THE_YEAR = Period(date(2020, 1, 1), date(2020, 12, 31))
MANY = 5
"""So many rows at least, that equality says something."""
CASES = [*((name, OVER_TWO_NEW_YEARS) for name in PERIODS), *((name, date(2021, 1, 1)) for name in ON_A_DATE)]


def same_rows(found, expected):
    """Whether both have the same rows; the order does not matter."""
    dated = [{k: _as_date(v) if k in DAYS else v for k, v in row.items() if k != "lacks"} for row in found]
    assert sorted(dated, key=_order) == sorted(expected, key=_order)


def _order(row):
    return [str(row[k]) for k in sorted(row)]


def _as_date(number):
    return None if number is None else date.fromordinal(number + EPOCH)


def by_twin(name, rows, when):
    complete = {table: found.to_pylist() for table, found in register_tables(**rows).items()}
    return getattr(slow, name)(complete, *((when.first, when.last) if isinstance(when, Period) else (when,)))


@pytest.fixture(scope="module")
def prepared(duckdb_engine):
    """Every population compiled once for many small histories."""
    schemas = {name: table.schema for name, table in register_tables().items()}
    return duckdb_engine.prepare({name: _builder(name, when) for name, when in CASES}, schemas)


def _builder(name, when):
    return lambda tables: getattr(populations, name)(tables, Settings(), when)


@settings(max_examples=8)
@given(random=st.randoms(use_true_random=False))
def test_a_few_people_are_counted_as_the_twin_counts_them(prepared, random):
    rows = several_years(random, 3)
    found = prepared(register_tables(**rows))
    for name, when in CASES:
        same_rows(found[name].to_pylist(), by_twin(name, rows, when))


def test_hundreds_of_people_are_counted_as_the_twin_counts_them(prepared):
    rows = several_years(Random(1), 150)
    found = prepared(register_tables(**rows))
    for name, when in CASES:
        expected = by_twin(name, rows, when)
        assert len(expected) >= MANY
        same_rows(found[name].to_pylist(), expected)


@pytest.mark.parametrize(("name", "when"), CASES)
def test_every_engine_counts_as_the_twin_does(engine, name, when):
    rows = several_years(Random(1), 150)
    tables = engine.from_arrow(register_tables(**rows))
    found = getattr(populations, name)(tables, Settings(), when, engine.materialise)
    same_rows(engine.run(found, name).to_pylist(), by_twin(name, rows, when))


def test_a_life_table_is_what_asking_of_every_day_gives(engine):
    rows = several_years(Random(3), 160)
    tables = engine.from_arrow(register_tables(**rows))
    durations = populations.long_term_durations(tables, Settings(), OVER_TWO_NEW_YEARS, engine.materialise)
    found = engine.run(life_table(durations), "life table").to_pylist()
    expected = slow.life_table(by_twin("long_term_durations", rows, OVER_TWO_NEW_YEARS))
    assert len(expected) >= MANY
    assert sorted(tuple(row.values()) for row in found) == expected


def test_the_years_of_a_period_add_up_to_the_period(duckdb_engine):
    """Nights, decisions and starts of two years are those of one period over both."""
    tables = duckdb_engine.from_arrow(register_tables(**several_years(Random(4), 60)))
    both = Period(date(2020, 1, 1), date(2021, 12, 31))
    for name in ("decisions_made", "long_term_starts"):
        halves = [_builder(name, Period(date(y, 1, 1), date(y, 12, 31)))(tables) for y in both.years]
        whole = duckdb_engine.run(_builder(name, both)(tables), name).to_pylist()
        one_by_one = [row for half in halves for row in duckdb_engine.run(half, name).to_pylist()]
        assert sorted(whole, key=_order) == sorted(one_by_one, key=_order)


def test_residents_and_bed_days_of_a_year_are_those_of_the_facts(duckdb_engine):
    tables = duckdb_engine.from_arrow(register_tables(**several_years(Random(5), 180)))
    facts = [f for f in duckdb_engine.run(service_facts(tables, Settings()), "facts").to_pylist() if f["data_year"] == 2020]
    there = {f["pseudonym"] for f in facts if f["service_type"] == 21 and f["at_year_end"]}
    residents = populations.long_term_residents(tables, Settings(), date(2020, 12, 31))
    assert {r["pseudonym"] for r in duckdb_engine.run(residents, "residents").to_pylist()} == there
    nights = {(f["pseudonym"], f["service_type"]): f["days_raw"] for f in facts if f["service_type"] in (18, 19, 20, 8)}
    stays = duckdb_engine.run(populations.short_stays(tables, Settings(), THE_YEAR), "stays").to_pylist()
    found = dict.fromkeys(nights, 0)
    for stay in stays:
        found[stay["pseudonym"], stay["service_type"]] += stay["bed_days"]
    assert len(there) >= MANY
    assert len(stays) >= MANY
    assert found == nights
