"""From files to figures, as a client of the StatBank sees them."""

import csv
import json
import re
from io import StringIO
from itertools import product

import httpx
import pytest
from pxweb import PxApi

from tests.acceptance.files import identity_numbers, rows_of
from tests.twins.tables import users

ENOUGH = 500
ALL_USERS = "&".join(f"valuecodes[{v}" for v in ("Region]=4201", "Alder]=999", "Tjeneste]=00", "Tid]=2022", "ContentsCode]=*"))


def test_pxwebpy_reads_the_figures_of_11642_that_a_slow_reference_counts_from_the_files(chain, server):
    expected = users(rows_of(chain.files))
    api = PxApi(f"{server}/api/v2")
    codes = {v: ["*"] for v in ("Region", "Alder", "Tjeneste", "Tid")}
    rows = api.get_table_data("11642", value_codes=codes | {"ContentsCode": ["*"]})
    metadata = httpx.get(f"{server}/api/v2/tables/11642/metadata").json()["dimension"]
    labels = {name: d["category"]["label"].items() for name, d in metadata.items()}
    # pxwebpy writes the text, or "code: text" where the table says that both are shown.
    code_of = {name: {t: code for code, text in found for t in (text, f"{code}: {text}")} for name, found in labels.items()}
    names = {name: d["label"] for name, d in metadata.items()}
    compared = 0
    for row in rows:
        cell = tuple(code_of[v][row[names[v]]] for v in codes)
        if row["value"] is not None:
            compared += 1
            assert row["value"] == expected.get(cell, 0), cell
    assert compared > ENOUGH


def test_a_page_shows_the_figure_that_the_interface_gives(chain, server):
    value = httpx.get(f"{server}/api/v2/tables/11642/data?{ALL_USERS}").json()["value"][0]
    page = httpx.get(f"{server}/kommune/4201", follow_redirects=True).text
    assert "oppdiktet" in page, "a page of made-up figures says so"
    assert re.search(rf"\b{value}\b", re.sub(r"[\u00a0 ](?=\d{3})", "", page))


def test_no_small_count_of_persons_is_published(server):
    for table in ("11642", "11645", "06971", "OT001"):
        metadata = httpx.get(f"{server}/api/v2/tables/{table}/metadata").json()
        query = "&".join(f"valuecodes[{v}]=*" for v in metadata["id"])
        values = httpx.get(f"{server}/api/v2/tables/{table}/data?{query}").json()["value"]
        assert not [v for v in values if v is not None and 0 < v < 5], table


def test_no_identity_number_stands_in_the_store_or_in_any_output(chain, server):
    numbers = {n.encode() for n in identity_numbers(chain.files)}
    assert len(numbers) > ENOUGH
    digits = re.compile(rb"\d{11}")
    for path in [p for p in chain.store.rglob("*") if p.is_file()]:
        content = path.read_bytes()
        # Also as part of a longer run of digits, at any offset.
        found = {
            content[m.start() + n : m.start() + n + 11] for m in re.finditer(rb"\d{11,}", content) for n in range(len(m[0]) - 10)
        }
        assert not numbers & found, path.name
    assert not numbers & set(digits.findall(chain.output.encode()))


def test_the_person_tables_hold_no_identity_number_once_unpacked(chain):
    """Parquet compresses, so the stored columns are read and searched too."""
    numbers = identity_numbers(chain.files)
    import pyarrow.parquet as pq  # noqa: PLC0415 only this test looks inside

    for path in chain.store.rglob("*.parquet"):
        table = pq.read_table(path)
        for column in table.columns:
            if str(column.type) in ("string", "large_string"):
                assert not numbers & set(column.to_pylist()), path.name


def test_every_receipt_says_what_was_accepted(chain):
    receipts = list((chain.store / "receipts").rglob("*.json"))
    assert len(receipts) == len(list(chain.files.rglob("*.xml")))
    for path in receipts:
        content = json.loads(path.read_text(encoding="utf-8"))
        assert content["verdict"] == "accepted"
        assert content["submission"] == path.stem


def test_explain_names_the_submission_behind_a_figure(chain):
    told = chain.run("explain", "11642", "--cell", "Region=4201", "--cell", "Tjeneste=15", "--cell", "Tid=2022")
    assert "annual-4201-2022-" in told.stderr + told.stdout


def test_a_dry_run_shows_what_is_released(chain, server):
    shown = chain.run("tables", "11642", "--vintage", "test", "--region", "4201", "--year", "2022")
    value = httpx.get(f"{server}/api/v2/tables/11642/data?{ALL_USERS}").json()["value"][0]
    assert str(value) in shown.stdout + shown.stderr


def test_a_municipality_gets_its_own_small_figures(chain):
    own = chain.run("tables", "11642", "--vintage", "test", "--own", "4218").stdout
    figures = [int(line.rsplit(",", 1)[1] or 0) for line in own.splitlines()[1:]]
    assert any(0 < f < 5 for f in figures)


def test_a_municipality_gets_its_own_key_figures_beside_the_published_ones(chain, server, tmp_path):
    chain.run("keyfigures", "--municipality", "4218", "--out", str(tmp_path), "--language", "en")
    assert {p.suffix for p in tmp_path.iterdir()} == {".html", ".xlsx", ".csv"}
    rows = list(csv.DictReader(StringIO((tmp_path / "4218-2022.csv").read_text("utf-8-sig"))))
    query = "&".join(f"valuecodes[{v}" for v in ("Region]=EAK,4218", "Nokkeltall]=*", "Tid]=2022", "ContentsCode]=Verdi"))
    answer = httpx.get(f"{server}/api/v2/tables/OT004/data?{query}").json()
    figures = list(answer["dimension"]["Nokkeltall"]["category"]["index"])
    values = dict(zip(product(("EAK", "4218"), figures), answer["value"], strict=True))
    assert sum(v is not None for v in values.values()) > len(figures) / 2
    told = chain.run("explain", "OT004", "--cell", "Region=EAK", "--cell", "Nokkeltall=users_all", "--cell", "Tid=2022")
    assert re.search(r"Numerator \d[\s\S]*Denominator \d", told.stdout), "a key figure is explained by its parts"
    own = {r["Code"]: r for r in rows if r["Year"] == "2022" and r["Region"] == "Iveland"}
    assert any(r["Value"] and values["4218", code] is None for code, r in own.items()), "what is hidden is whole for the owner"
    for code, value in values.items():
        if code[0] == "4218" and value is not None:
            assert float(own[code[1]]["Value"]) == pytest.approx(value, abs=0.05), code


def test_a_municipality_gets_the_change_of_function_beside_what_is_expected(chain, tmp_path):
    chain.run("results", "--municipality", "4213", "--year", "2022", "--measure", "egenomsorg", "--out", str(tmp_path))
    assert {p.name for p in tmp_path.iterdir()} == {"4213-2022.xlsx", "4213-2022-egenomsorg.html", "4213-2022-egenomsorg.csv"}
    page = (tmp_path / "4213-2022-egenomsorg.html").read_text("utf-8")
    assert re.search(r"\b[1-9]\d* personer er vurdert to ganger", page)
    assert "oppdikt" in page
    assert "omsorgstall results --municipality 4213 --year 2022 --language nb --measure egenomsorg --vintage test" in page


@pytest.mark.parametrize(
    ("table", "owner", "code"),
    [("11642", "0301", "nothing-delivered"), ("11642", "9999", "no-such-municipality"), ("09933", "4218", "no-figures")],
)
def test_a_municipality_without_own_figures_is_told_why(chain, table, owner, code):
    done = chain.run("tables", table, "--vintage", "test", "--own", owner, check=False)
    assert (done.returncode, code in done.stderr) == (4, True)
