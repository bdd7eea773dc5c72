"""Shares of valid, unknown, missing and invalid values: small tables in, counts out."""

import pytest

from omsorgstall.engine import Engine
from omsorgstall.quality.shares import shares
from tests.register_rows import YEAR, register_tables
from tests.spec.quality.drawn import ALARM, HERE, NEAR, found, service


def told(engine: Engine, findings, variable, **rows):
    """``(records, valid, unknown, missing, invalid)`` of a variable by municipality."""
    tables = engine.from_arrow(register_tables(**rows))
    return {
        s.municipality: (s.records, s.valid, s.unknown, s.missing, s.invalid)
        for s in shares(engine, tables, findings, [YEAR])
        if s.variable == variable
    }


def scores(*values):
    return [{"pseudonym": f"P{n}", "line": n, "f01": value} for n, value in enumerate(values, start=1)]


def test_a_score_of_nine_is_unknown_and_an_empty_one_missing(engine):
    assert told(engine, found(), "f01", assessment=scores(3, 9, None, 1)) == {HERE: (4, 2, 1, 1, 0)}


def test_a_value_that_intake_left_out_is_invalid_and_no_longer_missing(engine):
    findings = found({"rule_id": "C05", "table": "assessment", "field": "f01", "line": 2})
    assert told(engine, findings, "f01", assessment=scores(3, None, None)) == {HERE: (3, 1, 0, 1, 1)}
    assert told(engine, findings, "f02", assessment=scores(3, None, None)) == {HERE: (3, 0, 0, 3, 0)}


def test_findings_on_rows_that_were_left_out_whole_are_no_values_of_those_that_were_not(engine):
    findings = found(*({"rule_id": "C05", "table": "assessment", "field": "f01", "line": n} for n in (7, 8, 9)))
    assert told(engine, findings, "f01", assessment=scores(3, None)) == {HERE: (2, 1, 0, 0, 1)}


def test_minutes_that_cannot_be_are_an_invalid_value_of_the_hours(engine):
    findings = found({"rule_id": "C18", "table": "service", "field": "weekly_minutes", "record": "t2", "line": 2})
    rows = [service(1), service(2, weekly_hours=None), service(3, weekly_hours=None)]
    assert told(engine, findings, "weekly_hours", service=rows) == {HERE: (3, 1, 0, 1, 1)}


@pytest.mark.parametrize(
    ("columns", "records"),
    [({}, 1), ({"outcome": 2}, 0), ({"service_type": 21}, 0), ({"outcome": None}, 1), ({"outcome": 3}, 1)],
    ids=["granted", "refused", "a stay", "outcome not given", "granted in part"],
)
def test_hours_are_told_of_granted_services_in_hours_only(engine, columns, records):
    assert told(engine, found(), "weekly_hours", service=[service(1, **columns)]).get(HERE, (0,))[0] == records


def test_an_organisation_number_that_was_optional_is_neither_missing_nor_valid(engine):
    rows = [service(1), service(2, service_type=ALARM), service(3, organisation_number="974760673")]
    assert told(engine, found(), "organisation_number", service=rows) == {HERE: (2, 1, 0, 1, 0)}


def test_a_kept_value_that_a_rule_found_is_invalid_where_it_should_be(engine):
    """The finding on the optional number of line 2 does not touch those that are mandatory."""
    rows = [service(n, organisation_number="974760670") for n in (1, 3)] + [
        service(2, service_type=ALARM, organisation_number="1" * 9)
    ]
    marked = [
        {"rule_id": "C47", "table": "service", "field": "organisation_number", "record": f"t{n}", "line": n} for n in (1, 2)
    ]
    assert told(engine, found(*marked), "organisation_number", service=rows) == {HERE: (2, 1, 0, 0, 1)}


def test_a_household_that_is_no_code_is_invalid_and_an_empty_one_missing(engine):
    rows = [{"pseudonym": f"P{n}", "household": value} for n, value in enumerate((1, 3, 7, None))]
    assert told(engine, found(), "household", person=rows) == {HERE: (4, 2, 0, 1, 1)}


def test_each_municipality_and_year_is_told_apart(engine):
    near = {"municipality": NEAR, "reported_municipality": NEAR}
    rows = [
        {"pseudonym": "A", "sex": 1},
        {"pseudonym": "B", "sex": 9, **near},
        {"pseudonym": "A", "sex": 1, "data_year": YEAR - 1},
    ]
    assert told(engine, found(), "sex", person=rows) == {HERE: (1, 1, 0, 0, 0), NEAR: (1, 0, 1, 0, 0)}


def test_a_field_that_was_not_in_use_is_not_told(engine):
    tables = engine.from_arrow(register_tables(nutrition=[{"data_year": 2014, "low_bmi": 1}]))
    assert {
        s.variable for s in shares(engine, tables, found(year=2014), [2014]) if s.year == 2014 and s.variable == "low_bmi"
    } == set()
