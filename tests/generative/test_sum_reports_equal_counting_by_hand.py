"""Sum reports made by the engine are those of plain loops over the rows, whatever the histories."""

import random
from datetime import date, timedelta

import pyarrow as pa
import pytest

from omsorgstall.measures import Settings, service_facts
from omsorgstall.measures.period import Period
from omsorgstall.register import register_schemas
from omsorgstall.statistics.sum_reports import Request, asked, count, counted_together, snapshot, sum_reports
from tests.builders.described_people import described_people
from tests.builders.several_years import YEARS, several_years
from tests.generative.test_tables_equal_counting_by_hand import PLACES, history
from tests.register_rows import register_tables
from tests.twins import sum_reports as twin

YEAR = 2022
LAST = date(YEAR, 12, 31)


def assessment(chance, keys):
    on = date(YEAR, 1, 1) + timedelta(days=chance.choice([-500, -40, 30, 30, 200]))
    return {**keys, "assessment_date": on, **{s: chance.choice([1, 1, 2, 3, 4, 5, 9, None]) for s in twin.SCORES}}


def random_register(seed, people=60):
    chance = random.Random(seed)
    rows = {"person": [], "service": [], "assessment": []}
    for number in range(people):
        for municipality in chance.sample(PLACES, chance.choice([1, 1, 1, 1, 2, 6])):
            drawn = history(chance, YEAR, f"p{number}", municipality)
            (person,), services = drawn["person"], drawn["service"]
            day = chance.choice([None, LAST, date(YEAR, 6, 30), date(YEAR - 1, 12, 31), date(YEAR - 2, 3, 1)])
            person |= {"household": chance.choice([None, 1, 2, 3]), "doctor_assessed": day, "birth_date": None}
            person |= {"dental_assessed": chance.choice([None, date(YEAR, 2, 28), date(YEAR, 3, 1)])}
            if person["birth_year"] and chance.random() < 0.7:
                person["birth_date"] = date(person["birth_year"], chance.randint(1, 12), chance.randint(1, 28))
            rows["person"].append(person)
            rows["service"] += services
            keys = {k: person[k] for k in ("municipality", "reported_municipality", "data_year", "pseudonym", "line")}
            rows["assessment"] += [assessment(chance, keys) for _ in range(chance.choice([0, 1, 1, 2]))]
    return {n: pa.Table.from_pylist(rows.get(n, []), s.arrow()) for n, s in register_schemas().items()}


ROWS = {
    "Tjenestegruppe": lambda person, mine, service: twin.group({kind for kind, _, _ in mine}),
    "Alder": lambda person, mine, service: person["age"],
    "Kjonn": lambda person, mine, service: str(person["sex"]),
    "Husstand": lambda person, mine, service: person["household"],
    "Bosituasjon": lambda person, mine, service: person["place"],
    "Tjeneste": lambda person, mine, service: f"{service[0]:02d}",
    "Enhet": lambda person, mine, service: service[1] or "9",
    "Behov": lambda person, mine, service: person["need"],
    "AntallTjenester": lambda person, mine, service: _number({kind for kind, _, _ in mine}),
    "Kombinasjon": lambda person, mine, service: str(sum(1 << kind for kind in {k for k, _, _ in mine})),
}


def _number(kinds):
    return str(len(kinds)) if len(kinds) < 5 else "5+"


def seen_on(engine, register, on):
    tables = {n: t for n, t in engine.from_arrow(register).items() if n != "event"}
    return snapshot(engine, tables, Settings(), on)


@pytest.fixture(scope="module")
def registers(duckdb_engine):
    """Two random registers, each seen on a date of its own, with the twin's persons."""
    chosen = [(random_register(seed), on) for seed, on in ((1, LAST), (2, date(YEAR, 3, 1)))]
    return [(on, seen_on(duckdb_engine, register, on), twin.served(register, on)) for register, on in chosen]


def made(cells, measures):
    rows = cells.to_pylist()
    return {(r["municipality"], r["at_0"], r.get("at_1", "00")): {m: r[m] for m in measures} for r in rows}


CASES = [(r, row) for r, report in sum_reports().items() if not report.population for row in report.rows if row in ROWS]


@pytest.mark.parametrize(("report", "rows"), CASES)
def test_every_cell_is_that_of_counting_one_by_one(duckdb_engine, registers, report, rows):
    definition = sum_reports()[report]
    measures = [f.measure for f in definition.figures if f.measure]
    columns = "Behov" if "Behov" in definition.columns else "Ingen"
    across = ROWS["Behov"] if columns == "Behov" else None
    for on, found, people in registers:
        request = Request(report, (on,), rows=rows, columns=columns)
        expected = twin.counted(people, ROWS[rows], across, definition.services, definition.hours_only)
        expected = {place: {m: cell[m] for m in measures} for place, cell in expected.items()}
        assert made(count(duckdb_engine, found, asked(request)).cells, measures) == expected


def test_every_score_is_that_of_counting_one_by_one(duckdb_engine, registers):
    on, seen, people = registers[0]
    cells = count(duckdb_engine, seen, asked(Request("S13", (on,)))).cells.to_pylist()
    found = {
        (r["municipality"], r["at_0"], s): r[f"score_{s}"]
        for r in cells
        for s in (1, 2, 3, 4, 5, 9, "missing")
        if r[f"score_{s}"]
    }
    assert found == twin.scores(people, sum_reports()["S13"].services)


def test_persons_on_the_last_day_are_those_of_the_yearly_facts(duckdb_engine):
    register = random_register(4)
    tables = {n: t for n, t in duckdb_engine.from_arrow(register).items() if n != "event"}
    facts = service_facts(tables, Settings())
    there = duckdb_engine.run(facts.filter(facts.at_year_end), "facts")
    found = snapshot(duckdb_engine, tables, Settings(), LAST)
    here = duckdb_engine.run(
        found.services.group_by(["municipality", "pseudonym", "service_type"]).agg(s=found.services.seconds.sum()), "s"
    )
    yearly = {(r["municipality"], r["pseudonym"], r["service_type"]): r["weekly_hours"] or 0 for r in there.to_pylist()}
    assert {(r["municipality"], r["pseudonym"], r["service_type"]): (r["s"] or 0) / 3600 for r in here.to_pylist()} == yearly


def some_of_each_kind(chance):
    """Persons with histories over several years, and persons with all there is to tell of them."""
    rows, described = several_years(chance, 60), described_people(chance, 50)
    for name in register_schemas().keys() & described.keys():
        others = [row | {"pseudonym": f"d{row['pseudonym']}"} for row in described[name]]
        rows[name] = [*rows.get(name, []), *others]
    return rows


def cells_of_every_report(engine, rows):
    """The cells of each report on the last day or in the last year, in order."""
    tables = {n: t for n, t in engine.from_arrow(register_tables(**rows)).items() if n != "event"}
    end = YEARS[-1]
    wanted = [asked(Request(r, (date(end, 12, 31),), (Period(date(end, 1, 1), date(end, 12, 31)),))) for r in sum_reports()]
    counted = dict(counted_together(engine, tables, Settings(), wanted))
    return {wanted[place].report.id: in_order(found.cells) for (place, _), found in counted.items()}


def in_order(cells):
    sides = [(c, "ascending") for c in cells.column_names if c == "municipality" or c.startswith("at_")]
    rows = cells.sort_by(sides).to_pylist()
    return [{c: round(v, 9) if isinstance(v, float) else v for c, v in row.items()} for row in rows]


@pytest.mark.slow
@pytest.mark.spark
def test_every_report_is_the_same_on_spark_and_duckdb(duckdb_engine, spark_engine):
    rows = some_of_each_kind(random.Random(5))
    here, there = (cells_of_every_report(engine, rows) for engine in (duckdb_engine, spark_engine))
    assert len(here) == len(sum_reports())
    for report, cells in here.items():
        assert there[report] == cells, report
        assert cells or report == "S06", f"{report} counts somebody"
