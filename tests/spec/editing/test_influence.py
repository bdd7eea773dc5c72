"""A fault of one municipality that distorts a national figure stands first on the work list.

In the national report for 2022 one municipality's hours of user-controlled personal assistance (BPA, service 3) were hours a
month, not hours a week. It distorted the national figure and was found too late.
"""

from functools import cache

import pytest

from omsorgstall.codes import municipalities
from omsorgstall.editing import municipality_reports, review, reviewed_tables, work_list
from omsorgstall.editing.reports import band
from omsorgstall.statistics import Facts, draft_from_facts
from tests.facts import service_facts
from tests.register_rows import register_tables

YEAR, BPA, HOME_CARE = 2022, 3, 15
GROUP = sorted(m.number for m in municipalities().values() if m.kostra_group == "01")
MIDDLE = GROUP[17]
"""A municipality of middle size: 20 of the users of BPA in the group."""
MONTH = 4.33


def hours_of(place, year, wrong_in):
    """Hours of BPA of one user during a year: 1500, a little more or less by municipality and year."""
    each = 1500.0 * (1 + 0.02 * ((place + year) % 5 - 2))
    return each * MONTH if GROUP[place] == MIDDLE and year in wrong_in else each


def drawn_country(wrong_in):
    """Each municipality has 5 to 25 users of BPA and twice as many of home care, in both years."""
    rows = []
    for place, number in enumerate(GROUP):
        users = 20 if number == MIDDLE else 5 + (place * 7) % 21
        for year in (YEAR - 1, YEAR):
            who = {"data_year": year, "municipality": number}
            for n in range(users):
                hours = hours_of(place, year, wrong_in)
                rows.append({**who, "pseudonym": f"b{n}", "service_type": BPA, "hours": hours, "hours_raw": hours})
            for n in range(2 * users):
                hours = 200.0 * (1 + 0.01 * ((place * 3 + year) % 7 - 3))
                rows.append({**who, "pseudonym": f"h{n}", "service_type": HOME_CARE, "hours": hours, "hours_raw": hours})
    return rows


@pytest.fixture(scope="module")
def reviewed(duckdb_engine):
    """The review of the drawn country with the fault in the years given, and its hours of BPA; each is made once."""
    return cache(lambda *wrong_in: _reviewed(duckdb_engine, frozenset(wrong_in)))


def _reviewed(engine, wrong_in):
    rows = drawn_country(wrong_in)
    tables = engine.from_arrow({"facts": service_facts(*rows), **register_tables()})
    years = (YEAR - 1, YEAR)
    draft = draft_from_facts(
        engine,
        [Facts(tables.pop("facts"), None)],
        edition="review",
        years=years,
        delivered={year: frozenset(GROUP) for year in years},
        lineage={"vintage": "drawn"},
        definitions=reviewed_tables(),
    )
    national = sum(r["hours"] for r in rows if r["data_year"] == YEAR and r["service_type"] == BPA)
    return review(engine, tables, draft, YEAR), national


def test_hours_a_month_in_one_municipality_stand_first_with_the_share_of_the_national_figure_they_move(reviewed):
    found, national = reviewed(YEAR)
    wrong = 20 * hours_of(GROUP.index(MIDDLE), YEAR, {YEAR})
    moved = (wrong - wrong / MONTH) / national
    first = found.cases[0]
    assert (first.lead.municipality, first.lead.figure, first.lead.service) == (MIDDLE, "hours", "03")
    assert {f.control for f in first.findings} == {"E01", "E05", "E06", "E07"}
    assert {f.control: f.influence for f in first.findings}["E06"] == pytest.approx(moved)
    assert all(f.influence == pytest.approx(moved, rel=0.06) for f in first.findings)
    item = work_list(found).content["items"][0]
    assert item["suggested"] == pytest.approx(wrong / MONTH)
    assert item["about"]["nb"] == "timer i måneden"
    assert moved > 0.04  # one of 40 municipalities moves the national figure by more than 4 per cent


def test_nothing_else_is_on_the_list(reviewed):
    assert [c.lead.municipality for c in reviewed(YEAR)[0].cases] == [MIDDLE]


def test_a_fault_of_both_years_is_found_beside_the_group(reviewed):
    found, _ = reviewed(YEAR - 1, YEAR)
    assert [(c.lead.municipality, [f.control for f in c.findings]) for c in found.cases] == [(MIDDLE, ["E05"])]


def test_without_a_fault_the_list_is_empty(reviewed):
    found, _ = reviewed()
    assert found.findings == ()
    assert sum(o.judged for o in found.outcomes) > 300


def test_a_municipality_is_told_its_own_figures_and_no_number_of_others(reviewed):
    found, national = reviewed(YEAR)
    reports = {r.owner: r for r in municipality_reports(found)}
    assert sorted(reports) == GROUP
    assert [o for o, r in reports.items() if r.content["findings"]] == [MIDDLE]
    told = {f["control"]: f for f in reports[MIDDLE].content["findings"]}
    assert told["E05"]["expected"] is None
    assert told["E06"]["expected"] == pytest.approx(told["E06"]["value"] / MONTH)
    assert told["E05"]["side"] == "above"
    assert told["E06"]["influence_band"] == band(found.cases[0].lead.influence)
    numbers = {v for f in told.values() for v in f.values() if isinstance(v, float)}
    assert not any(n == pytest.approx(national) for n in numbers)
