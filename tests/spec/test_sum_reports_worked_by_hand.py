"""The reports counted by hand in ``docs/explanation/sum-reports.md``, made by the program on every engine."""

import re
from datetime import date
from functools import cache
from pathlib import Path

import pyarrow as pa
import pytest

from omsorgstall.access import Grant, Scope
from omsorgstall.codes.dwellings import dwelling_fields
from omsorgstall.core import OmsorgstallError
from omsorgstall.intake.dwelling_list import dwelling_schema
from omsorgstall.measures import Settings
from omsorgstall.measures.period import Period
from omsorgstall.publish.sum_reports.layout import grids
from omsorgstall.publish.sum_reports.page import sum_report_html, written
from omsorgstall.statistics.sum_reports import Request, asked, counted_together, snapshot, sum_reports, tables_of_owners
from omsorgstall.statistics.sum_reports.ad_hoc import AD_HOC
from omsorgstall.statistics.sum_reports.durations import with_lasting
from omsorgstall.statistics.sum_reports.explaining import Behind, cell_codes, count_behind, explained
from omsorgstall.statistics.sum_reports.request_text import from_yaml
from tests.drawn_tables import drawn, lines_of
from tests.register_rows import register_tables

PAGE = Path(__file__).parents[2] / "docs" / "explanation" / "sum-reports.md"
TEXT = PAGE.read_text("utf-8")
RESULT = re.compile(r"^([ST]\d\d), (.+):\n\n((?:\|.*\n)+)", re.MULTILINE)
GIVEN = re.compile(r"^(person|service|assessment)( of the period| of two years)?( \([^\n]*\))?:\n\n((?:\|.*\n)+)", re.MULTILINE)
SCORES = [f"f{n:02d}" for n in range(1, 17)] + ["s01", "s02"]
RESULTS = [pytest.param(*found, id=f"{found[0]} {found[1]}") for found in RESULT.findall(TEXT)]
OWNER, LAST = "4204", date(2021, 12, 31)
LINEAGE = {"vintage": "v", "code_version": "1", "again": "omsorgstall report"}


BANDS = ["Under 3 timer", "3 til under 10 timer", "10 timer eller mer"]
THE_YEAR = Period(date(2021, 1, 1), LAST)
OF_TWO_YEARS = [r for r in sum_reports() if r.startswith("T") and r != "T07"]
OF_THE_YEAR = [r for r, report in sum_reports().items() if report.population and r not in OF_TWO_YEARS]
"""Reports that are counted on the people of the period."""


def _given(whose=""):
    rows = {name: drawn(table) for name, people, _, table in GIVEN.findall(TEXT) if people.strip() == whose}
    for row in rows.get("assessment", ()):
        every = row.pop("every score")
        row |= {s: every for s in SCORES if s not in row}
    return rows


def _reports(engine, given, dates=(LAST,), reports=None, beside=None, **more):
    tables = {n: t for n, t in engine.from_arrow(register_tables(**given) | (beside or {})).items() if n != "event"}
    chosen = reports or [r for r in sum_reports() if r not in (*OF_THE_YEAR, *OF_TWO_YEARS)]
    wanted = [asked(Request(report, tuple(dates), (THE_YEAR,), **more)) for report in chosen]
    counted = dict(counted_together(engine, tables, Settings(), wanted))
    return {
        each.report.id: tables_of_owners(each, [counted[n, at] for at in each.times], [OWNER], LINEAGE, Settings())[OWNER]
        for n, each in enumerate(wanted)
    }


@cache
def made(engine):
    of_the_year = _reports(engine, _given("of the period"), reports=OF_THE_YEAR)
    return _reports(engine, _given()) | of_the_year | _reports(engine, _given("of two years"), reports=OF_TWO_YEARS)


def shown(table, title):
    """The grid of this title as it is read; rows where nobody stands are left out."""
    (grid,) = [g for g in grids(table, "nb") if g.title == title]
    heading = [grid.side, *(c.headings[-1] for c in grid.columns)]
    lines = [
        [line.label, *(written(v, c.content, "nb") for v, c in zip(line.values, grid.columns, strict=True))]
        for line in grid.lines
    ]
    nothing = {"0", "0,0", "–"}
    return [heading, *(line for line in lines if not nothing.issuperset(line[1:]))]


@pytest.mark.parametrize(("report", "title", "table"), RESULTS)
def test_the_report_is_that_of_counting_by_hand(duckdb_engine, report, title, table):
    heading, *lines = lines_of(table)
    found, *rows = shown(made(duckdb_engine)[report], title)
    assert found == heading
    named = {line[0] for line in lines}
    assert [r for r in rows if r[0] in named] == lines
    assert report in ("S06", "S13", "T01") or len(rows) == len(lines)


def test_every_report_is_worked_by_hand():
    assert {found[0] for found in RESULT.findall(TEXT)} == set(sum_reports())


def test_a_municipality_that_serves_nobody_gets_zeros_and_a_sentence_that_says_so(duckdb_engine):
    for table in _reports(duckdb_engine, {}, reports=sum_reports()).values():
        assert "Ingen er med i tabellen" in table.reading.nb
        assert "Ingen er med" in sum_report_html(table, Grant(OWNER, Scope.owner(OWNER, "p", "w")))


def test_several_dates_stand_side_by_side(duckdb_engine):
    table = _reports(duckdb_engine, _given(), (date(2021, 5, 31), LAST))["S01"]
    (persons, _) = grids(table, "nb")
    assert [c.headings for c in persons.columns[-2:]] == [("I alt", "31. mai 2021"), ("I alt", "31. desember 2021")]
    assert persons.lines[-1].values[-2:] == (5, 5)
    health_only = next(line for line in persons.lines if line.label == "Kun helsetjenester i hjemmet")
    assert health_only.values[-2:] == (2, 1)


def test_only_those_asked_for_are_counted(duckdb_engine):
    table = _reports(duckdb_engine, _given(), only={"Kjonn": ("2",), "Husstand": ("1", "3")})["S01"]
    assert table.values["Mottakere"][-1, 0, 0] == 2


def test_own_age_bands_are_those_asked_for(duckdb_engine):
    table = _reports(duckdb_engine, _given(), age_breaks=(67, 80))["S03"]
    assert [m.label.nb for m in table.model.dimensions[0].members[:3]] == ["0–66 år", "67–79 år", "80 år eller eldre"]
    assert table.values["Mottakere"][:3, 0, 0].tolist() == [1, 1, 1]


def test_a_report_is_shown_to_its_owner_only(duckdb_engine):
    table = _reports(duckdb_engine, _given())["S01"]
    with pytest.raises(OmsorgstallError, match="grant"):
        sum_report_html(table, Grant("4205", Scope.owner("4205", "p", "w")))


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"report": "S99"}, "no sum report S99"),
        ({"report": "S01", "rows": "Aldr"}, "Did you mean Alder"),
        ({"report": "S01", "only": {"Kjonn": ("7",)}}, "no code of Kjonn 7"),
        ({"report": "S01", "services": (99,)}, "no service type 99"),
        ({"report": "S13", "rows": "Alder"}, "rows of this report cannot be Alder"),
        ({"report": "S05"}, "counted in a period, and none is given"),
    ],
)
def test_a_request_that_cannot_be_met_says_what_there_is(wrong, says):
    with pytest.raises(OmsorgstallError) as refused:
        asked(Request(dates=(LAST,), **wrong))
    assert says in f"{refused.value} {refused.value.todo}"


def test_who_has_two_diagnoses_stands_in_both_groups_and_once_in_all(duckdb_engine):
    rows = _given() | {"diagnosis": [_diagnosis("A", "P70"), _diagnosis("A", "K86"), _diagnosis("B", "P70", reservation=1)]}
    table = _reports(duckdb_engine, rows, reports=["S01"], rows="Diagnosegruppe", columns="Ingen")["S01"]
    counted = dict(zip(table.model.dimensions[0].codes(), table.values["Mottakere"][:, 0].tolist(), strict=True))
    assert {code: n for code, n in counted.items() if n} == {"DEMENTIA": 1, "HEART": 1, "INGEN": 4, "00": 5}


def test_diagnoses_of_ones_own_are_told_from_others(duckdb_engine):
    rows = _given() | {"diagnosis": [_diagnosis("A", "P70"), _diagnosis("B", "K86")]}
    table = _reports(duckdb_engine, rows, reports=["S01"], rows="Diagnosegruppe", columns="Ingen", diagnoses=("P70",))["S01"]
    assert table.values["Mottakere"][:, 0].tolist() == [1, 1, 3, 5]


def _diagnosis(pseudonym, code, reservation=2):
    return {"pseudonym": pseudonym, "system": "ICPC-2", "code": code, "reservation": reservation}


def test_rows_are_split_by_further_breakdowns(duckdb_engine):
    table = _reports(duckdb_engine, _given(), reports=["S01"], split=("Kjonn",))["S01"]
    assert [d.id for d in table.model.dimensions] == ["Tjenestegruppe", "Kjonn", "Behov", "Tid"]
    assert table.values["Mottakere"][-1, :, 0, 0].tolist() == [2, 3, 0, 5]
    (grid, _) = grids(table, "nb")
    assert [line.values[-1] for line in grid.lines if line.label == "Langtidsopphold i institusjon, Menn"] == [1]


def test_services_that_go_together_make_a_square(duckdb_engine):
    table = _reports(duckdb_engine, _given(), reports=["S11"], rows="HarTjeneste", columns="OgTjeneste")["S11"]
    at = {code: n for n, code in enumerate(table.model.dimensions[0].codes())}
    across = table.model.dimensions[1].index()
    counted = table.values["Mottakere"][..., 0]
    assert [counted[at[a], across[b]] for a, b in (("15", "15"), ("15", "06"), ("06", "15"), ("05", "15"))] == [2, 1, 1, 0]


def test_only_those_served_for_twelve_months_are_counted_when_asked_for(duckdb_engine):
    table = _reports(duckdb_engine, _given(), reports=["S08"], only={"LengeTjeneste": ("1",)})["S08"]
    assert table.values["Mottakere"][-1, 0] == 4


def test_a_decision_changed_for_one_run_changes_the_report_and_is_told(duckdb_engine):
    bands = {"reports.hours_limits": "[3, 10]"}
    table = _reports(duckdb_engine, _given(), reports=["S03"], rows="Timer", assume=bands)["S03"]
    assert [m.label.nb for m in table.model.dimensions[0].members[:3]] == [
        "Under 3 timer",
        "3 til under 10 timer",
        "10 timer eller mer",
    ]
    assert table.values["Mottakere"][:3, 0, 0].tolist() == [0, 2, 1]
    assert table.lineage["only reports.hours_limits"] == "[3, 10]"


def test_the_age_of_the_assessments_is_told(duckdb_engine):
    notes = made(duckdb_engine)["S01"].model.notes
    assert "Halvparten av vurderingene som bistandsbehovet bygger på, var 183 dager gamle eller eldre." in {n.nb for n in notes}


def test_stays_without_a_pair_are_told(duckdb_engine):
    rows = _given("of the period")
    rows["assessment"] = [row for row in rows["assessment"] if row["assessment_date"] != date(2021, 5, 21)]
    notes = {n.nb for n in _reports(duckdb_engine, rows, reports=["S06"])["S06"].model.notes}
    assert any("1 opphold ble avsluttet, og 0 av dem" in n and "1 uten ny vurdering" in n for n in notes)


def test_scores_at_start_and_end_are_those_of_one_variable(duckdb_engine):
    chosen = {"rows": "SkaarStart", "columns": "SkaarSlutt"}
    table = _reports(duckdb_engine, _given("of the period"), reports=["S06"], only={"Mal": ("F05",)}, **chosen)["S06"]
    rows, columns = (d.index() for d in table.model.dimensions[:2])
    assert table.values["Par"][rows["4"], columns["3"], 0] == 1
    with pytest.raises(OmsorgstallError, match="one variable at a time"):
        asked(Request("S06", periods=(THE_YEAR,), **chosen))


def test_a_dwelling_file_settles_what_is_unknown(duckdb_engine):
    given = _given("of two years")
    given["service"] = [row | {"organisation_number": "999111111"} for row in given["service"]]
    flags = {f.id: True for f in dwelling_fields().values() if f.kind == "flag"}
    dwelling = pa.Table.from_pylist([{"organisation_number": "999111111"} | flags], dwelling_schema())
    without, told = (_reports(duckdb_engine, given, reports=["T01"], beside=b)["T01"] for b in (None, {"dwelling": dwelling}))
    law = without.model.dimensions[0].index()["d1_law"]
    assert [table.values["Ukjent"][law, 0] for table in (without, told)] == [1, 0]
    assert told.values["Ja"][law, 0] == 2


def test_two_of_four_stays_that_end_after_two_and_four_months_leave_half():
    cells = pa.table({"municipality": [OWNER], "at_0": ["00"], "events": [4], "ended": [2]})
    rows = {"municipality": [OWNER] * 2, "at_0": ["00"] * 2, "days": [60, 120], "at_risk": [4, 3], "ended": [1, 1]}
    found = with_lasting(cells, pa.table(rows)).to_pylist()[0]
    assert [found[f"lasting_{days}"] for days in (91, 182, 365)] == pytest.approx([75, 50, 50])
    assert found["lasting_median"] == 120


def test_an_ad_hoc_table_combines_what_the_reports_have(duckdb_engine):
    chosen = {"rows": "Alder", "split": ("Kjonn",), "columns": "Behov", "figures": ("TimerPerMottaker",), "shares": ("total",)}
    given = {"services": (1, 2, 3, 15), "hours_only": True, **chosen}
    table = _reports(duckdb_engine, _given(), reports=[AD_HOC], **given)[AD_HOC]
    assert [c.id for c in table.model.contents if c.published] == ["TimerPerMottaker", "TotalProsent"]
    assert table.values["TimerPerMottaker"][-1, -1, 0, 0] == 15.5
    assert "Timer per uke per mottaker" in sum_report_html(table, Grant(OWNER, Scope.owner(OWNER, "p", "w")))


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ("{rows: [Alder], dates: [2021-12-31], count: served}", "Did you mean counts"),
        ("{rows: [Alder], dates: [2021-12-31], counts: serve}", "Did you mean served"),
        ("{rows: [Alder], dates: [2021-12-31], figures: [Motakere]}", "Did you mean Mottakere"),
        ("{rows: [Rettsgrunnlag], dates: [2021-12-31]}", "no breakdown Rettsgrunnlag"),
        ("{rows: [Alder, Kjonn, Behov, Husstand], columns: Timer, dates: [2021-12-31]}", "at most 4 breakdowns"),
        ("{rows: [Alder], dates: [last year]}", "Write it as dates: [2022-12-31]"),
        ("{dates: [2021-12-31]}", "has no rows"),
        ("{rows: [Alder], counts: decisions_made, dates: [2021-12-31]}", "counted in a period"),
        ("{rows: [Alder], dates: [2021-12-31], assume: {long_term.gap: often}}", "long_term.gap cannot be often"),
    ],
)
def test_a_table_that_cannot_be_made_says_what_could(wrong, says):
    with pytest.raises(OmsorgstallError) as refused:
        asked(from_yaml(wrong))
    assert says in f"{refused.value} {refused.value.todo}"


def test_a_cell_is_explained_by_what_stands_behind_it(duckdb_engine):
    tables = {n: t for n, t in duckdb_engine.from_arrow(register_tables(**_given())).items() if n != "event"}
    wanted = asked(Request("S02", (LAST,)))
    (table,) = _reports(duckdb_engine, _given(), reports=["S02"]).values()
    found = snapshot(duckdb_engine, tables, Settings(), LAST)
    codes = cell_codes(table, {"Behov": "9"})
    behind = count_behind(duckdb_engine, found, wanted, codes, OWNER)
    assert (codes, behind) == (("00", "9"), Behind(persons=1, rows=1, services=2))
    told = explained(wanted, table, codes, "", behind, [])
    assert (told.value, told.cell[0][1].nb, told.cell[1][1].nb) == (2, "I alt", "Uoppgitt")
    share = explained(wanted, table, codes, "RadProsent", behind, [])
    assert share.counted.nb == "Tjenester av alle i raden."
    with pytest.raises(OmsorgstallError, match="no code of Behov 7"):
        cell_codes(table, {"Behov": "7"})
