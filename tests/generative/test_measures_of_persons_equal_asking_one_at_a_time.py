"""The measures of persons against a twin that asks one person at a time, on random people over two years, on every engine."""

from dataclasses import replace
from datetime import date
from functools import partial
from random import Random

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from omsorgstall.intake.dwelling_list import dwelling_schema
from omsorgstall.measures import Settings, person_facts, service_facts
from omsorgstall.measures.high_effort import high_effort
from omsorgstall.measures.indicators import indicator_counts, indicator_states, indicators
from omsorgstall.measures.round_the_clock import definitions, round_the_clock
from omsorgstall.measures.stair_steps import stair_steps
from omsorgstall.measures.target_groups import default_grouping, target_groups
from omsorgstall.measures.turnover import turnover
from tests.builders.described_people import described_people
from tests.register_rows import register_tables
from tests.twins import persons as twin

KEYS = ("data_year", "municipality", "pseudonym")
UNITS = pa.schema(
    [
        ("organisation_number", pa.string()),
        ("industry_code", pa.string()),
        ("active_from", pa.date32()),
        ("active_to", pa.date32()),
    ]
)
DEFAULTS, BY_SCORES = Settings(), replace(Settings(), need_from_scores=True)
LEAP_DAY, SUMMER = date(2020, 2, 29), date(2021, 6, 15)
NO_TIES = replace(default_grouping(), on_tie="unclassified")


def arrow(rows):
    own = {name: found for name, found in rows.items() if name not in ("dwelling", "unit")}
    listed = {
        "dwelling": pa.Table.from_pylist(rows["dwelling"], dwelling_schema()),
        "unit": pa.Table.from_pylist(rows["unit"], UNITS),
    }
    return register_tables(**own) | listed


def without(tables, name):
    return {n: t for n, t in tables.items() if n != name}


def _measured(measure, day, tables):
    return measure(tables, DEFAULTS, day)


def measures():
    """Each measure with the twin that gives the same, by name."""
    found = {
        "turnover": (lambda t: turnover(t, DEFAULTS), twin.turnover),
        "clock by scores": (lambda t: round_the_clock(t, BY_SCORES), lambda r: twin.round_the_clock(r, scores=True)),
        "clock without file": (
            lambda t: round_the_clock(without(t, "dwelling"), DEFAULTS),
            lambda r: twin.round_the_clock(r | {"dwelling": []}),
        ),
        "groups without ties": (
            lambda t: target_groups(without(t, "unit"), DEFAULTS, grouping=NO_TIES),
            lambda r: twin.target_groups(r, on_tie="unclassified", with_units=False),
        ),
    }
    by_day = {
        "effort": (high_effort, twin.high_effort, SUMMER),
        "steps": (stair_steps, twin.stair_steps, LEAP_DAY),
        "indicators": (indicator_states, twin.indicators, LEAP_DAY),
        "groups": (target_groups, twin.target_groups, SUMMER),
        "clock": (round_the_clock, twin.round_the_clock, SUMMER),
    }
    for name, (measure, slow, another) in by_day.items():
        for day in (None, another):
            found[f"{name} {day}"] = (partial(_measured, measure, day), partial(slow, on=day))
    return found


MEASURES = measures()


def by_key(table, name):
    keys = (*KEYS, "stair_step") if name.startswith("steps") else KEYS
    rows = [{c: v for c, v in row.items() if not c.endswith("_lacks")} for row in table.to_pylist()]
    found = {tuple(row[k] for k in keys): {c: v for c, v in row.items() if c not in keys} for row in rows}
    assert len(found) == len(rows), "a person stands in one row"
    return found


def expected(rows, name):
    exact = MEASURES[name][1](rows)
    return {key: {c: _number(v) for c, v in row.items()} for key, row in exact.items()}


def _number(value):
    return value if value is None or isinstance(value, bool | str) else pytest.approx(float(value), rel=1e-12)


@pytest.fixture(scope="module")
def prepared(duckdb_engine):
    """Every measure compiled once."""
    tables = arrow(described_people(Random(0), 1))
    ready = duckdb_engine.prepare(
        {name: build for name, (build, _) in MEASURES.items()}, {n: t.schema for n, t in tables.items()}
    )
    return ready


def test_what_is_prepared_answers_by_its_own_rows_whatever_it_answered_before(duckdb_engine):
    given = [arrow(described_people(Random(seed), 3)) for seed in range(12)]
    schemas = {n: t.schema for n, t in given[0].items()}
    ready = duckdb_engine.prepare({"clock": MEASURES["clock by scores"][0]}, schemas)
    answers = [[by_key(ready(tables)["clock"], "clock") for tables in given] for _ in range(3)]
    assert answers[0] == answers[1] == answers[2]


@settings(max_examples=5)
@given(random=st.randoms(use_true_random=False))
def test_a_few_people_have_what_asking_each_gives(prepared, random):
    rows = described_people(random, 3)
    for name, table in prepared(arrow(rows)).items():
        assert by_key(table, name) == expected(rows, name), name


@pytest.mark.parametrize("name", MEASURES)
def test_hundreds_of_people_have_what_asking_each_gives(prepared, hundreds, name):
    rows, tables = hundreds
    found, wanted = by_key(prepared(tables, [name])[name], name), expected(rows, name)
    wrong = [key for key in wanted.keys() | found.keys() if found.get(key) != wanted.get(key)]
    assert len(wanted) > 100
    assert not wrong, f"{len(wrong)} of {len(wanted)} differ, first {min(wrong)}"


@pytest.fixture(scope="module")
def hundreds():
    rows = described_people(Random(7), 700)
    return rows, arrow(rows)


@pytest.mark.parametrize("name", ["turnover", "effort None", "steps None", "indicators 2020-02-29", "groups None", "clock None"])
def test_every_engine_gives_what_asking_each_gives(engine, name):
    rows = described_people(Random(99), 80)
    table = engine.run(MEASURES[name][0](engine.from_arrow(arrow(rows))), name)
    assert by_key(table, name) == expected(rows, name)


class TestWhatIsUnknown:
    def test_exactly_what_is_unknown_names_fields_that_the_definition_looks_at(self, prepared, hundreds):
        for row in prepared(hundreds[1], ["clock None"])["clock None"].to_pylist():
            for d in definitions().values():
                lacks = (row[f"{d.id}_lacks"] or "").split()
                assert (row[d.id] is None) == bool(lacks)
                assert set(lacks) <= set(d.fields)

    def test_without_a_dwelling_file_only_submitted_fields_settle_anything(self, prepared, hundreds):
        rows = prepared(hundreds[1], ["clock without file"])["clock without file"].to_pylist()
        settled = {d.id for d in definitions().values() for row in rows if row[d.id] is not None}
        assert settled == {"d1_law", "d2_housing_bank", "d3_kostra", "d4_projections", "d5_kpr", "d6_ministry", "d9_open_tool"}


class TestAgainstTheFactTables:
    def test_the_highest_step_is_the_step_of_the_person_facts(self, duckdb_engine, hundreds):
        tables = duckdb_engine.from_arrow(hundreds[1])
        steps = duckdb_engine.run(stair_steps(tables, DEFAULTS), "steps").to_pylist()
        facts = duckdb_engine.run(person_facts(tables, DEFAULTS), "facts").to_pylist()
        highest = {tuple(r[k] for k in KEYS): (r["stair_step"], r["stair_short"]) for r in steps if r["highest"]}
        assert highest == {tuple(r[k] for k in KEYS): (r["stair_step"], r["stair_short"]) for r in facts if r["stair_step"]}

    def test_hours_of_high_effort_are_the_hours_of_the_service_facts(self, duckdb_engine, hundreds):
        tables = duckdb_engine.from_arrow(hundreds[1])
        facts = duckdb_engine.run(service_facts(tables, DEFAULTS), "facts").to_pylist()
        sums = {}
        for row in facts:
            if row["weekly_hours"] is not None and row["service_type"] in DEFAULTS.high_effort_services:
                key = tuple(row[k] for k in KEYS)
                sums[key] = sums.get(key, 0) + row["weekly_hours"]
        found = duckdb_engine.run(high_effort(tables, DEFAULTS), "effort").to_pylist()
        hours = {tuple(r[k] for k in KEYS): r["weekly_hours"] for r in found if r["weekly_hours"] is not None}
        assert hours == {key: pytest.approx(value) for key, value in sums.items()}


def test_the_shares_of_groups_are_their_persons_counted(duckdb_engine):
    rows = described_people(Random(3), 120)
    states = indicator_states(duckdb_engine.from_arrow(arrow(rows)), DEFAULTS)
    found = duckdb_engine.run(indicator_counts(states, ["data_year", "municipality"]), "counts").to_pylist()
    people = twin.indicators(rows)
    groups = {key[:2] for key in people}
    assert len(found) == len(groups) * len(indicators())
    for row in found:
        mine = [p[row["indicator"]] for key, p in people.items() if key[:2] == (row["data_year"], row["municipality"])]
        assert row["numerator"] == mine.count("yes")
        assert row["denominator"] == mine.count("yes") + mine.count("no")
        assert row["missing"] == mine.count("missing")
