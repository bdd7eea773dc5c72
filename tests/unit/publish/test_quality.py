"""Quality reports as pages, workbooks, CSV, JSON and PDF: the same figures everywhere, and only for whom they are."""

import csv
import json
from importlib.resources import files
from io import BytesIO, StringIO

import pypdf
import pytest
from jsonschema import Draft202012Validator
from lxml import html
from openpyxl import load_workbook

from omsorgstall.access import Grant, Scope
from omsorgstall.core import OmsorgstallError
from omsorgstall.publish.quality import (
    mend_csv,
    national_html,
    national_pdf,
    quality_excel,
    quality_html,
    quality_json,
)
from omsorgstall.quality import municipality_report, national_report
from omsorgstall.tables import Report
from tests.register_rows import YEAR
from tests.spec.quality.books import GOOD, POOR, book

LANGUAGES = pytest.mark.parametrize("language", ["nb", "nn", "en"])
GRANT = Grant(GOOD, Scope.owner(GOOD, "test", "tester"))
CONTROL = {
    "control": "E01",
    "severity": "warn",
    **{key: {"nb": "Stor", "nn": "Stor", "en": "Large"} for key in ("title", "wrong", "todo", "figure", "unit")},
    "service": None,
    "value": 120.0,
    "expected": None,
    "about": None,
}


@pytest.fixture(scope="module")
def own():
    return municipality_report(book(), GOOD, Report(GOOD, "figure_control", {"findings": [CONTROL]}))


@pytest.fixture(scope="module")
def national():
    judged = {"control": "E01", "title": CONTROL["title"], "assumed": "", "judged": 700, "not_judged": 3, "findings": 4}
    return national_report(book(testing={YEAR: 15}), [judged])


def schema(name):
    return json.loads((files("omsorgstall.publish.quality") / f"{name}.schema.json").read_text("utf-8"))


def test_the_json_is_as_its_schema_says(own, national):
    for name, made in (("municipality", quality_json(own, GRANT)), ("national", quality_json(national))):
        Draft202012Validator.check_schema(schema(name))
        faults = [e.message for e in Draft202012Validator(schema(name)).iter_errors(json.loads(made))]
        assert faults == []


def test_a_report_of_another_municipality_is_shown_in_no_form(own):
    other = Grant(POOR, Scope.owner(POOR, "test", "tester"))
    for form in (quality_html, quality_excel, quality_json, mend_csv):
        with pytest.raises(OmsorgstallError) as caught:
            form(own, other)
        assert caught.value.code == "quality-of-another"


def test_a_municipality_s_report_is_never_shown_as_the_public_one(own):
    for form in (national_html, national_pdf, quality_json):
        with pytest.raises(OmsorgstallError) as caught:
            form(own)
        assert caught.value.code == "not-a-national-report"


def test_the_national_report_is_no_municipality_s(national):
    with pytest.raises(OmsorgstallError) as caught:
        quality_html(national, GRANT)
    assert caught.value.code == "not-a-quality-report"


@LANGUAGES
def test_a_page_stands_alone_and_has_the_table_behind_its_chart(own, national, language):
    for page in (quality_html(own, GRANT, language), national_html(national, language)):
        tree = html.fromstring(page)
        assert tree.get("lang") == language
        assert "<script" not in page
        outside = [e.get(a) for a in ("src", "href", "srcset") for e in tree.iter() if isinstance(e.tag, str) and e.get(a)]
        assert all(a.startswith(("#", "data:image/svg+xml;base64,")) for a in outside)
        anchors = {e.get("id") for e in tree.iter() if isinstance(e.tag, str)}
        assert {a[1:] for a in outside if a.startswith("#")} <= anchors
        assert tree.xpath("//figure//img/@alt")[0]
        rows = tree.xpath("//table[contains(caption, $year)]//tbody/tr[th]", year=str(YEAR))
        assert rows


@LANGUAGES
def test_a_trend_is_drawn_over_the_table_of_years(own, language):
    page = html.fromstring(quality_html(own, GRANT, language))
    (heading,) = page.xpath("//h2[@id='trend']")
    images = heading.xpath("following::img[1]/@alt")
    years = [y["year"] for y in own.content["overall"]["years"]]
    assert len(years) > 1
    assert str(years[0]) in images[0]
    assert str(years[-1]) in images[0]
    assert heading.xpath("following::table[1]//th[@scope='col']/text()")[1:] == [str(y) for y in years]


def test_page_and_pdf_tell_how_many_users_for_testing_fell_out(national):
    said = f"I {YEAR} er 20 personer meldt fra 5 kommuner eller flere."
    pages = pypdf.PdfReader(BytesIO(national_pdf(national))).pages
    assert said in national_html(national)
    assert said in " ".join("".join(p.extract_text() for p in pages).split())


def test_a_figure_that_rests_on_others_is_told_without_its_value(own):
    hidden = Report(GOOD, "figure_control", {"findings": [CONTROL | {"value": None}]})
    page = quality_html(municipality_report(book(), GOOD, hidden), GRANT)
    assert "120" in quality_html(own, GRANT)
    assert "None" not in page


def test_the_page_tells_first_what_moves_figures_most(own):
    first = html.fromstring(quality_html(own, GRANT)).xpath("//ol[@class='first']/li")
    assert [li.xpath("string(a/@href)") for li in first] == ["#rule-C24", "#rule-C02"]
    assert "+400 timer uten overlapp" in first[0].text_content()


def test_the_workbook_has_numbers_in_cells_and_every_record_to_mend(own):
    sheets = {s.title: s for s in load_workbook(BytesIO(quality_excel(own, GRANT))).worksheets}
    assert list(sheets) == ["Oversikt", "Verdier", "Funn", "Å rette", "Virkning", "Skiller seg ut"]
    assert sheets["Å rette"].max_row == 1 + 102
    values = list(sheets["Verdier"].iter_rows(values_only=True))
    assert [row[:5] for row in values[1:3]] == [
        ("Husstand", "Person", YEAR - 1, 1000, 500),
        ("Husstand", "Person", YEAR, 1000, 900),
    ]
    assert values[2][8] == 0.9
    formulas = [c for s in sheets.values() for row in s.iter_rows() for c in row if c.data_type == "f"]
    assert formulas == []


def test_the_workbook_says_that_no_figure_stands_out():
    calm = Report(GOOD, "figure_control", {"findings": []})
    sheet = load_workbook(BytesIO(quality_excel(municipality_report(book(), GOOD, calm), GRANT)))["Skiller seg ut"]
    assert [row[0] for row in sheet.iter_rows(min_row=2, values_only=True)] == ["Ingen tall skiller seg ut."]


def test_the_csv_of_records_to_mend_is_read_by_a_spreadsheet_and_runs_nothing(own):
    content = json.loads(quality_json(own, GRANT))
    content["findings"][0]["records"][0]["record"] = "=1+1"
    rows = list(csv.reader(StringIO(mend_csv(Report(GOOD, "quality", content), GRANT)), delimiter=";"))
    assert rows[0][:4] == ["Type opplysning", "Lokal id", "Linje", "Felt"]
    assert rows[1][1] == "'=1+1"
    assert len(rows) == 103


@LANGUAGES
def test_the_pdf_says_the_same_as_the_page_with_language_title_and_bookmarks(national, language):
    made = pypdf.PdfReader(BytesIO(national_pdf(national, language, made_up=True)))
    page = html.fromstring(national_html(national, language, made_up=True))
    root = made.trailer["/Root"]
    assert root["/Lang"] == language
    assert root["/MarkInfo"]["/Marked"]
    assert made.metadata.title == page.findtext(".//title")
    marks = [o.title for o in made.outline if not isinstance(o, list)]
    assert marks == [h.text_content() for h in page.xpath("//h2")]
    text = "".join("".join(p.extract_text() for p in made.pages).split())
    for cell in page.xpath("//td[@class='n']"):
        assert "".join(cell.text_content().split()) in text
    for line in page.xpath("//div[@class='summary']//li"):
        assert "".join(line.text_content().split()).replace("-", "") in text.replace("-", "").replace("\u00ad", "")


def test_every_font_of_the_pdf_is_in_the_file(national):
    for page in pypdf.PdfReader(BytesIO(national_pdf(national))).pages:
        for font in page["/Resources"].get("/Font", {}).values():
            inner = font["/DescendantFonts"][0].get_object() if "/DescendantFonts" in font else font
            assert {"/FontFile", "/FontFile2", "/FontFile3"} & set(inner["/FontDescriptor"])


def test_the_same_report_is_the_same_pdf(national):
    assert national_pdf(national) == national_pdf(national)
