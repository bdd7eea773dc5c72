"""What figures rest on is corrected through the command line: edits, withdrawal, substitution, and a year that still runs."""

import csv
import io
import json
import re
import shutil
import stat
from datetime import date

import pytest
from openpyxl import load_workbook

from omsorgstall.releases import ReleaseStore
from tests.acceptance.conftest import omsorgstall
from tests.acceptance.files import rows_of

CHOSEN, OTHER = "4213", "4216"
SAID = ("--who", "Kari", "--why", "a test of corrections")


@pytest.fixture(scope="module")
def store(chain, tmp_path_factory):
    """The small country's register and first edition, without what other tests do to theirs."""
    copy = tmp_path_factory.mktemp("corrections") / "store"
    shutil.copytree(chain.store, copy)
    shutil.copy(f"{chain.store}.pseudonym-key", f"{copy}.pseudonym-key")
    return copy


def own(store, table, vintage, municipality):
    """The municipality's own figures by cell, without zeros."""
    text = omsorgstall("tables", table, "--vintage", vintage, "--own", municipality, store=store).stdout
    heading, *rows = csv.reader(io.StringIO(text))
    places = [heading.index(name) for name in ("Region", "Alder", "Tjeneste", "Tid")]
    return {tuple(row[n] for n in places): int(row[-1]) for row in rows if row[-1] not in ("", "0")}


def submissions(store, municipality, kind="annual"):
    """State by id of a municipality's submissions of 2022."""
    lines = omsorgstall("submissions", "--municipality", municipality, "--year", "2022", store=store).stdout.splitlines()
    fields = [line.split("\t") for line in lines]
    return {f[0]: f[-1] for f in fields if f[1] == kind}


def compared(store, folder, *vintages):
    """What a comparison tells of table 11642, after a look at its text and its workbook."""
    asked = ("vintage", "compare", *vintages, "--table", "11642", "--language", "nb")
    files = {"json": folder / "moved.json", "excel": folder / "moved.xlsx"}
    done = omsorgstall(*asked, "--json", str(files["json"]), "--excel", str(files["excel"]), store=store)
    assert re.search(rf"1\. .*\(−1, −[0-9,]+ %\)\n +−1  {CHOSEN} \S+ 2022: rettelser edits-{CHOSEN}-2022", done.stdout)
    assert "INTERNT" in done.stderr
    assert {stat.S_IMODE(f.stat().st_mode) for f in files.values()} == {0o600}
    assert load_workbook(files["excel"]).sheetnames == ["Tall som er endret", "Årsaker", "Om sammenligningen"]
    refused = omsorgstall(*asked, "--json", str(store / "releases" / "moved.json"), store=store, check=False)
    assert (refused.returncode, "internal-in-store" in refused.stderr) == (2, True)
    return json.loads(files["json"].read_text("utf-8"))


def a_running_service(chain):
    """Local id of a person whose one service of its type (15) runs all of 2022 and later, with the id of the service."""
    text = (chain.files / "2022" / f"{CHOSEN}.xml").read_text("utf-8")
    for person in re.findall(r"<person\b.*?</person>", text, re.DOTALL):
        services = [dict(re.findall(r'(\w+)="([^"]*)"', s)) for s in re.findall(r"<tjeneste\b[^>]*>", person)]
        mine = [s for s in services if s.get("tjenesteType") == "15"]
        running = [s for s in mine if s.get("tjenestestart", "9") < "2022" and "tjenesteslutt" not in s]
        if len(mine) == 1 and running and running[0].get("utfall", "1") == "1":
            return re.search(r'brukerNr="([^"]*)"', person)[1], running[0]["tjenesteID"]
    raise AssertionError("nobody has such a service")


def edits(chain, folder):
    """A file that ends a service before the year begins."""
    person, service = a_running_service(chain)
    file = folder / "edits.csv"
    head = "municipality,data_year,local_person_id,table,service_id,field,old,new\n"
    file.write_text(f"{head}{CHOSEN},2022,{person},service,{service},end_date,,2021-12-31\n", "utf-8")
    return str(file)


def test_an_edit_moves_the_figure_of_later_vintages_until_it_is_withdrawn(chain, store, tmp_path):
    file = edits(chain, tmp_path)
    omsorgstall("edit", "check", file, "--who", "Kari", store=store)
    assert omsorgstall("edit", "list", store=store).stdout == ""
    omsorgstall("edit", "add", file, *SAID, store=store)
    assert omsorgstall("edit", "add", file, *SAID, store=store, check=False).returncode == 3
    omsorgstall("vintage", "freeze", "edited", store=store)
    cell = (CHOSEN, "999", "15", "2022")
    before, after = (own(store, "11642", v, CHOSEN)[cell] for v in ("test", "edited"))
    assert after == before - 1
    (line,) = omsorgstall("edit", "list", store=store).stdout.splitlines()
    edit_set = line.split("\t")[0]
    assert line.split("\t")[1:4] == [CHOSEN, "2022", "1"]
    assert edit_set in omsorgstall("vintage", "show", "edited", store=store).stdout
    told = compared(store, tmp_path, "test", "edited")
    (move,) = (m for m in told["moves"] if m["codes"] == list(cell))
    assert (move["before"], move["after"], move["parts"]) == (before, after, [{"cause": 0, "change": -1.0}])
    assert [(d["after"], d["said"][0]["why"]) for d in told["differences"]] == [(edit_set, "a test of corrections")]
    shown = omsorgstall("edit", "show", edit_set, store=store)
    assert shown.stdout.splitlines()[0].split("\t")[-4:] == ["end_date", "", "2021-12-31", "holds"]
    assert "0 of 1 edits no longer hold" in shown.stderr
    omsorgstall("withdraw", edit_set, *SAID, store=store)
    omsorgstall("vintage", "freeze", "undone", store=store)
    assert own(store, "11642", "undone", CHOSEN) == own(store, "11642", "test", CHOSEN)


def test_last_years_figures_stand_in_for_who_was_withdrawn_and_every_region_says_so(chain, store, tmp_path):
    omsorgstall("edit", "add", edits(chain, tmp_path), *SAID, store=store)
    (last,) = submissions(store, OTHER)
    omsorgstall("withdraw", last, *SAID, store=store)
    assert "withdrawn" in submissions(store, OTHER)[last]
    omsorgstall("substitute", OTHER, "--year", "2022", "--by", "2021", *SAID, store=store)
    omsorgstall("vintage", "freeze", "instead", "--kind", "final", store=store)
    figures = own(store, "11642", "instead", OTHER)
    years = [{c[:-1]: v for c, v in figures.items() if c[-1] == y} for y in ("2021", "2022")]
    assert years[0] == years[1] != {}
    refused = omsorgstall("release", "2023-06-15", "--vintage", "instead", store=store, check=False)
    assert (refused.returncode, "substitutions-not-protected" in refused.stderr) == (6, True)
    omsorgstall("release", "2023-06-15", "--vintage", "instead", "--accept-substitutions", store=store)
    notes = {m.code: m.note for m in ReleaseStore(store / "releases").current("11642").model.dimension("Region").members}
    assert all("2022" in notes[c].nb and "2021" in notes[c].nb for c in (OTHER, "EKA42", "EAK"))
    assert notes[CHOSEN] is None
    told = omsorgstall("explain", "11642", "--cell", f"Region={OTHER}", "--cell", "Tid=2022", store=store).stdout
    assert "Substitution" in told
    assert "Kari: a test of corrections" in told
    other = omsorgstall("explain", "11642", "--cell", f"Region={CHOSEN}", "--cell", "Tid=2022", store=store).stdout
    assert re.search(rf"Edits edits-{CHOSEN}-2022-\w+: 1 edits by Kari: a test of corrections", other)
    assert "Substitution" not in other
    lineage = ReleaseStore(store / "releases").current("11642").lineage
    assert lineage["substitutions"] == f"{OTHER} 2022 (2021)"


def test_a_year_that_still_runs_holds_the_services_that_go_on(chain, store):
    omsorgstall("vintage", "freeze", "so-far", "--kind", "year_to_date", "--until", "2023-03-31", store=store)
    found = own(store, "11645", "so-far", CHOSEN)
    assert {cell[-1] for cell in found} == {"2023"}
    services = [s for s in rows_of(chain.files / "2022")["service"] if s["municipality"] == CHOSEN and s["service_type"] == 15]
    running = [s for s in services if s["end_date"] is None and s["start_date"] and s["start_date"] < date(2023, 1, 1)]
    most = len({s["pseudonym"] for s in running})
    assert 0 < found[CHOSEN, "999", "15", "2023"] <= most
    refused = omsorgstall("release", "2023-04-01", "--vintage", "so-far", store=store, check=False)
    assert (refused.returncode, "year-still-runs" in refused.stderr) == (6, True)
    assert omsorgstall("review", "so-far", store=store, check=False).returncode == 2
