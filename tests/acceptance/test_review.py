"""The review of a vintage through the command line, on a small country with a fault planted in one of its files."""

import json
import re
import shutil

import pytest
from openpyxl import load_workbook

from omsorgstall.access import AuditAction
from omsorgstall.register import Store

CHOSEN = "4213"
HOURS = re.compile(r'(<tjeneste\b[^>]*tjenesteType="15"[^>]*timer=")(\d+)(" minutter=")(\d+)(")')
"""Home care (15) with its hours and minutes."""


@pytest.fixture(scope="module")
def reviewed(chain, tmp_path_factory):
    """The work lists before and after one municipality sends hours a month of home care; and the folder of the files."""
    folder = tmp_path_factory.mktemp("review")
    store = folder / "store"
    shutil.copytree(chain.store, store)
    shutil.copy(f"{chain.store}.pseudonym-key", f"{store}.pseudonym-key")
    before = listed(chain, store, "test", folder / "before.json")
    wrong = planted((chain.files / "2022" / f"{CHOSEN}.xml").read_text("utf-8"))
    (folder / "wrong.xml").write_text(wrong, "utf-8")
    chain.run("intake", str(folder / "wrong.xml"), "--test-persons", "--store", str(store))
    chain.run("vintage", "freeze", "wrong", "--store", str(store))
    files = ("--excel", str(folder / "list.xlsx"), "--reports", str(folder / "parts"))
    after = listed(chain, store, "wrong", folder / "after.json", *files)
    return before, after, folder


def planted(text):
    """The file with the hours of home care a month instead of a week."""
    made, count = HOURS.subn(in_a_month, text)
    assert count > 10
    return made


def in_a_month(found):
    minutes = round(4.33 * (60 * int(found[2]) + int(found[4])))
    return f"{found[1]}{minutes // 60}{found[3]}{minutes % 60}{found[5]}"


def listed(chain, store, vintage, path, *arguments):
    chain.run("review", vintage, "--json", str(path), "--who", "tester", "--store", str(store), *arguments)
    return json.loads(path.read_text("utf-8"))


def place(item):
    return item["municipality"]["number"], item["service"]["code"] if item["service"] else ""


def test_the_planted_fault_is_all_that_is_new_and_stands_where_its_influence_says(reviewed):
    before, after, _ = reviewed
    (new,) = [item for item in after["items"] if place(item) not in {place(i) for i in before["items"]}]
    assert place(new) == (CHOSEN, "15")
    assert {"E05", "E07"} <= {c["control"] for c in new["controls"]}
    assert new["influence"] == pytest.approx(abs(new["value"] - new["expected"]) / new["national"])
    assert new["influence"] > 0.3  # one of four municipalities, with more than three times its hours
    moved = [item["influence"] for item in after["items"]]
    assert moved == sorted(moved, reverse=True)


def test_the_files_of_the_list_are_for_one_reader_and_hold_the_same(reviewed):
    _, after, folder = reviewed
    sheet = load_workbook(folder / "list.xlsx").worksheets[0]
    assert sheet.max_row == 1 + len(after["items"])
    parts = {p.stem: json.loads(p.read_text("utf-8")) for p in (folder / "parts").glob("*.json")}
    assert len(parts) == after["delivered"]
    assert any(f["control"] == "E05" for f in parts[CHOSEN]["findings"])
    for path in (folder / "list.xlsx", folder / "after.json", *(folder / "parts").iterdir()):
        assert path.stat().st_mode & 0o077 == 0


def test_who_read_the_list_and_why_is_in_the_audit_log(reviewed):
    with Store.open(reviewed[2] / "store" / "register") as store:
        event = store.audit()[-1]
    assert (event.action, event.who, event.what, event.why) == (
        AuditAction.SHOW_WORK_LIST,
        "tester",
        "2022 of wrong",
        "review of the figures",
    )
    assert event.municipalities is None


def test_an_older_year_can_be_reviewed_without_the_year_before(chain, reviewed, tmp_path):
    store = reviewed[2] / "store"
    first = listed(chain, store, "test", tmp_path / "2021.json", "--year", "2021")
    judged = {c["control"]: c["judged"] for c in first["controls"]}
    assert judged["E01"] == judged["E07"] == 0
    assert judged["E10"] > 0


def test_a_year_that_is_not_in_the_vintage_is_told(chain, reviewed):
    done = chain.run("review", "test", "--year", "2019", "--store", str(reviewed[2] / "store"), check=False)
    assert done.returncode == 4
    assert "2021, 2022" in done.stderr
