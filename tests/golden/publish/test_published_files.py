"""What others depend on, byte by byte: answers of the interface and files, for a small table with every kind of cell."""

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import orjson
import pytest

from omsorgstall.core import Text
from omsorgstall.publish import Catalogue, Site
from omsorgstall.publish.pxweb import Limits, ProblemError, StatBank
from omsorgstall.tables import Member, ReleasedTable, TableModel
from tests.released_tables import (
    EDITION,
    LINEAGE,
    HandMadeStore,
    age_dimension,
    persons,
    region_dimension,
    time_dimension,
    year_end_table,
)

HERE = Path(__file__).parent
BASE = "https://stat.example.no/api/v2"
NOW = datetime(2026, 7, 1, tzinfo=UTC)


def small_table() -> ReleasedTable:
    """Two regions, the total and two ages, two years, two measures; a value note and every status."""
    ages = age_dimension()
    note = Text("Få personer.", "Få personar.", "Few persons.")
    kept = (ages.members[0], ages.members[1], Member("090+", ages.members[-1].label, frozenset({"090+"}), note))
    age = type(ages)(ages.id, ages.label, ages.kind, ages.composition, kept, ages.elimination)
    users = persons("Brukere", Text('Brukere "i alt"', "Brukarar i alt", "Users in all"), stock=True)
    share = year_end_table().model.content("Andel")
    notes = (Text("Små tall er skjult.", "Små tal er skjulte.", "Small figures are hidden."),)
    title = Text("Små tall", "Små tal", "Small figures")
    dimensions = (region_dimension(("EAK", "3907")), age, time_dimension(("2024", "2025")))
    model = TableModel("00001", title, dimensions, (users, share), notes, level_mark="K")
    counts = np.array([[[1234, 1300], [70, 0], [1000, 1100]], [[90, 95], [np.nan, np.nan], [np.nan, np.nan]]], dtype=float)
    statuses = np.array([[[0, 0], [0, 1], [0, 0]], [[0, 0], [2, 2], [3, 4]]], dtype=np.uint8)
    shares = np.where(statuses > 1, np.nan, counts / 13.37)
    return ReleasedTable(
        model,
        EDITION,
        {"Brukere": counts, "Andel": shares},
        {"Brukere": statuses, "Andel": statuses},
        "small-count-5 v1",
        LINEAGE,
    )


@pytest.fixture(scope="module")
def bank() -> StatBank:
    return StatBank(Catalogue(HandMadeStore(small_table())), Site(), Limits(), "0.1.0")


def pretty(body: bytes) -> str:
    return orjson.dumps(orjson.loads(body), option=orjson.OPT_INDENT_2).decode() + "\n"


def everything(bank: StatBank, output: str, **given: str) -> bytes:
    chosen = {f"valuecodes[{v}]": "*" for v in ("region", "alder", "contentscode", "tid")}
    return bank.data("00001", chosen | {"outputformat": output} | given).body


def test_the_configuration(bank, golden):
    golden(HERE / "config.json", pretty(bank.config().body))


def test_the_list_of_tables(bank, golden):
    golden(HERE / "tables.json", pretty(bank.tables({}, BASE, NOW).body))


@pytest.mark.parametrize("language", ["no", "nn", "en"])
def test_the_metadata_of_a_table(bank, golden, language):
    golden(HERE / f"metadata.{language}.json", pretty(bank.metadata("00001", {"lang": language}, BASE).body))


def test_the_default_selection(bank, golden):
    golden(HERE / "defaultselection.json", pretty(bank.default_selection("00001", {}, BASE).body))


def test_a_codelist(bank, golden):
    golden(HERE / "codelist.json", pretty(bank.codelist("vs_kommuner", {}, BASE).body))


def test_data_as_json_stat(bank, golden):
    golden(HERE / "data.json", pretty(everything(bank, "json-stat2")))


@pytest.mark.parametrize(
    ("name", "params"),
    [
        ("codes", ""),
        ("texts", "UseTexts,IncludeTitle,SeparatorSemicolon"),
        ("both", "UseCodesAndTexts,ExcludeZerosAndMissingValues,SeparatorTab"),
    ],
)
def test_data_as_csv(bank, golden, name, params):
    golden(HERE / f"data.{name}.csv", everything(bank, "csv", outputformatparams=params))


@pytest.mark.parametrize("language", ["no", "en"])
def test_data_as_px(bank, golden, language):
    golden(HERE / f"data.{language}.px", everything(bank, "px", lang=language))


def test_a_problem(bank, golden):
    with pytest.raises(ProblemError) as caught:
        bank.data("00001", {"valuecodes[region]": "3908"})
    golden(HERE / "problem.json", pretty(caught.value.json()))
