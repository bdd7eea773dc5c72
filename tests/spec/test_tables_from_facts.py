"""Small tables drawn by hand: who counts where."""

from typing import Any

from omsorgstall.engine import Engine
from omsorgstall.statistics import Facts, draft_from_facts
from omsorgstall.tables import DraftRelease, DraftTable
from tests.facts import person_facts, service_facts

KRISTIANSAND, LILLESAND, OSLO = "4204", "4215", "0301"


def draft(engine: Engine, services: list[dict[str, Any]], persons: list[dict[str, Any]], **options: Any) -> DraftRelease:
    tables = engine.from_arrow({"s": service_facts(*services), "p": person_facts(*persons)})
    settings = {"years": [2021], "delivered": {2021: frozenset({KRISTIANSAND, LILLESAND, OSLO})}, **options}
    return draft_from_facts(engine, [Facts(tables["s"], tables["p"])], edition="test", lineage={}, **settings)


def table(release: DraftRelease, table_id: str) -> DraftTable:
    return next(t for t in release.tables if t.model.id == table_id)


def cell(drawn: DraftTable, content: str, *codes: str) -> float:
    where = tuple(d.index()[c] for d, c in zip(drawn.model.dimensions, codes, strict=True))
    return float(drawn.values[content][where])


def users(release: DraftRelease, region: str, service: str, age: str = "999") -> float:
    return cell(table(release, "11642"), "Brukere", region, age, service, "2021")


def test_a_person_with_several_services_counts_once_in_each_once_in_the_group_and_once_in_all(duckdb_engine):
    services = [{"pseudonym": "a", "service_type": c} for c in (1, 15, 6)]
    release = draft(duckdb_engine, services, [{"pseudonym": "a"}])
    counts = {code: users(release, KRISTIANSAND, code) for code in ("01", "15", "06", "HOME", "TECH", "INSTITUTION", "00")}
    assert counts == {"01": 1, "15": 1, "06": 1, "HOME": 1, "TECH": 1, "INSTITUTION": 0, "00": 1}


def test_a_person_served_in_two_municipalities_counts_once_in_each_once_in_the_county_and_once_in_the_country(duckdb_engine):
    services = [
        {"pseudonym": "a", "service_type": 1},
        {"pseudonym": "a", "service_type": 15, "municipality": LILLESAND},
        {"pseudonym": "b", "service_type": 15},
    ]
    persons = [{"pseudonym": "a"}, {"pseudonym": "a", "municipality": LILLESAND}, {"pseudonym": "b"}]
    release = draft(duckdb_engine, services, persons)
    drawn = {
        region: [users(release, region, code) for code in ("01", "15", "HOME", "00")]
        for region in (KRISTIANSAND, LILLESAND, "EKA42", "EAK")
    }
    assert drawn == {
        #              01 15 home all
        KRISTIANSAND: [1, 1, 2, 2],
        LILLESAND: [0, 1, 1, 1],
        "EKA42": [1, 2, 2, 2],
        "EAK": [1, 2, 2, 2],
    }


def test_the_need_of_a_person_served_in_two_municipalities_is_the_highest_stated(duckdb_engine):
    services = [
        {"pseudonym": "a", "service_type": 1, "need": "9"},
        {"pseudonym": "a", "service_type": 1, "municipality": LILLESAND, "need": "1"},
    ]
    persons = [
        {"pseudonym": "a", "need": "9", "exclusive_group": "PRACTICAL_ONLY"},
        {"pseudonym": "a", "need": "1", "exclusive_group": "OTHER", "municipality": LILLESAND},
    ]
    drawn = table(draft(duckdb_engine, services, persons), "06971")
    for region in (KRISTIANSAND, LILLESAND, "EAK"):
        by_need = [cell(drawn, "Mottakere", region, need, "PRACTICAL_ONLY", "2021") for need in ("0", "1", "2", "3", "9")]
        assert by_need == [1, 1, 0, 0, 0]


def test_a_city_is_the_sum_of_its_districts_and_of_those_whose_district_is_not_stated(duckdb_engine):
    rows = [("a", "030105"), ("b", "030105"), ("c", "030199")]
    services = [{"pseudonym": p, "service_type": 1, "municipality": OSLO, "leaf_region": leaf} for p, leaf in rows]
    persons = [{"pseudonym": p, "municipality": OSLO, "leaf_region": leaf} for p, leaf in rows]
    release = draft(duckdb_engine, services, persons)
    assert [users(release, r, "01") for r in ("030105", "030199", OSLO, "EKA03")] == [2, 1, 3, 3]


def test_a_region_that_only_partly_delivered_says_so_in_its_name(duckdb_engine):
    release = draft(duckdb_engine, [{"pseudonym": "a", "service_type": 1}], [{"pseudonym": "a"}])
    names = {m.code: m.label for m in table(release, "11642").model.dimension("Region").members}
    assert names["EAK"].nb == "Hele landet (3 av 357 kommuner)"
    assert names["EAK"].nn == "Heile landet (3 av 357 kommunar)"
    assert names["EAK"].en == "The whole country (3 of 357 municipalities)"
    assert names[KRISTIANSAND].nb == "Kristiansand"
    assert "5501" not in names
