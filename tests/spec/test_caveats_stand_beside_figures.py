"""Who stands in for whom is told at every region it touches; a year that still runs says what was carried forward."""

from dataclasses import replace
from datetime import UTC, date, datetime

from omsorgstall.codes import regions
from omsorgstall.measures import Settings, service_facts
from omsorgstall.register.vintage import StandIn, Substitution
from omsorgstall.statistics import Caveats
from tests.engines import rows_of
from tests.register_rows import YEAR, register_tables
from tests.spec.test_tables_from_facts import KRISTIANSAND, LILLESAND, draft, table


def substitution(municipality, method=StandIn.REPEAT):
    now = datetime(2022, 3, 1, tzinfo=UTC)
    return Substitution(municipality, 2021, 2020, method, "kari", "never came", now, "annual-x")


INSTEAD = Caveats({2021: {LILLESAND: substitution(LILLESAND)}})


def drawn(engine, caveats):
    rows = [{"pseudonym": "a", "service_type": 1}, {"pseudonym": "b", "service_type": 1, "municipality": LILLESAND}]
    return table(draft(engine, rows, [{"pseudonym": "a"}], caveats=caveats), "11642")


def test_every_region_with_a_substituted_municipality_says_so_and_no_other(duckdb_engine):
    notes = {m.code: m.note for m in drawn(duckdb_engine, INSTEAD).model.dimension("Region").members}
    group = next(c for c in notes if c.startswith("EKG") and LILLESAND in regions()[c].municipalities)
    assert {c for c, n in notes.items() if n} >= {LILLESAND, "EKA42", "EAK", group}
    assert notes[KRISTIANSAND] is None
    assert notes[LILLESAND].nb == "2021: Lillesand leverte ikke; tallene for 2020 er gjentatt."
    assert notes["EAK"].en == "2021: Lillesand did not deliver; the figures for 2020 are repeated."


def test_a_table_with_a_substitution_has_a_note_of_its_own(duckdb_engine):
    with_note, without = drawn(duckdb_engine, INSTEAD).model, drawn(duckdb_engine, None).model
    assert len(with_note.notes) == len(without.notes) + 1
    assert "merknaden ved området" in with_note.notes[-1].nb
    assert all(m.note is None for m in without.dimension("Region").members)


def test_a_note_names_five_municipalities_and_counts_the_rest():
    county = regions()["EKA42"]
    all_of_them = {m: substitution(m, StandIn.CARRY_FORWARD) for m in county.municipalities}
    note = Caveats({2021: all_of_them}).of_region(county, [2020, 2021])
    assert note.nb.count(",") == 4
    assert note.nb.endswith("og 20 til leverte ikke; postene fra 2020 er ført videre med hendelsene siden.")


def test_a_corrected_municipality_is_told_of_at_each_region_unless_another_year_stands_in_for_it():
    caveats = replace(INSTEAD, corrected={2021: frozenset({KRISTIANSAND, LILLESAND})}, since="2022-06-15")
    assert (
        caveats.of_region(regions()[KRISTIANSAND], [2021]).nb
        == "2021: Tallene for Kristiansand er rettet siden utgaven 2022-06-15."
    )
    county = caveats.of_region(regions()["EKA42"], [2021]).nb
    assert (
        county
        == "2021: Lillesand leverte ikke; tallene for 2020 er gjentatt. " + caveats.of_region(regions()[KRISTIANSAND], [2021]).nb
    )
    assert caveats.of_region(regions()["4201"], [2021]) is None
    assert ["siden utgaven 2022-06-15" in n.nb for n in caveats.of_table([2021])] == [False, True]
    assert caveats.of_table([2020]) == ()


def test_a_year_without_a_substitution_says_nothing():
    assert INSTEAD.of_region(regions()[LILLESAND], [2020]) is None
    assert INSTEAD.of_table([2020]) == ()


def test_a_year_that_still_runs_tells_the_day_and_what_is_carried_forward():
    (note,) = Caveats(reference_date=date(2021, 6, 3)).of_table([2021])
    assert "til og med 03.06.2021" in note.nb
    assert "3 June 2021" in note.en
    assert "hours" in note.en


def test_a_year_that_still_runs_is_counted_to_its_day(engine):
    running = {"service_id": "a", "service_type": 15, "start_date": date(YEAR - 1, 5, 1), "weekly_hours": 7.0}
    ended = running | {"service_id": "b", "service_type": 1, "end_date": date(YEAR, 2, 1)}
    begins_later = running | {"service_id": "c", "service_type": 2, "start_date": date(YEAR, 6, 1)}
    tables = engine.from_arrow({n: t for n, t in register_tables(service=[running, ended, begins_later]).items() if n != "event"})
    facts = service_facts(tables, Settings(until=date(YEAR, 3, 31)))
    found = rows_of(engine, facts.select("service_type", "at_year_end", "weekly_hours", "days", "hours"))
    assert found == [
        {"service_type": 1, "at_year_end": False, "weekly_hours": None, "days": 32, "hours": 32.0},
        {"service_type": 15, "at_year_end": True, "weekly_hours": 7.0, "days": 90, "hours": 90.0},
    ]


def test_need_is_that_of_the_last_assessment_before_the_day(duckdb_engine):
    scores = [{"assessment_date": date(YEAR, 1, 1), "f01": 1}, {"assessment_date": date(YEAR, 5, 1), "f01": 5}]
    service = {"service_id": "a", "service_type": 15, "start_date": date(YEAR, 1, 1)}
    rows = register_tables(service=[service], assessment=[r | {f"f{n:02d}": r["f01"] for n in range(1, 17)} for r in scores])
    tables = duckdb_engine.from_arrow({n: t for n, t in rows.items() if n != "event"})
    needs = [
        rows_of(duckdb_engine, service_facts(tables, Settings(until=date(YEAR, month, 30))).select("need"))[0]["need"]
        for month in (4, 6)
    ]
    assert needs == ["1", "3"]
