"""The work list of a review as files, and who may see it."""

import json
from io import BytesIO

import pytest
from openpyxl import load_workbook

from omsorgstall.access import Grant, Scope
from omsorgstall.core import OmsorgstallError
from omsorgstall.editing import Finding, Outcome, Review, controls, municipality_reports, work_list
from omsorgstall.publish.work_list import item_lines, report_json, work_list_excel
from omsorgstall.tables import Report

NATIONAL = Scope.national("review", "the statistician")
OWN = Scope.owner("4204", "own figures", "the municipality")


def review():
    control = controls()["E06"]
    small = Finding("E06", "4201", "hours", "15", 2022, 2000.0, 500.0, 1_000_000.0, suggested=500.0, about="four_weeks")
    large = Finding("E06", "4204", "hours", "03", 2022, 433_000.0, 100_000.0, 1_000_000.0, suggested=100_000.0, about="month")
    heaped = Finding("E08", "4204", "weekly_hours", "03", 2022, 900.0, 400.0, 10_000.0, about="35.5")
    outcomes = (Outcome(control, 40, 2, (small, large)), Outcome(controls()["E08"], 5, 37, (heaped,)))
    return Review("2022-preliminary", 2022, outcomes, ("4201", "4204", "4211"))


def test_the_workbook_lists_the_largest_influence_first_as_numbers():
    report = work_list(review())
    book = load_workbook(BytesIO(work_list_excel(report, Grant(report.owner, NATIONAL), "nb")))
    rows = [[c.value for c in row] for row in book["Arbeidsliste"].iter_rows()]
    heads = rows[0]
    lines = [dict(zip(heads, row, strict=True)) for row in rows[1:]]
    assert [line["Kommune"] for line in lines] == ["Kristiansand", "Kristiansand", "Risør"]
    first = lines[0]
    assert (first["Kommunenr."], first["Rapportert"], first["Forventet"], first["Forslag"]) == ("4204", 433_000, 100_000, 100_000)
    assert first["Flytter landstallet"] == pytest.approx(0.333)
    assert (first["Hva som skiller seg ut"], lines[1]["Hva som skiller seg ut"]) == ("timer i måneden", "35,50 timer i uken")
    assert lines[1]["Forslag"] is None
    judged = [[c.value for c in row] for row in book["Kontroller"].iter_rows(min_row=2, max_col=5)]
    assert judged == [["E06", controls()["E06"].title.nb, 40, 2, 2], ["E08", controls()["E08"].title.nb, 5, 37, 1]]
    assert any("3 av 357 kommuner" in str(row[0].value) for row in book.worksheets[2].iter_rows())


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_a_line_tells_what_was_reported_expected_and_moved(language):
    line = next(item_lines(work_list(review()).content, 1, language))
    assert line.startswith("1. 4204 Kristiansand")
    assert ("33.30 %" if language == "en" else "33,30 %") in line
    assert line.endswith("(E06)")


def test_only_the_national_scope_opens_the_work_list():
    report = work_list(review())
    with pytest.raises(OmsorgstallError):
        Grant(report.owner, OWN)
    for render in (report_json, work_list_excel):
        with pytest.raises(OmsorgstallError, match="those who make the statistics"):
            render(report, Grant("4204", OWN))


def test_a_municipality_opens_its_own_part_and_no_other():
    parts = {r.owner: r for r in municipality_reports(review())}
    told = json.loads(report_json(parts["4204"], Grant("4204", OWN)))
    assert [f["control"] for f in told["findings"]] == ["E06", "E08"]
    assert [f["expected"] for f in told["findings"]] == [100_000, None]
    assert json.loads(report_json(parts["4211"], Grant("4211", NATIONAL)))["findings"] == []
    with pytest.raises(OmsorgstallError):
        report_json(parts["4201"], Grant("4204", OWN))


def test_another_kind_of_report_is_refused():
    with pytest.raises(OmsorgstallError, match="not from a review"):
        report_json(Report("4204", "receipt", {}), Grant("4204", OWN))
