"""The need level against a twin with exact fractions, and what every profile must hold (reference 5.3)."""

from dataclasses import replace
from datetime import date
from random import Random

import pyarrow as pa
import pytest

from omsorgstall.measures import Settings, need_profiles
from omsorgstall.measures.need import need_levels, with_need
from omsorgstall.register.person_tables import ASSESSMENT
from tests.register_rows import register_tables
from tests.twins.need import need_level

SCORES = [f"f{n:02d}" for n in range(1, 16)]
OUTSIDE = ["f16", "s01", "s02"]
DAY_ZERO = date(1970, 1, 1)
PROFILES = sorted(need_profiles())


def levels(engine, rows, profile):
    """The level of each row, in order."""
    named = [{"data_year": 2021, "municipality": "4204", "pseudonym": str(n), **row} for n, row in enumerate(rows)]
    table = engine.from_arrow({"a": pa.Table.from_pylist(named, schema=ASSESSMENT.arrow())})["a"].mutate(assessed=0)
    found = engine.run(with_need(table, profile), "need").to_pylist()
    by_row = {row["pseudonym"]: row["need"] for row in found}
    return [by_row[str(n)] for n in range(len(rows))]


def assessments(seed, number, values):
    random = Random(seed)
    return [{c: random.choice(values) for c in SCORES + OUTSIDE} for _ in range(number)]


MANY = [
    *assessments(1, 800, [1, 2, 3, 4, 5]),
    *assessments(2, 800, [1, 2, 3, 9, None]),
    *assessments(3, 800, [2, 3, 4, 9, 9]),
    *assessments(4, 400, [1, 2, 3, 0, 6, 7, None, 4]),
    *assessments(5, 400, [1, 9]),
    *assessments(6, 800, [1, 1, 2, 2, 3]),
]


@pytest.mark.parametrize("policy", ["hybrid", "exclude", "as_one"])
@pytest.mark.parametrize("profile", PROFILES)
def test_every_profile_gives_the_level_that_reckoning_gives(duckdb_engine, profile, policy):
    found = levels(duckdb_engine, MANY, replace(need_profiles()[profile], not_relevant=policy))
    assert found == [need_level(row, profile, policy) for row in MANY]


def test_every_engine_gives_the_level_that_reckoning_gives(engine):
    found = levels(engine, MANY[::20], Settings().need_profile)
    assert found == [need_level(row, "sm2010-approx-rule", "hybrid") for row in MANY[::20]]


@pytest.mark.parametrize("profile", PROFILES)
class TestEveryProfile:
    def test_all_ones_are_low_all_fives_extensive_and_nothing_is_not_stated(self, duckdb_engine, profile):
        rows = [dict.fromkeys(SCORES, value) for value in (1, 5, None)]
        assert levels(duckdb_engine, rows, need_profiles()[profile]) == ["1", "3", "9"]

    def test_a_higher_score_never_lowers_the_level(self, duckdb_engine, profile):
        random, lower = Random(7), [row for row in MANY if need_level(row, profile, "hybrid") != "9"]
        pairs = [(row, row | {c: row[c] + 1}) for row in lower if (row[c := random.choice(SCORES)] or 9) < 5]
        before = levels(duckdb_engine, [low for low, _ in pairs], need_profiles()[profile])
        after = levels(duckdb_engine, [high for _, high in pairs], need_profiles()[profile])
        assert len(pairs) > 500
        assert [n for n, (b, a) in enumerate(zip(before, after, strict=True)) if a < b] == []

    def test_economy_and_senses_never_change_the_level(self, duckdb_engine, profile):
        changed = [row | dict.fromkeys(OUTSIDE, 5) for row in MANY]
        profile = need_profiles()[profile]
        assert levels(duckdb_engine, changed, profile) == levels(duckdb_engine, MANY, profile)

    def test_it_says_that_it_is_an_approximation(self, duckdb_engine, profile):
        settings = replace(Settings(), need_profile=need_profiles()[profile])
        tables = register_tables(assessment=[{"assessment_date": None}, _assessed("2021-05-01", 3)])
        [row] = duckdb_engine.run(need_levels(duckdb_engine.from_arrow(tables), settings), "need").to_pylist()
        assert (row["need_profile"], row["approximation"]) == (profile, True)


def _assessed(day, score):
    return {"assessment_date": date.fromisoformat(day)} | dict.fromkeys(SCORES, score)


def test_of_two_assessments_on_the_same_date_the_higher_level_holds(duckdb_engine):
    rows = [_assessed("2021-05-01", 1), _assessed("2021-05-01", 5), _assessed("2021-05-01", None), _assessed("2021-04-01", 3)]
    for order in (rows, rows[::-1]):
        tables = duckdb_engine.from_arrow(register_tables(assessment=order))
        [row] = duckdb_engine.run(need_levels(tables, Settings()), "need").to_pylist()
        assert (row["need"], row["assessed"]) == ("3", (_assessed("2021-05-01", 1)["assessment_date"] - DAY_ZERO).days)
