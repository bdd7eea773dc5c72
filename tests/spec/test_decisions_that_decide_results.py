"""The hand-worked examples of ``docs/explanation/decisions-that-decide-results.md``, and of need and waiting on every engine."""

import re
from datetime import date, datetime
from functools import cache
from pathlib import Path

import pyarrow as pa
import pytest

from omsorgstall.measures import REVIEWS, SERVICE_FACTS, Settings, decisions, person_facts, populations, service_facts
from omsorgstall.measures.days import EPOCH, day_number
from omsorgstall.measures.need import with_need
from omsorgstall.measures.period import Period
from omsorgstall.measures.waiting import handling_days, waiting_band, waiting_days
from omsorgstall.register.person_tables import ASSESSMENT
from omsorgstall.register.schemas import register_schemas, snapshot_schema
from tests.drawn_tables import TABLE, drawn
from tests.register_rows import register_tables

PAGE = Path(__file__).parents[2] / "docs" / "explanation" / "decisions-that-decide-results.md"
KEYS = ("pseudonym", "municipality", "service_type", "day", "first", "entered", "measure", "place")
THE_YEAR = Period(date(2021, 1, 1), date(2021, 12, 31))
POPULATIONS = {
    "decisions made": (populations.decisions_made, THE_YEAR),
    "long term starts": (populations.long_term_starts, THE_YEAR),
    "services before long term": (populations.services_before_long_term, THE_YEAR),
    "long term residents": (populations.long_term_residents, THE_YEAR.last),
    "long term durations": (populations.long_term_durations, THE_YEAR),
    "short stays": (populations.short_stays, THE_YEAR),
    "coercion measures": (populations.coercion_measures, THE_YEAR),
    "rehabilitation stays": (populations.rehabilitation_stays, THE_YEAR),
    "paired scores": (populations.paired_scores, THE_YEAR),
    "function changes": (populations.function_changes, THE_YEAR),
    "readmissions": (populations.readmissions, THE_YEAR),
}
DAYS = ("day", "since", "first", "last", "start_assessed", "end_assessed", "first_day")
"""Columns with day numbers, drawn as dates."""


def examples():
    """The tables of each section that has an expected result, by the section's title."""
    sections = re.split(r"^##+ ", PAGE.read_text("utf-8"), flags=re.MULTILINE)[1:]
    found = {s.splitlines()[0]: {name: drawn(table) for name, table in TABLE.findall(s)} for s in sections}
    return {title: tables for title, tables in found.items() if tables}


def params(kind):
    return [pytest.param(title, tables[kind], id=title) for title, tables in examples().items() if kind in tables]


@cache
def facts(engine):
    """Service facts and person facts of all examples, made at once: by kind and title. Each example has its own persons."""
    arrow = register_tables(**{name: _of_all(name) for name in register_schemas()})
    arrow["snapshot"] = pa.Table.from_pylist(_of_all("snapshot"), snapshot_schema())
    tables = engine.from_arrow(arrow)
    columns = (*SERVICE_FACTS, "waiting")
    services = engine.materialise(service_facts(tables, Settings(), engine.materialise, columns), "service facts")
    persons = person_facts(tables, Settings(), services, ("household", *REVIEWS))
    made = {"service facts": services, "person facts": persons}
    return {kind: _by_title(engine.run(expr, kind).to_pylist()) for kind, expr in made.items()}


def _by_title(rows):
    found = {title: [] for title in examples()}
    for row in rows:
        title, row["pseudonym"] = row["pseudonym"].split("/")
        found[title].append(row)
    return found


def _of_all(name):
    return [_mine(row, title) for title, tables in examples().items() for row in tables.get(name, [])]


def _mine(row, title):
    times = {k: datetime.combine(v, datetime.min.time()) for k, v in row.items() if k.endswith("_at") and v}
    return row | times | {"pseudonym": f"{title}/{row.get('pseudonym', 'P')}"}


def assert_same(found, expected):
    """The found rows have the expected values in the columns that the example shows."""
    columns = list(expected[0])
    names = [k for k in KEYS if k in columns]
    rows = sorted(({c: row[c] for c in columns} for row in found), key=lambda r: [str(r[n]) for n in names])
    wanted = sorted(expected, key=lambda r: [str(r[n]) for n in names])
    assert rows == [{c: pytest.approx(v) if isinstance(v, float) else v for c, v in row.items()} for row in wanted]


@pytest.mark.parametrize(("title", "expected"), params("service facts"))
def test_services_are_counted_as_the_page_says(duckdb_engine, title, expected):
    assert_same(facts(duckdb_engine)["service facts"][title], expected)


@pytest.mark.parametrize(("title", "expected"), params("person facts"))
def test_persons_are_counted_as_the_page_says(duckdb_engine, title, expected):
    assert_same(facts(duckdb_engine)["person facts"][title], expected)


@cache
def counted(engine, kind):
    """A population of all examples, made at once: by title."""
    arrow = register_tables(**{name: _of_all(name) for name in register_schemas() if name != "event"})
    build, when = POPULATIONS[kind]
    return _by_title(engine.run(build(engine.from_arrow(arrow), Settings(), when, engine.materialise), kind).to_pylist())


@pytest.mark.parametrize(("kind", "title", "expected"), [(kind, *param.values) for kind in POPULATIONS for param in params(kind)])
def test_populations_are_as_the_page_says(duckdb_engine, kind, title, expected):
    found = counted(duckdb_engine, kind)[title]
    assert_same([row | {c: _as_date(row[c]) for c in DAYS if c in row} for row in found], expected)


def _as_date(number):
    return None if number is None else date.fromordinal(number + EPOCH)


@pytest.mark.parametrize(("title", "scores"), params("need"))
def test_need_is_as_the_page_says(engine, title, scores):
    expected = [row | {"municipality": str(n)} for n, row in enumerate(scores)]
    rows = [{"data_year": 2021, "pseudonym": "P"} | row for row in expected]
    assessments = engine.from_arrow({"a": pa.Table.from_pylist(rows, schema=ASSESSMENT.arrow())})["a"].mutate(assessed=0)
    found = engine.run(with_need(assessments, Settings().need_profile), "need")
    assert_same(found.to_pylist(), [{k: row[k] for k in ("municipality", "need")} for row in expected])


@pytest.mark.parametrize(("title", "expected"), params("waiting"))
def test_waiting_is_as_the_page_says(engine, title, expected):
    dates = pa.schema([(c, pa.date32()) for c in ("application_date", "decision_date", "start_date")])
    t = engine.from_arrow({"t": pa.Table.from_pylist(expected, schema=dates)})["t"]
    waited = waiting_days(day_number(t.decision_date), day_number(t.start_date))
    band = waiting_band(waited, Settings())
    handled = handling_days(day_number(t.application_date), day_number(t.decision_date))
    found = engine.run(t.mutate(waiting_days=waited, waiting_band=band, handling_days=handled), "waiting").to_pylist()
    assert sorted(found, key=str) == sorted(expected, key=str)


def test_every_default_has_its_section():
    pages = "\n".join(page.read_text("utf-8") for page in PAGE.parent.glob("*.md"))
    assert [name for name in decisions() if f"`{name}`" not in pages] == []


def test_an_example_without_result_does_not_exist():
    results = {"service facts", "person facts", "need", "waiting", *POPULATIONS}
    assert [title for title, tables in examples().items() if not results & set(tables)] == []
