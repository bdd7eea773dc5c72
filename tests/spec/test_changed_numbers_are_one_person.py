"""A person whose identity number was changed counts once: over years, within one, in waiting, and where she was sent twice."""

from datetime import date, datetime

import pytest

from omsorgstall.engine.same_person import one_person_each
from omsorgstall.measures import Settings, cleared, service_facts
from omsorgstall.measures.days import day_number
from omsorgstall.measures.waiting import waiting_days
from omsorgstall.register.pseudonym_map import NumberChange, PseudonymMap
from omsorgstall.register.schemas import snapshot_schema
from tests.engines import rows_of
from tests.register_rows import YEAR, register_tables

D, F, OTHER = "d-number", "birth-number", "other"
MAP = PseudonymMap([NumberChange(D, F, date(2022, 3, 1)), NumberChange("older", D, date(2020, 3, 1))])
SERVICE = {"service_id": "t1", "service_type": 15, "outcome": 1, "weekly_hours": 7.0, "start_date": date(YEAR, 1, 1)}


def mapped(engine, rows, snapshots=None, numbers=MAP):
    tables = engine.from_arrow(register_tables(**rows))
    found = one_person_each(tables, engine.from_arrow({"same": numbers.table()})["same"]) if numbers else tables
    moved = snapshot_schema().empty_table().from_pylist(snapshots or [], snapshot_schema())
    return found | engine.from_arrow({"snapshot": moved})


def facts(engine, numbers=MAP, **rows):
    found = service_facts(mapped(engine, rows, numbers=numbers), Settings())
    return rows_of(engine, found.select("data_year", "pseudonym", "days", "at_year_end"))


ACROSS = [SERVICE | {"pseudonym": D}, SERVICE | {"pseudonym": F, "data_year": YEAR + 1}]
WITHIN = [
    SERVICE | {"pseudonym": D, "end_date": date(YEAR, 6, 30)},
    SERVICE | {"pseudonym": F, "service_id": "t2", "start_date": date(YEAR, 7, 1)},
]


def test_a_d_number_one_year_and_a_birth_number_the_next_are_one_person_over_the_years(duckdb_engine):
    assert {row["pseudonym"] for row in facts(duckdb_engine, service=ACROSS)} == {F}
    assert {row["pseudonym"] for row in facts(duckdb_engine, None, service=ACROSS)} == {D, F}


def test_services_under_both_numbers_in_one_year_are_one_users_episode(duckdb_engine):
    assert facts(duckdb_engine, service=WITHIN) == [{"data_year": YEAR, "pseudonym": F, "days": 365.0, "at_year_end": True}]
    assert [row["days"] for row in facts(duckdb_engine, None, service=WITHIN)] == [184.0, 181.0]


def test_a_start_notified_under_the_new_number_ends_the_waiting_of_the_old_one(duckdb_engine):
    waiting = SERVICE | {"pseudonym": D, "start_date": None, "decision_date": date(YEAR, 2, 1)}
    start = {
        "pseudonym": F, "status": "N", "event": "start", "event_date": date(YEAR, 3, 3), "service_id": "t1", "service_type": 15,
        "notification_guid": "g1", "running_number": 1, "registered_at": datetime.fromisoformat(f"{YEAR}-03-03 12:00"),
    }  # fmt: skip
    snapshot = [{"reported_municipality": "4204", "data_year": YEAR, "extracted_at": datetime.fromisoformat(f"{YEAR}-03-01")}]
    for numbers, expected in ((MAP, [30]), (None, [None, None])):
        service = cleared(mapped(duckdb_engine, {"service": [waiting], "event": [start]}, snapshot, numbers))["service"]
        days = waiting_days(day_number(service.decision_date), day_number(service.start_date)).name("days")
        assert [row["days"] for row in rows_of(duckdb_engine, service.select(days))] == expected


@pytest.mark.parametrize("numbers", [(D, F), ("older", D), ("older", F)])
def test_of_a_person_sent_twice_in_one_submission_the_newest_numbers_row_stands(duckdb_engine, numbers):
    people = [{"pseudonym": p, "birth_year": 1940 + n, "local_person_id": p} for n, p in enumerate(numbers)]
    services = [SERVICE | {"pseudonym": p, "weekly_hours": float(n)} for n, p in enumerate(numbers)]
    tables = mapped(duckdb_engine, {"person": people, "service": services})
    assert rows_of(duckdb_engine, tables["person"].select("pseudonym", "local_person_id", "birth_year")) == [
        {"pseudonym": F, "local_person_id": numbers[1], "birth_year": 1941}
    ]
    assert rows_of(duckdb_engine, tables["service"].select("pseudonym", "weekly_hours")) == [
        {"pseudonym": F, "weekly_hours": 1.0}
    ]


def test_services_without_an_id_and_what_only_the_old_number_has_stay(engine):
    services = [SERVICE | {"pseudonym": p, "service_id": i} for p, i in ((D, None), (F, None), (D, "t1"), (F, "t2"), (D, "t2"))]
    found = mapped(engine, {"service": services})["service"]
    assert [r["service_id"] for r in rows_of(engine, found.select("service_id"))] == [None, None, "t1", "t2"]


def test_others_are_left_as_they_are_also_when_they_have_a_record_twice(duckdb_engine):
    twice = [SERVICE | {"pseudonym": OTHER}] * 2 + [SERVICE | {"pseudonym": D}]
    found = mapped(duckdb_engine, {"service": twice})["service"]
    assert [r["pseudonym"] for r in rows_of(duckdb_engine, found.select("pseudonym"))] == [F, OTHER, OTHER]


def test_records_of_another_sender_or_year_are_not_the_same(duckdb_engine):
    services = [SERVICE | {"pseudonym": D, "reported_municipality": "1018"}, SERVICE | {"pseudonym": F}]
    assert len(rows_of(duckdb_engine, mapped(duckdb_engine, {"service": services})["service"].select("line"))) == 2
