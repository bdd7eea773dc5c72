"""Sum reports where there is little or something odd to count: one user, all alike, no scores, no end, great age, a leap day."""

from datetime import date

import pytest

from omsorgstall.measures import Settings
from omsorgstall.measures.period import Period
from omsorgstall.publish.sum_reports.layout import grids
from omsorgstall.statistics.sum_reports import Request, asked, counted_together, tables_of_owners
from tests.register_rows import YEAR, register_tables

OWNER, LAST = "4204", date(YEAR, 12, 31)
HOME_HEALTH = {"service_id": "1", "service_type": 15, "start_date": date(YEAR, 3, 1), "weekly_hours": 2.0}
SCORES = [f"f{n:02d}" for n in range(1, 17)] + ["s01", "s02"]


def report(engine, number, given, on=LAST, period=None, **more):
    tables = {n: t for n, t in engine.from_arrow(register_tables(**given)).items() if n != "event"}
    wanted = asked(Request(number, (on,), (period or Period(date(on.year, 1, 1), date(on.year, 12, 31)),), **more))
    counted = dict(counted_together(engine, tables, Settings(), [wanted]))
    lineage = {"vintage": "v", "code_version": "1", "again": "omsorgstall report"}
    return tables_of_owners(wanted, [counted[0, at] for at in wanted.times], [OWNER], lineage, Settings())[OWNER]


def counts(table, figure):
    """The rows with somebody in them, by label: the last column of a figure."""
    found = {}
    for grid in grids(table, "nb"):
        places = [n for n, column in enumerate(grid.columns) if column.content.id == figure]
        found |= {line.label: line.values[places[-1]] for line in grid.lines if places}
    return {label: value for label, value in found.items() if value}


def scored(score, **more):
    return {"assessment_date": date(YEAR, 3, 1)} | dict.fromkeys(SCORES, score) | more


def test_one_user_is_the_whole_table_and_the_sentence_is_in_the_singular(duckdb_engine):
    table = report(duckdb_engine, "S01", {"service": [HOME_HEALTH], "assessment": [scored(4)]})
    assert counts(table, "Mottakere") == {"Kun helsetjenester i hjemmet": 1, "I alt": 1}
    assert table.reading.nb == "1 person fikk tjenester 31. desember 2021."
    assert table.reading.nn == "1 person fekk tenester 31. desember 2021."
    assert table.reading.en == "1 person received services on 31 December 2021."


def test_where_all_users_stand_in_one_cell_it_equals_every_total(duckdb_engine):
    people = [HOME_HEALTH | {"pseudonym": f"P{n}"} for n in range(7)]
    table = report(
        duckdb_engine, "S01", {"service": people, "assessment": [scored(5) | {"pseudonym": f"P{n}"} for n in range(7)]}
    )
    grid = next(g for g in grids(table, "nb"))
    filled = {line.label: [v for v in line.values if v] for line in grid.lines if any(line.values)}
    assert filled == {"Kun helsetjenester i hjemmet": [7, 7], "I alt": [7, 7]}


def test_a_user_without_scores_has_no_stated_need_and_is_counted_all_the_same(duckdb_engine):
    table = report(duckdb_engine, "S01", {"service": [HOME_HEALTH]}, rows="Behov", columns="Ingen")
    assert counts(table, "Mottakere") == {"Uoppgitt": 1, "I alt": 1}


@pytest.mark.parametrize(("last", "expected"), [(None, 1), (date(YEAR, 12, 31), 1), (date(YEAR, 12, 30), 0)])
def test_a_service_without_an_end_goes_on_and_one_that_ended_the_day_before_does_not(duckdb_engine, last, expected):
    table = report(duckdb_engine, "S02", {"service": [HOME_HEALTH | {"end_date": last}]})
    assert counts(table, "Tjenester").get("I alt", 0) == expected


def test_a_user_of_110_years_stands_in_the_oldest_band(duckdb_engine):
    person = {"birth_date": date(YEAR - 110, 6, 1), "birth_year": YEAR - 110}
    table = report(duckdb_engine, "S03", {"service": [HOME_HEALTH], "person": [person]})
    assert counts(table, "Mottakere") == {"90 år eller eldre": 1, "I alt": 1}


def test_who_is_born_on_a_leap_day_is_a_year_older_on_the_first_of_march(duckdb_engine):
    rows = {"service": [HOME_HEALTH | {"start_date": date(YEAR - 1, 1, 1)}], "person": [{"birth_date": date(1954 - 2, 2, 29)}]}
    bands = [
        counts(report(duckdb_engine, "S03", rows, date(YEAR, *day), age_breaks=(69,)), "Mottakere") for day in ((2, 28), (3, 1))
    ]
    assert [set(b) - {"I alt"} for b in bands] == [{"0–68 år"}, {"69 år eller eldre"}]


def test_29_february_is_a_date_that_can_be_asked_for(duckdb_engine):
    there = HOME_HEALTH | {"data_year": 2020, "start_date": date(2020, 2, 29), "end_date": date(2020, 2, 29)}
    on_that_day = [
        counts(report(duckdb_engine, "S02", {"service": [there]}, date(2020, *d)), "Tjenester")
        for d in ((2, 28), (2, 29), (3, 1))
    ]
    assert [found.get("I alt", 0) for found in on_that_day] == [0, 1, 0]


def test_a_user_reported_by_a_municipality_that_was_merged_is_counted_in_the_new_one(duckdb_engine):
    people = [
        HOME_HEALTH | {"pseudonym": "A", "reported_municipality": "1001"},
        HOME_HEALTH | {"pseudonym": "B", "reported_municipality": "1018"},
        HOME_HEALTH | {"pseudonym": "C"},
    ]
    assert counts(report(duckdb_engine, "S01", {"service": people}), "Mottakere")["I alt"] == 3
