"""What findings do to figures: small tables with a fault in, the estimate out. Each case is a municipality of its own."""

from datetime import date

import pytest

from omsorgstall.codes import municipalities
from omsorgstall.engine import Engine
from omsorgstall.intake import rules
from omsorgstall.quality import Submitted, found_in
from omsorgstall.quality.effects import ALL_SERVICES, Amounts, effects
from omsorgstall.quality.methods import Method, estimate
from omsorgstall.statistics import draft_release, table_definitions
from tests.register_rows import YEAR, register_tables
from tests.spec.quality.drawn import HOME_CARE, LONG_STAY, MEALS, findings, service

WHOLE_YEAR = 365.0
"""Hours of seven a week through a year."""
NUMBERS = sorted(municipalities())


def mark(rule, line=1, table="service", **more):
    return {"rule_id": rule, "table": table, "record": f"t{line}" if table in ("service", "stay") else "b1", "line": line, **more}


def amounts(users, users_at_year_end, hours):
    """Amounts of a service that nothing excludes."""
    return Amounts(users, users_at_year_end, hours, hours)


STAY = {"service_type": LONG_STAY, "weekly_hours": None}
CASES = {
    "a service after death is worth the figures that rest on it alone": (
        {"service": [service(1), service(2, service_type=MEALS, weekly_hours=None)]},
        [mark("C24")],
        # the meals make her a user all the same
        {("C24", HOME_CARE): amounts(1, 1, WHOLE_YEAR), ("C24", ALL_SERVICES): amounts(0, 0, WHOLE_YEAR)},
    ),
    "a person whose every record is doubted is lost": (
        {"service": [service(1)]},
        [mark("C24")],
        {("C24", s): amounts(1, 1, WHOLE_YEAR) for s in (HOME_CARE, ALL_SERVICES)},
    ),
    "a doubted stay is worth its bed-days, and the hours it kept away": (
        # From 1 July there are 184 days: 183 nights, and the first day excludes no home service.
        {"service": [service(1), service(2, start_date=date(YEAR, 7, 1), **STAY)]},
        [mark("C22", 2)],
        {
            ("C22", LONG_STAY): Amounts(users=1, users_at_year_end=1, bed_days=183),
            ("C22", HOME_CARE): Amounts(hours=-183),
            ("C22", ALL_SERVICES): Amounts(hours=-183, bed_days=183),
        },
    ),
    "a home service during a stay gives hours with overlap, and a user at the end of the year": (
        {"service": [service(1), service(2, start_date=date(YEAR, 7, 1), **STAY)]},
        [mark("C23")],
        {
            ("C23", HOME_CARE): Amounts(users_at_year_end=1, hours_with_overlap=183),
            ("C23", ALL_SERVICES): Amounts(hours_with_overlap=183),
        },
    ),
    "hours of a month are worth three quarters of them": (
        {"service": [service(1, weekly_hours=28.0)]},
        [mark("C19")],
        {("C19", s): amounts(0, 0, 3 * WHOLE_YEAR) for s in (HOME_CARE, ALL_SERVICES)},
    ),
    "a record without hours lacks the mean of the municipality's others": (
        {
            "service": [
                service(1, weekly_hours=None),
                service(2, pseudonym="Q", weekly_hours=14.0),
                service(3, pseudonym="R", weekly_hours=7.0),
            ]
        },
        [mark("C15")],
        {("C15", s): amounts(0, 0, -1.5 * WHOLE_YEAR) for s in (HOME_CARE, ALL_SERVICES)},
    ),
    "a record that does not count lacks a person only when she has no other": (
        {"service": [service(1, start_date=None), service(2, pseudonym="Q", start_date=None), service(3, pseudonym="Q")]},
        [mark("C10", 1), mark("C10", 2)],
        {("C10", s): Amounts(users=-1) for s in (HOME_CARE, ALL_SERVICES)},
    ),
    "persons left out are lacking": (
        {"service": [service(3)]},
        [mark("N09", table="person"), mark("N09", 2, table="person")],
        {("N09", ALL_SERVICES): Amounts(users=-2)},
    ),
    "a fault that moves nothing has no difference": (
        {"service": [service(1)], "assessment": [{"line": 5}, {"line": 6, "pseudonym": "nobody counted"}]},
        [mark("C05", n, table="assessment", field="f02") for n in (5, 6)],
        {},
    ),
    "two rules are reckoned each by itself": (
        {"service": [service(1)]},
        [mark("C24"), mark("C25")],
        {(rule, s): amounts(1, 1, WHOLE_YEAR) for rule in ("C24", "C25") for s in (HOME_CARE, ALL_SERVICES)},
    ),
}
PLACES = dict(zip(CASES, NUMBERS, strict=False))


def drawn():
    """The tables of all cases, and their findings."""
    tables, submitted = {}, []
    for name, (rows, marks, _) in CASES.items():
        own = {"municipality": PLACES[name], "reported_municipality": PLACES[name]}
        for table, given in rows.items():
            tables.setdefault(table, []).extend(own | {"pseudonym": f"P{PLACES[name]}"} | row for row in given)
        submitted.append(Submitted(PLACES[name], YEAR, findings(*marks)))
    return register_tables(**tables), found_in(submitted)


@pytest.fixture(scope="module")
def made():
    tables, found = drawn()
    with Engine.local() as engine:
        yield effects(engine, engine.from_arrow(tables), found, YEAR)


@pytest.mark.parametrize("name", CASES)
def test_an_effect_is_what_the_case_says(made, name):
    reckoned = {(rule, s): d for (m, rule, s), d in made.differences.items() if m == PLACES[name]}
    expected = CASES[name][2]
    assert set(reckoned) == set(expected)
    assert all(not (reckoned[key] - expected[key]) for key in expected)


def test_persons_with_a_fault_are_those_who_count(made):
    place = PLACES["a fault that moves nothing has no difference"]
    assert made.persons[place, "C05"] == 1
    assert made.concerned("C24") == 3


def test_the_national_effect_is_the_sum_of_the_municipalities(made):
    assert made.national("C24", HOME_CARE).hours == pytest.approx(3 * WHOLE_YEAR)
    assert made.national("C24").users == 2


def test_every_engine_estimates_alike(engine, made):
    tables, found = drawn()
    other = effects(engine, engine.from_arrow(tables), found, YEAR)
    assert other.persons == made.persons
    assert set(other.differences) == set(made.differences)
    assert all(not (other.differences[key] - amounts) for key, amounts in made.differences.items())


def test_the_figures_are_those_of_the_tables(made):
    tables, _ = drawn()
    chosen = [table_definitions()[t] for t in ("11642", "11643", "11644", "11645")]
    delivered = {YEAR: frozenset(PLACES.values())}
    with Engine.local() as engine:
        opened = engine.from_arrow(tables)
        draft = draft_release(engine, opened, edition="x", years=[YEAR], delivered=delivered, lineage={}, definitions=chosen)
    for (municipality, code), amounts in made.figures.items():
        told = {d.model.id: figure_of(d, municipality, f"{code:02d}") for d in draft.tables}
        assert (amounts.users, amounts.users_at_year_end) == (told["11642"], told["11645"])
        if code != ALL_SERVICES:
            assert amounts.hours == pytest.approx(told["11643"])
            assert amounts.bed_days == pytest.approx(told["11644"])


def figure_of(draft, municipality, service_code):
    """The first content of a table at a place; 0 where the table does not show the service."""
    codes = {"Region": municipality, "Tjeneste": service_code}
    place = []
    for dimension in draft.model.dimensions:
        index = dimension.index().get(codes.get(dimension.id, dimension.elimination or str(YEAR)))
        if index is None:
            return 0
        place.append(index)
    return float(draft.values[draft.model.contents[0].id][tuple(place)])


def test_every_rule_with_a_method_exists_and_can_move_a_table():
    assert set(estimate().methods) <= set(rules())
    assert estimate().by_need | estimate().by_step <= set(rules())
    assert all((estimate().method(rule) is Method.REACH) or estimate().tables(rule) for rule in rules())
