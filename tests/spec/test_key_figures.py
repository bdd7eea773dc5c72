"""Key figures: worked by hand, hidden with their cells, between those of their members, explained."""

import csv
import math
import re
from functools import cache
from io import BytesIO, StringIO
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from omsorgstall.access import Grant, Scope
from omsorgstall.codes.population import LAST_YEAR
from omsorgstall.core import OmsorgstallError
from omsorgstall.disclosure.deriving import asked_of_memory, derive
from omsorgstall.publish.key_figures import KeyFigures, key_figures_csv, key_figures_excel, key_figures_html
from omsorgstall.statistics import draft_release, explain, table_definitions
from omsorgstall.statistics.coverage import Coverage
from omsorgstall.statistics.key_figures import KEY_FIGURES, key_figure_table, key_figures, not_made
from omsorgstall.tables import CellStatus, CellSum, DraftTable, OwnerTable, ReleasedTable
from omsorgstall.tables.derived import DENOMINATOR, NUMERATOR, VALUE, Cells, derived_cells
from tests.drawn_tables import drawn, lines_of
from tests.register_rows import register_tables
from tests.twins import derived as twin

PAGE = Path(__file__).parents[2] / "docs" / "explanation" / "key-figures.md"
TABLES = dict(re.findall(r"^([a-z]+):\n\n((?:\|.*\n)+)", PAGE.read_text("utf-8"), re.MULTILINE))
PLACES, HIDDEN = ("4204", "4215"), CellStatus.SUPPRESSED
CONTENTS = (NUMERATOR, DENOMINATOR, VALUE)


def rows(name):
    return [{**r, **{k: str(r[k]) for k in ("municipality", "service_id") if k in r}} for r in drawn(TABLES[name])]


USED = ("06969", "11645", "12003", "12293", "12656", "OT002", "OT003")
"""The tables that the figures worked by hand rest on."""


@cache
def draft(engine):
    """Their drafts, and the table of key figures."""
    given_rows = {name: rows(name) for name in ("person", "service", "nutrition")}
    for row in [r for found in given_rows.values() for r in found]:
        row["reported_municipality"] = row["municipality"]
    tables = {n: t for n, t in engine.from_arrow(register_tables(**given_rows)).items() if n != "event"}
    delivered = {2021: frozenset(PLACES)}
    chosen = [table_definitions()[t] for t in USED]
    made = draft_release(engine, tables, edition="t", years=[2021], delivered=delivered, lineage={}, definitions=chosen)
    return made.tables, key_figure_table([2021], Coverage(delivered, {}), {"vintage": "v"})


def cell(table, values, content, region, figure, year="2021"):
    where = {"Region": region, "Nokkeltall": figure, "Tid": year}
    return float(values[content][tuple(table.model.dimension(n).index()[c] for n, c in where.items())])


def test_key_figures_are_those_of_counting_by_hand(engine):
    tables, table = draft(engine)
    values, statuses = derived_cells(table, map(Cells.unprotected, tables))
    _, *lines = lines_of(TABLES["results"])
    assert len(lines) > 15
    for figure, region, *expected in lines:
        found = [cell(table, values, content, region, figure) for content in CONTENTS]
        assert found == pytest.approx([float(e or "nan") for e in expected], abs=5e-5, nan_ok=True), (figure, region)
    assert cell(table, statuses, VALUE, "4215", "doctor_12_months") == CellStatus.NOT_APPLICABLE


def released(source, draw):
    """A released table with statuses drawn at random."""
    statuses = {
        c.id: np.array(draw(st.lists(st.sampled_from([0, 0, 0, 1, 2, 3, 4]), min_size=n, max_size=n)), np.uint8).reshape(
            source.model.shape
        )
        for c in source.model.contents
        if c.published
        for n in [source.model.cells]
    }
    values = {c: np.where(s == 0, source.values[c] + 1, np.where(s == 1, 0.0, np.nan)) for c, s in statuses.items()}
    return ReleasedTable(source.model, "t", values, statuses, "p")


NEEDED = {"12003", "12293", "OT003"}


@settings(max_examples=8)
@given(st.data())
def test_a_published_key_figure_is_hidden_exactly_when_a_cell_of_it_is(duckdb_engine, data):
    tables, whole = draft(duckdb_engine)
    shown = [released(t, data.draw) for t in tables if t.model.id in NEEDED]
    made = derive(whole, shown)
    sources = {t.model.id: Cells.released(t) for t in shown}
    wanted = [(n, r) for n, r in enumerate(whole.ratios) if set(r.numerator.tables) & NEEDED]
    assert len(wanted) > 8
    for place, ratio in wanted:
        for row, region in enumerate(whole.model.dimension("Region").codes()):
            people = math.nan if isinstance(ratio.denominator, CellSum) else float(ratio.denominator[row, 0])
            expected = twin.ratio(ratio, region, "2021", sources, people)
            for content, (value, status) in zip((VALUE, NUMERATOR, DENOMINATOR), expected, strict=True):
                assert made.statuses[content][row, place, 0] == status, (ratio.code, region, content)
                assert made.values[content][row, place, 0] == pytest.approx(value, nan_ok=True)
    assert asked_of_memory([*shown, made]) == tuple(shown)


answers = st.tuples(st.integers(0, 500), st.integers(1, 500), st.integers(0, 500))


@settings(max_examples=15)
@given(answers, answers)
def test_an_area_lies_between_its_members_and_weighs_them_by_their_denominators(duckdb_engine, one, other):
    tables, whole = draft(duckdb_engine)
    source = next(t for t in tables if t.model.id == "OT003")
    values, places = np.zeros(source.model.shape), source.model.dimension("Region").index()
    for region, counts in (("4204", one), ("4215", other), ("EKA42", np.add(one, other))):
        values[places[region], :, 0] = (sum(counts), *counts)
    drawn_table = DraftTable(source.model, {"HoyTimeinnsats": values}, source.applicable)
    made, _ = derived_cells(whole, [Cells.unprotected(drawn_table)])
    own, their, area = (cell(whole, made, VALUE, r, "high_effort") for r in ("4204", "4215", "EKA42"))
    assert min(own, their) - 1e-9 <= area <= max(own, their) + 1e-9
    assert area == pytest.approx((own * sum(one) + their * sum(other)) / (sum(one) + sum(other)))


def test_inhabitants_of_an_area_are_those_of_the_municipalities_that_delivered():
    def below(delivered, year=2021):
        table = key_figure_table([year], Coverage({year: frozenset(delivered)}, {}), {})
        ratio = next(r for r in table.ratios if r.code == "home_services_80")
        return dict(zip(table.model.dimension("Region").codes(), ratio.denominator[:, 0], strict=True))

    alone, both = below({"4204"}), below(PLACES)
    assert both["EKA42"] == both["4204"] + both["4215"] == both["EAK"] == both["EAKUO"]
    assert alone["EKA42"] == alone["4204"] == both["4204"]
    assert math.isnan(below({"4204"}, LAST_YEAR)["4204"]), "the population of the day after the year is not known yet"
    assert below({"0301"})["EKA03"] == below({"0301"})["EKG13"]


def test_a_key_figure_is_explained_with_numerator_denominator_and_the_command_that_makes_it_again():
    model = key_figure_table([2021], Coverage({2021: frozenset(PLACES)}, {}), {}).model
    where = {"Region": "4204", "Nokkeltall": "home_services_80", "Tid": "2021"}
    found = explain(model, VALUE, where, lineage={"vintage": "v"})
    assert (found.official, found.version, found.unit.nb) == ("12209 N07", "1", "prosent")
    assert found.formula.en.endswith("÷ (inhabitants 80 years and over at the end of the year) × 100")
    assert found.command == "omsorgstall tables OT004 --vintage v --region 4204 --year 2021"
    assert any("257" in note.en for note in found.notes), "what is assumed is said"
    assert explain(model, DENOMINATOR, where, lineage={}).formula == key_figures()["home_services_80"].below


def test_every_key_figure_names_cells_that_are_there(duckdb_engine):
    sources = {t.model.id: t.model for t in draft(duckdb_engine)[0]}
    for figure in key_figures().values():
        for cells in (figure.numerator, figure.denominator):
            for model in (sources[t] for t in getattr(cells, "tables", ()) if t in sources):
                assert set(cells.codes) <= {d.id for d in model.dimensions}, figure.id
                assert set(figure.level_mark) <= set(model.level_mark), figure.id
    assert len({k.official for k in not_made()}) > 8
    assert len({k.place for k in key_figures().values()}) == len(key_figures())


@pytest.fixture(scope="module")
def shown(duckdb_engine):
    """Kristiansand's own, beside published ones where those of Agder are hidden."""
    tables, table = draft(duckdb_engine)
    values, statuses = derived_cells(table, map(Cells.unprotected, tables))
    model = key_figure_table([2021], Coverage({2021: frozenset({"4204"})}, {}, owner="4204"), {}).model
    mine = table.model.dimension("Region").index()["4204"]
    lineage = {"vintage": "v", "definition": KEY_FIGURES, "definition_version": "1"}
    own = OwnerTable("4204", model, {c: v[mine : mine + 1] for c, v in values.items()}, lineage)
    county = table.model.dimension("Region").index()["EKA42"]
    values, statuses = ({c: a.copy() for c, a in arrays.items()} for arrays in (values, statuses))
    for content in CONTENTS:
        statuses[content][county], values[content][county] = HIDDEN, np.nan
    published = ReleasedTable(table.model, "2022-03", values, statuses, "small-count-5 1")
    return KeyFigures(own, published, "2021", "omsorgstall keyfigures", made_up=True)


GRANT = Grant("4204", Scope.owner("4204", "test", "test"))


def test_the_page_shows_own_figures_whole_and_the_county_as_it_is_published(shown):
    page = key_figures_html(shown, GRANT)
    (row,) = [row for row in page.split("<tr>") if "høy timeinnsats" in row.split("</th>")[0]]
    cells = [part.split("</td>")[0] for part in row.split('<td class="n">')[1:]]
    assert cells == ["33,3", "33,3", ":", "20,0", "20,0", "1", "3"]
    assert "2022-03" in page
    assert "oppdikt" in page
    empty = key_figures_html(KeyFigures(shown.own, None, "2021", "x"), GRANT, "en")
    assert "come when the key figures of the year are published" in empty
    with pytest.raises(OmsorgstallError, match="grant"):
        key_figures_html(shown, Grant("4215", Scope.owner("4215", "test", "test")))


def test_the_workbook_and_the_csv_hold_the_figures_as_numbers(shown):
    book = load_workbook(BytesIO(key_figures_excel(shown, GRANT)))
    sheet = book["Nøkkeltall"]
    (row,) = [r for r in sheet.iter_rows(values_only=True) if r[0] and "høy timeinnsats" in r[0]]
    assert row[1:] == (pytest.approx(100 / 3), pytest.approx(100 / 3), ":", 20.0, 20.0, 1, 3)
    assert sheet.freeze_panes == "B5"
    lines = list(csv.DictReader(StringIO(key_figures_csv(shown, GRANT, "en").decode("utf-8-sig"))))
    (own,) = [r for r in lines if r["Code"] == "high_effort" and r["Region"] == "Kristiansand"]
    assert (own["Value"], own["Numerator"], own["Denominator"], own["Year"]) == ("33.3333", "1", "3", "2021")
    assert {r["Symbol"] for r in lines if "Agder" in r["Region"]} == {":"}
