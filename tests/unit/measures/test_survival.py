"""The estimate of how long stays last, against scipy's where nothing is cut off at the left, and by hand where it is."""

import numpy as np
import pyarrow as pa
import pytest
from scipy.stats import CensoredData, ecdf

from omsorgstall.measures.survival import lasting, life_table, median_days

DURATIONS = pa.schema([("entered", pa.int64()), ("left", pa.int64()), ("ended", pa.bool_())])


def estimated(engine, rows):
    named = [dict(zip(DURATIONS.names, row, strict=True)) for row in rows]
    table = engine.from_arrow({"durations": pa.Table.from_pylist(named, schema=DURATIONS)})["durations"]
    return lasting(tuple(row.values()) for row in engine.run(life_table(table), "life table").to_pylist())


def test_where_everyone_is_seen_from_the_start_it_is_that_of_scipy(duckdb_engine):
    random = np.random.default_rng(5)
    lengths, ended = random.integers(0, 60, 300), random.random(300) < 0.6
    found = estimated(duckdb_engine, [(0, int(n), bool(e)) for n, e in zip(lengths, ended, strict=True)])
    theirs = ecdf(CensoredData(uncensored=lengths[ended], right=lengths[~ended])).sf
    assert [step.share for step in found] == pytest.approx(list(theirs.evaluate([step.days for step in found])))


def test_a_stay_that_still_runs_is_not_taken_as_left(duckdb_engine):
    """Four stays: one of 2 days, one of 5, and two that still run after 3 and 9 days."""
    found = estimated(duckdb_engine, [(0, 2, True), (0, 5, True), (0, 3, False), (0, 9, False)])
    assert [(s.days, s.at_risk, s.ended, s.share) for s in found] == [(2, 4, 1, 0.75), (5, 2, 1, 0.375)]
    assert median_days(found) == 5


def test_who_moved_in_before_we_watched_says_nothing_of_early_days(duckdb_engine):
    """Of those watched from the start one of two leaves on day 2; two more come on day 4 and one of three leaves on 6."""
    found = estimated(duckdb_engine, [(0, 2, True), (0, 8, False), (4, 6, True), (4, 7, False)])
    assert [(s.days, s.at_risk, s.share) for s in found] == [(2, 2, 0.5), (6, 3, pytest.approx(1 / 3))]


def test_there_is_no_median_while_most_are_left_and_none_without_stays(duckdb_engine):
    assert median_days(estimated(duckdb_engine, [(0, 2, True), (0, 8, False), (0, 9, False)])) is None
    assert estimated(duckdb_engine, []) == []
