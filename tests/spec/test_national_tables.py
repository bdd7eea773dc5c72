"""The further national tables on small examples drawn by hand: who counts where."""

import math

import pytest

from omsorgstall.core import Text
from omsorgstall.statistics import explain, table_definitions
from omsorgstall.statistics.caveats import shared_notes
from omsorgstall.statistics.changes import MethodChange, method_changes
from omsorgstall.statistics.coverage import Coverage
from omsorgstall.statistics.definition import read_definition
from omsorgstall.statistics.figures import table_model
from tests.spec.test_tables_from_facts import KRISTIANSAND, LILLESAND, cell, draft, table

COUNTY = "EKA42"
FURTHER = ("04469", "06967", "06969", "06972", "06975", "12003", "12656", "12752", "OT002", "OT003")


def made(engine, table_id, services, persons):
    return table(draft(engine, services, persons, definitions=[table_definitions()[table_id]]), table_id)


def row(drawn, content, *codes):
    """The cells along the last dimension but time; ``codes`` are those of the dimensions before it."""
    last = drawn.model.dimensions[-2]
    return {
        code: cell(drawn, content, *codes, code, "2021") for code in last.codes() if cell(drawn, content, *codes, code, "2021")
    }


def test_06969_each_user_stands_in_one_group_and_one_age(duckdb_engine):
    persons = [
        {"pseudonym": "a", "exclusive_group": "LONG_TERM", "age_band": "090+"},
        {"pseudonym": "b", "exclusive_group": "PRACTICAL_ONLY", "age_band": "067-079"},
        {"pseudonym": "c", "exclusive_group": "PRACTICAL_ONLY", "age_band": "067-079", "municipality": LILLESAND},
    ]
    drawn = made(duckdb_engine, "06969", with_service(persons, 1), persons)
    assert row(drawn, "Mottakere", KRISTIANSAND, "067-079") == {"00": 1, "PRACTICAL_ONLY": 1}
    assert row(drawn, "Mottakere", COUNTY, "067-079") == {"00": 2, "PRACTICAL_ONLY": 2}
    assert row(drawn, "Mottakere", COUNTY, "999") == {"00": 3, "LONG_TERM": 1, "PRACTICAL_ONLY": 2}


def with_service(persons, service_type):
    """One service for each person row."""
    kept = ("pseudonym", "municipality", "age_band", "need")
    return [{"service_type": service_type, **{k: v for k, v in p.items() if k in kept}} for p in persons]


def test_06972_home_services_are_the_three_groups_of_practical_help_and_home_health(duckdb_engine):
    groups = ("PRACTICAL_ONLY", "HEALTH_ONLY", "PRACTICAL_AND_HEALTH", "LONG_TERM", "TIME_LIMITED", "OTHER")
    persons = [{"pseudonym": g, "exclusive_group": g, "need": "3" if g == "HEALTH_ONLY" else "1"} for g in groups]
    drawn = made(duckdb_engine, "06972", with_service(persons, 1), persons)
    assert row(drawn, "Mottakere", KRISTIANSAND, "999") == {"0": 3, "1": 2, "3": 1}
    assert row(drawn, "Mottakere", KRISTIANSAND, "080-089") == {"0": 3, "1": 2, "3": 1}
    assert row(drawn, "Mottakere", KRISTIANSAND, "067-079") == {}


@pytest.mark.parametrize(("table_id", "total"), [("06975", "999"), ("06967", "0")])
def test_mean_hours_by_household_are_all_hours_over_all_persons_with_hours(duckdb_engine, table_id, total):
    persons = [
        {"pseudonym": "a", "home_hours": 10.0, "household": 1},
        {"pseudonym": "b", "home_hours": 2.0, "household": 1, "municipality": LILLESAND},
        {"pseudonym": "c", "home_hours": 3.0, "household": 2},
        {"pseudonym": "d", "home_hours": None, "household": 2},
        {"pseudonym": "e", "home_hours": 1.0, "household": 9},
    ]
    drawn = made(duckdb_engine, table_id, with_service(persons, 15), persons)
    assert row(drawn, "Brukere", COUNTY, total) == {"0": 4, "1": 2, "2": 1, "9": 1}
    means = {code: cell(drawn, "TimerPerUke", COUNTY, total, code, "2021") for code in ("0", "1", "2", "9")}
    assert means == {"0": 4.0, "1": 6.0, "2": 3.0, "9": 1.0}
    assert math.isnan(cell(drawn, "TimerPerUke", COUNTY, total, "3", "2021"))
    assert KRISTIANSAND not in drawn.model.dimension("Region").codes()


def test_of_two_households_stated_by_two_municipalities_the_first_of_the_list_holds(duckdb_engine):
    persons = [
        {"pseudonym": "a", "home_hours": 4.0, "household": 9},
        {"pseudonym": "a", "home_hours": 2.0, "household": 2, "municipality": LILLESAND},
    ]
    drawn = made(duckdb_engine, "06975", with_service(persons, 15), persons)
    assert row(drawn, "Brukere", COUNTY, "999") == {"0": 1, "2": 1}
    assert cell(drawn, "TimerPerUke", COUNTY, "999", "2", "2021") == 6.0


def test_12656_counts_each_person_once_in_each_service_that_started(duckdb_engine):
    waits = [("a", 15, "0-15"), ("b", 15, "negative"), ("c", 15, "31+"), ("a", 21, "16-30"), ("d", 15, None), ("e", 15, "9")]
    services = [{"pseudonym": p, "service_type": s, "waiting": w} for p, s, w in waits]
    drawn = made(duckdb_engine, "12656", services, [{"pseudonym": p} for p in "abcde"])
    assert row(drawn, "Brukere", KRISTIANSAND, "15") == {"00": 4, "negative": 1, "0-15": 1, "31+": 1, "9": 1}
    assert row(drawn, "Brukere", KRISTIANSAND, "21") == {"00": 1, "16-30": 1}
    assert drawn.model.dimension("Tjeneste").elimination is None


def test_12656_a_person_a_service_started_for_in_two_municipalities_waited_the_shorter_time_in_both(duckdb_engine):
    places = [
        ("a", KRISTIANSAND, 15, "31+"),
        ("a", LILLESAND, 15, "0-15"),
        ("b", KRISTIANSAND, 15, "31+"),
        ("b", LILLESAND, 1, "9"),
    ]
    services = [{"pseudonym": p, "municipality": m, "service_type": s, "waiting": w} for p, m, s, w in places]
    persons = [{"pseudonym": p, "municipality": m} for p, m, _, _ in places]
    drawn = made(duckdb_engine, "12656", services, persons)
    assert row(drawn, "Brukere", KRISTIANSAND, "15") == {"00": 2, "0-15": 1, "31+": 1}
    assert row(drawn, "Brukere", LILLESAND, "15") == {"00": 1, "0-15": 1}
    assert row(drawn, "Brukere", COUNTY, "15") == {"00": 2, "0-15": 1, "31+": 1}


def test_12752_residents_stand_once_in_each_review(duckdb_engine):
    persons = [
        {"pseudonym": "a", "medication_review": 1, "low_bmi": 2, "weight_loss": 9, "reduced_intake": 1},
        {"pseudonym": "b", "medication_review": 9, "low_bmi": 2, "weight_loss": 1, "reduced_intake": 1},
        {"pseudonym": "c"},
    ]
    drawn = made(duckdb_engine, "12752", with_service(persons, 21), persons)
    found = {c.id: row(drawn, c.id, KRISTIANSAND) for c in drawn.model.contents}
    assert found == {
        "Legemiddelgjennomgang": {"00": 2, "1": 1, "9": 1},
        "LavKroppsmasseindeks": {"00": 2, "2": 2},
        "Vekttap": {"00": 2, "1": 1, "9": 1},
        "RedusertMatinntak": {"00": 2, "1": 2},
    }


def test_ot002_residents_stand_once_in_each_follow_up_and_ot003_home_users_once_by_effort(duckdb_engine):
    persons = [
        {"pseudonym": "a", "doctor_assessed": 1, "dental_assessed": 9, "undernutrition": 2},
        {"pseudonym": "b", "doctor_assessed": 2, "dental_assessed": 1, "undernutrition": 9},
        {"pseudonym": "c", "high_effort": 1},
        {"pseudonym": "d", "high_effort": 9},
    ]
    services = [*with_service(persons[:2], 21), *with_service(persons[2:], 1)]
    drawn = made(duckdb_engine, "OT002", services, persons)
    assert {c.id: row(drawn, c.id, KRISTIANSAND) for c in drawn.model.contents} == {
        "VurdertAvLege": {"00": 2, "1": 1, "2": 1},
        "VurdertAvTannhelse": {"00": 2, "1": 1, "9": 1},
        "TegnPaaUnderernaering": {"00": 2, "2": 1, "9": 1},
    }
    drawn = made(duckdb_engine, "OT003", services, persons)
    assert row(drawn, "HoyTimeinnsats", KRISTIANSAND) == {"00": 2, "1": 1, "9": 1}


def test_12003_and_04469_show_the_units_they_name(duckdb_engine):
    served = [("a", 1), ("a", 15), ("a", 5), ("b", 21), ("c", 29), ("d", 25)]
    services = [{"pseudonym": p, "service_type": s} for p, s in served]
    persons = [{"pseudonym": p} for p in "abcd"]
    groups = {
        unit: cell(made(duckdb_engine, "12003", services, persons), "Brukere", KRISTIANSAND, "999", unit, "2021")
        for unit in ("00", "F254", "F253", "F234")
    }
    assert groups == {"00": 4, "F254": 1, "F253": 1, "F234": 1}
    dwellings = made(duckdb_engine, "04469", services, persons)
    assert dwellings.model.dimension("Tjeneste").codes() == ("29",)
    assert cell(dwellings, "Beboere", KRISTIANSAND, "999", "29", "2021") == 1
    listed = made(duckdb_engine, "11645", services, persons).model.dimension("Tjeneste").codes()
    assert not {"F254", "F253", "F234"} & set(listed)


@pytest.mark.parametrize("table_id", FURTHER)
def test_every_further_table_explains_a_cell(table_id):
    delivered = {2018: frozenset({"4204"}), 2021: frozenset({"4204"})}
    definition = table_definitions()[table_id]
    model = table_model(definition, sorted(delivered), Coverage(delivered, {}))
    codes = {d.id: d.elimination or d.codes()[0] for d in model.dimensions} | {"Tid": "2021"}
    content = model.contents[0].id
    found = explain(model, content, codes, lineage={"vintage": "v"})
    assert found.official == definition.official
    assert definition.formula.nn in found.formula.nn
    assert found.command == f"omsorgstall tables {table_id} --vintage v --region {codes['Region']} --year 2021"
    assert set(definition.notes) <= set(found.notes)
    assert found.approximation == definition.approximation


DATA = {
    "id": "T",
    "version": 2,
    "official": "",
    **{key: {"nb": "x", "nn": "x", "en": "x"} for key in ("title", "description", "formula")},
    "dimensions": ["Region", "Alder", "Behov", "Tid"],
    "unit_dimension": "",
    "contents": [
        {
            "id": "A",
            "kind": "persons",
            "family": "users_of_home_services",
            **{key: {"nb": "x", "nn": "x", "en": "x"} for key in ("label", "unit")},
        }
    ],
    "notes": ["borders"],
    "level_mark": "KF",
    "first_year": None,
    "last_year": None,
    "successor": "",
    "source": "register",
    "approximation": False,
}


def test_a_change_of_method_stands_below_every_table_it_touches_and_below_no_other():
    said = Text("Behov regnes slik.", "Behov blir rekna slik.", "Need is counted so.")
    need = MethodChange("need", "2027", said, dimensions=frozenset({"Behov"}))
    hours = MethodChange("hours", "2028", said, families=frozenset({"home_hours"}))
    home = MethodChange("home", "2029", said, families=frozenset({"users_of_home_services"}))
    definition = read_definition(DATA, shared_notes(), (need, hours, home))
    assert [c.id for c in definition.changes] == ["need", "home"]
    model = table_model(definition, [2021], Coverage({2021: frozenset({"4204"})}, {}))
    assert [n.en for n in model.notes if "Need is counted so." in n.en] == [
        "The method changed from 2027: Need is counted so. Earlier years are counted anew in the same way.",
        "The method changed from 2029: Need is counted so. Earlier years are counted anew in the same way.",
    ]


def test_the_version_of_a_table_counts_the_changes_of_method_that_touch_it():
    assert {d.id: d.version for d in table_definitions().values()} == {
        d.id: 1 + len(d.changes) for d in table_definitions().values()
    }
    assert len({c.id for c in method_changes()}) == len(method_changes())


def test_tables_by_household_rest_on_what_is_known_of_the_person():
    by_household = [d for d in table_definitions().values() if "Husstand" in d.dimensions]
    assert {c.family for d in by_household for c in d.contents} <= {"", "home_hours", "users_with_home_hours"}
