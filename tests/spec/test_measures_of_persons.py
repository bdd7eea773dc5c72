"""The hand-worked examples of the pages on measures of persons, round-the-clock care and target groups.

Each example has its own persons and its own municipality numbers, so that all can be run at once.
"""

from datetime import date
from functools import cache
from pathlib import Path

import pyarrow as pa
import pytest

from omsorgstall.intake.dwelling_list import dwelling_schema
from omsorgstall.measures import Settings
from omsorgstall.measures.high_effort import high_effort
from omsorgstall.measures.indicators import indicator_counts, indicator_states, indicators
from omsorgstall.measures.round_the_clock import definitions, round_the_clock
from omsorgstall.measures.stair_steps import stair_steps
from omsorgstall.measures.target_groups import UNCLASSIFIED, default_grouping, target_groups
from omsorgstall.measures.turnover import turnover
from omsorgstall.register.schemas import register_schemas
from tests.drawn_tables import TEXT_COLUMNS, examples_of
from tests.register_rows import register_tables

FOLDER = Path(__file__).parents[2] / "docs" / "explanation"
PAGES = [FOLDER / f"{name}.md" for name in ("measures-of-persons", "round-the-clock-care", "target-groups")]
UNITS = pa.schema(
    [
        ("organisation_number", pa.string()),
        ("industry_code", pa.string()),
        ("active_from", pa.date32()),
        ("active_to", pa.date32()),
    ]
)
LISTS = {"dwelling": dwelling_schema(), "unit": UNITS}
REGISTER = [table for name, table in register_schemas().items() if name != "edit"]
TEXTS = (TEXT_COLUMNS - {"need"}) | {f.name for schema in LISTS.values() for f in schema if f.type == pa.string()}
MEASURES = {
    "high effort": high_effort,
    "round the clock": round_the_clock,
    "indicators": indicator_states,
    "stair steps": stair_steps,
    "target groups": target_groups,
    "turnover": lambda tables, settings, _: turnover(tables, settings),
    "indicator counts": lambda tables, settings, on: indicator_counts(indicator_states(tables, settings, on), ["municipality"]),
}
KEYS = ("data_year", "municipality", "pseudonym")


@cache
def examples():
    found = {}
    for page in PAGES:
        found |= examples_of(page, TEXTS)
    return {title: tables for title, tables in found.items() if set(tables) & set(MEASURES)}


def day_of(title):
    return examples()[title].get("on", [{"date": None}])[0]["date"]


def moved(title, number):
    """The municipality number of the example that stands for the one the page names."""
    return f"{list(examples()).index(title):02d}{number[2:]}"


def of_register(title, row):
    municipality = row.get("municipality", "4204")
    places = {"municipality": municipality, "reported_municipality": row.get("reported_municipality", municipality)}
    return row | {k: moved(title, v) for k, v in places.items()} | {"pseudonym": f"{title}/{row.get('pseudonym', 'P')}"}


def of_list(title, row):
    return row | ({"municipality": moved(title, row["municipality"])} if row.get("municipality") else {})


@cache
def measured(engine, kind, day):
    """The rows of a measure over all examples of a day, by title."""
    mine = {title: tables for title, tables in examples().items() if day_of(title) == day}
    rows = {t.name: [of_register(title, r) for title, ts in mine.items() for r in ts.get(t.name, [])] for t in REGISTER}
    listed = {n: [of_list(title, r) for title, ts in mine.items() for r in ts.get(n, [])] for n in LISTS}
    tables = register_tables(**rows) | {n: pa.Table.from_pylist(listed[n], schema) for n, schema in LISTS.items()}
    found = {title: [] for title in mine}
    titles = {moved(title, "0000")[:2]: title for title in mine}
    for row in engine.run(MEASURES[kind](engine.from_arrow(tables), Settings(), day), kind).to_pylist():
        found[titles[row["municipality"][:2]]].append(row)
    return found


CASES = [
    pytest.param(title, kind, id=f"{kind}: {title}")
    for title, tables in examples().items()
    for kind in MEASURES
    if kind in tables
]


@pytest.mark.parametrize(("title", "kind"), CASES)
def test_persons_are_measured_as_the_page_says(duckdb_engine, title, kind):
    expected = examples()[title][kind]
    names = [n for n in ("data_year", "pseudonym", "stair_step", "indicator") if n in expected[0]]
    found = [plain(title, row) for row in measured(duckdb_engine, kind, day_of(title))[title]]
    if kind == "indicator counts":
        found = [row for row in found if row["indicator"] in {r["indicator"] for r in expected}]
    rows = sorted(({c: row[c] for c in expected[0]} for row in found), key=lambda r: [str(r[n]) for n in names])
    wanted = sorted(expected, key=lambda r: [str(r[n]) for n in names])
    assert rows == [{c: pytest.approx(v) if isinstance(v, float) else v for c, v in row.items()} for row in wanted]


def plain(title, row):
    """The row with the names of the page."""
    named = row | {"municipality": f"42{row['municipality'][2:]}"}
    return named | ({"pseudonym": row["pseudonym"].split("/")[1]} if "pseudonym" in row else {})


def test_every_example_has_a_result():
    drawn = {title for page in PAGES for title in examples_of(page, TEXTS)}
    assert drawn == set(examples())


class TestDefinitionsOfRoundTheClockCare:
    def test_there_are_nine_with_name_and_meaning_in_three_languages(self):
        assert [d.id[:2] for d in definitions().values()] == [f"d{n}" for n in range(1, 10)]
        assert all(t.nb and t.nn and t.en for d in definitions().values() for t in (d.name, d.meaning))

    def test_what_submissions_do_not_carry_is_named(self):
        assert definitions()["d5_kpr"].not_submitted == ()
        assert definitions()["d2_housing_bank"].not_submitted == ("place_type", "decision_round_the_clock")
        assert definitions()["d7_municipal_practice"].not_submitted == ("local_round_the_clock",)

    def test_every_definition_stands_on_the_page(self):
        page = PAGES[1].read_text("utf-8")
        assert [name for name in definitions() if f"`{name}`" not in page] == []


class TestIndicators:
    def test_each_tells_numerator_and_denominator_in_three_languages(self):
        texts = [t for i in indicators().values() for t in (i.name, i.numerator, i.denominator)]
        assert all(t.nb and t.nn and t.en for t in texts)

    def test_every_indicator_stands_on_the_page(self):
        page = PAGES[0].read_text("utf-8")
        assert [name for name in indicators() if f"`{name}`" not in page] == []


class TestTargetGroups:
    def test_the_grouping_says_that_it_is_assumed(self):
        assert default_grouping().assumed

    def test_no_diagnosis_points_at_two_groups(self):
        ranges = [
            (system, first, last, g.id)
            for g in default_grouping().groups
            for system, listed in g.diagnoses
            for first, last in listed
        ]
        both = [(a, b) for a in ranges for b in ranges if a[3] < b[3] and a[0] == b[0] and a[1] <= b[2] and b[1] <= a[2]]
        assert both == []

    def test_the_page_shows_the_grouping_as_it_is(self):
        page = PAGES[2].read_text("utf-8")
        for group in default_grouping().groups:
            [line] = [x for x in page.splitlines() if x.startswith(f"| `{group.id}`")]
            shown = line.replace("–", "-").replace(".", "")
            named = [first if first == last else f"{first}-{last}" for _, listed in group.diagnoses for first, last in listed]
            assert all(code in shown for code in (*named, *group.industries))
            assert group.ages is None or str(group.ages[0]) in line
        assert UNCLASSIFIED not in {g.id for g in default_grouping().groups}


def test_days_of_examples_lie_in_the_years_of_their_rows():
    for title, tables in examples().items():
        years = {row.get("data_year", 2021) for name, rows in tables.items() if name in register_schemas() for row in rows}
        day = day_of(title)
        assert not isinstance(day, date) or day.year in years
