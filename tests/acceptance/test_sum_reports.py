"""Sum reports, comparisons, public reports and the recommended package through the command line, on a small country."""

import csv
import re
from io import BytesIO, StringIO
from zipfile import ZipFile

import pytest

from tests.acceptance.conftest import MUNICIPALITIES

OWNER = MUNICIPALITIES[0]


@pytest.fixture(scope="module")
def made(chain, tmp_path_factory):
    folder = tmp_path_factory.mktemp("reports")
    out = ("--out", str(folder))
    chain.run("report", "S01", "--municipality", OWNER, "--years", "5", "--compare", *out)
    chain.run("report", "S01", "--municipality", OWNER, "--year", "2022", "--public", *out)
    chain.run("package", "--municipality", OWNER, *out)
    chain.run("package", "--municipality", OWNER, "--public", *out)
    return folder


def rows(path):
    return list(csv.reader(StringIO(path.read_text("utf-8-sig"))))


def test_the_years_of_the_vintage_stand_side_by_side_with_lines_over_them(made):
    page = (made / f"{OWNER}-S01-2022-12-31.html").read_text("utf-8")
    assert "<h2>Over tid</h2>" in page
    assert re.search(r'<th scope="col" class="n">2021</th>', page)
    assert (made / f"{OWNER}-S01-2022-12-31.pdf").read_bytes().startswith(b"%PDF")


def test_the_workbook_has_native_charts_of_the_years_and_a_sheet_of_others(made):
    with ZipFile(BytesIO((made / f"{OWNER}-S01-2022-12-31.xlsx").read_bytes())) as book:
        charts = [book.read(n).decode() for n in book.namelist() if n.startswith("xl/charts/chart")]
        sheets = book.read("xl/workbook.xml").decode()
    assert any("<c:lineChart>" in c for c in charts)
    assert "S01 sammenligning" in sheets


def test_own_figures_beside_others_are_those_of_the_report(made):
    own = {r[0]: int(r[6]) for r in rows(made / f"{OWNER}-S01-2022-12-31.csv")[1:] if r[2] == "00" and r[4] == "2022-12-31"}
    beside = {r[2]: int(r[6]) for r in rows(made / f"{OWNER}-S01-2022-12-31-Tjenestegruppe-peers.csv")[1:] if r[0] == OWNER}
    assert beside == own


def test_what_is_shown_of_others_leaves_nobody_alone_when_own_figures_are_taken_away(made):
    shown = {(r[0], r[2]): r[6] for r in rows(made / f"{OWNER}-S01-2022-12-31-Behov-peers.csv")[1:]}
    for (place, code), text in shown.items():
        if place in ("EKA42", "EAK") and text not in (":", "-"):
            assert int(text) - int(shown[OWNER, code].replace("-", "0")) not in range(1, 5)


def test_no_small_figure_is_public(made):
    public = rows(made / f"{OWNER}-S01-2022-public-Behov.csv")[1:]
    assert public[0][0] == OWNER
    assert not [r for r in public if r[6] in map(str, range(1, 5))]
    assert "alle tall er skjermet" in (made / f"{OWNER}-S01-2022-public.html").read_text("utf-8")


def test_the_package_is_a_page_a_document_and_a_workbook_that_say_how_to_make_them_again(made):
    page = (made / f"{OWNER}-package-2022.html").read_text("utf-8")
    assert f"omsorgstall package --municipality {OWNER} --year 2022" in page
    assert "I 2021 var tallet" in page
    assert (made / f"{OWNER}-package-2022.pdf").stat().st_size > 20_000
    assert (made / f"{OWNER}-package-2022.xlsx").read_bytes().startswith(b"PK")


def test_the_public_package_says_only_what_the_public_reports_show(made):
    page = (made / f"{OWNER}-package-2022-public.html").read_text("utf-8")
    shown = {r[2]: r[6] for r in rows(made / f"{OWNER}-S01-2022-public-Tjenestegruppe.csv")[1:] if r[0] == OWNER}
    assert f"{shown['00']} personer fikk helse- og omsorgstjenester" in page
    assert "Dokumentet kan legges fram åpent" in page
    assert f"omsorgstall package --municipality {OWNER} --year 2022 --public" in page
    assert (made / f"{OWNER}-package-2022-public.pdf").read_bytes().startswith(b"%PDF")


def test_what_is_not_public_for_a_municipality_says_so(chain, tmp_path):
    arguments = ("--municipality", OWNER, "--year", "2022", "--public", "--out", str(tmp_path))
    done = chain.run("report", "S12", *arguments, check=False)
    assert done.returncode == 6
    assert "counties, KOSTRA groups and the country only" in done.stderr
