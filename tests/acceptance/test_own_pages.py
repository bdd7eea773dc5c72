"""A municipality's own sum reports as pages: the command, a browser's requests, and Chromium itself."""

import os
import subprocess
import sys
from urllib.parse import urljoin

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from lxml import html
from playwright.sync_api import sync_playwright

from omsorgstall.access import AuditAction
from omsorgstall.register import Store
from tests.acceptance.conftest import MUNICIPALITIES, free_port
from tests.functional.publish.test_browser import ARGUMENTS, CHROMIUM

OWNER = MUNICIPALITIES[0]


@pytest.fixture(scope="module")
def first_address(chain):
    """The address that the program writes when it starts."""
    command = [sys.executable, "-m", "omsorgstall", "own", "--municipality", OWNER, "--port", str(free_port()), "--who", "reader"]
    environment = os.environ | {"OMSORGSTALL_STORE": str(chain.store)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment) as process:
        address = process.stdout.readline().strip()
        with httpx.Client(transport=httpx.HTTPTransport(retries=8)) as client:
            assert client.get(address).status_code == 303
        yield address
        process.terminate()


@pytest.fixture(scope="module")
def reader(first_address):
    """Someone who opened the address."""
    with httpx.Client(base_url=first_address.partition("?")[0], follow_redirects=True, timeout=120) as client:
        assert client.get(first_address).status_code == 200
        yield client


def page_of(answer):
    assert answer.status_code == 200, answer.text
    return html.fromstring(answer.content)


def filled_in(page, changes):
    """Where the form leads and what it sends, with some fields changed."""
    form = page.forms[0]
    sent = [(name, value) for name, value in form.form_values() if name not in changes]
    return urljoin("/", form.action), [*sent, *((name, v) for name, values in changes.items() for v in values)]


def test_every_report_is_one_click_away_and_reads_itself_aloud(reader):
    links = page_of(reader.get("/")).xpath("//ul[@class='reports']//a/@href")
    assert len(links) == 23
    for link in links:
        page = page_of(reader.get(link))
        assert page.xpath("string(//p[@class='reading'])").strip(), link
        assert page.xpath("//table//td"), link


@pytest.mark.parametrize("language", ["nn", "en"])
def test_a_page_is_in_the_language_asked_for(reader, language):
    page = page_of(reader.get(f"/rapport/S01?sprak={language}"))
    assert page.get("lang") == language
    assert page.forms[0].fields["sprak"] == language


LAST = "--year 2022"
ASKED = [
    ("S01", {}, LAST),
    ("S01", {"rows": ["Alder", "Kjonn"], "only.Behov": ["2", "3"]}, f"{LAST} --rows Alder --split Kjonn --only Behov=2,3"),
    ("S01", {"aar": ["2021", "2022"], "ages": ["67, 80"], "rows": ["Alder"]}, f"--year 2021 {LAST} --rows Alder --ages 67,80"),
    ("S03", {"only.Kjonn": ["2"], "services": ["15"]}, f"{LAST} --only Kjonn=2 --service 15"),
    ("S09", {"aar": [], "fra": ["2022-01-01"], "til": ["2022-06-30"]}, "--period 2022-01-01/2022-06-30"),
]


@pytest.mark.parametrize(("report", "changes", "options"), ASKED)
def test_what_the_form_asks_for_is_what_the_command_makes(chain, reader, tmp_path, report, changes, options):
    address, sent = filled_in(page_of(reader.get(f"/rapport/{report}")), changes)
    shown = page_of(reader.get(address, params=sent))
    chain.run("report", report, "--municipality", OWNER, *options.split(), "--out", str(tmp_path))
    (made,) = tmp_path.glob(f"{OWNER}-{report}-*.csv")
    (link,) = [a for a in shown.xpath("//ul[@class='files']//a/@href") if "fil.csv" in a]
    assert reader.get(link).content == made.read_bytes()


@pytest.mark.parametrize(("kind", "begins"), [("xlsx", b"PK"), ("pdf", b"%PDF")])
def test_a_report_can_be_taken_along_as_a_file(reader, kind, begins):
    answer = reader.get(f"/rapport/S03/fil.{kind}")
    assert answer.content.startswith(begins)
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{OWNER}-S03-2022-12-31.{kind}"'


def test_the_address_of_a_page_gives_the_form_as_it_was_filled_in(reader):
    address, sent = filled_in(
        page_of(reader.get("/rapport/S01")), {"rows": ["Alder"], "columns": ["Kjonn"], "units": ["999111111"]}
    )
    again = page_of(reader.get(address, params=sent)).forms[0].form_values()
    assert {("rows", "Alder"), ("columns", "Kjonn"), ("units", "999111111"), ("aar", "2022")} <= set(again)


def test_what_the_form_has_no_field_for_is_kept_when_it_is_sent(reader):
    page = page_of(reader.get("/rapport/S01?without=29&aar=2022"))
    assert ("without", "29") in page.forms[0].form_values()


@pytest.mark.parametrize(
    "query", ["dates=2022-13-40", "aar=tjue", "rows=Hoyde", "aar=1999", "only.Kjonn=7", "ukjent=1", "fra=2022"]
)
def test_what_cannot_be_asked_for_is_told_with_what_to_do(reader, query):
    answer = reader.get(f"/rapport/S01?{query}")
    assert answer.status_code == 400
    assert len(html.fromstring(answer.content).xpath("//main/p")) >= 2


def test_an_address_that_is_none_says_so_and_leads_back(reader):
    answer = reader.get("/rapport/S99")
    assert answer.status_code == 404
    assert html.fromstring(answer.content).xpath("//a/@href") == ["/?sprak=nb"]


def test_nobody_sees_a_figure_without_the_key(first_address):
    base = first_address.partition("?")[0]
    for path, headers in (
        ("", {}),
        ("rapport/S01", {}),
        ("rapport/S01/fil.csv", {}),
        ("?nokkel=guess", {}),
        ("rapport/S01", {"Cookie": "omsorgstall=guess"}),
    ):
        answer = httpx.get(base + path, headers=headers)
        assert answer.status_code == 403
        assert "<table" not in answer.text


def test_another_name_for_this_machine_is_refused_even_with_the_key(first_address, reader):
    answer = httpx.get(first_address, headers={"Host": "elsewhere.example"})
    assert answer.status_code == 403
    assert reader.get("/rapport/S01", headers={"Host": "elsewhere.example"}).status_code == 403


def test_no_browser_keeps_a_page_and_a_page_loads_nothing(reader):
    headers = reader.get("/rapport/S01").headers
    assert headers["Cache-Control"] == "no-store"
    assert headers["Content-Security-Policy"].startswith("default-src 'none'; style-src 'sha256-")


def test_each_reading_is_in_the_audit_log(chain, reader):
    def readings():
        with Store.open(chain.store / "register") as store:
            return [e for e in store.audit() if e.action is AuditAction.SHOW_SUM_REPORT and e.who == "reader"]

    before = len(readings())
    reader.get("/rapport/S07")
    after = readings()
    assert len(after) == before + 1
    assert (after[-1].what, after[-1].municipalities) == ("S07 of test", frozenset({OWNER}))


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed.")
@pytest.mark.parametrize("width", [390, 1280])
def test_the_pages_can_be_used_by_everyone_and_the_form_without_script(first_address, reader, width):
    assert reader
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        page = browser.new_page(viewport={"width": width, "height": 900})
        blocked = []
        page.on("console", lambda message: blocked.append(message.text))
        page.goto(first_address)
        assert not Axe().run(page).response["violations"]
        page.get_by_role("link", name="S01").click()
        page.get_by_label("Rader").select_option("Alder")
        page.get_by_role("button", name="Vis").click()
        assert page.get_by_label("Rader").input_value() == "Alder"
        assert not Axe().run(page).response["violations"]
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert not blocked
        browser.close()
