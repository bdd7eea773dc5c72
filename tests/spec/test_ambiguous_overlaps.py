"""How many records leave open whether they replace or add: a figure of quality beside the hours."""

from datetime import date

from omsorgstall.measures import Settings, ambiguous_overlaps
from tests.engines import rows_of
from tests.register_rows import register_tables


def record(start, end, **more):
    return {"service_type": 15, "start_date": date(2021, 6, start), "end_date": date(2021, 6, end), "weekly_hours": 7.0} | more


def counted(engine, *records):
    [row] = rows_of(engine, ambiguous_overlaps(engine.from_arrow(register_tables(service=records)), Settings()))
    return row["records"], row["ambiguous"]


def test_a_later_record_that_overlaps_and_says_nothing_is_ambiguous(engine):
    assert counted(engine, record(1, 20), record(10, 30)) == (2, 1)


def test_a_later_record_that_says_replace_or_add_is_not(duckdb_engine):
    assert counted(duckdb_engine, record(1, 20), record(10, 30, added=False), record(12, 30, added=True)) == (3, 0)


def test_records_after_each_other_or_of_different_units_are_not(duckdb_engine):
    other = record(5, 15, organisation_number="974000001")
    assert counted(duckdb_engine, record(1, 9), record(10, 30), other) == (3, 0)


def test_a_long_record_far_back_is_seen_behind_a_short_one(duckdb_engine):
    assert counted(duckdb_engine, record(1, 30), record(2, 3), record(10, 12)) == (3, 2)


def test_a_record_without_hours_is_not_counted(duckdb_engine):
    assert counted(duckdb_engine, record(1, 20), record(5, 9, weekly_hours=None)) == (1, 0)
