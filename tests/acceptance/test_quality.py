"""Quality reports through the command line, on a small country with faults planted in one of its files."""

import json
import re
import shutil
from importlib.resources import files

import pytest
from jsonschema import Draft202012Validator

from omsorgstall.access import AuditAction
from omsorgstall.register import Store
from tests.acceptance.conftest import MUNICIPALITIES, identity_numbers

CHOSEN, OTHER = "4213", "4216"
HOUSEHOLD = re.compile(r'(<person\b[^>]*) husstand="\d"')
SCORE = re.compile(r'(<vurdering\b[^>]*skaffeSegVarerOgTjenester=")[1-5](")')
LOST, WRONG = 30, 20
SCHEMAS = files("omsorgstall.publish.quality")


@pytest.fixture(scope="module")
def made(chain, tmp_path_factory):
    """Reports before and after one municipality sends persons without household and scores that are none."""
    folder = tmp_path_factory.mktemp("quality")
    store = folder / "store"
    shutil.copytree(chain.store, store)
    shutil.copy(f"{chain.store}.pseudonym-key", f"{store}.pseudonym-key")
    chain.run("quality", "--municipality", CHOSEN, "--no-controls", "--out", str(folder / "before"), "--store", str(store))
    text = (chain.files / "2022" / f"{CHOSEN}.xml").read_text("utf-8")
    text, lost = HOUSEHOLD.subn(r"\1", text, count=LOST)
    text, wrong = SCORE.subn(r"\g<1>8\2", text, count=WRONG)
    assert (lost, wrong) == (LOST, WRONG)
    (folder / "wrong.xml").write_text(text, "utf-8")
    chain.run("intake", str(folder / "wrong.xml"), "--test-persons", "--store", str(store))
    chain.run("vintage", "freeze", "wrong", "--store", str(store))
    wanted = ("--all", "--national", "--who", "tester", "--out", str(folder / "after"), "--store", str(store))
    chain.run("quality", "--vintage", "wrong", *wanted)
    return folder


def report(folder, when, number=CHOSEN):
    return json.loads((folder / when / number / f"{number}-2022.json").read_text("utf-8"))


def variable(content, name):
    (found,) = [v for v in content["variables"] if v["variable"] == name]
    return found["years"][-1]


def test_the_planted_faults_are_what_is_new(made):
    before, after = report(made, "before"), report(made, "after")
    assert variable(after, "household")["missing"] == variable(before, "household")["missing"] + LOST
    assert variable(after, "f02")["invalid"] == variable(before, "f02")["invalid"] + WRONG
    assert variable(after, "f02")["missing"] == variable(before, "f02")["missing"]
    counts = [{f["rule"]: f["count"] for f in content["findings"]} for content in (before, after)]
    assert counts[1]["C02"] - counts[0].get("C02", 0) == LOST
    assert counts[1]["C05"] - counts[0].get("C05", 0) == WRONG
    unchanged = set(counts[0]) - {"C02", "C05"}
    assert {r: counts[1].get(r) for r in unchanged} == {r: counts[0][r] for r in unchanged}


def test_every_municipality_has_its_own_folder_that_nobody_else_may_read(made):
    folders = [p for p in (made / "after").iterdir() if p.is_dir()]
    assert sorted(p.name for p in folders) == sorted(MUNICIPALITIES)
    assert {q.suffix for q in (made / "after" / OTHER).iterdir()} == {".html", ".xlsx", ".json", ".csv"}
    for folder in folders:
        assert folder.stat().st_mode & 0o077 == 0
        assert all(q.stat().st_mode & 0o077 == 0 for q in folder.iterdir())
    others = set(MUNICIPALITIES) - {CHOSEN}
    text = (made / "after" / CHOSEN / f"{CHOSEN}-2022.json").read_text("utf-8")
    assert not any(f'"{number}"' in text for number in others)


def test_the_controls_on_figures_stand_in_the_report(made):
    assert report(made, "before")["controls"] is None
    assert report(made, "after")["controls"] is not None


def test_no_report_holds_an_identity_number(chain, made):
    numbers = identity_numbers(chain.files)
    for path in (made / "after").rglob("*"):
        if path.suffix in (".html", ".json", ".csv"):
            assert not numbers & set(re.findall(rb"\d{11}", path.read_bytes()))


def test_the_national_report_is_three_files_that_hold_no_local_id(made):
    files = sorted(p.name for p in (made / "after").iterdir() if p.is_file())
    assert files == ["national-2022.html", "national-2022.json", "national-2022.pdf"]
    records = {r["record"] for f in report(made, "after")["findings"] for r in f["records"] if r["record"]}
    page = (made / "after" / "national-2022.html").read_text("utf-8")
    assert records
    assert not any(f">{record}<" in page for record in records)


def test_who_read_the_quality_and_why_is_in_the_audit_log(made):
    with Store.open(made / "store" / "register") as store:
        events = [e for e in store.audit() if e.action == AuditAction.SHOW_QUALITY]
    assert (events[-1].who, events[-1].what, events[-1].municipalities) == ("tester", "2022 of wrong", None)


def test_it_must_be_said_whose_report_is_wanted(chain, made):
    done = chain.run("quality", "--store", str(made / "store"), check=False)
    assert done.returncode == 2
    assert "--national" in done.stderr


def test_a_year_that_nobody_froze_is_told(chain, made):
    done = chain.run("quality", "--national", "--year", "2019", "--store", str(made / "store"), check=False)
    assert done.returncode == 4


def test_a_file_tells_what_intake_would_change_without_a_register(chain, made, tmp_path):
    arguments = ("quality", "--file", str(made / "wrong.xml"), "--test-persons", "--out", str(tmp_path / "out"))
    chain.run(*arguments, "--store", str(tmp_path / "none"))
    names = {p.name for p in (tmp_path / "out").iterdir()}
    kinds = ("receipt.html", "quality.html", "quality.xlsx", "quality.json", "differences.csv")
    assert names == {f"wrong-{kind}" for kind in kinds}
    content = json.loads((tmp_path / "out" / "wrong-quality.json").read_text("utf-8"))
    Draft202012Validator(json.loads((SCHEMAS / "submission.schema.json").read_text("utf-8"))).validate(content)
    wrong = [d for d in content["differences"] if d["rule_id"] == "C05"]
    planted = [d for d in wrong if (d["sent"], d["accepted"], d["change"]) == ("8", "", "value_left_out")]
    assert len(planted) == WRONG
    lines = (tmp_path / "out" / "wrong-differences.csv").read_text("utf-8-sig").splitlines()
    assert len(lines) == 1 + len(content["differences"])
    page = (tmp_path / "out" / "wrong-quality.html").read_text("utf-8")
    assert page.count("<td>skaffeSegVarerOgTjenester</td>") >= WRONG
    for path in (tmp_path / "out").iterdir():
        assert path.stat().st_mode & 0o077 == 0
        assert not identity_numbers(chain.files) & set(re.findall(rb"\d{11}", path.read_bytes()))
    assert not (tmp_path / "none").exists()


def test_a_folder_of_files_is_not_one_submission(chain, tmp_path):
    done = chain.run("quality", "--file", str(chain.files), "--out", str(tmp_path), check=False)
    assert done.returncode == 2
    assert "not-one-batch" in done.stderr
