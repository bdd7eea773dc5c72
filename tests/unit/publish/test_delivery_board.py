"""The board of deliveries as those who make the statistics see it, and reminders that are drafted and never sent."""

import base64
import email
import io
from email.policy import default

import openpyxl
import orjson
import pytest
from lxml import html

from omsorgstall.access import Grant, Scope
from omsorgstall.core import OmsorgstallError
from omsorgstall.publish.delivery_board import board_excel, board_json, board_lines
from omsorgstall.publish.delivery_page import board_html
from omsorgstall.publish.reminders import addressees_of, reminders
from omsorgstall.publish.site import Site
from omsorgstall.tables import Report

GRANT = Grant("EAK", Scope.national("following up", "test"))
SITE = Site(name="Statistikken", mail="post@example.no")


def deadline(name: str, words: tuple[str, str, str], day: str, *, passed: bool, assumed: str = "") -> dict:
    named = dict(zip(("nb", "nn", "en"), words, strict=True))
    return {"id": name, "name": named, "day": day, "passed": passed, "assumed": assumed}


DEADLINES = [
    deadline("preliminary", ("Foreløpige tall", "Førebelse tal", "Preliminary figures"), "2023-03-15", passed=True),
    deadline("final", ("Endelige tall", "Endelege tal", "Final figures"), "2023-06-15", passed=False, assumed="x"),
]
TITLE = {"nb": "Ingen personer", "nn": "Ingen personar", "en": "No persons"}


def sender(number: str, name: str, standing: str, rejected: object = None, year: int = 2022) -> dict:
    return {
        "year": year,
        "number": number,
        "name": name,
        "today": number,
        "county": {"number": "42", "name": "Agder"},
        "kostra_group": "01",
        "standing": standing,
        "annual": {"count": 1, "first": "2023-01-05", "newest": "2023-02-05"}
        if standing in ("on_time", "late")
        else {"count": 0, "first": None, "newest": None},
        "withdrawn": 0,
        "events": {"count": 2, "newest": "2022-12-24"},
        "rejected": {"count": 1 if rejected else 0, "open": rejected},
    }


REASONS = [{"id": "A13", "title": TITLE}, {"id": "truncated", "title": dict.fromkeys(TITLE, "truncated")}]
REJECTED = {"day": "2023-03-01", "reasons": REASONS}
REGION = {"code": "EAK", "level": "country", "name": dict.fromkeys(TITLE, "Landet")}
AT_DEADLINES = {**REGION, "deadlines": {d["id"]: {"municipalities": 0.75, "population": 0.9} for d in DEADLINES}}
YEARS = [
    {"year": y, "expected": 4, "population_assumed": y == 2021, "deadlines": DEADLINES, "regions": [AT_DEADLINES]}
    for y in (2021, 2022)
]
DAYS = {"days": ["2023-01-02", "2023-01-03"], "regions": [{**REGION, "municipalities": [0.0, 0.25], "population": [0.0, 0.3]}]}
SENDERS = [
    sender("4201", "Risør", "on_time", year=2021),
    sender("4201", "Risør", "on_time"),
    sender("4218", "Iveland", "overdue", REJECTED),
    sender("4219", "Evje og Hornnes", "late"),
    sender("4220", "Bygland", "overdue"),
]
BOARD = Report(
    "EAK",
    "delivery_board",
    {
        "at": "2023-03-20T10:00:00+00:00",
        "deadline": "preliminary",
        "years": YEARS,
        "senders": SENDERS,
        "unknown_senders": 1,
        "response": {"year": 2022, **DAYS},
    },
)
ADDRESSEES = addressees_of("municipality,address,language\n4218,post@iveland.example.no,nn\n4201,post@risor.example.no,\n")


@pytest.mark.parametrize("render", [board_json, board_html, board_excel, lambda r, g: reminders(r, g, {}, SITE)])
def test_the_board_is_shown_to_none_but_those_who_make_the_statistics(render):
    with pytest.raises(OmsorgstallError, match="those who make the statistics"):
        render(BOARD, Grant("4218", Scope.owner("4218", "curious", "test")))
    with pytest.raises(OmsorgstallError, match="no board"):
        render(Report("EAK", "receipt", {}), GRANT)


@pytest.mark.parametrize(
    ("language", "says"), [("nb", "Leveringer for 2022"), ("nn", "Leveringar for 2022"), ("en", "Deliveries for 2022")]
)
def test_the_page_stands_alone_and_those_somebody_must_act_on_come_first(language, says):
    page = html.fromstring(board_html(BOARD, GRANT, language))
    assert page.get("lang") == language
    assert page.findtext(".//h1") == says
    assert not page.xpath("//script | //link | //img[not(starts-with(@src, 'data:'))]")
    tables = page.findall(".//table")
    rows = [[cell.text_content() for cell in row] for row in tables[2].find("tbody")]
    assert [row[0] for row in rows] == ["4218", "4220", "4219", "4201"]
    assert "A13" in rows[0][-1]
    assert [cell.text_content() for cell in tables[3].find("tbody")[0]][:2] == ["4201", "Risør"]


def test_response_by_day_is_drawn_above_the_same_figures_in_a_table():
    page = html.fromstring(board_html(BOARD, GRANT))
    (picture,) = page.findall(".//figure//img")
    assert "fra 0,0\u00a0% til 25,0\u00a0% av kommunene" in picture.get("alt")
    svg = base64.b64decode(picture.get("src").partition(",")[2]).decode()
    assert "Foreløpige tall 15.3.2023" in svg
    rows = [[cell.text_content() for cell in row] for row in page.findall(".//details//tbody/tr")]
    assert rows == [["2.1.2023", "0,0\u00a0%", "0,0\u00a0%"], ["3.1.2023", "25,0\u00a0%", "30,0\u00a0%"]]


def test_before_anything_could_come_nothing_is_drawn():
    early = {**BOARD.content, "response": {"year": 2022, "days": [], "regions": []}}
    assert "<figure" not in board_html(Report("EAK", "delivery_board", early), GRANT)


def test_what_was_taken_back_is_told_on_the_page_in_the_lines_and_in_the_reminder():
    back = {**sender("4218", "Iveland", "overdue"), "withdrawn": 1}
    report = Report("EAK", "delivery_board", {**BOARD.content, "senders": [back]})
    assert "Årsbatcher trukket tilbake: 1." in board_html(report, GRANT)
    assert list(board_lines(report.content, "nb"))[-1] == "4218 Iveland: Fristen er ute. Årsbatcher trukket tilbake: 1."
    (draft,) = reminders(report, GRANT, {}, SITE)
    assert "Det dere hadde sendt, er trukket tilbake." in draft.content.decode()


def test_the_workbook_holds_senders_response_and_days():
    book = openpyxl.load_workbook(io.BytesIO(board_excel(BOARD, GRANT)))
    senders, response, days = book.worksheets
    assert [row[1].value for row in senders.iter_rows(min_row=2)] == ["4201", "4201", "4218", "4219", "4220"]
    assert [cell.value for cell in response[2]] == [2021, "Landet", "Foreløpige tall", "15.3.2023", 0.75, 0.9]
    assert [[c.value for c in row] for row in days.iter_rows(min_row=3)] == [["2.1.2023", 0, 0], ["3.1.2023", 0.25, 0.3]]


def test_the_json_is_the_content():
    assert orjson.loads(board_json(BOARD, GRANT)) == BOARD.content


def test_the_lines_tell_response_and_who_must_act():
    lines = list(board_lines(BOARD.content, "nb"))
    assert lines[0] == "Foreløpige tall 15.3.2023: 75,0\u00a0% av kommunene, 90,0\u00a0% av innbyggerne"
    assert "så langt" in lines[1]
    assert [line[:4] for line in lines[3:]] == ["4218", "4220"]


def test_only_those_without_a_batch_or_with_a_rejected_file_are_reminded_and_in_their_own_language():
    drafts = {d.municipality: d for d in reminders(BOARD, GRANT, ADDRESSEES, SITE)}
    assert [d.file_name for d in drafts.values()] == ["4218-2022.eml", "4220-2022.txt"]
    message = email.message_from_bytes(drafts["4218"].content, policy=default)
    body = message.get_content()
    assert (message["To"], message["From"], message["X-Unsent"]) == ("post@iveland.example.no", "post@example.no", "1")
    assert message["Subject"] == "IPLOS-data for 2022 frå Iveland (4218)"
    assert "Fristen for førebelse tal var 15.3.2023" in body
    assert "1.3.2023 vart avvist: A13 Ingen personar; truncated." in body
    assert "15.6.2023" in body
    text = drafts["4220"].content.decode()
    assert text.startswith("IPLOS-data for 2022 fra Bygland (4220)\n\nTil Bygland kommune")
    assert "avvist" not in text


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("kommune,adresse\n4218,a@b.no\n", "line 1"),
        ("municipality,address\n421,a@b.no\n", "line 2"),
        ("municipality,address\n4218,hemmelig\n", "line 2"),
        ("municipality,address\n4201,a@b.no\n4218,\"a@b.no\nBcc: c@d.no\"\n", "line 4"),
        ("municipality,address,language\n4218,a@b.no,se\n", "line 2"),
    ],
)  # fmt: skip
def test_a_file_of_addressees_with_a_fault_is_refused_by_its_line_without_repeating_it(text, line):
    with pytest.raises(OmsorgstallError) as caught:
        addressees_of(text)
    assert caught.value.where == line
    assert "hemmelig" not in str(caught.value)
