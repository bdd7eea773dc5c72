"""Edits are the last thing that happens to the records of a vintage, and hold where the old value still stands."""

from datetime import date

from omsorgstall.measures import Settings, cleared, service_facts
from omsorgstall.register.edits import EDIT_ROUND, later, rounds
from tests.engines import rows_of
from tests.register_rows import YEAR, register_tables

WHO = {"reported_municipality": "4204", "data_year": YEAR, "pseudonym": "P"}
SERVICE = {"service_id": "t1", "service_type": 15, "outcome": 1, "start_date": date(YEAR, 1, 1), "weekly_hours": 35.0}


def edit(field, old, new, table="service", **record):
    return WHO | {"table": table, "field": field, "old": old, "new": new} | ({"service_id": "t1"} | record)


def with_edits(engine, edits, **rows):
    tables = engine.from_arrow({n: t for n, t in register_tables(**rows).items() if n not in ("event", "edit")})
    made = {f"{EDIT_ROUND}{n}_{r.table}": r.rows for n, r in enumerate(rounds(edits), start=1)}
    return tables | engine.from_arrow(made)


def services(engine, edits, **rows):
    table = cleared(with_edits(engine, edits, **({"service": [SERVICE]} | rows)))["service"]
    return rows_of(engine, table.select("service_id", "service_type", "weekly_hours", "end_date"))


def service(**changed):
    return {"service_id": "t1", "service_type": 15, "weekly_hours": 35.0, "end_date": None} | changed


def test_an_edit_gives_one_field_of_one_record_another_value(engine):
    other = SERVICE | {"service_id": "t2"}
    found = services(engine, [edit("weekly_hours", "35.0", "8.75")], service=[SERVICE, other])
    assert found == [service(weekly_hours=8.75), service(service_id="t2")]


def test_an_edit_fills_in_an_empty_field_and_empties_a_filled_one(engine):
    edits = [edit("end_date", None, "2021-06-30"), edit("weekly_hours", "35.0", None)]
    assert services(engine, edits) == [service(end_date=date(2021, 6, 30), weekly_hours=None)]


def test_an_edit_says_nothing_where_the_old_value_no_longer_stands(engine):
    assert services(engine, [edit("weekly_hours", "20", "8.75")]) == [service()]
    assert services(engine, [edit("weekly_hours", None, "8.75")]) == [service()]


def test_a_later_set_can_undo_an_earlier_one_or_change_it_again(engine):
    first, undone, again = (edit("service_type", *v) for v in (("15", "1"), ("1", "15"), ("1", "2")))
    assert services(engine, [first, undone]) == [service()]
    assert services(engine, [first, again]) == [service(service_type=2)]
    assert services(engine, [first, undone, first, again]) == [service(service_type=2)]


def test_the_record_of_another_person_year_or_sender_is_left_alone(engine):
    others = [
        SERVICE | {"pseudonym": "Q"},
        SERVICE | {"data_year": YEAR - 1},
        SERVICE | {"reported_municipality": "1018"},
    ]
    assert services(engine, [edit("weekly_hours", "35.0", "1")], service=others) == [service()] * 3


def test_what_a_person_has_once_needs_no_name_of_its_own(engine):
    edits = [edit("birth_year", "1940", "1930", table="person"), edit("round_the_clock", None, "true", table="person")]
    person = cleared(with_edits(engine, edits, service=[SERVICE]))["person"]
    assert rows_of(engine, person.select("birth_year", "round_the_clock")) == [{"birth_year": 1930, "round_the_clock": True}]


def test_figures_rest_on_the_new_value(engine):
    another = SERVICE | {"pseudonym": "Q"}
    edits = [edit("weekly_hours", "35.0", "7"), edit("weekly_hours", "35.0", None) | {"pseudonym": "Q"}]
    tables = with_edits(engine, edits, service=[SERVICE, another])
    assert sorted((r["pseudonym"], r["weekly_hours"]) for r in rows_of(engine, service_facts(tables, Settings()))) == [
        ("P", 7.0),
        ("Q", None),
    ]


def test_tables_without_edits_are_the_same_expressions_as_before(duckdb_engine):
    tables = with_edits(duckdb_engine, [], service=[SERVICE])
    assert all(cleared(tables)[name] is table for name, table in tables.items())


def test_when_a_year_comes_again_its_edits_move_with_their_dates():
    moved = later(edit("from_date", "2020-02-29", "2020-03-01", table="pause", pause_id="p"), 1)
    assert (moved["old"], moved["new"]) == ("2021-02-28", "2021-03-01")
    stay = later(edit("to_date", None, "2020-03-01", table="stay", from_date="2020-02-29"), 1)
    assert (stay["from_date"], stay["old"], stay["new"]) == ("2021-02-28", None, "2021-03-01")
    assert later(edit("birth_year", "1940", None, table="person"), 1)["old"] == "1941"
    assert later(edit("weekly_hours", "35", "7"), 1) == edit("weekly_hours", "35", "7")
