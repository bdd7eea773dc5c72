"""Missing, not applicable and means: what a table says when there is no plain count."""

import math

from omsorgstall.statistics import table_definitions
from omsorgstall.statistics.coverage import Coverage
from omsorgstall.statistics.families import families
from omsorgstall.statistics.figures import table_model
from omsorgstall.tables import ContentKind
from tests.spec.test_tables_from_facts import KRISTIANSAND, LILLESAND, cell, draft, table


def applicable(drawn, content, *codes):
    where = tuple(d.index()[c] for d, c in zip(drawn.model.dimensions, codes, strict=True))
    return bool(drawn.applicable[content][where])


def two_years(engine, services=(), persons=()):
    delivered = {2018: frozenset({KRISTIANSAND}), 2021: frozenset({KRISTIANSAND, LILLESAND})}
    services = services or [{"pseudonym": "a", "service_type": 1, "data_year": year} for year in (2018, 2021)]
    persons = persons or [{"pseudonym": "a", "data_year": year} for year in (2018, 2021)]
    return draft(engine, services, persons, years=[2018, 2021], delivered=delivered)


def test_a_municipality_that_did_not_deliver_is_missing_that_year_and_not_zero(duckdb_engine):
    drawn = table(two_years(duckdb_engine), "11642")
    assert math.isnan(cell(drawn, "Brukere", LILLESAND, "999", "00", "2018"))
    assert cell(drawn, "Brukere", LILLESAND, "999", "00", "2021") == 0
    assert cell(drawn, "Brukere", "EKA42", "999", "00", "2018") == 1


def test_a_region_tells_how_many_municipalities_delivered_over_the_years(duckdb_engine):
    names = {m.code: m.label.nb for m in table(two_years(duckdb_engine), "11642").model.dimension("Region").members}
    assert names["EKA42"] == "Agder (1–2 av 25 kommuner)"


def test_a_service_is_not_applicable_after_its_code_went_out_of_use(duckdb_engine):
    drawn = table(two_years(duckdb_engine), "11642")
    assert applicable(drawn, "Brukere", "EAK", "999", "16", "2018")
    assert not applicable(drawn, "Brukere", "EAK", "999", "16", "2021")


def test_dwelling_has_figures_before_its_code_because_older_dwelling_codes_became_it(duckdb_engine):
    drawn = table(two_years(duckdb_engine), "11642")
    assert applicable(drawn, "Brukere", "EAK", "999", "29", "2018")


def test_a_step_without_a_service_is_not_applicable(duckdb_engine):
    drawn = table(two_years(duckdb_engine), "OT001")
    impossible = [s for s in drawn.model.dimension("Trinn").codes() if not applicable(drawn, "Personer", "EAK", s, "2021")]
    assert impossible == ["01", "04", "16"]


def test_weekly_hours_stand_in_the_old_table_until_2019_and_in_its_successor_from_2020(duckdb_engine):
    release = two_years(duckdb_engine)
    years = {i: table(release, i).model.dimension("Tid").codes() for i in ("09933", "12293")}
    assert years == {"09933": ("2018",), "12293": ("2021",)}
    assert table(release, "09933").model.successor == "12293"


def test_the_mean_of_an_area_is_all_hours_over_all_persons_with_hours(duckdb_engine):
    persons = [
        {"pseudonym": "a", "home_hours": 10.0},
        {"pseudonym": "b", "home_hours": 1.0},
        {"pseudonym": "c", "home_hours": 1.0, "municipality": LILLESAND},
        {"pseudonym": "d", "home_hours": None, "municipality": LILLESAND},
    ]
    services = [{"service_type": 15, **{k: v for k, v in p.items() if k != "home_hours"}} for p in persons]
    drawn = table(draft(duckdb_engine, services, persons), "12293")
    means = [cell(drawn, "TimerPerUke", r, "999", "0", "2021") for r in (KRISTIANSAND, LILLESAND, "EKA42")]
    assert means == [5.5, 1.0, 4.0]
    assert cell(drawn, "Brukere", "EKA42", "999", "0", "2021") == 3


def test_a_mean_over_nobody_is_not_applicable(duckdb_engine):
    drawn = table(two_years(duckdb_engine), "12293")
    assert not applicable(drawn, "TimerPerUke", KRISTIANSAND, "999", "0", "2021")
    assert math.isnan(cell(drawn, "TimerPerUke", KRISTIANSAND, "999", "0", "2021"))


def test_the_hours_of_a_person_served_in_two_municipalities_are_each_municipalitys_own(duckdb_engine):
    services = [
        {"pseudonym": "a", "service_type": 1, "hours": 10.0, "hours_raw": 12.0},
        {"pseudonym": "a", "service_type": 1, "hours": 5.5, "hours_raw": 5.5, "municipality": LILLESAND},
    ]
    release = draft(duckdb_engine, services, [{"pseudonym": "a"}, {"pseudonym": "a", "municipality": LILLESAND}])
    drawn = table(release, "11643")
    assert [cell(drawn, "Timer", r, "999", "01", "2021") for r in (KRISTIANSAND, LILLESAND, "EKA42")] == [10, 5.5, 15.5]
    assert cell(drawn, "TimerMedOverlapp", "EKA42", "999", "01", "2021") == 17.5
    behind = [r for r in release.inner.to_pylist() if r["family"] == "users_with_hours_exclusive"]
    assert [(r["persons"], r["regions"]) for r in behind] == [(1, [KRISTIANSAND, LILLESAND])]


def test_hours_and_days_have_no_total_over_services(duckdb_engine):
    release = two_years(duckdb_engine)
    for table_id in ("11643", "11644"):
        services = table(release, table_id).model.dimension("Tjeneste")
        assert services.elimination is None
        assert all(m.covers == {m.code} for m in services.members)


def test_the_eight_steps_gather_the_sixteen(duckdb_engine):
    persons = [{"pseudonym": p, "stair_step": s} for p, s in (("a", 13), ("b", 14), ("c", 15))]
    services = [{"pseudonym": p["pseudonym"], "service_type": 21} for p in persons]
    drawn = table(draft(duckdb_engine, services, persons), "OT001")
    steps = [cell(drawn, "Personer", KRISTIANSAND, s, "2021") for s in ("13", "14", "15", "K7", "K8", "00")]
    assert steps == [1, 1, 1, 2, 1, 3]


def test_a_person_served_in_two_municipalities_stands_on_one_step(duckdb_engine):
    persons = [{"pseudonym": "a", "stair_step": 5}, {"pseudonym": "a", "stair_step": 8, "municipality": LILLESAND}]
    services = [{"pseudonym": "a", "service_type": 1}, {"pseudonym": "a", "service_type": 15, "municipality": LILLESAND}]
    drawn = table(draft(duckdb_engine, services, persons), "OT001")
    for region in (KRISTIANSAND, LILLESAND, "EKA42", "EAK"):
        assert [cell(drawn, "Personer", region, s, "2021") for s in ("05", "08", "00")] == [0, 1, 1]


def test_a_person_without_known_age_counts_in_all_ages_and_apart(duckdb_engine):
    rows = [{"pseudonym": "a", "service_type": 1, "age_band": None}]
    drawn = table(draft(duckdb_engine, rows, [{"pseudonym": "a", "age_band": None}]), "11642")
    assert [cell(drawn, "Brukere", "EAK", a, "01", "2021") for a in ("999", "080-089", "UOPPGITT")] == [1, 0, 1]


def test_a_family_whose_units_divide_the_users_adds_up_to_all_users(duckdb_engine):
    rows = [("a", 21, "LONG_TERM", 15), ("b", 15, "HEALTH_ONLY", 8), ("c", 1, "PRACTICAL_ONLY", 5)]
    services = [{"pseudonym": p, "service_type": s} for p, s, _, _ in rows]
    persons = [{"pseudonym": p, "exclusive_group": g, "stair_step": step} for p, _, g, step in rows]
    release = draft(duckdb_engine, services, persons)
    whole = cell(table(release, "11645"), "Brukere", "EAK", "999", "00", "2021")
    assert cell(table(release, "06971"), "Mottakere", "EAK", "0", "00", "2021") == whole == 3
    assert cell(table(release, "OT001"), "Personer", "EAK", "00", "2021") == whole


def test_every_definition_names_measures_and_dimensions_that_exist_in_three_languages():
    everywhere = Coverage({2019: frozenset({"4204"}), 2020: frozenset({"4204"})}, {})
    for definition in table_definitions().values():
        model = table_model(definition, [2019, 2020], everywhere)
        assert model.cells > 0
        texts = [definition.title, definition.description, definition.formula, *definition.notes]
        assert all(t.nb and t.nn and t.en for t in texts)
        for content in definition.contents:
            assert content.kind is ContentKind.RATIO or content.family in families()
            assert bool(content.persons) == (content.kind is ContentKind.AMOUNT)
            assert content.among in ("", *families())
            assert {i.family for i in content.identities} <= set(families())
