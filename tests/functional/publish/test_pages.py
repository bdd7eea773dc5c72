"""The pages as a reader without JavaScript meets them."""

import asyncio
import re
from dataclasses import replace
from urllib.parse import urljoin

import httpx
import pytest
import requests
from fastapi import FastAPI
from lxml import html

from omsorgstall.app.web import create_app
from omsorgstall.tables import ReleasedTable
from tests.released_tables import HandMadeStore, users_table

PAGES = [
    "/",
    "/om",
    "/tabell/11642",
    "/tabell/11645?rader=Alder&ContentsCode=Andel",
    "/tabell/OT001?Region=3907&Tid=2025",
    "/tabell/11642/opphav",
    "/kommune/3907-sandefjord",
    "/kommune/3907-sandefjord?trinn=16",
    "/kommune?navn=ho",
    "/kommune?navn=ingensteds",
    "/tabell/99999",
]


def get(address: str, path: str) -> requests.Response:
    return requests.get(address + path, timeout=60)


async def ask(app: FastAPI, path: str, address: str) -> httpx.Response:
    """The answer of a server of its own, its faults as its clients see them."""
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url=address) as client:
        return await client.get(path)


def cells(page: bytes) -> dict[str, list[str]]:
    """Rows of the first table by their heading, symbols as they are seen."""
    table = html.fromstring(page).find(".//table")
    for unseen in table.xpath(".//*[@class='ds-sr-only']"):
        unseen.drop_tree()
    return {row.find("th").text_content(): [td.text_content() for td in row.iter("td")] for row in table.find("tbody")}


@pytest.mark.parametrize("path", PAGES)
def test_every_page_is_whole_and_has_no_script(address, path):
    answer = get(address, path)
    page = html.fromstring(answer.content)
    assert answer.status_code in (200, 404)
    assert page.get("lang") == "nb"
    assert len(page.findall(".//h1")) == 1
    assert not page.findall(".//script")
    assert not page.xpath("//*[@style]")
    ids = page.xpath("//@id")
    assert len(ids) == len(set(ids))
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_every_link_of_the_site_leads_somewhere(address):
    seen, todo = set(), ["/"]
    while todo:
        path = todo.pop()
        if path in seen or len(seen) > 60:
            continue
        seen.add(path)
        answer = get(address, path)
        assert answer.ok, path
        if "text/html" in answer.headers["Content-Type"]:
            links = html.fromstring(answer.content).xpath("//a/@href | //img/@src | //source/@srcset | //link/@href")
            found = [urljoin(path, link.split("#")[0]) for link in links if not re.match(r"\w+:", link)]
            todo += [f for f in found if f not in seen]


def test_the_page_shows_the_figures_of_the_table_with_norwegian_numbers(address):
    rows = cells(get(address, "/tabell/11642?Region=EAK&Alder=999").content)
    table = users_table()
    index = {d.id: d.index() for d in table.model.dimensions}
    at = (index["Region"]["EAK"], index["Alder"]["999"], index["Tjeneste"]["00"], index["Tid"]["2025"])
    expected = f"{int(table.values['Brukere'][at]):,}".replace(",", "\u00a0")
    assert rows["Tjenester i alt"][-1] == expected


def test_symbols_are_explained_where_they_are_used_and_read_aloud(address):
    page = get(address, "/tabell/OT001?Region=030101").text
    assert '<span aria-hidden="true">-</span><span class="ds-sr-only">null</span>' in page
    assert "Tegn i tabellen" in page
    assert "Tegn i tabellen" not in get(address, "/tabell/11642?Region=EAK").text


def test_a_search_with_one_hit_leads_to_the_municipality(address):
    for wanted in ("Tønsberg", "tonsberg", "3905", "tøn", "0704"):
        assert requests.get(f"{address}/kommune", params={"navn": wanted}, timeout=60).url.endswith("/kommune/3905-tonsberg")


def test_a_former_number_and_another_spelling_lead_to_the_address_of_the_municipality(address):
    for other in ("0704", "3905", "3905-TONSBERG"):
        assert get(address, f"/kommune/{other}").url.endswith("/kommune/3905-tonsberg")
    assert get(address, "/kommune/3905?trinn=16").url.endswith("/kommune/3905-tonsberg?trinn=16")


@pytest.mark.parametrize(
    ("path", "status", "says"),
    [
        ("/kommune?navn=ingensteds", 404, "Fant ingen kommune"),
        ("/kommune/9999", 404, "Det finnes ingen kommune 9999"),
        ("/kommune/5001-trondheim", 404, "ikke publisert tall for Trondheim"),
        ("/tabell/99999", 404, "Det finnes ingen tabell 99999"),
        ("/tabell/11642?Region=9999", 400, "9999 finnes ikke i region"),
        ("/tabell/11642?rader=Tid", 400, "Tid kan ikke stå i rader"),
        ("/ingen/side", 404, "Adressen /ingen/side finnes ikke"),
    ],
)
def test_a_wrong_address_gets_a_page_that_helps(address, path, status, says):
    answer = get(address, path)
    assert answer.status_code == status
    assert says in answer.text
    assert 'name="navn"' in answer.text


def test_headers_can_be_asked_for_alone(address):
    for path in ("/", "/tabell/11642", "/api/v2/tables/11642/metadata"):
        answer = requests.head(address + path, timeout=60)
        assert (answer.status_code, answer.content) == (200, b"")
        assert answer.headers["Content-Type"] == get(address, path).headers["Content-Type"]


def test_another_method_and_a_fault_of_ours_get_a_page_or_a_problem_that_is_not_kept(address):
    page = requests.post(address + "/om", timeout=60)
    assert (page.status_code, page.headers["Allow"]) == (405, "GET")
    assert "kan bare leses" in page.text
    problem = requests.delete(address + "/api/v2/tables", timeout=60)
    assert (problem.status_code, problem.json()["title"]) == (405, "Method not allowed")
    assert {a.headers["Cache-Control"] for a in (page, problem)} == {"no-store"}


def test_a_broken_store_gives_a_page_that_says_the_fault_is_ours(address):
    class Broken(HandMadeStore):
        def current(self, table_id: str) -> ReleasedTable:
            raise OSError("the disk is gone")

    page, problem = (asyncio.run(ask(create_app(Broken()), path, address)) for path in ("/", "/api/v2/tables"))
    assert (page.status_code, page.headers["Cache-Control"]) == (500, "no-store")
    assert "Noe gikk galt hos oss" in page.text
    assert "disk" not in page.text
    assert (problem.json()["status"], problem.json()["title"]) == (500, "Internal error")


def test_the_page_of_origins_says_in_words_what_figures_rest_on_and_what_is_hidden(address):
    page = get(address, "/tabell/11642/opphav").text
    assert "Færre enn 5 personer vises ikke (small-count-5" in page
    assert "endelig" in page


def test_what_a_reader_writes_cannot_become_markup(address):
    assert "<script>" not in get(address, "/kommune?navn=<script>alert(1)</script>").text
    assert "<script>" not in get(address, "/tabell/11642?Region=<script>").text


@pytest.mark.parametrize("path", ["/tabell/11642/figur.svg?", "/kommune/3907/trapp.svg?", "/kommune/3907/utvikling.svg?"])
@pytest.mark.parametrize("width", ["smal", "bred"])
def test_a_chart_has_a_title_and_a_description(address, path, width):
    answer = get(address, f"{path}bredde={width}")
    svg = html.fromstring(answer.content)
    assert answer.headers["Content-Type"] == "image/svg+xml"
    assert svg.xpath("//*[@role='img']/@aria-labelledby") == ["t d"]
    assert len(svg.xpath("//*[local-name()='desc']")[0].text) > 40


def test_static_files_are_kept_for_ever_under_an_address_of_their_content(address):
    page = html.fromstring(get(address, "/").content)
    for link in page.xpath("//link[@rel='stylesheet']/@href"):
        assert "immutable" in get(address, link).headers["Cache-Control"]
        assert get(address, re.sub("[0-9a-f]{12}", "0" * 12, link)).status_code == 404


def test_the_downloads_of_a_page_hold_its_figures(address):
    page = html.fromstring(get(address, "/tabell/11642?Region=3907").content)
    links = {a.text_content(): a.get("href") for a in page.xpath("//a[@class='ds-button']")}
    assert set(links) == {"Excel", "CSV", "PX", "JSON"}
    shown = [c.replace("\u00a0", "") for row in cells(get(address, "/tabell/11642?Region=3907").content).values() for c in row]
    document = get(address, links["JSON"]).json()
    assert [document["status"][str(n)] if v is None else str(v) for n, v in enumerate(document["value"])] == shown


def test_pages_with_figures_about_made_up_people_say_so(address):
    made_up = HandMadeStore(replace(users_table(), lineage={"made_up": "ja"}))
    page = asyncio.run(ask(create_app(made_up), "/tabell/11642", address)).text
    assert "oppdiktet" in page
    assert "oppdiktet" not in get(address, "/tabell/11642").text
