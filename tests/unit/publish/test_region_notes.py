"""What must be told of a region's figures reaches every reader: pages, charts' tables, PX, JSON-stat, Excel and programs."""

import asyncio
import io
from dataclasses import replace

import httpx
import openpyxl
import pytest
from lxml import html

from omsorgstall.app.web import WebSettings, create_app
from omsorgstall.core import Text
from omsorgstall.publish.pxweb import Limits
from tests.released_tables import HandMadeStore, staircase_table, users_table

PLACE, COUNTRY, OTHER = "3907", "EAK", "3901"
TOLD = Text(
    "2025: Sandefjord leverte ikke; tallene for 2024 er gjentatt.",
    "2025: Sandefjord leverte ikkje; tala for 2024 er gjentekne.",
    "2025: Sandefjord did not deliver; the figures for 2024 are repeated.",
)
DATA = "/api/v2/tables/11642/data?valuecodes[Region]=3907,3901&valuecodes[ContentsCode]=*&valuecodes[Tid]=2025&outputFormat="


def noted(table):
    """The table with a note at the municipality and at the country, as a release with a substitution has."""
    dimensions = [
        replace(d, members=tuple(replace(m, note=TOLD) if m.code in (PLACE, COUNTRY) else m for m in d.members))
        if d.id == "Region"
        else d
        for d in table.model.dimensions
    ]
    return replace(table, model=replace(table.model, dimensions=tuple(dimensions)))


@pytest.fixture(scope="module")
def ask():
    store = HandMadeStore(noted(users_table()), noted(staircase_table()))
    app = create_app(store, WebSettings(limits=Limits(calls=0)))

    async def get(path):
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as client:
            return await client.get(path)

    return lambda path: asyncio.run(get(path))


def notes_on(page):
    return [
        " ".join(n.text_content().split()) for n in html.fromstring(page.content).xpath("//ul[contains(@class,'ot-notes')]/li")
    ]


@pytest.mark.parametrize(("language", "told"), [("no", TOLD.nb), ("nn", TOLD.nn), ("en", TOLD.en)])
def test_json_stat_has_the_note_at_the_region_and_says_that_it_must_be_shown(ask, language, told):
    for address in (f"{DATA}json-stat2&lang={language}", f"/api/v2/tables/11642/metadata?lang={language}"):
        region = ask(address).json()["dimension"]["Region"]
        assert region["category"]["note"][PLACE] == [told]
        assert OTHER not in region["category"]["note"]
        assert region["extension"]["categoryNoteMandatory"][PLACE] == {"0": True}


def test_px_has_the_note_in_all_languages_as_one_that_must_be_shown(ask):
    text = ask(DATA + "px").text.replace('"\n"', "")
    for written in (TOLD.nb, TOLD.nn, TOLD.en):
        assert [line for line in text.splitlines() if line.startswith("VALUENOTEX") and line.endswith(f'"{written}";')]
    assert text.count("VALUENOTEX") == 3


def test_excel_has_the_note_beside_the_name_of_the_region(ask):
    about = openpyxl.load_workbook(io.BytesIO(ask(DATA + "xlsx").content)).worksheets[1]
    assert ("Sandefjord", TOLD.nb) in [(row[0].value, row[1].value) for row in about.iter_rows()]


def test_csv_has_no_place_for_notes_and_links_to_where_they_are(ask):
    answer = ask(DATA + "csv")
    assert TOLD.nb not in answer.text
    assert answer.headers["link"] == '<metadata>; rel="describedby"; type="application/json"'
    assert answer.links["describedby"]["url"] == "metadata"
    assert "link" not in ask(DATA + "px").headers


def test_the_page_of_a_table_tells_it_beside_the_row_or_above_when_the_whole_page_is_of_the_region(ask):
    in_rows = html.fromstring(ask("/tabell/11642?rader=Region").content)
    beside = {th.text.strip(): th.text_content() for th in in_rows.xpath("//tbody//th") if th.text}
    assert TOLD.nb in beside["Sandefjord"]
    assert TOLD.nb not in beside["Færder"]
    assert f"Sandefjord: {TOLD.nb}" in notes_on(ask(f"/tabell/11642?Region={PLACE}"))
    assert not [n for n in notes_on(ask("/tabell/11642?Region=3911")) if TOLD.nb in n]


def test_the_page_of_a_municipality_tells_its_note_and_that_of_the_regions_beside_it(ask):
    own = [n for n in notes_on(ask("/kommune/3907-sandefjord")) if TOLD.nb in n]
    assert [n.split(":")[0] for n in own] == ["Sandefjord", "Hele landet"]
    others = [n for n in notes_on(ask("/kommune/3911-faerder")) if TOLD.nb in n]
    assert [n.split(":")[0] for n in others] == ["Hele landet"]
