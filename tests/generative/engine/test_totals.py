"""Distinct persons over hierarchies equal counting person by person."""

from itertools import product

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

REGIONS = {"a": ["a", "north", "all"], "b": ["b", "north", "coast", "all"], "c": ["c", "coast", "all"]}
SERVICES = {1: ["01", "home", "any"], 2: ["02", "home", "any"], 15: ["15", "house", "any"]}
MANY_CODES = {n: [f"{n:02d}", f"group {n % 7}", "any"] for n in range(1, 90)}
ROW = st.tuples(st.sampled_from([2022, 2023]), st.integers(1, 6), st.sampled_from([*"abcx"]), st.sampled_from([1, 2, 15, 99]))
SCHEMA = pa.schema([("data_year", pa.int16()), ("pseudonym", pa.string()), ("region", pa.string()), ("service", pa.int16())])


def slowly(rows, regions, services):
    """One set of persons per cell."""
    cells = {}
    for year, person, region, service in rows:
        for r, s in product(regions.get(region, []), services.get(service, [])):
            cells.setdefault((year, r, s), set()).add(person)
    return {cell: len(persons) for cell, persons in cells.items()}


def quickly(engine, rows, regions, services, several):
    columns = list(zip(*rows, strict=True)) or [[]] * 4
    values = [columns[0], [f"p{n}" for n in columns[1]], columns[2], columns[3]]
    table = pa.table([pa.array(v, f.type) for v, f in zip(values, SCHEMA, strict=True)], schema=SCHEMA)
    facts = engine.from_arrow({"facts": table})["facts"]
    found = engine.run(engine.totals(facts, {"region": regions, "service": services}, several=several), "totals").to_pylist()
    return {(r["data_year"], r["region"], r["service"]): r["persons"] for r in found}


@settings(max_examples=25)
@given(rows=st.lists(ROW, max_size=30), several=st.sampled_from(["service", "region", None]))
def test_totals_equal_counting_each_person_in_each_cell(duckdb_engine, rows, several):
    assert quickly(duckdb_engine, rows, REGIONS, SERVICES, several) == slowly(rows, REGIONS, SERVICES)


def test_a_hierarchy_may_have_more_codes_than_a_number_has_bits(engine):
    rows = [(2023, n % 11, "abc"[n % 3], n) for n in range(1, 90)]
    assert quickly(engine, rows, REGIONS, MANY_CODES, "service") == slowly(rows, REGIONS, MANY_CODES)


@pytest.mark.parametrize("several", ["service", "region"])
def test_a_person_served_in_two_regions_counts_once_in_what_holds_both(engine, several):
    totals = quickly(engine, [(2023, 1, "a", 1), (2023, 1, "b", 2)], REGIONS, SERVICES, several)
    assert (totals[2023, "north", "any"], totals[2023, "a", "home"], totals[2023, "coast", "02"]) == (1, 1, 1)
    assert (2023, "a", "02") not in totals
