"""Files that programs open: PX and Excel hold the figures of the interface."""

import contextlib
import io

import openpyxl
import pytest
import requests
from pyaxis import pyaxis

TABLES = ("11642", "11645", "OT001")
CHOSEN = {"valuecodes[Region]": "39*,0301", "valuecodes[ContentsCode]": "*", "valuecodes[Tid]": "*"}
SYMBOLS = {":": '"...."', "..": '".."', ".": '"."'}


def get(address: str, table_id: str, **params: str) -> requests.Response:
    chosen = CHOSEN | ({"valuecodes[Trinn]": "*"} if table_id == "OT001" else {"valuecodes[Tjeneste]": "*"})
    answer = requests.get(f"{address}/api/v2/tables/{table_id}/data", params=chosen | params, timeout=30)
    answer.raise_for_status()
    return answer


@pytest.mark.parametrize("table_id", TABLES)
@pytest.mark.parametrize("language", ["no", "en"])
def test_an_independent_reader_finds_the_figures_of_json_stat_in_the_px_file(address, tmp_path, table_id, language):
    path = tmp_path / "table.px"
    path.write_bytes(get(address, table_id, outputFormat="px", lang=language).content)
    with contextlib.redirect_stdout(io.StringIO()):
        parsed = pyaxis.parse(str(path), "utf-8", null_values="never", sd_values="never")
    document = get(address, table_id, lang=language).json()
    expected = [SYMBOLS[document["status"][str(n)]] if value is None else value for n, value in enumerate(document["value"])]
    read = [cell if cell.startswith('"') else float(cell) for cell in parsed["DATA"]["DATA"]]
    assert read == expected
    assert list(parsed["DATA"].columns[:-1]) == [document["dimension"][i]["label"] for i in document["id"]]
    assert parsed["METADATA"]["TITLE"] == [document["label"]] or "".join(parsed["METADATA"]["TITLE"]) == document["label"]


def test_the_px_file_can_be_read_in_every_language(address, tmp_path):
    path = tmp_path / "table.px"
    path.write_bytes(get(address, "11642", outputFormat="px").content)
    with contextlib.redirect_stdout(io.StringIO()):
        english = pyaxis.parse(str(path), "utf-8", lang="en")
    assert english["METADATA"]["STUB"] == ["region", "type of service"]
    assert "All services" in set(english["DATA"]["type of service"])


@pytest.mark.parametrize("table_id", TABLES)
def test_excel_has_numbers_as_numbers_and_symbols_as_text(address, table_id):
    answer = get(
        address, table_id, outputFormat="xlsx", outputFormatParams="UseTexts,IncludeTitle", **{"stub": "", "heading": ""}
    )
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    table, about = book.worksheets
    document = get(address, table_id).json()
    cells = [c.value for row in table.iter_rows(min_row=5, min_col=3) for c in row]
    expected = [document["status"][str(n)] if v is None else v for n, v in enumerate(document["value"])]
    assert cells == expected
    assert table.freeze_panes == "C5"
    assert table["A1"].value == document["label"]
    assert "2026-06-15" in {row[1].value for row in about.iter_rows()}
