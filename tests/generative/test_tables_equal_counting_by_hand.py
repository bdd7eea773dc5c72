"""Tables made by the engine are those of plain loops over the rows, whatever the histories."""

import random
from collections import defaultdict
from datetime import date, timedelta

import numpy as np
import pyarrow as pa
import pytest

from omsorgstall.codes import function_variables
from omsorgstall.measures.circumstances import NUTRITION
from omsorgstall.register import register_schemas
from omsorgstall.statistics import draft_release, table_definitions
from omsorgstall.tables import INNER_SCHEMA
from tests.twins import national
from tests.twins import tables as twin

YEARS = (2018, 2021)
PLACES = ("4204", "4215", "0301", "5001", "1103", "4601", "5601")
WAITED = (-3, 0, 15, 16, 30, 31)
KINDS = (1, 2, 3, 4, 5, 6, 8, 12, 14, 15, 16, 18, 19, 21, 22, 26, 29)


def history(chance, year, who, municipality):
    """One person's rows in one submission, by table."""
    birth = chance.choice([None, *range(1915, 2015, 3)])
    district = chance.choice([None, "01", "7", f"{municipality}02", "030105"])
    death = chance.choice([None] * 8 + [date(year, 5, 5), date(year - 1, 5, 5)])
    keys = {"municipality": municipality, "reported_municipality": municipality, "data_year": year, "pseudonym": who, "line": 1}
    person = {**keys, "birth_year": birth, "death_date": death, "district": district, "sex": 2}
    rows = {"person": [person], "service": [service(chance, year, keys, n) for n in range(chance.randint(0, 4))]}
    beside = random.Random(f"{year} {who} {municipality} {birth}")
    person["household"] = beside.choice([None, 1, 1, 2, 3, 7])
    for done in ("medication_review_date", "doctor_assessed", "dental_assessed"):
        person[done] = beside.choice([None, date(year, 1, 1), date(year - 1, 12, 31), date(year, 9, 9)])
    asked = {name: beside.choice([None, 1, 2, 9]) for name in NUTRITION}
    rows["nutrition"] = [{**keys, **asked}] if beside.random() < 0.7 else []
    scores = {v.id.lower(): beside.choice([1, 2, 3, 4, 5, 9, None]) for v in function_variables()}
    rows["assessment"] = [{**keys, "assessment_date": date(year, beside.randint(1, 12), 1), **scores}]
    return rows


def service(chance, year, keys, number):
    start = date(year - 1, 6, 1) + timedelta(days=chance.randint(-300, 700))
    length = chance.choice([None, None, chance.randint(-5, 30), chance.randint(0, 500)])
    return {
        **keys,
        "service_id": f"{keys['pseudonym']}-{number}",
        "service_type": chance.choice(KINDS),
        "outcome": chance.choice([1, 1, 1, 3, 2, None]),
        "start_date": chance.choice([start] * 9 + [None]),
        "end_date": None if length is None else start + timedelta(days=length),
        "weekly_hours": chance.choice([None, 1.5, 7.0, 35.5]),
        "organisation_number": chance.choice([None, "999"]),
        "added": chance.choice([None, True, False]),
        "decision_date": random.Random(f"{keys} {number} {start}").choice([None, *(start - timedelta(days=n) for n in WAITED)]),
    }


def random_register(seed):
    chance = random.Random(seed)
    rows = defaultdict(list)
    for year in YEARS:
        for number in range(40):
            for municipality in chance.sample(PLACES, chance.choice([1, 1, 1, 2, 3, 6])):
                for name, mine in history(chance, year, f"p{number}", municipality).items():
                    rows[name] += mine
    return {n: pa.Table.from_pylist(rows[n], s.arrow()) for n, s in register_schemas().items()}


def drawn(engine, register, ids=("11642", "11643", "11645")):
    delivered = {year: frozenset(PLACES) for year in YEARS}
    chosen = [table_definitions()[i] for i in ids]
    tables = engine.from_arrow(register)
    return draft_release(engine, tables, edition="t", years=YEARS, delivered=delivered, lineage={}, definitions=chosen)


def figures(draft, content):
    """Cells that are not zero, by codes."""
    values = draft.values[content]
    codes = [d.codes() for d in draft.model.dimensions]
    return {
        tuple(c[i] for c, i in zip(codes, where, strict=True)): float(values[tuple(where)]) for where in np.argwhere(values > 0)
    }


def shown(expected, draft, content):
    """The twin's cells the table can tell: a city has no districts in years when no district was reported."""
    index = [d.index() for d in draft.model.dimensions]
    regions = index[0]
    told = {c: n for c, n in expected.items() if c[0] in regions}
    return {
        c: n for c, n in told.items() if not np.isnan(draft.values[content][tuple(i[k] for i, k in zip(index, c, strict=True))])
    }


@pytest.mark.parametrize("seed", range(3))
def test_users_are_those_counted_one_by_one(duckdb_engine, seed):
    register = random_register(seed)
    release = drawn(duckdb_engine, register)
    during, _, year_end = release.tables
    assert figures(during, "Brukere") == shown(twin.users(register), during, "Brukere")
    assert figures(year_end, "Brukere") == shown(twin.users(register, at_year_end=True), year_end, "Brukere")


NATIONAL = {
    ("06969", "Mottakere"): lambda register: national.by_group(register, "age"),
    ("06971", "Mottakere"): lambda register: national.by_group(register, "need"),
    ("06972", "Mottakere"): national.of_home_services,
    ("12003", "Brukere"): lambda register: national.with_units(register, national.KOSTRA),
    ("04469", "Beboere"): lambda register: national.with_units(register, {"29": {29}}),
    ("06975", "Brukere"): lambda register: national.mean_hours(register, "age", "household")[1],
    ("06967", "Brukere"): lambda register: national.mean_hours(register, "need", "household")[1],
    ("06975", "Timer"): lambda register: national.mean_hours(register, "age", "household")[0],
    ("06967", "Timer"): lambda register: national.mean_hours(register, "need", "household")[0],
    ("12656", "Brukere"): national.by_wait,
    ("12752", "Legemiddelgjennomgang"): lambda register: national.by_answer(register, "medication_review"),
    ("12752", "LavKroppsmasseindeks"): lambda register: national.by_answer(register, "low_bmi"),
    ("12752", "Vekttap"): lambda register: national.by_answer(register, "weight_loss"),
    ("12752", "RedusertMatinntak"): lambda register: national.by_answer(register, "reduced_intake"),
    ("OT002", "VurdertAvLege"): lambda register: national.by_answer(register, "doctor_assessed"),
    ("OT002", "VurdertAvTannhelse"): lambda register: national.by_answer(register, "dental_assessed"),
    ("OT002", "TegnPaaUnderernaering"): lambda register: national.by_answer(register, "undernutrition"),
    ("OT003", "HoyTimeinnsats"): national.by_effort,
}
"""Content of the further national tables, and the twin that counts it."""


@pytest.fixture(scope="module", params=range(2))
def national_tables(request, duckdb_engine):
    register = random_register(request.param)
    release = drawn(duckdb_engine, register, sorted({table_id for table_id, _ in NATIONAL}))
    return register, {t.model.id: t for t in release.tables}


@pytest.mark.parametrize(("table_id", "content"), NATIONAL)
def test_the_further_national_tables_are_those_counted_one_by_one(national_tables, table_id, content):
    register, made = national_tables
    expected = shown(NATIONAL[table_id, content](register), made[table_id], content)
    assert figures(made[table_id], content) == pytest.approx(expected)
    assert len(expected) > 20


def test_the_order_of_rows_changes_nothing(duckdb_engine):
    register = random_register(11)
    turned = {name: table.take(pa.array(range(table.num_rows - 1, -1, -1), pa.int64())) for name, table in register.items()}
    assert drawn(duckdb_engine, register).inner.equals(drawn(duckdb_engine, turned).inner)


@pytest.mark.slow
@pytest.mark.spark
@pytest.mark.parametrize(("ids", "least"), [(("11642",), 200), (tuple(table_definitions()), 500)], ids=["one", "all"])
def test_tables_are_the_same_on_spark_and_duckdb(duckdb_engine, spark_engine, ids, least):
    register = random_register(7)
    here, there = (drawn(engine, register, ids) for engine in (duckdb_engine, spark_engine))
    assert here.inner.schema.equals(INNER_SCHEMA)
    assert here.inner.num_rows > least
    assert there.inner.equals(here.inner)
    for one, other in zip(here.tables, there.tables, strict=True):
        for content in one.values:
            np.testing.assert_array_equal(one.values[content], other.values[content])


@pytest.fixture(scope="module")
def together(duckdb_engine):
    return {t.model.id: t for t in drawn(duckdb_engine, random_register(3), tuple(table_definitions())).tables}


@pytest.mark.parametrize("table_id", table_definitions())
def test_a_table_made_alone_has_the_figures_it_has_with_the_others(duckdb_engine, together, table_id):
    for alone in drawn(duckdb_engine, random_register(3), (table_id,)).tables:
        for content in alone.values:
            assert figures(alone, content) == shown(figures(together[table_id], content), alone, content)
