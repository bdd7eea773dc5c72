"""Event messages after the batches: figures move as a slow reading of the messages says, and old vintages keep theirs."""

import csv
import io
from datetime import datetime

import pytest

from tests.acceptance.conftest import omsorgstall
from tests.acceptance.files import rows_of
from tests.acceptance.messages import moved_on, notifications
from tests.twins.tables import users

SENDER = "4203"
TABLES = {"11642": False, "11645": True}
"""Tables, and whether they count on 31 December only."""
EXTRACTED = datetime.fromisoformat("2023-01-02T06:00:00")


@pytest.fixture(scope="module")
def country(tmp_path_factory):
    """A store with a vintage of the batches alone, and one after the events, and the figures of each when it was frozen."""
    base = tmp_path_factory.mktemp("events")
    files, store = base / "files", base / "store"
    omsorgstall("generate", str(files), "--municipality", SENDER, "--years", "2022", "--events", "3", store=store)
    omsorgstall("intake", str(files / "2022"), "--new-key", "--test-persons", store=store)
    omsorgstall("vintage", "freeze", "batch", store=store)
    before = {table: own(store, table, "batch") for table in TABLES}
    omsorgstall("intake", str(files / "events"), "--test-persons", store=store)
    omsorgstall("vintage", "freeze", "moved", store=store)
    return files, store, before


def own(store, table, vintage):
    """The municipality's own figures, without zeros."""
    text = omsorgstall("tables", table, "--vintage", vintage, "--own", SENDER, store=store).stdout
    rows = csv.reader(io.StringIO(text))
    columns = next(rows)
    places = [columns.index(name) for name in ("Region", "Alder", "Tjeneste", "Tid")]
    return {tuple(row[n] for n in places): int(row[-1]) for row in rows if row[-1] not in ("", "0")}


def counted(rows, at_year_end):
    return {cell: n for cell, n in users(rows, at_year_end).items() if cell[0] == SENDER}


@pytest.mark.parametrize(("table", "at_year_end"), TABLES.items())
def test_figures_move_as_a_slow_reading_of_the_messages_says(country, table, at_year_end):
    files, store, before = country
    batch = rows_of(files / "2022")
    assert before[table] == counted(batch, at_year_end)
    after = own(store, table, "moved")
    assert after == counted(moved_on(batch, files / "events", EXTRACTED), at_year_end)
    assert after != before[table], "some events tell of the year before"


def test_the_vintage_from_before_the_events_keeps_its_figures(country):
    _, store, before = country
    assert own(store, "11645", "batch") == before["11645"]


def test_the_messages_hold_starts_ends_pauses_corrections_and_annulments(country):
    sent = notifications(country[0] / "events")
    assert {n["event"] for n in sent} >= {"TjenesteStart", "TjenesteSlutt", "MidlertidigStoppFra"}
    assert {n["statusNotifikasjon"] for n in sent} >= {"N", "M"}


def test_the_vintage_names_its_event_submissions(country):
    shown = omsorgstall("vintage", "show", "moved", store=country[1]).stdout.splitlines()
    assert any(name.startswith(f"events-{SENDER}-2023-") for name in shown)
