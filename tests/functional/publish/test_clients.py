"""Programs people already have read our tables unchanged."""

import numpy as np
import pytest
import requests
from jsonstat_validator import validate_jsonstat
from pxweb import PxApi
from pyjstat import pyjstat

from omsorgstall.tables import CellStatus, ReleasedTable
from tests.released_tables import HandMadeStore, staircase_table, users_table

TABLES = HandMadeStore().table_ids()


def figure(table: ReleasedTable, **codes: str) -> float | None:
    """A figure of a table by its codes, None where there is no number."""
    (content,) = table.values
    index = tuple(d.index()[codes[d.id]] for d in table.model.dimensions)
    return None if table.statuses[content][index] > CellStatus.TRUE_ZERO else table.values[content][index]


def test_pxwebpy_reads_the_same_figures(address):
    rows = PxApi(f"{address}/api/v2").get_table_data(
        "11642",
        {"Region": ["39*", "EAK"], "Alder": ["*"], "Tjeneste": ["15", "21"], "ContentsCode": "*", "Tid": "top(2)"},
        show="code",
    )
    assert len(rows) == 7 * 7 * 2 * 2
    for row in rows:
        codes = {"Region": row["region"], "Alder": row["alder"], "Tjeneste": row["tjenestetype"], "Tid": row["år"]}
        assert row["value"] == figure(users_table(), **codes)
    assert any(row["value"] is None for row in rows)


def test_pxwebpy_splits_what_is_above_the_limit(narrow_address):
    api = PxApi(f"{narrow_address}/api/v2")
    rows = api.get_table_data_all("OT001", show="code")
    assert len(rows) == staircase_table().model.cells


def test_pxwebpy_finds_variables_paths_and_codelists(address):
    api = PxApi(f"{address}/api/pxwebapi/v2", language="en")
    variables = api.get_table_variables("11642")
    assert variables["Alder"]["elimination"]
    assert {"id": "vs_Kommuner", "label": "Municipalities"} in variables["Region"]["codelists"]
    rows = api.get_table_data(
        "11642", {"Region": ["*"], "ContentsCode": "*", "Tid": "2025"}, {"Region": "agg_KommFylker"}, show="code"
    )
    assert [row["region"] for row in rows] == ["EKA39", "EKA03"]
    assert {"id": "he", "label": "Health", "sortCode": "1"}.items() >= {"id": api.get_paths()[1]["id"]}.items()
    assert {t["id"] for t in api.search("care")["tables"]} >= {"11642"}


@pytest.mark.parametrize("table_id", TABLES)
def test_pxwebpy_reads_the_default_selection(address, table_id):
    assert PxApi(f"{address}/api/v2").get_table_data(table_id)


def test_pyjstat_reads_a_suppressed_cell_as_missing(address):
    chosen = "valuecodes[Tjeneste]=*&valuecodes[Alder]=*&valuecodes[Tid]=top(1)&valuecodes[ContentsCode]=*"
    url = f"{address}/api/v2/tables/11642/data?valuecodes[Region]=3901&{chosen}"
    dataset = pyjstat.Dataset.read(url)
    assert ":" in dataset["status"].values()
    frame = dataset.write("dataframe", naming="id")
    for row in frame.to_dict("records"):
        expected = figure(users_table(), **{k: row[k] for k in ("Region", "Alder", "Tjeneste", "Tid")})
        assert (row["value"] == expected) or (expected is None and np.isnan(row["value"]))


@pytest.mark.parametrize("table_id", TABLES)
@pytest.mark.parametrize("part", ["data", "metadata", "metadata?defaultSelection=true"])
@pytest.mark.parametrize("language", ["no", "nn", "en"])
def test_every_table_is_valid_json_stat(address, table_id, part, language):
    joiner = "&" if "?" in part else "?"
    assert validate_jsonstat(requests.get(f"{address}/api/v2/tables/{table_id}/{part}{joiner}lang={language}", timeout=10).json())
