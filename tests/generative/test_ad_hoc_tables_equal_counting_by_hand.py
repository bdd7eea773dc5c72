"""Ad hoc tables of random descriptions: each reading gives back what was written, and every cell is that of plain loops."""

from datetime import date
from itertools import combinations
from random import Random

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from omsorgstall.core import OmsorgstallError
from omsorgstall.measures.period import Period
from omsorgstall.statistics.sum_reports import Request, asked, count
from omsorgstall.statistics.sum_reports.ad_hoc import AD_HOC
from omsorgstall.statistics.sum_reports.request_text import NAMES as NAMES_OF_FIELDS
from omsorgstall.statistics.sum_reports.request_text import from_plain, from_query, from_yaml, to_plain, to_query, to_yaml
from tests.generative.test_sum_reports_equal_counting_by_hand import LAST, ROWS, random_register, seen_on
from tests.twins import sum_reports as twin

NAMES = st.sampled_from(["Alder", "Kjonn", "Behov", "Tjeneste", "Åpent & fritt=1"])
SOME = st.lists(NAMES, max_size=3, unique=True).map(tuple)
NUMBERS = st.lists(st.integers(0, 120), max_size=3, unique=True).map(tuple)
DATES = st.dates(date(2010, 1, 1), date(2030, 12, 31))
REQUESTS = st.builds(
    Request,
    report=st.sampled_from([AD_HOC, "S01"]),
    dates=st.lists(DATES, max_size=2).map(tuple),
    periods=st.lists(st.tuples(DATES, DATES).map(lambda d: Period(min(d), max(d))), max_size=2).map(tuple),
    rows=NAMES,
    columns=st.sampled_from(["", "Behov", "Ingen"]),
    only=st.dictionaries(NAMES, st.lists(st.sampled_from(["1", "2", "000-017"]), min_size=1, max_size=2).map(tuple), max_size=2),
    services=NUMBERS,
    units=st.lists(st.sampled_from(["999111111", "0"]), max_size=2).map(tuple),
    age_breaks=NUMBERS,
    most_rows=st.integers(1, 40),
    split=SOME,
    figures=SOME,
    without=NUMBERS,
    diagnoses=st.lists(st.sampled_from(["P70", "F00-F03"]), max_size=2).map(tuple),
    assume=st.dictionaries(st.just("long_term.gap"), st.sampled_from(["60", "[3, 10]", "true"]), max_size=1),
    counts=st.sampled_from(["", "served", "decisions_made"]),
    shares=st.lists(st.sampled_from(["row", "total"]), max_size=2, unique=True).map(tuple),
    hours_only=st.booleans(),
    title=st.sampled_from(["", "Brukere: «alle», 50 %", "2022"]),
)


@settings(max_examples=60)
@given(REQUESTS)
def test_a_description_is_read_as_it_was_written(request):
    assert from_yaml(to_yaml(request)) == request
    assert from_query(to_query(request)) == request
    assert from_plain(to_plain(request)) == request


KEYS = st.sampled_from([*NAMES_OF_FIELDS, "x", 1])
LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
VALUES = LEAVES | st.lists(LEAVES, max_size=3) | st.dictionaries(st.text(max_size=4), LEAVES | st.lists(LEAVES), max_size=2)
TEXTS = st.text() | st.dictionaries(KEYS, VALUES, max_size=3).map(yaml.safe_dump)


@settings(max_examples=80)
@given(TEXTS | st.sampled_from(["[" * 5000, "a: &a [*a]", "? [a]\n: b"]), st.sampled_from([from_yaml, from_query]))
def test_any_text_describes_a_table_or_is_refused_with_what_to_do(any_text, read):
    found = None
    try:
        found = read(any_text)
    except OmsorgstallError as refused:
        found = refused.todo
    assert found


@pytest.fixture(scope="module")
def seen(duckdb_engine):
    register = random_register(11)
    return seen_on(duckdb_engine, register, LAST), twin.served(register, LAST)


DIMENSIONS = sorted(set(ROWS) - {"Kombinasjon", "Tjenestegruppe", "AntallTjenester"})
DRAWN = Random(7).sample([c for size in (1, 2, 3, 4) for c in combinations(DIMENSIONS, size)], 6)


@pytest.mark.parametrize("by", DRAWN, ids=" ".join)
def test_every_cell_of_a_random_table_is_that_of_counting_one_by_one(duckdb_engine, seen, by):
    found, people = seen
    chance = Random(" ".join(by))
    services = tuple(chance.sample([1, 2, 3, 6, 9, 15, 21, 29], 5))
    needs = chance.choice([(), ("1", "9"), ("1", "2", "3")])
    figures = ("Mottakere", "Tjenester", "Timer")
    request = Request(
        AD_HOC, (LAST,), rows=by[0], split=by[1:], services=services, figures=figures, only={"Behov": needs} if needs else {}
    )
    cells = count(duckdb_engine, found, asked(request)).cells.to_pylist()
    kept = {who: p for who, p in people.items() if not needs or p["need"] in needs}
    expected = twin.cube(kept, [ROWS[b] for b in by], services)
    places = [tuple(r[c] for c in ("municipality", *(f"at_{n}" for n in range(len(by))))) for r in cells]
    made = {place: (r["persons"], r["services"], r["seconds"]) for place, r in zip(places, cells, strict=True)}
    assert made == expected
    assert len(made) > 10
