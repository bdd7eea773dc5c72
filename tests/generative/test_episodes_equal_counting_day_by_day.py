"""The interval algebra against a twin that writes down every date, on thousands of random histories."""

from random import Random

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from omsorgstall.measures import Settings, service_facts
from tests.builders.histories import histories
from tests.register_rows import register_tables
from tests.twins import episodes

KEYS = ("data_year", "municipality", "pseudonym", "service_type")
QUANTITIES = ("at_year_end", "weekly_hours", "hours", "hours_raw", "days", "days_raw")


def facts_by_key(table):
    rows = table.to_pylist()
    found = {tuple(r[k] for k in KEYS): {q: r[q] for q in QUANTITIES} for r in rows}
    assert len(found) == len(rows), "a service of a person stands in one row"
    return found


def twin_facts(rows):
    complete = register_tables(**rows)
    slow = episodes.service_facts({name: table.to_pylist() for name, table in complete.items()})
    return {key: {q: _number(facts[q]) for q in QUANTITIES} for key, facts in slow.items()}


def _number(value):
    return value if value is None or isinstance(value, bool) else pytest.approx(float(value), rel=1e-12)


def engine_facts(engine, rows):
    tables = engine.from_arrow(register_tables(**rows))
    return facts_by_key(engine.run(service_facts(tables, Settings()), "facts"))


@pytest.fixture(scope="module")
def prepared(duckdb_engine):
    """The facts compiled once for many small histories."""
    schemas = {name: table.schema for name, table in register_tables().items()}
    ready = duckdb_engine.prepare({"facts": lambda tables: service_facts(tables, Settings())}, schemas)
    return lambda tables: ready(tables)["facts"]


@settings(max_examples=10)
@given(random=st.randoms(use_true_random=False))
def test_a_few_people_have_the_days_and_hours_that_counting_gives(prepared, random):
    rows = histories(random, 3)
    assert facts_by_key(prepared(register_tables(**rows))) == twin_facts(rows)


@pytest.mark.parametrize("seed", range(3))
def test_thousands_of_people_have_the_days_and_hours_that_counting_gives(prepared, seed):
    rows = histories(Random(seed), 2000)
    found, expected = facts_by_key(prepared(register_tables(**rows))), twin_facts(rows)
    wrong = [key for key in expected.keys() | found.keys() if found.get(key) != expected.get(key)]
    assert not wrong, f"{len(wrong)} of {len(expected)} differ, first {min(wrong)}"


def test_every_engine_counts_as_the_twin_does(engine):
    rows = histories(Random(99), 150)
    assert engine_facts(engine, rows) == twin_facts(rows)


@pytest.mark.parametrize("seed", range(3))
def test_the_order_of_rows_does_not_matter(prepared, seed):
    rows = histories(Random(seed), 300)
    shuffled = {name: Random(seed + 1).sample(found, len(found)) for name, found in rows.items()}
    assert facts_by_key(prepared(register_tables(**shuffled))) == facts_by_key(prepared(register_tables(**rows)))


def test_it_does_not_matter_how_rows_are_split_into_files(prepared):
    rows = register_tables(**histories(Random(5), 300))
    pieces = {name: [table.slice(n, 37) for n in range(0, len(table), 37)] for name, table in rows.items()}
    random = Random(6)
    split = {name: pa.concat_tables(random.sample(p, len(p)) or [rows[name]]) for name, p in pieces.items()}
    assert facts_by_key(prepared(split)) == facts_by_key(prepared(rows))


def test_steps_that_are_kept_change_nothing(duckdb_engine, prepared):
    rows = register_tables(**histories(Random(8), 300))
    kept = service_facts(duckdb_engine.from_arrow(rows), Settings(), duckdb_engine.materialise)
    assert facts_by_key(duckdb_engine.run(kept, "facts")) == facts_by_key(prepared(rows))


MARKS = (*KEYS, "leaf_region", "age_band", "sex", "during_year", "at_year_end")


@pytest.mark.parametrize("columns", [MARKS, (*KEYS, "need"), (*KEYS, "days", "age")], ids=["marks", "need", "days"])
def test_facts_of_some_columns_are_those_of_all_columns(duckdb_engine, columns):
    engine = duckdb_engine
    tables = engine.from_arrow(register_tables(**histories(Random(9), 150)))
    some = engine.run(service_facts(tables, Settings(), columns=columns), "some")
    every = engine.run(service_facts(tables, Settings()), "all").select(columns)
    order = [(key, "ascending") for key in KEYS]
    assert some.sort_by(order).equals(every.sort_by(order))
