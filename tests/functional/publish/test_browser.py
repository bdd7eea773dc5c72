"""The pages in Chromium at phone and desktop width: no accessibility violations, nothing wider than the screen, no script."""

import shutil
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, sync_playwright

from omsorgstall.app.web import PrecheckLimits, WebSettings
from omsorgstall.publish.pxweb import Limits
from tests.builders.submissions import SERVICE, submission
from tests.functional.publish.conftest import serve

CHROMIUM = shutil.which("chromium")
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PAGES = [
    "/",
    "/om",
    "/tabell/11642?Region=3907",
    "/tabell/OT001?rader=Region&Trinn=15",
    "/tabell/11642?Region=030101&Alder=000-017",
    "/tabell/11642/opphav",
    "/kommune/3907-sandefjord",
    "/kommune?navn=ho",
    "/kommune?navn=ingensteds",
    "/tabell/99999",
]
pytestmark = [pytest.mark.browser, pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed.")]


@pytest.fixture(scope="module")
def checking_address() -> Iterator[str]:
    """A server with the page that checks files."""
    yield from serve(WebSettings(limits=Limits(calls=0), precheck=PrecheckLimits(megabytes=1)))


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield started
        started.close()


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("path", PAGES)
def test_a_page_can_be_used_by_everyone(browser, address, path, width):
    page = browser.new_page(viewport={"width": width, "height": 844})
    page.goto(address + path)
    found = Axe().run(page).response["violations"]
    page.close()
    assert [(v["id"], [n["html"] for n in v["nodes"]]) for v in found] == []


def test_no_page_is_wider_than_the_screen(browser, address):
    page = browser.new_page()
    for path in PAGES:
        page.goto(address + path)
        for width in (320, 390, 768, 1280):
            page.set_viewport_size({"width": width, "height": 844})
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (path, width)
    page.close()


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_everyone_can_have_a_file_checked_without_javascript(browser, checking_address, tmp_path, width, language):
    sent = submission(tmp_path / "batch.xml", service=[SERVICE | {"weekly_hours": 500.0}])
    large = tmp_path / "large.xml"
    large.write_bytes(b"<" * (2 << 20))
    violations = []
    for javascript in (False, True):  # the judge of accessibility is a script
        context = browser.new_context(java_script_enabled=javascript, viewport={"width": width, "height": 844})
        page = context.new_page()
        page.goto(f"{checking_address}/forhandskontroll?sprak={language}")
        for file, title in ((None, ""), (large, 'role="alert"'), (sent, "C16")):
            if file:
                page.set_input_files("#fil", file)
                page.get_by_role("checkbox").check()
                page.locator("button[type=submit]").click()
                assert title in page.content()
            if javascript:
                page.eval_on_selector_all("details", "all => all.forEach(d => d.open = true)")
                assert page.evaluate("document.documentElement.scrollWidth") <= width
                violations += Axe().run(page).response["violations"]
        context.close()
    assert [(v["id"], [n["html"] for n in v["nodes"]]) for v in violations] == []


def test_a_citizen_finds_the_municipality_with_the_keyboard_and_without_javascript(browser, address):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_label("Kommunens navn eller nummer").focus()
    page.keyboard.type("Sandefjord")
    page.keyboard.press("Enter")
    page.wait_for_url("**/kommune/3907-sandefjord")
    assert page.get_by_role("heading", level=1).inner_text() == "Omsorgstjenester i Sandefjord"
    context.close()


def test_a_page_asks_for_nothing_elsewhere_and_the_policy_blocks_nothing(browser, address):
    page = browser.new_page()
    asked, said = [], []
    page.on("request", lambda r: asked.append(r.url))
    page.on("console", lambda m: said.append(m.text))
    page.goto(f"{address}/kommune/3907-sandefjord")
    page.wait_for_load_state("networkidle")
    page.close()
    assert said == []
    assert all(url.startswith((address, "data:")) for url in asked)
